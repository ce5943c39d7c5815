// scratch.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests: a folder of the test's own with files in it, and errors that are easy to look at.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace varjoin {

/// Removed with everything in it when the test is over.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "varjoin-unit-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }
  std::string Path(std::string_view name) const { return path_ + "/" + std::string(name); }

  /// Writes a file, and the folders above it; returns its path.
  std::string Write(std::string_view name, std::string_view content) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name), std::ios::binary) << content;
    return Path(name);
  }

  std::string Folder(std::string_view name) const {
    std::filesystem::create_directories(Path(name));
    return Path(name);
  }

  /// The names in the folder or one below it, sorted.
  std::vector<std::string> Names(std::string_view below = "") const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(Path(below))) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::string path_;
};

inline std::string Content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Status StatusOf(const Status& status) {
  return status;
}
template <typename T>
Status StatusOf(const Result<T>& result) {
  return result.status();
}

/// The value; a failed test and an empty one if there is an error.
template <typename T>
T Value(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result.ok() ? *std::move(result) : T();
}

/// "2: the message", so that one matcher sees code and text.
template <typename T>
std::string ErrorText(const T& outcome) {
  const Status status = StatusOf(outcome);
  return status.ok() ? "no error" : std::to_string(static_cast<int>(status.code())) + ": " + status.message();
}

}  // namespace varjoin

#define EXPECT_OK(expr) EXPECT_EQ(::varjoin::ErrorText(expr), "no error")
#define ASSERT_OK(expr) ASSERT_EQ(::varjoin::ErrorText(expr), "no error")
