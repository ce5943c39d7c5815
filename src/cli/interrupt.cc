// interrupt.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.h"

#include <atomic>
#include <csignal>
#include <vector>

namespace varjoin::cli {
namespace {

std::atomic<duck::Database*> guarded{nullptr};
std::vector<duck::Database*> outer;  ///< what guards that others live within have guarded; of the main thread
volatile std::sig_atomic_t interrupted = 0;

void OnSignal(int) {
  interrupted = 1;
  if (duck::Database* database = guarded) {
    database->Interrupt();
  }
}

}  // namespace

void HandleSignals() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // no SA_RESTART: a read from a pipe is interrupted too
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaction(signal, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not become as large is an error like a full disk
}

bool WasInterrupted() {
  return interrupted != 0;
}

InterruptGuard::InterruptGuard(duck::Database& database) {
  outer.push_back(guarded.exchange(&database));
  if (interrupted != 0) {
    database.Interrupt();
  }
}

InterruptGuard::~InterruptGuard() {
  guarded = outer.back();
  outer.pop_back();
  if (interrupted != 0 && guarded != nullptr) {
    guarded.load()->Interrupt();
  }
}

}  // namespace varjoin::cli
