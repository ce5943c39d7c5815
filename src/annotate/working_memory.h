// working_memory.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <limits>

#include "base/status.h"
#include "duck/database.h"
#include "system/limits.h"

namespace varjoin {

/// For `columns` below: a row group of few rows is as much as a thread may hold.
inline constexpr size_t kWideRows = std::numeric_limits<size_t>::max();

/// Runs a step that writes a table of so many columns, with one thread where they are very many. DuckDB lets one thread
/// at a time write such a one within the memory that a run may take; others would wait, which took two thirds of the
/// CPU time, and fill that memory, so that what they hold is spilled (measured: 859 columns, 15 CPU seconds and 216 MB
/// instead of 115 and 2 GB).
Status WithThreadsToWrite(duck::Database& database, const Limits& limits, size_t columns,
                          const std::function<Status()>& step);

/// Runs a step that streams with a memory limit of its own below the user's: an ordered COPY holds as many rows as it
/// is let, and is no faster for it. It is 100 MB, and 100 MB a thread, and more where `columns`, those of the table
/// that the step writes (0: it writes none), let all threads write at once; see WithThreadsToWrite(), which it does.
/// Where it is too little, because rows are very wide, the step is run again with four times as much, and so on up to
/// the user's limit; so it must be one that can be repeated. What the scans and look-ups of a try told is forgotten.
Status WithWorkingMemory(duck::Database& database, const Limits& limits, size_t columns,
                         const std::function<Status()>& step);

/// The same for a step that can't be repeated, because it reads a pipe: in at least four times that memory a thread,
/// and once. Error: that is too little; it tells the user to save the input to a file.
Status InWorkingMemory(duck::Database& database, const Limits& limits, size_t columns,
                       const std::function<Status()>& step);

}  // namespace varjoin
