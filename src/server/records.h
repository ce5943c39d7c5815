// records.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runs/run_record.h"
#include "server/answer.h"
#include "sources/catalog.h"

namespace varjoin::server {

/// The newest runs, a few words each.
Json ListRuns(const RunStore& store);

/// All that is known of a run; see docs/runs.md.
Result<Json> ShowRun(const RunStore& store, const Json& question);

/// What differs between the runs {"a"} and {"b"}.
Result<Json> CompareTwoRuns(const RunStore& store, const Json& question);

/// The sources of the catalog, each with its rows, state of the index, and whether its files are as they were.
Result<Json> ListSources(const Catalog& catalog);

/// A source {"name"} with its columns and contigs.
Result<Json> ShowSource(const Catalog& catalog, const Json& question);

}  // namespace varjoin::server
