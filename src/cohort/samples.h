// samples.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "annotate/request.h"
#include "base/status.h"
#include "cohort/alleles.h"
#include "cohort/change.h"

namespace varjoin {

/// What is to be added to a cohort. What is about the cohort as a whole (sources to duplicates) is decided by the first
/// samples; later it may be left out, or be the same.
struct CohortAddition {
  std::string folder;
  std::vector<std::string> inputs;  ///< VCFs: paths or patterns
  std::vector<SourceRequest> sources = {};
  std::vector<std::string> fields = {};  ///< of FORMAT, beside GT; none: kUsualFields
  std::string reference = {};
  std::string assembly = {};
  std::optional<Duplicates> duplicates = {};
  std::string sample = {};          ///< a name for the only sample of the only input; "": the header's
  std::string contig_aliases = {};  ///< a file, see AnnotateRequest
  std::string on_bad_record = "fail";
  bool replace = false;  ///< samples of the same names
  bool allow_no_overlap = false;
};

/// What calls have beside the genotype, where nobody says it.
inline const std::vector<std::string> kUsualFields = {"DP", "GQ"};

/// Adds the samples of all inputs at once, or, in case of an error, none.
Result<CohortReport> AddSamples(const CohortAddition& addition, const CohortSession& session);

/// Annotates all alleles with sources: those that are named, more or other columns of them, or none named: those of the
/// cohort's that have changed.
Result<CohortReport> AnnotateCohort(const std::string& folder, const std::vector<SourceRequest>& sources,
                                    const CohortSession& session);

/// Removes samples. Alleles stay, with their ids. Error: there is none of a name; nothing is removed.
Result<CohortReport> RemoveSamples(const std::string& folder, const std::vector<std::string>& names,
                                   const CohortSession& session);

}  // namespace varjoin
