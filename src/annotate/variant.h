// variant.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"

namespace varjoin {

/// A variant as a person writes it.
struct Variant {
  std::string chrom;
  int64_t start = 0;  ///< 1-based
  std::string ref;
  std::string alt;
};

/// Parses CONTIG:POSITION:REF:ALT, or the same with `-`, from the right, since contig names may have either. Commas in
/// the position are dropped. Error: what it is not; an rsID is told that sources are not indexed by ids.
Result<Variant> ParseVariant(const std::string& text);

/// Error: the contig has no name, the position is negative, or an allele is no sequence of bases, so that a look-up
/// could find nothing.
Status CheckVariant(const Variant& variant);

}  // namespace varjoin
