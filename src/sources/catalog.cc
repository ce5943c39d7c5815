// catalog.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/catalog.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/output_file.h"
#include "base/text.h"
#include "base/write_error.h"
#include "duck/database.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr double kLockSeconds = 5;
/// What is written has a name of its own and is put into place when it is complete. Without a log beside it, DuckDB has
/// nothing to take back after a failure, which it may not survive.
constexpr const char* kAttachNew = "BLOCK_SIZE 16384, RECOVERY_MODE no_wal_writes";

std::string EnvironmentOr(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

/// A small database for the catalog's own statements.
Result<std::unique_ptr<duck::Database>> OpenSmall() {
  duck::DatabaseOptions options;
  options.threads = 1;
  return duck::Database::Open(options);
}

std::string AttachSql(const std::string& path, bool read_only) {
  return fmt::format("ATTACH {} AS catalog ({});", SqlString(path), read_only ? "READ_ONLY" : kAttachNew);
}

/// Why a catalog could not be changed. DuckDB does not say why an fsync() failed: asked again, a full disk says so.
Status ChangeError(const Status& changed, const std::string& path, const std::string& copy) {
  std::string reason = changed.message();
  if (reason.find("fsync failed") != std::string::npos) {
    VARJOIN_RETURN_IF_ERROR(SyncFile(copy, path));
    reason = ErrnoText(EIO);
  }
  return {changed.code(), fmt::format("the catalog {} can't be changed: {}", path, reason)};
}

std::string ViewSql(const Source& source) {
  std::vector<std::string> patterns;
  for (const std::string& pattern : source.patterns) {
    patterns.push_back(SqlString(FileExists(pattern) ? LiteralPattern(pattern) : pattern));
  }
  return fmt::format("SELECT * FROM read_parquet([{}], {}, union_by_name = true)", Join(patterns, ", "),
                     HiveSql(source.hive));
}

std::string DropViewsSql(const Source& source) {
  std::string sql;
  for (const std::string& view : ViewNames(source)) {
    sql += fmt::format("DROP VIEW IF EXISTS catalog.{};", SqlName(view));
  }
  return sql;
}

bool ReadsFrom(const Source& source, const std::string& folder) {
  return std::any_of(source.patterns.begin(), source.patterns.end(),
                     [canonical = CanonicalPath(folder) + "/"](const std::string& pattern) {
                       return CanonicalPath(pattern).starts_with(canonical);
                     });
}

/// Removes the Parquet of an imported source, but for what a run still reads.
void RemoveFolder(const std::string& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    RemoveUnlessHeld(entry.path());
  }
  fs::remove(folder, error);
}

std::string PutSql(const Source& source) {
  std::string sql = fmt::format("DELETE FROM catalog.sources WHERE lower(name) = {};", SqlString(ToLower(source.name)));
  sql += fmt::format("INSERT INTO catalog.sources VALUES ({}, {}, {}, {});", SqlString(source.name),
                     SqlString(KindName(source.kind)), source.rows, SqlString(ToJson(source)));
  for (const std::string& view : ViewNames(source)) {
    sql += fmt::format("CREATE OR REPLACE VIEW catalog.{} AS {};", SqlName(view), ViewSql(source));
  }
  return sql;
}

}  // namespace

std::string DefaultHome() {
  const std::string home = EnvironmentOr("HOME", ".");
  return AbsolutePath(
      EnvironmentOr("VARJOIN_HOME", EnvironmentOr("XDG_DATA_HOME", home + "/.local/share") + "/varjoin"));
}

Result<std::vector<Source>> Catalog::List() const {
  std::vector<Source> sources;
  if (!FileExists(path())) {
    return sources;
  }
  VARJOIN_ASSIGN(const auto database, OpenSmall());
  if (const Status attached = database->Execute(AttachSql(path(), true)); !attached.ok()) {
    return Failed("the catalog {} can't be opened: {}", path(), attached.message());
  }
  VARJOIN_ASSIGN(const duck::ResultTable table,
                 database->Query("SELECT details FROM catalog.sources ORDER BY lower(name);"));
  for (size_t row = 0; row < table.rows.size(); ++row) {
    VARJOIN_ASSIGN(Source source, SourceFromJson(table.Text(row, 0)));
    sources.push_back(std::move(source));
  }
  return sources;
}

