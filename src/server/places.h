// places.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/status.h"

namespace varjoin::server {

/// The files and folders that the user named: nothing else is read for the page. Immutable.
class Places {
 public:
  /// Error: one is neither a Parquet file nor a folder that is there.
  static Result<Places> Of(const std::vector<std::string>& named);

  /// By their canonical paths; folders end in a slash.
  const std::vector<std::string>& files() const { return files_; }
  const std::vector<std::string>& folders() const { return folders_; }

  /// The canonical path of a file that may be read. Links are followed first, so that none leads out of the places.
  /// Error: it may not, or is not there: which of the two is not told.
  Result<std::string> Resolve(const std::string& path) const;

  /// The Parquet files that may be read, by name; at most kMostListed of them.
  std::vector<FileStamp> List() const;
  static constexpr size_t kMostListed = 1'000;

 private:
  bool Holds(const std::string& canonical) const;

  std::vector<std::string> files_;
  std::vector<std::string> folders_;
};

}  // namespace varjoin::server
