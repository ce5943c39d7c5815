// interrupt.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "duck/database.h"

namespace varjoin::cli {

/// From here on, Ctrl-C, SIGTERM and SIGHUP stop the guarded database's statements instead of the process, so that
/// the run cleans up behind itself; a second one ends the process at once. SIGPIPE is ignored: writes fail instead.
void HandleSignals();

/// A signal has come.
bool WasInterrupted();

/// While it lives, signals stop `database`. One at a time.
class InterruptGuard {
 public:
  explicit InterruptGuard(duck::Database& database);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

}  // namespace varjoin::cli
