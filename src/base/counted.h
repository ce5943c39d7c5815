// counted.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

namespace varjoin {

/// A number of things for a person: "1 bad record was", "2,000 bad records were".
inline std::string Counted(std::integral auto count, std::string_view one, std::string_view several) {
  return WithCommas(static_cast<int64_t>(count)).append(" ").append(count == 1 ? one : several);
}

/// The same of a noun that takes an -s: "1 allele", "0 alleles".
inline std::string Counted(std::integral auto count, std::string_view noun) {
  return Counted(count, noun, std::string(noun) + "s");
}

}  // namespace varjoin
