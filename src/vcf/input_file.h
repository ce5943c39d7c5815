// input_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace varjoin::vcf {

/// Asked while a pipe has nothing to read; true ends the wait with an error of code kInterrupted.
using Interrupted = std::function<bool()>;

/// The path that stands for standard input.
inline constexpr std::string_view kStandardInput = "-";

/// What a path that can be read only once stands for: two paths of one pipe ("-", "/dev/stdin") have the same.
/// "" for a regular file, a folder, and what does not exist. Standard input is always one, whatever it is.
std::string PipeBehind(const std::string& path);

/// The bytes of a file, a pipe or a device, read once from front to back. Not thread-safe.
class InputFile {
 public:
  /// Errors (kBadInput): the path is missing, may not be read, is a folder, or holds nothing. A pipe is waited for.
  static Result<std::unique_ptr<InputFile>> Open(const std::string& path, Interrupted interrupted = {});
  ~InputFile();

  /// Hands the bytes of a pipe to `take` as they come, which Read() does not: it waits for all that it was asked for.
  /// Returns their number; nothing at all is an error, as in Open(). An error of `take` ends it.
  static Result<uint64_t> HandOn(const std::string& path, Interrupted interrupted,
                                 const std::function<Status(std::string_view)>& take);

  const std::string& path() const { return path_; }
  const std::string& name() const { return name_; }  ///< for messages: the path, or "standard input"
  bool is_pipe() const { return is_pipe_; }          ///< a pipe or a device: what was read is gone
  uint64_t size() const { return size_; }            ///< when it was opened; 0: not known

  /// The first bytes (4 KiB, or all there are), whatever has been read since.
  std::string_view start() const { return {start_.data(), start_.size()}; }

  /// Reads the next `size` bytes; fewer only at the end. Errors (kFailed) name the offset.
  Result<size_t> Read(char* to, size_t size);

  uint64_t offset() const { return offset_; }  ///< bytes read so far, or where Seek() went

  /// Read() goes on at byte `offset`. Precondition: no pipe.
  void Seek(uint64_t offset) { offset_ = offset; }

  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

 private:
  InputFile(std::string path, int descriptor, Interrupted interrupted);

  static Result<std::unique_ptr<InputFile>> OpenUnread(const std::string& path, Interrupted interrupted);

  Status FindKind();
  Status NothingCame() const;

  /// Reads what there is from `offset` of the file, up to `size` bytes; 0: the end.
  Result<size_t> ReadSome(uint64_t offset, char* to, size_t size);

  /// Like Read(), from `offset` of the file.
  Result<size_t> ReadAt(uint64_t offset, char* to, size_t size);

  /// Waits until a pipe has something to read, or has ended.
  Status Wait() const;

  std::string path_;
  std::string name_;
  int descriptor_;
  Interrupted interrupted_;
  bool is_pipe_ = false;
  uint64_t size_ = 0;
  uint64_t offset_ = 0;
  std::vector<char> start_;
};

}  // namespace varjoin::vcf
