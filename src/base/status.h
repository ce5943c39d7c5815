// status.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// base/ is what every other folder may use: errors as values, files, checksums, text.
// It includes nothing of varjoin but itself and the public headers.
#pragma once

#include <fmt/format.h>

#include "varjoin/status.h"

namespace varjoin {

/// Failed("cannot write {}: {}", path, reason): exit code 1.
template <typename... Args>
Status Failed(fmt::format_string<Args...> text, Args&&... args) {
  return {StatusCode::kFailed, fmt::format(text, std::forward<Args>(args)...)};
}

/// BadInput("{}: not a VCF", path): exit code 2.
template <typename... Args>
Status BadInput(fmt::format_string<Args...> text, Args&&... args) {
  return {StatusCode::kBadInput, fmt::format(text, std::forward<Args>(args)...)};
}

}  // namespace varjoin

#define VARJOIN_CONCAT_(a, b) a##b
#define VARJOIN_CONCAT(a, b) VARJOIN_CONCAT_(a, b)

/// Returns from the calling function with the error of `expr` (a Status), if it is one.
#define VARJOIN_RETURN_IF_ERROR(expr)                        \
  do {                                                       \
    if (::varjoin::Status status_ = (expr); !status_.ok()) { \
      return status_;                                        \
    }                                                        \
  } while (false)

/// VARJOIN_ASSIGN(auto rows, Count()): `rows` is Count()'s value, or its error is returned.
#define VARJOIN_ASSIGN(declaration, expr) VARJOIN_ASSIGN_(VARJOIN_CONCAT(result_, __LINE__), declaration, expr)
#define VARJOIN_ASSIGN_(result, declaration, expr) \
  auto result = (expr);                            \
  if (!result.ok()) {                              \
    return result.status();                        \
  }                                                \
  declaration = *std::move(result)
