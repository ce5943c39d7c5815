// standard_output.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "base/output_file.h"
#include "base/status.h"

namespace varjoin {

/// A path for a statement to write to, from where the bytes go on to standard output. /dev/stdout itself will not do:
/// to open it empties the file that standard output may be redirected to, with all that others have written there
/// before. Not thread-safe.
class StandardOutput {
 public:
  static Result<std::unique_ptr<StandardOutput>> Open();
  ~StandardOutput();
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  const std::string& path() const { return path_; }

  /// Waits until all bytes have gone on, and returns their number; once, when the statement has ended. Error: they
  /// could not be written, see WriteError().
  Result<uint64_t> Close();

 private:
  StandardOutput(int in, int out);
  void Carry();

  int in_;   ///< what comes out of the pipe
  int out_;  ///< our own end, which keeps the pipe open; -1: closed
  std::string path_;
  OutputFile output_ = OutputFile::StandardOutput();
  Status written_;
  std::thread thread_;
};

}  // namespace varjoin
