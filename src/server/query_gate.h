// query_gate.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/status.h"
#include "server/answer.h"

namespace varjoin::server {

/// Lets a few statements run at a time; the others wait their turn. Thread-safe.
class QueryGate {
 public:
  QueryGate(int most_running, int most_waiting) : free_(most_running), most_waiting_(most_waiting) {}

  /// A place among those that run, until the object goes.
  class Place {
   public:
    explicit Place(QueryGate& gate) : gate_(&gate) {}
    Place(Place&& other) noexcept : gate_(other.gate_) { other.gate_ = nullptr; }
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    QueryGate* gate_;
  };

  /// Waits for a place. Errors: kTryAgain where too many wait already, kInterrupted if `stop` says so meanwhile.
  Result<Place> Enter(const Stop& stop);

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  int free_;
  int waiting_ = 0;
  const int most_waiting_;
};

}  // namespace varjoin::server
