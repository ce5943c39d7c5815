// folder_output.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/status.h"

namespace varjoin {

/// The file that marks a folder as one that varjoin has written, which only such a one may replace.
inline constexpr const char* kFolderMarkFile = "_varjoin.json";

/// Error: something is at `target` that must not be replaced: a file, a folder of others, or, without `replace`,
/// anything but an empty folder.
Status CheckFolderTarget(const std::string& target, bool replace);

/// Syncs the folder `made`, which is on the file system of `target`, and renames it into place, all at once; what was
/// there is then where `made` was, or gone. Errors: as CheckFolderTarget(), or by the system; then nothing has changed.
Status CommitFolder(const std::string& made, const std::string& target, bool replace);

}  // namespace varjoin
