// shard_state.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/status.h"
#include "shards/manifest.h"

namespace varjoin {

/// What a shard has made of a piece.
struct PieceResult {
  FileStamp file = {};
  int64_t records = 0;  ///< of the input that were read, by which those of the next piece are numbered
  int64_t rows = 0;     ///< of the output; of VCF: records
  size_t group_rows = 0;
  std::map<std::string, int64_t> common_contigs = {};  ///< with each source
};

enum class ShardPhase {
  kWaiting,  ///< not run yet
  kRunning,
  kDied,     ///< was run by a process that is there no more
  kFailed,   ///< or interrupted
  kChanged,  ///< was done for another manifest, or what it has made is there no more
  kDone,
};

/// "waiting", "running" …
std::string_view NameOf(ShardPhase phase);

/// What is known of a shard, by its files.
struct ShardState {
  ShardPhase phase = ShardPhase::kWaiting;
  std::string host = {};  ///< where it was run last; ""
  std::string job = {};   ///< of the scheduler; ""
  std::string started_at = {};
  std::string ended_at = {};
  std::string error = {};  ///< of kFailed
  int exit_code = 0;       ///< likewise
  double wall_seconds = 0;
  double cpu_seconds = 0;
  uint64_t peak_rss_bytes = 0;
  std::vector<PieceResult> pieces = {};  ///< of kDone
};

/// The state of a shard (from 1). It never fails: what can't be read has not been done.
ShardState StateOf(const Manifest& manifest, size_t shard);

/// Writes the state, with the key of the manifest.
Status WriteState(const Manifest& manifest, size_t shard, const ShardState& state);

/// An output of merging.
struct MergedOutput {
  FileStamp file;  ///< of a dataset: its mark
  int64_t rows = 0;
};

/// What merging has made for this manifest, if all of it is still there; else nothing.
std::vector<MergedOutput> MergedOf(const Manifest& manifest);
Status WriteMerged(const Manifest& manifest, const std::vector<MergedOutput>& outputs);

/// Whether WriteMerged() was called for this manifest, with outputs or, when merging began, with none.
bool MergingHasBegun(const Manifest& manifest);

}  // namespace varjoin
