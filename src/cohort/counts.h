// counts.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/status.h"
#include "cohort/alleles.h"
#include "cohort/change.h"

namespace varjoin {

/// A SELECT of what is counted at each site that a sample has a call of: site, calls, AC, AN_called, carriers,
/// homozygotes, incomplete (all BIGINT), and `largest`, the most alleles of a genotype there, 1 at least. Calls that
/// are `repeated` are left out. Most of it was counted when samples were added; the calls of others are counted by the
/// SELECT.
std::string CountsSql(const CohortManifest& manifest);

/// Counts the calls of samples that were added, where there are many more of them than sites in the counts; and takes
/// those of samples away that were counted and are no more.
Status CountCalls(const CohortSession& session, CohortChange& change);

}  // namespace varjoin
