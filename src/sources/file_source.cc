// file_source.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/file_source.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <tuple>

#include "base/checksum.h"
#include "base/counted.h"
#include "base/text.h"
#include "sources/import.h"
#include "sources/register.h"
#include "sources/source_index.h"
#include "sources/text_table.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr double kLongestImport = 24 * 3600;  ///< seconds that others wait for it

std::string CacheOf(const Catalog& catalog) {
  return catalog.home() + "/cache";
}

/// The folder for a file, whatever its content.
Result<std::string> HomeOf(const Catalog& catalog, const FileSource& file) {
  std::string key = file.path;
  if (!file.reference.empty()) {
    VARJOIN_ASSIGN(const FileStamp reference, StampOf(AbsolutePath(file.reference)));
    key += "\n" + Fingerprint({reference});
  }
  return fmt::format("{}/{}-{:016x}", CacheOf(catalog), file.name, Checksum(key.data(), key.size()));
}

/// Whether the cache's source is there, and of the file as it is now.
bool IsCurrent(const std::string& home, const FileSource& file, const FileStamp& stamp) {
  const auto source = Catalog(home).Find(file.name);
  if (!source.ok() || source->input_fingerprint != Fingerprint({stamp})) {
    return false;
  }
  return source->kind == Source::Kind::kRegistered || source->interval || OpenIndex(Catalog(home), *source).ok();
}

Status Import(duck::Database& database, const std::string& home, const FileSource& file,
              const std::string& temp_folder) {
  const Catalog own(home);
  VARJOIN_ASSIGN(const LookedAt looked_at, LookAtInput(file.path));
  if (looked_at.kind == InputKind::kParquet) {
    return RegisterSource(database, own, {.name = file.name, .files = {file.path}, .mapping = {}, .assembly = {}})
        .status();
  }
  VARJOIN_ASSIGN(const Imported imported,
                 ImportSource(database, own, {.name = file.name, .files = {file.path}, .reference = file.reference}));
  return imported.source.interval ? Status::Ok()
                                  : BuildIndex(database, own, imported.source, {.temp_folder = temp_folder});
}

}  // namespace

std::string SourceNameOf(const std::string& path) {
  std::string name = fs::path(path).filename().string();
  for (const std::string_view ending :
       {".gz", ".bgz", ".zst", ".bz2", ".vcf", ".bcf", ".tsv", ".csv", ".txt", ".bed", ".parquet"}) {
    if (name.size() > ending.size() && ToLower(name).ends_with(ending)) {
      name.resize(name.size() - ending.size());
    }
  }
  for (char& c : name) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    c = good ? c : '_';
  }
  name = name.substr(0, 60);
  return CheckSourceName(name).ok() ? name : "s_" + name;
}

Result<PreparedFile> PrepareFile(duck::Database& database, const Catalog& catalog, const FileSource& file,
                                 const std::string& temp_folder,
                                 const std::function<void(const std::string& what)>& on_phase) {
  VARJOIN_ASSIGN(const FileStamp stamp, StampOf(file.path));
  PreparedFile prepared;
  VARJOIN_ASSIGN(prepared.home, HomeOf(catalog, file));
  if (IsCurrent(prepared.home, file, stamp)) {
    return prepared;
  }
  VARJOIN_RETURN_IF_ERROR(MakeFolders(CacheOf(catalog)));
  on_phase(fmt::format("importing {}", file.path));
  VARJOIN_ASSIGN(const FileLock lock, FileLock::Take(prepared.home + ".lock", kLongestImport));
  if (IsCurrent(prepared.home, file, stamp)) {  // another run has made it meanwhile
    return prepared;
  }
  const auto started = std::chrono::steady_clock::now();
  if (const Status imported = Import(database, prepared.home, file, temp_folder); !imported.ok()) {
    std::error_code ignored;
    if (!FileExists(Catalog(prepared.home).path())) {
      fs::remove_all(prepared.home, ignored);
    }
    return imported;
  }
  VARJOIN_ASSIGN(const Source source, Catalog(prepared.home).Find(file.name));
  if (source.input_fingerprint != Fingerprint({stamp})) {
    return Failed("{}: was changed while it was read; run again", file.path);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  prepared.note = fmt::format(
      "{} was {} as source '{}' for this and later runs ({} in {:.1f} s); it is in varjoin's cache, which "
      "`varjoin "
      "source list` shows",
      file.path,
      source.interval                          ? "imported"
      : source.kind == Source::Kind::kImported ? "imported and indexed"
                                               : "registered",
      file.name, Counted(source.rows, "row"), seconds);
  return prepared;
}

std::vector<CachedFile> ListCachedFiles(const Catalog& catalog) {
  std::vector<CachedFile> cached;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(CacheOf(catalog), error)) {
    const std::string home = entry.path().string();
    const auto sources = IsFolder(home) ? Catalog(home).List() : std::vector<Source>();
    for (const Source& source : sources.ok() ? *sources : std::vector<Source>()) {
      cached.push_back({home, source});
    }
  }
  std::sort(cached.begin(), cached.end(), [](const CachedFile& a, const CachedFile& b) {
    return std::tie(a.source.name, a.home) < std::tie(b.source.name, b.home);
  });
  return cached;
}

Result<bool> RemoveCachedFile(const Catalog& catalog, const std::string& path) {
  bool removed = false;
  for (const CachedFile& cached : ListCachedFiles(catalog)) {
    const std::vector<std::string>& inputs =
        cached.source.kind == Source::Kind::kImported ? cached.source.made_from : cached.source.patterns;
    if (std::find(inputs.begin(), inputs.end(), AbsolutePath(path)) == inputs.end()) {
      continue;
    }
    VARJOIN_ASSIGN(const FileLock lock, FileLock::Take(cached.home + ".lock", /*seconds=*/5));
    VARJOIN_RETURN_IF_ERROR(Catalog(cached.home).Remove(cached.source.name));
    std::error_code ignored;
    if (fs::is_empty(Catalog(cached.home).FolderOf(cached.source.name), ignored) ||
        !IsFolder(Catalog(cached.home).FolderOf(cached.source.name))) {
      fs::remove_all(cached.home, ignored);
    }
    removed = true;
  }
  return removed;
}

}  // namespace varjoin
