// run_shard.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/status.h"
#include "shards/make_plan.h"
#include "shards/manifest.h"
#include "shards/shard_state.h"

namespace varjoin {

struct ShardRun {
  bool was_done = false;  ///< before: nothing was to do
  ShardState state = {};
  std::vector<std::string> notes = {};  ///< of its pieces, each once
};

/// Runs a shard (from 1), if it is not done. What it makes appears complete or not at all, and then its state says so.
/// Errors: there is no such shard; an input of it or a source has changed; kTryAgain: another process runs it just
/// now; those of `run`, which are kept in its state.
Result<ShardRun> RunShard(const Manifest& manifest, size_t shard, const RunPiece& run);

}  // namespace varjoin