Result<Source> Catalog::Find(const std::string& name) const {
  VARJOIN_ASSIGN(const std::vector<Source> sources, List());
  std::vector<std::string> names;
  for (const Source& source : sources) {
    if (EqualNoCase(source.name, name)) {
      return source;
    }
    names.push_back(source.name);
  }
  if (names.empty()) {
    return BadInput(
        "there is no source '{}': the catalog {} has none yet; add one with `varjoin source add NAME FILE.parquet` or "
        "`varjoin source import NAME FILE.vcf.gz`",
        name, path());
  }
  const std::string near = DidYouMean(name, names);
  return BadInput("there is no source '{}'{}{}", name, near,
                  near.empty() ? fmt::format(" (there are: {})", Join(names, ", ")) : "");
}

std::string Catalog::IndexPath(const std::string& source) const {
  return FolderOf(ToLower(source)) + ".vji";
}

Result<bool> Catalog::Put(const Source& source) const {
  VARJOIN_RETURN_IF_ERROR(MakeFolders(home_));
  VARJOIN_ASSIGN(const FileLock lock, FileLock::Take(LockPath(), kLockSeconds));
  VARJOIN_ASSIGN(const std::vector<Source> before, List());
  const auto old =
      std::find_if(before.begin(), before.end(), [&](const Source& s) { return EqualNoCase(s.name, source.name); });
  const bool replaced = old != before.end();
  VARJOIN_RETURN_IF_ERROR(Change((replaced ? DropViewsSql(*old) : "") + PutSql(source)));
  if (replaced && old->kind == Source::Kind::kImported && !ReadsFrom(source, FolderOf(old->name))) {
    RemoveFolder(FolderOf(old->name));
  }
  return replaced;
}

Status Catalog::MarkChecked(const Source& source, const std::string& when) const {
  VARJOIN_ASSIGN(const FileLock lock, FileLock::Take(LockPath(), kLockSeconds));
  VARJOIN_ASSIGN(const std::vector<Source> sources, List());
  for (Source known : sources) {
    if (EqualNoCase(known.name, source.name) && known.made_at == source.made_at) {
      known.checked_at = when;
      return Change(DropViewsSql(known) + PutSql(known));
    }
  }
  return Status::Ok();
}

Status Catalog::Remove(const std::string& name) const {
  VARJOIN_RETURN_IF_ERROR(Find(name).status());  // without a catalog there is no folder for the lock
  VARJOIN_ASSIGN(const FileLock lock, FileLock::Take(LockPath(), kLockSeconds));
  VARJOIN_ASSIGN(const Source source, Find(name));
  VARJOIN_RETURN_IF_ERROR(Change(DropViewsSql(source) +
                                 fmt::format("DELETE FROM catalog.sources WHERE name = {};", SqlString(source.name))));
  if (source.kind == Source::Kind::kImported) {
    RemoveFolder(FolderOf(source.name));
  }
  std::error_code ignored;
  fs::remove(IndexPath(source.name), ignored);
  return Status::Ok();
}

/// Applies `sql` to a copy of the catalog, which then takes its place. Precondition: the lock is held.
Status Catalog::Change(const std::string& sql) const {
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(path()));
  VARJOIN_ASSIGN(const TempFolder folder, TempFolder::Make(home_ + "/tmp"));
  const std::string copy = folder.path() + "/catalog.duckdb";
  // Copied by contents: a file that is changed in place keeps the room of what was replaced.
  const std::string contents =
      FileExists(path())
          ? fmt::format("ATTACH {} AS before (READ_ONLY); COPY FROM DATABASE before TO catalog; DETACH before;",
                        SqlString(path()))
          : "";
  VARJOIN_ASSIGN(const auto database, OpenSmall());
  const Status changed = database->Execute(
      AttachSql(copy, false) + contents +
      "CREATE TABLE IF NOT EXISTS catalog.sources(name VARCHAR, kind VARCHAR, \"rows\" BIGINT, details VARCHAR);"
      "BEGIN;" +
      sql + "COMMIT; CHECKPOINT catalog; DETACH catalog;");
  if (!changed.ok()) {
    return ChangeError(changed, path(), copy);
  }
  // Not by fs::copy_file(), which calls a full disk an I/O error.
  VARJOIN_ASSIGN(const std::string bytes, ReadWholeFile(copy));
  VARJOIN_ASSIGN(OutputFile catalog, OutputFile::Open(file.temporary_path(), path()));
  VARJOIN_RETURN_IF_ERROR(catalog.Write(bytes));
  VARJOIN_RETURN_IF_ERROR(catalog.Close());
  return file.Commit(/*replace=*/true);
}

}  // namespace varjoin
