// sample_calls.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "cohort/alleles.h"
#include "cohort/change.h"
#include "genome/contig_aliases.h"
#include "vcf/inspect.h"

namespace varjoin {

/// A VCF whose samples are added.
struct CohortInput {
  FileStamp file = {};
  vcf::Inspection header = {};
  std::vector<std::string> samples = {};  ///< in the cohort
  std::string on_bad_record = {};
  ContigAliases contig_aliases = {};
  bool allow_no_overlap = false;
};

/// The column of a FORMAT field in long rows; null: the input has none.
const vcf::Column* FindFormat(const vcf::Inspection& input, const std::string& field);

/// A type of DuckDB's for its values.
std::string TypeOf(const vcf::Column& column);

/// Reads the calls of an input's samples, annotates alleles that the cohort does not have, and writes both.
Status AddInput(const CohortSession& session, const CohortInput& input, CohortChange& change, CohortReport& report);

}  // namespace varjoin
