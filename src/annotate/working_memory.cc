// working_memory.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/working_memory.h"

#include "base/text.h"

namespace varjoin {
namespace {

constexpr uint64_t kMegabytesOfThread = 100;

Status SetLimit(duck::Database& database, const std::string& limit) {
  return database.Execute(fmt::format("SET memory_limit = {}", SqlString(limit)));
}

}  // namespace

Status WithWorkingMemory(duck::Database& database, const Limits& limits, const std::function<Status()>& step) {
  const uint64_t megabytes = kMegabytesOfThread * static_cast<uint64_t>(limits.threads.value);
  if (limits.memory_bytes <= megabytes * 1'000'000) {
    return step();
  }
  if (!SetLimit(database, fmt::format("{}MB", megabytes)).ok()) {
    return step();  // what the run holds already does not fit into it
  }
  const Status done = step();
  VARJOIN_RETURN_IF_ERROR(SetLimit(database, limits.memory_text));
  if (!duck::IsOutOfMemory(done)) {
    return done;
  }
  (void)database.TakeScanReport();
  (void)database.TakeLookupCounts();
  return step();
}

}  // namespace varjoin
