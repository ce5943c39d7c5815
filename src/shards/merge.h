// merge.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "shards/manifest.h"
#include "shards/shard_state.h"
#include "system/limits.h"

namespace varjoin {

struct MergeOptions {
  bool dataset = false;  ///< Parquet: a folder with a file for each piece, in order by their names
  bool clean = false;    ///< remove what the shards have made when it is joined
  bool force = false;    ///< replace outputs of others
};

/// What merging uses of its surroundings. All references outlive the call.
struct MergeSession {
  duck::Database& database;
  const Limits& limits;
  std::function<void(const std::string& what)> on_phase;
};

struct Merged {
  bool was_done = false;  ///< before: nothing was to do
  std::vector<MergedOutput> outputs;
  std::vector<std::string> notes;
};

/// Joins what the shards have made to an output of each input, in the input's order: of VCF the bytes, and of Parquet
/// the rows, that one run would write. Each output appears complete or not at all. Errors: shards that are not done,
/// all named (kTryAgain where none has failed); an input or source that has changed; an output that exists; an input
/// that has no contig in common with a source.
Result<Merged> MergeShards(const Manifest& manifest, const MergeOptions& options, const MergeSession& session);

/// A piece of an input with what was made of it, in the input's order.
using InputParts = std::vector<PieceResult>;

/// merge_table.cc: joins Parquet to one at `path`. `records` of the input come before the parts. Returns its rows.
Result<int64_t> MergeParquet(const Manifest& manifest, const InputParts& parts, const std::string& path,
                             const MergeSession& session, int64_t records = 0);

}  // namespace varjoin
