// errors.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// python/native/ is the module varjoin._native: the C++ library as Python sees it, without any logic of its own. The
// package varjoin, in Python, is what users call.
#pragma once

#include <nanobind/nanobind.h>

#include <exception>
#include <utility>

#include "base/status.h"

namespace varjoin::python {

namespace nb = nanobind;

/// A Status on its way to Python, where it becomes varjoin.InputError, RunError or BusyError, or KeyboardInterrupt.
class StatusError : public std::exception {
 public:
  explicit StatusError(Status status) : status_(std::move(status)) {}
  const Status& status() const { return status_; }
  const char* what() const noexcept override { return status_.message().c_str(); }

 private:
  Status status_;
};

inline void ThrowIfError(const Status& status) {
  if (!status.ok()) {
    throw StatusError(status);
  }
}

/// The value, or its error thrown.
template <typename T>
T ValueOf(Result<T> result) {
  if (!result.ok()) {
    throw StatusError(result.status());
  }
  return *std::move(result);
}

/// Makes the exceptions' classes, and what turns StatusError into them.
void AddErrors(nb::module_& module);

}  // namespace varjoin::python
