// places.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/places.h"

#include <algorithm>
#include <filesystem>

namespace varjoin::server {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 8;  ///< folders below one that was named
constexpr const char* kEnding = ".parquet";

bool IsPlainFile(const std::string& canonical) {
  std::error_code ignored;
  return fs::symlink_status(canonical, ignored).type() == fs::file_type::regular;
}

}  // namespace

Result<Places> Places::Of(const std::vector<std::string>& named) {
  Places places;
  for (const std::string& name : named) {
    if (IsFolder(name)) {
      const std::string canonical = CanonicalPath(name);
      places.folders_.push_back(canonical.ends_with('/') ? canonical : canonical + "/");
      continue;
    }
    VARJOIN_RETURN_IF_ERROR(StampOf(name).status());
    if (!name.ends_with(kEnding)) {
      return BadInput("{}: the page shows Parquet files; make one with varjoin annotate or varjoin convert", name);
    }
    places.files_.push_back(CanonicalPath(name));
  }
  return places;
}

bool Places::Holds(const std::string& canonical) const {
  return std::find(files_.begin(), files_.end(), canonical) != files_.end() ||
         std::any_of(folders_.begin(), folders_.end(),
                     [&](const std::string& folder) { return canonical.starts_with(folder); });
}

Result<std::string> Places::Resolve(const std::string& path) const {
  const Status refused = BadInput("this is no Parquet file in the folders that varjoin ui was started with");
  if (path.empty() || path[0] != '/' || path.find('\0') != std::string::npos) {
    return refused;
  }
  const std::string canonical = CanonicalPath(path);
  if (!Holds(canonical) || !canonical.ends_with(kEnding) || !IsPlainFile(canonical)) {
    return refused;
  }
  return canonical;
}

std::vector<FileStamp> Places::List() const {
  std::vector<std::string> paths = files_;
  for (const std::string& folder : folders_) {
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator() && paths.size() < kMostListed;
         entry.increment(error)) {
      if (entry.depth() >= kDeepest) {
        entry.disable_recursion_pending();
      }
      const auto canonical = Resolve(entry->path().string());
      if (canonical.ok()) {
        paths.push_back(*canonical);
      }
    }
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::vector<FileStamp> stamps;
  for (const std::string& path : paths) {
    if (const auto stamp = StampOf(path); stamp.ok()) {
      stamps.push_back(*stamp);
    }
  }
  return stamps;
}

}  // namespace varjoin::server
