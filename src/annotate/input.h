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

/// Expands the patterns. "-" alone is standard input, which is copied to `temp_folder` first, since this engine reads
/// its input twice; the copy is the caller's to remove with the folder. While it waits for more, it asks `interrupted`.
Result<InputFiles> ResolveInputs(const std::vector<std::string>& inputs, const std::string& temp_folder,
                                 const std::function<bool()>& interrupted);

/// Where the copy of standard input is.
std::string CopyOfStandardInput(const std::string& temp_folder);

/// The stamps of all files.
Result<std::vector<FileStamp>> StampsOf(const std::vector<std::string>& paths);

}  // namespace varjoin
