// output_counts.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "annotate/report.h"
#include "base/status.h"
#include "duck/database.h"

namespace varjoin {

/// How many alleles of an output have one value.
struct Tally {
  std::string label;
  int64_t alleles = 0;
  std::vector<int64_t> matched = {};  ///< of them, by each source of the report; none where the output does not tell
};

/// The alleles of an output by the values of one column.
struct Distribution {
  std::string column;
  std::vector<Tally> values;
};

/// What the alleles of an output are like. An allele with several rows counts once, with the values of its first row.
struct OutputCounts {
  int64_t alleles = 0;
  std::vector<Tally> contigs;             ///< in the order of the genome
  std::vector<Tally> changes;             ///< "A>G": alleles of a single base
  std::vector<Tally> lengths;             ///< bases gained or lost; all bins
  std::vector<Tally> qualities;           ///< all bins
  std::vector<Tally> filters;             ///< most frequent first
  std::vector<Distribution> frequencies;  ///< columns that are called AF or end in _AF, six at most; all bins
  std::vector<Distribution> classes;      ///< columns that are called CLNSIG or end in _CLNSIG; most frequent first
};

/// The label of alleles without a value.
inline constexpr const char* kNoValue = "no value";

/// Reads the finished output of a run through once. Precondition: it is a file.
Result<OutputCounts> CountOutput(duck::Database& database, const AnnotateReport& report);

/// Changes of purine to purine or pyrimidine to pyrimidine.
bool IsTransition(const std::string& change);

}  // namespace varjoin
