// working_memory.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "base/status.h"
#include "duck/database.h"
#include "system/limits.h"

namespace varjoin {

/// Runs a step that streams with a memory limit of its own below the user's: an ordered COPY holds as many rows as it
/// is let, and is no faster for it. It is 100 MB, and 100 MB a thread, and more where `columns`, those that the step
/// writes (0: it writes none), let all threads write at once. Where it is too little, because rows are very wide, the
/// step is run again with four times as much, and so on up to the user's limit; so it must be one that can be repeated.
/// What the scans and look-ups of a try told is forgotten.
Status WithWorkingMemory(duck::Database& database, const Limits& limits, size_t columns,
                         const std::function<Status()>& step);

/// The same for a step that can't be repeated, because it reads a pipe: in at least four times that memory a thread,
/// and once. Error: that is too little; it tells the user to save the input to a file.
Status InWorkingMemory(duck::Database& database, const Limits& limits, size_t columns,
                       const std::function<Status()>& step);

/// Whether an ordered COPY of so many columns lets only one thread write at a time, in WithWorkingMemory()'s memory.
bool WritesAlone(int64_t columns);

/// Runs a step with one thread. Where DuckDB lets one thread write at a time, those that wait take two thirds of the
/// CPU time, and what they hold doubles the memory.
Status WithOneThread(duck::Database& database, const Limits& limits, const std::function<Status()>& step);

}  // namespace varjoin
