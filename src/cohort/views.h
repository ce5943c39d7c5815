// views.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cohort/manifest.h"

namespace varjoin {

/// Statements that make the views of a cohort, in plain DuckDB: cohort_samples, cohort_sites, cohort_calls,
/// cohort_variants and cohort_frequencies (see docs/cohort.md). Good for as long as the generation's files are there.
std::string CohortViewsSql(const CohortManifest& manifest);

}  // namespace varjoin
