// regions.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace varjoin::vcf {

/// Positions of a contig, 1-based, both ends included.
struct Interval {
  int64_t first = std::numeric_limits<int64_t>::min();
  int64_t last = std::numeric_limits<int64_t>::max();
};

/// Sets of positions by contig. Contigs compare as they are written, without aliases.
class Regions {
 public:
  using OfContig = std::vector<Interval>;  ///< ascending, apart from each other

  /// Precondition: first <= last.
  void Add(std::string_view contig, Interval interval);

  /// The contig's intervals, or null.
  const OfContig* Find(std::string_view contig) const;

  const std::map<std::string, OfContig, std::less<>>& contigs() const { return contigs_; }

 private:
  std::map<std::string, OfContig, std::less<>> contigs_;
};

/// Whether [start, end] overlaps one of the intervals.
bool Overlaps(const Regions::OfContig& intervals, int64_t start, int64_t end);

/// Reads regions as bcftools writes them: `chr7`, `chr7:55191822` (one position), `chr7:55000000-56000000`,
/// `chr7:55000000-`, several separated by commas; and paths of BED files (see ReadBed). A contig's name may hold
/// colons: what is whole the name of one of `contigs` is that contig, otherwise the part after the last colon is the
/// range; `{name}` and `{name}:range` are never cut. Errors (kBadInput) name the region.
Result<Regions> ParseRegions(std::span<const std::string> texts,
                             const std::function<bool(std::string_view)>& is_contig);

/// Reads a BED file: contig, start (0-based), end (not included), and columns that don't matter, separated by tabs or
/// blanks; in any packing that a VCF may have. Lines without positions are passed over. Errors (kBadInput) name file
/// and line.
Result<Regions> ReadBed(const std::string& path);

}  // namespace varjoin::vcf
