// output_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace varjoin {

/// A file that exists, or standard output, to be written from front to back. Not thread-safe.
class OutputFile {
 public:
  /// Empties the file. `name` stands for it in messages.
  static Result<OutputFile> Open(const std::string& path, const std::string& name);
  /// Goes on at its end.
  static Result<OutputFile> OpenToAppend(const std::string& path, const std::string& name);
  static OutputFile StandardOutput();

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();

  /// All bytes, or an error: see WriteError().
  Status Write(std::string_view bytes);

  /// Tells what the system has to say at last: some file systems notice only now that there is no space.
  Status Close();

  uint64_t written() const { return written_; }  ///< bytes so far, by this object

 private:
  static Result<OutputFile> OpenWith(const std::string& path, const std::string& name, int flag);
  OutputFile(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  int descriptor_;
  std::string name_;
  uint64_t written_ = 0;
};

/// "cannot write NAME: why", with the next step. kTryAgain where the disk, a quota or the largest size of a file is the
/// limit.
Status WriteError(std::string_view name, int error);

/// Whether a write failed because who read the pipe has gone, as `| head` does.
bool IsBrokenPipe(const Status& status);

}  // namespace varjoin
