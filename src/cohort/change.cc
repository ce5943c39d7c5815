// change.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cohort/change.h"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/output_file.h"
#include "base/text.h"
#include "base/write_error.h"
#include "sources/source.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr double kLockSeconds = 1;
constexpr int kHoldAttempts = 250;  ///< while files are being removed, which takes milliseconds
constexpr auto kHoldPause = std::chrono::milliseconds(20);

/// Small groups, so that a search for a few sites reads little; delta encoding of the ids, which are sorted.
constexpr const char* kParquetOptions =
    "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 20480, USE_TMP_FILE false";

Status Touch(const std::string& path) {
  if (FileExists(path)) {
    return Status::Ok();
  }
  const std::ofstream file(path, std::ios::app);
  return file ? Status::Ok() : WriteError(path, errno);
}

bool IsOurs(const std::string& name) {
  return name.starts_with("varjoin-") && name.ends_with(".parquet");
}

/// Removes a file, and its folder if that is empty then.
void RemoveWithFolder(const std::string& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
  fs::remove(fs::path(path).parent_path(), ignored);
}

}  // namespace

Result<CohortReader> OpenCohort(const std::string& folder) {
  VARJOIN_ASSIGN(const CohortManifest first, ReadCohort(folder));
  if (!FileExists(first.ReadersPath())) {
    return BadInput(
        "{}: is missing, by which changes know that the cohort is being read; make an empty file of that "
        "name",
        first.ReadersPath());
  }
  for (int attempt = 0;; ++attempt) {
    Result<FileLock> hold = FileLock::Hold(first.ReadersPath());
    if (hold.ok()) {
      VARJOIN_ASSIGN(CohortManifest manifest, ReadCohort(folder));  // what is there now stays
      return CohortReader{*std::move(hold), std::move(manifest)};
    }
    if (attempt == kHoldAttempts) {
      return Status(StatusCode::kTryAgain, fmt::format("{}: files are being removed from it; try again", folder));
    }
    std::this_thread::sleep_for(kHoldPause);
  }
}

Result<CohortChange> CohortChange::Begin(const std::string& folder) {
  VARJOIN_ASSIGN(const CohortManifest there, ReadOrBeginCohort(folder));
  VARJOIN_RETURN_IF_ERROR(MakeFolders(there.folder));
  Result<FileLock> lock = FileLock::Take(there.LockPath(), kLockSeconds);
  if (lock.status().code() == StatusCode::kTryAgain) {
    return Status(StatusCode::kTryAgain, fmt::format("{}: is being changed by another process; try again when that "
                                                     "has ended",
                                                     folder));
  }
  VARJOIN_RETURN_IF_ERROR(lock.status());
  VARJOIN_ASSIGN(CohortManifest before, ReadOrBeginCohort(folder));
  CohortChange change(*std::move(lock), std::move(before));
  VARJOIN_RETURN_IF_ERROR(change.Prepare());
  return change;
}

Status CohortChange::Prepare() {
  VARJOIN_RETURN_IF_ERROR(Touch(manifest_.ReadersPath()));
  unfinished_before_ = FileExists(manifest_.UnfinishedPath());
  return Status::Ok();
}

CohortChange::~CohortChange() {
  for (const CohortFile& file : written_) {
    RemoveWithFolder(manifest_.PathOf(file));
  }
}

Result<CohortFile> CohortChange::Write(duck::Database& database, const std::string& folder, const std::string& sql) {
  VARJOIN_RETURN_IF_ERROR(Touch(manifest_.UnfinishedPath()));
  VARJOIN_RETURN_IF_ERROR(MakeFolders(manifest_.folder + "/" + folder));
  CohortFile file{.path = fmt::format("{}/varjoin-{}-{}.parquet", folder, before_.generation + 1, written_.size() + 1)};
  written_.push_back(file);
  const std::string path = manifest_.PathOf(file);
  VARJOIN_ASSIGN(const duck::ResultTable rows,
                 database.Query(fmt::format("COPY ({})\nTO {} ({})", sql, SqlString(path), kParquetOptions)));
  VARJOIN_RETURN_IF_ERROR(SyncFile(path, path));
  VARJOIN_ASSIGN(const FileStamp stamp, StampOf(path));
  file.rows = rows.Integer(0, 0);
  file.bytes = stamp.size;
  return file;
}

Status CohortChange::Commit() {
  manifest_.generation = before_.generation + 1;
  manifest_.changed_at = NowUtc();
  VARJOIN_RETURN_IF_ERROR(Touch(manifest_.UnfinishedPath()));
  VARJOIN_RETURN_IF_ERROR(WriteCohort(manifest_));
  Sweep();
  written_.clear();
  return Status::Ok();
}

/// What killed changes have left is looked for only where one was killed: a cohort may have very many files.
void CohortChange::Sweep() {
  const Result<FileLock> alone = FileLock::Take(manifest_.ReadersPath(), 0);
  if (!alone.ok()) {
    (void)Touch(manifest_.UnfinishedPath());  // for the next change
    return;
  }
  const std::set<std::string> needed = manifest_.Files();
  std::set<std::string> obsolete;
  if (unfinished_before_) {
    for (const char* const top : {"sites", "calls", "counts"}) {
      std::error_code error;
      fs::recursive_directory_iterator entry(manifest_.folder + "/" + top, error);
      for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (IsOurs(entry->path().filename().string())) {
          obsolete.insert(entry->path().lexically_relative(manifest_.folder).string());
        }
      }
    }
  }
  obsolete.merge(before_.Files());
  for (const CohortFile& file : written_) {
    obsolete.insert(file.path);
  }
  for (const std::string& path : obsolete) {
    if (!needed.contains(path)) {
      RemoveWithFolder(manifest_.folder + "/" + path);
    }
  }
  std::error_code ignored;
  fs::remove(manifest_.UnfinishedPath(), ignored);
}

}  // namespace varjoin
