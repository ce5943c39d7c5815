// region_filter.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vcf/regions.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {

/// Leaves out the records that a scan does not want, by CHROM and POS and, where these don't decide it, the end. What
/// is left out is never parsed. Immutable, so that threads may share it.
///
/// A line whose CHROM or POS can't be told is kept: the parser has to say what is wrong with it.
class RegionFilter {
 public:
  enum class Mode {
    /// The records whose start..end overlaps the regions, `end` being the largest that read_vcf gives for one of its
    /// alleles (where a bad value leaves it unknown, the last base of REF). They are numbered anew.
    kOverlap,
    /// All records whose start is in the regions, and perhaps more, which keep their numbers.
    kStart,
  };

  RegionFilter(Regions regions, Mode mode) : regions_(std::move(regions)), mode_(mode) {}

  const Regions& regions() const { return regions_; }
  Mode mode() const { return mode_; }

  /// Cuts the batch's text down and returns the number of records that are left; 0: the batch is of no use any more.
  /// With kStart, `first_record` is that of the first one left.
  int64_t Apply(Batch& batch) const;

 private:
  class Lines;

  int64_t Compact(Batch& batch) const;
  int64_t Trim(Batch& batch) const;

  const Regions regions_;
  const Mode mode_;
};

}  // namespace varjoin::vcf
