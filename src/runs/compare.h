// compare.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runs/run_record.h"

namespace varjoin {

/// How two runs differ: {"runs": [A, B], "changed": [{"what", "a", "b"}], "figures": [{"what", "a", "b", "percent"}]}.
/// `changed` has what went in (configuration, versions, inputs, sources, engine, limits) where it is not the same,
/// `figures` every number that came out, the same or not; `percent` is by how much B exceeds A, null where A is 0.
RunJson CompareRuns(const RunJson& a, const RunJson& b);

}  // namespace varjoin
