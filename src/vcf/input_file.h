// input_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace varjoin::vcf {

/// The bytes of a regular file, read once from front to back. Not thread-safe.
class InputFile {
 public:
  /// Errors (kBadInput): the path is missing, may not be read, is a folder, a pipe or a device, or holds nothing.
  static Result<std::unique_ptr<InputFile>> Open(const std::string& path);
  ~InputFile();

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }  ///< when it was opened

  /// The first bytes (4 KiB, or all there are), whatever has been read since.
  std::string_view start() const { return {start_.data(), start_.size()}; }

  /// Reads the next `size` bytes; fewer only at the end. Errors (kFailed) name the offset.
  Result<size_t> Read(char* to, size_t size);

  uint64_t offset() const { return offset_; }  ///< bytes read so far

  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

 private:
  InputFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  /// Like Read(), from `offset` of the file.
  Result<size_t> ReadAt(uint64_t offset, char* to, size_t size);

  std::string path_;
  int descriptor_;
  uint64_t size_ = 0;
  uint64_t offset_ = 0;
  std::vector<char> start_;
};

}  // namespace varjoin::vcf
