// change.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/status.h"
#include "cohort/manifest.h"
#include "duck/database.h"

namespace varjoin {

/// Holds the files of the cohort's generation for as long as it lives: changes meanwhile leave them where they are.
struct CohortReader {
  FileLock hold;
  CohortManifest manifest;
};

/// Error: there is no cohort.
Result<CohortReader> OpenCohort(const std::string& folder);

/// A change of a cohort, which is real when it is committed, and otherwise never was. Whatever is written before that
/// are files beside those of the generation there is. One process changes a cohort at a time. Not thread-safe.
class CohortChange {
 public:
  /// Makes the folder, where there is none. Error kTryAgain: another process changes the cohort.
  static Result<CohortChange> Begin(const std::string& folder);
  CohortChange(CohortChange&& other) = default;
  CohortChange& operator=(CohortChange&& other) = delete;
  ~CohortChange();  ///< without Commit(): removes the new files

  /// As it was, and as it is to be.
  const CohortManifest& before() const { return before_; }
  CohortManifest& manifest() { return manifest_; }

  /// Writes the rows of a SELECT into a new file: "sites", "counts" or "calls/sample=NAME".
  Result<CohortFile> Write(duck::Database& database, const std::string& folder, const std::string& sql);

  /// Makes the manifest the cohort's next generation, and removes files that none has, unless they are being read.
  Status Commit();

 private:
  explicit CohortChange(FileLock lock, CohortManifest before)
      : lock_(std::move(lock)), before_(before), manifest_(std::move(before)) {}
  Status Prepare();
  void Sweep();

  FileLock lock_;
  CohortManifest before_;
  CohortManifest manifest_;
  std::vector<CohortFile> written_;
  bool unfinished_before_ = false;
};

}  // namespace varjoin
