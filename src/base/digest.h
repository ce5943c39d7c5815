// digest.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "base/status.h"

namespace varjoin {

/// The sums that publishers give of their files.
enum class DigestKind {
  kMd5,     ///< 32 hexadecimal digits
  kSha256,  ///< 64 hexadecimal digits
  kSum,     ///< of the command `sum`: 16 bits by BSD's algorithm, five decimal digits
};

/// "MD5", "SHA-256", "sum".
std::string_view NameOf(DigestKind kind);

/// The sum of a file, which is read once, as the publishers write it, in lower case. Errors: the file can't be read, or
/// `stopped` said true (kInterrupted).
Result<std::string> DigestOf(
    const std::string& path, DigestKind kind, const std::function<bool()>& stopped = [] { return false; });

}  // namespace varjoin
