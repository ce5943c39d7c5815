// query_gate.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/query_gate.h"

#include <chrono>

namespace varjoin::server {
namespace {

constexpr auto kBetweenQuestions = std::chrono::milliseconds(50);

}  // namespace

QueryGate::Place::~Place() {
  if (gate_ != nullptr) {
    const std::lock_guard lock(gate_->mutex_);
    ++gate_->free_;
    gate_->freed_.notify_one();
  }
}

Result<QueryGate::Place> QueryGate::Enter(const Stop& stop) {
  std::unique_lock lock(mutex_);
  if (free_ == 0 && waiting_ >= most_waiting_) {
    return Status(StatusCode::kTryAgain, "too many questions at once; try again in a moment");
  }
  ++waiting_;
  bool stopped = stop();  // what nobody waits for is not begun
  while (free_ == 0 && !stopped) {
    freed_.wait_for(lock, kBetweenQuestions);
    stopped = free_ == 0 && stop();
  }
  --waiting_;
  if (stopped) {
    return Status(StatusCode::kInterrupted, "interrupted");
  }
  --free_;
  return Place(*this);
}

}  // namespace varjoin::server
