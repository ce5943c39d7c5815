// working_memory.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/working_memory.h"

#include <algorithm>

#include "annotate/filters.h"
#include "base/text.h"

namespace varjoin {
namespace {

// What a row group takes while it is written. DuckDB goes through the group column by column: where the group does not
// fit, all of it is spilled and read again for each, which takes six times the CPU (measured: 50 columns, half of them
// lists, in 100 MB).
constexpr uint64_t kMegabytesOfGroup = 100;
constexpr uint64_t kMegabytesOfThread = 100;
constexpr uint64_t kNextTimes = 4;  ///< as much, where that was too little
// DuckDB 1.5.6 lets a further thread into an ordered COPY where it gets 4 MB for each column, and it gets a quarter of
// the limit: with less, all but one wait. It does not come to hold as much, but with very many columns it could.
constexpr uint64_t kMegabytesOfColumn = 18;
constexpr uint64_t kMostColumns = 64;

Status SetLimit(duck::Database& database, const std::string& limit) {
  return database.Execute(fmt::format("SET memory_limit = {}", SqlString(limit)));
}

/// Below the user's limit: false, where that is no more.
bool LimitTo(duck::Database& database, const Limits& limits, size_t columns, uint64_t times) {
  const bool alone = columns > kMostColumns;
  const uint64_t threads = alone ? 1 : static_cast<uint64_t>(limits.threads.value);
  const uint64_t to_write = alone ? 0 : kMegabytesOfThread + kMegabytesOfColumn * columns * (threads - 1);
  const uint64_t megabytes = times * std::max(kMegabytesOfGroup + kMegabytesOfThread * threads, to_write);
  // Where it can't be set, the run holds more already.
  return limits.memory_bytes > megabytes * 1'000'000 && SetLimit(database, fmt::format("{}MB", megabytes)).ok();
}

}  // namespace

Status WithThreadsToWrite(duck::Database& database, const Limits& limits, size_t columns,
                          const std::function<Status()>& step) {
  if (columns <= kMostColumns) {
    return step();
  }
  VARJOIN_RETURN_IF_ERROR(database.Execute("SET threads = 1"));
  const Status done = step();
  const Status reset = database.Execute(fmt::format("SET threads = {}", limits.threads.value));
  return done.ok() ? reset : done;
}

Status WithWorkingMemory(duck::Database& database, const Limits& limits, size_t columns,
                         const std::function<Status()>& step) {
  for (uint64_t times = 1; LimitTo(database, limits, columns, times); times *= kNextTimes) {
    Status done = WithThreadsToWrite(database, limits, columns, step);
    VARJOIN_RETURN_IF_ERROR(SetLimit(database, limits.memory_text));
    if (!duck::IsOutOfMemory(done)) {
      return done;
    }
    (void)database.TakeScanReport();
    (void)database.TakeLookupCounts();
    (void)TakeFilterCounts(database);
  }
  return WithThreadsToWrite(database, limits, columns, step);
}

Status InWorkingMemory(duck::Database& database, const Limits& limits, size_t columns,
                       const std::function<Status()>& step) {
  const bool limited = LimitTo(database, limits, columns, kNextTimes);
  const Status done = WithThreadsToWrite(database, limits, columns, step);
  if (limited) {
    VARJOIN_RETURN_IF_ERROR(SetLimit(database, limits.memory_text));
  }
  return limited && duck::IsOutOfMemory(done)
             ? Failed(
                   "out of memory: the rows of standard input are too wide to be annotated as they come; save it to "
                   "a file and annotate that")
             : done;
}

}  // namespace varjoin
