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

/// How standard input is read.
enum class PipeUse {
  kAsItComes,  ///< once
  kCopied,     ///< for a run that reads its input twice
};

/// Expands the patterns. "-" alone is standard input; kCopied copies it to `temp_folder` first; the copy is the
/// caller's to remove with the folder. While it waits for more, it asks `interrupted`.
Result<InputFiles> ResolveInputs(const std::vector<std::string>& inputs, PipeUse pipe, const std::string& temp_folder,
                                 const std::function<bool()>& interrupted);

/// Whether a run's input is standard input, copied or not.
bool IsStandardInput(const std::vector<std::string>& inputs);

/// Where the copy of standard input is.
std::string CopyOfStandardInput(const std::string& temp_folder);

/// The stamps of all files; of standard input there is none.
Result<std::vector<FileStamp>> StampsOf(const std::vector<std::string>& paths);

}  // namespace varjoin
