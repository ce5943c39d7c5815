// input.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/status.h"

namespace varjoin {

/// The files that a run reads.
struct InputFiles {
  std::vector<std::string> paths;
  std::vector<std::string> notes;  ///< sentences for the user
};

/// How a pipe is read.
enum class PipeUse {
  kAsItComes,  ///< once
  kCopied,     ///< for a run that reads its input twice
};

/// Expands the patterns. What comes from a pipe that is the only input is copied to `temp_folder` first by kCopied; the
/// copy is the caller's to remove with the folder. While it waits for more, it asks `interrupted`.
Result<InputFiles> ResolveInputs(const std::vector<std::string>& inputs, PipeUse pipe, const std::string& temp_folder,
                                 const std::function<bool()>& interrupted);

/// Whether a run's input is one pipe, copied or not: standard input ("-"), a named pipe, or a shell's <(…).
bool IsOnePipe(const std::vector<std::string>& inputs);

/// Of a pipe, for messages.
std::string PipeName(const std::string& input);

/// Where the copy of a pipe is.
std::string CopyOfPipe(const std::string& temp_folder);

/// The stamps of all files; of a pipe there is none.
Result<std::vector<FileStamp>> StampsOf(const std::vector<std::string>& paths);

}  // namespace varjoin
