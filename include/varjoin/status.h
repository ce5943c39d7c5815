// status.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The public headers have no exceptions and no type of DuckDB's in them; an error is a value.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace varjoin {

/// What kind of trouble a Status reports. The values are the exit codes of the command.
enum class StatusCode : int {
  kOk = 0,
  kFailed = 1,         ///< the work was started and failed: I/O, no space, out of memory
  kBadInput = 2,       ///< wrong use or bad input: a file, a record, an option
  kTryAgain = 75,      ///< a lock or a resource is taken; the same call may succeed later
  kInterrupted = 130,  ///< the user stopped the run
};

/// Success, or an error with a message for the user: one paragraph of plain words that names the
/// file and the cause, and the next step where there is one. No final full stop is required.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {
    assert(code != StatusCode::kOk);
  }

  static Status Ok() { return {}; }

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

/// A value, or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}        // NOLINT(google-explicit-constructor)
  Result(Status status) : held_(std::in_place_index<1>, std::move(status)) {  // NOLINT(google-explicit-constructor)
    assert(!std::get<1>(held_).ok());
  }

  bool ok() const { return held_.index() == 0; }
  Status status() const { return ok() ? Status::Ok() : std::get<1>(held_); }

  /// Precondition of the four: ok().
  T& operator*() & { return std::get<0>(held_); }
  const T& operator*() const& { return std::get<0>(held_); }
  T&& operator*() && { return std::get<0>(std::move(held_)); }
  T* operator->() { return &std::get<0>(held_); }
  const T* operator->() const { return &std::get<0>(held_); }

 private:
  std::variant<T, Status> held_;
};

}  // namespace varjoin
