// write_error.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace varjoin {

/// The next step after WriteError() for what is written into the folder for temporary files.
inline constexpr std::string_view kTempElsewhere = "name another folder with --temp-directory";

/// WriteError() of output_file.h where the alternative to making room is `elsewhere`.
Status WriteError(std::string_view name, int error, std::string_view elsewhere);

/// Whether the disk, a quota or the largest size of a file is the limit that an errno tells of.
bool IsNoSpace(int error);

/// The first such errno whose text is in `message`; 0: none.
int NoSpaceToldBy(std::string_view message);

/// Brings what was written to a file to the disk: all that can run out of space has done so then. `name` stands for it
/// in messages.
Status SyncFile(const std::string& path, std::string_view name);

}  // namespace varjoin
