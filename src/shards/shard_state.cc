// shard_state.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "shards/shard_state.h"

#include <algorithm>

#include "shards/json_file.h"

namespace varjoin {
namespace {

constexpr const char* kPhaseNames[] = {"waiting", "running", "died", "failed", "changed", "done"};

bool IsIntact(const FileStamp& then) {
  const auto now = StampOf(then.path);
  return now.ok() && *now == then;
}

ShardState FromJson(const Json& json) {
  ShardState state{.host = json.at("host"),
                   .job = json.at("job"),
                   .started_at = json.at("started_at"),
                   .ended_at = json.at("ended_at"),
                   .error = json.at("error"),
                   .exit_code = json.at("exit_code"),
                   .wall_seconds = json.at("wall_seconds"),
                   .cpu_seconds = json.at("cpu_seconds"),
                   .peak_rss_bytes = json.at("peak_rss_bytes"),
                   .pieces = {}};
  const auto phase = std::find(std::begin(kPhaseNames), std::end(kPhaseNames), json.at("state").get<std::string>());
  state.phase = static_cast<ShardPhase>(phase - std::begin(kPhaseNames));
  for (const Json& piece : json.at("pieces")) {
    state.pieces.push_back({.file = StampFromJson(piece),
                            .records = piece.at("records"),
                            .rows = piece.at("rows"),
                            .group_rows = piece.at("group_rows"),
                            .common_contigs = piece.at("common_contigs")});
  }
  return state;
}

/// A lock that can be shared is nobody's.
bool IsLocked(const std::string& path) {
  return FileExists(path) && !FileLock::Hold(path).ok();
}

ShardState ReadState(const Manifest& manifest, size_t shard) {
  const Result<Json> json = ReadJson(manifest.StatePath(shard));
  if (!json.ok()) {
    return {};
  }
  try {
    ShardState state = FromJson(*json);
    const bool same = json->at("key") == manifest.key && state.phase <= ShardPhase::kDone;
    if (!same || (state.phase == ShardPhase::kDone &&
                  !std::all_of(state.pieces.begin(), state.pieces.end(),
                               [](const PieceResult& piece) { return IsIntact(piece.file); }))) {
      return {.phase = ShardPhase::kChanged};
    }
    return state;
  } catch (const Json::exception&) {
    return {.phase = ShardPhase::kChanged};
  }
}

}  // namespace

std::string_view NameOf(ShardPhase phase) {
  return kPhaseNames[static_cast<size_t>(phase)];
}

ShardState StateOf(const Manifest& manifest, size_t shard) {
  const bool locked = IsLocked(manifest.LockPath(shard));
  ShardState state = ReadState(manifest, shard);
  if (locked && state.phase != ShardPhase::kDone) {
    state.phase = ShardPhase::kRunning;
  } else if (state.phase == ShardPhase::kRunning) {
    state = ReadState(manifest, shard);  // it may have ended just now: the state is written before the lock goes
    state.phase = state.phase == ShardPhase::kRunning ? ShardPhase::kDied : state.phase;
  }
  return state;
}

Status WriteState(const Manifest& manifest, size_t shard, const ShardState& state) {
  Json pieces = Json::array();
  for (const PieceResult& piece : state.pieces) {
    Json json = ToJson(piece.file);
    json["records"] = piece.records;
    json["rows"] = piece.rows;
    json["group_rows"] = piece.group_rows;
    json["common_contigs"] = piece.common_contigs;
    pieces.push_back(std::move(json));
  }
  return WriteJson(manifest.StatePath(shard), {{"shard", shard},
                                               {"state", NameOf(state.phase)},
                                               {"key", manifest.key},
                                               {"host", state.host},
                                               {"job", state.job},
                                               {"started_at", state.started_at},
                                               {"ended_at", state.ended_at},
                                               {"error", state.error},
                                               {"exit_code", state.exit_code},
                                               {"wall_seconds", state.wall_seconds},
                                               {"cpu_seconds", state.cpu_seconds},
                                               {"peak_rss_bytes", state.peak_rss_bytes},
                                               {"pieces", pieces}});
}

std::vector<MergedOutput> MergedOf(const Manifest& manifest) {
  const Result<Json> json = ReadJson(manifest.MergedPath());
  std::vector<MergedOutput> outputs;
  try {
    if (!json.ok() || json->at("key") != manifest.key) {
      return {};
    }
    for (const Json& output : json->at("outputs")) {
      outputs.push_back({.file = StampFromJson(output), .rows = output.at("rows")});
      if (!IsIntact(outputs.back().file)) {
        return {};
      }
    }
  } catch (const Json::exception&) {
    return {};
  }
  return outputs;
}

bool MergingHasBegun(const Manifest& manifest) {
  const Result<Json> json = ReadJson(manifest.MergedPath());
  return json.ok() && json->value("key", Json()) == manifest.key;
}

Status WriteMerged(const Manifest& manifest, const std::vector<MergedOutput>& outputs) {
  Json array = Json::array();
  for (const MergedOutput& output : outputs) {
    Json json = ToJson(output.file);
    json["rows"] = output.rows;
    array.push_back(std::move(json));
  }
  return WriteJson(manifest.MergedPath(), {{"key", manifest.key}, {"outputs", array}});
}

}  // namespace varjoin
