// make_plan.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "annotate/report.h"
#include "annotate/request.h"
#include "base/status.h"
#include "shards/manifest.h"

namespace varjoin {

/// How inputs are cut.
enum class ShardBy {
  kBytes,   ///< into shards of about as many bytes each
  kChrom,   ///< one for each input and contig, by the inputs' indexes
  kSample,  ///< one for each input
};

struct PlanRequest {
  AnnotateRequest all;  ///< with all inputs
  std::string folder;   ///< of the outputs
  std::string path;     ///< of the manifest; "": in the folder
  ShardBy by = ShardBy::kBytes;
  size_t shards = 0;  ///< of kBytes; 0: by kUsualShardBytes
  std::string home;
  std::string version;
};

inline constexpr uint64_t kUsualShardBytes = 64'000'000;  ///< of the input, where nobody says how many shards
inline constexpr const char* kManifestName = "varjoin-shards.json";

struct PlannedShards {
  Manifest manifest;
  std::vector<std::string> notes;  ///< sentences for the user
  bool is_old = false;             ///< a manifest of the same was there; it stays
};

/// Annotates a piece, in a database of its own. `label` says to the user which one.
using RunPiece = std::function<Result<AnnotateReport>(const AnnotateRequest& request, const std::string& label)>;

/// Cuts the inputs and writes the manifest; makes the folder. `measure`: runs a little of the largest input with `run`
/// to see what it costs. Errors, before any work: an input or source is not there, an output exists, the format is
/// none that can be joined, an input that is to be cut by its index has none.
Result<PlannedShards> PlanShards(const PlanRequest& request, bool measure, const std::string& temp_folder,
                                 const RunPiece& run);

/// Cuts inputs (with their `file`) into shards: see PlanRequest. Adds sentences about those that can't be cut.
Result<std::vector<Shard>> CutInputs(const std::vector<ShardInput>& inputs, ShardBy by, size_t shards,
                                     std::vector<std::string>& notes);

}  // namespace varjoin
