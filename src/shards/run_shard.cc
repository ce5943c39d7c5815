// run_shard.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "shards/run_shard.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.h"
#include "system/resource_tracker.h"

namespace varjoin {
namespace {

constexpr double kLockSeconds = 0.5;

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// Of the scheduler, where there is one.
std::string JobName() {
  const auto text = [](const char* variable) -> std::string {
    const char* const value = std::getenv(variable);
    return value == nullptr ? "" : value;
  };
  const std::string array = text("SLURM_ARRAY_JOB_ID");
  return array.empty() ? text("SLURM_JOB_ID") : array + "_" + text("SLURM_ARRAY_TASK_ID");
}

/// Inputs and sources are what they were when the shards were planned.
Status CheckUnchanged(const Manifest& manifest, const Shard& shard) {
  for (const ShardPiece& piece : shard.pieces) {
    VARJOIN_RETURN_IF_ERROR(CheckInput(manifest, piece.input));
  }
  return CheckSources(manifest);
}

AnnotateRequest RequestOf(const Manifest& manifest, size_t shard, size_t number) {
  const ShardPiece& piece = manifest.shards[shard - 1].pieces[number];
  AnnotateRequest request = manifest.request;
  request.inputs = {manifest.inputs[piece.input].file.path};
  request.output = manifest.PartPath(shard, number);
  request.force = true;
  request.allow_no_overlap = true;  // merging sees whether all of an input has something in common
  request.filters.part = piece.part;
  if (!piece.contig.empty()) {
    request.filters.regions = {"{" + piece.contig + "}"};
  }
  return request;
}

Result<PieceResult> RunOne(const Manifest& manifest, size_t shard, size_t number, const RunPiece& run,
                           std::vector<std::string>& notes) {
  const size_t pieces = manifest.shards[shard - 1].pieces.size();
  const AnnotateRequest request = RequestOf(manifest, shard, number);
  const std::string label = fmt::format("shard {} of {}{}: ", shard, manifest.shards.size(),
                                        pieces == 1 ? "" : fmt::format(", {} of {}", number + 1, pieces));
  VARJOIN_ASSIGN(const AnnotateReport report, run(request, label));
  PieceResult result{.records = report.records, .rows = report.output_rows, .group_rows = report.group_rows};
  VARJOIN_ASSIGN(result.file, StampOf(report.output));
  for (const SourceMatches& source : report.sources) {
    result.common_contigs[source.name] = source.common_contigs;
  }
  for (const std::string& note : report.notes) {
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) {
      notes.push_back(note);
    }
  }
  return result;
}

Status RunPieces(const Manifest& manifest, size_t shard, const RunPiece& run, ShardRun& done) {
  const Shard& pieces = manifest.shards[shard - 1];
  VARJOIN_RETURN_IF_ERROR(CheckUnchanged(manifest, pieces));
  for (size_t i = 0; i < pieces.pieces.size(); ++i) {
    VARJOIN_ASSIGN(PieceResult result, RunOne(manifest, shard, i, run, done.notes));
    done.state.pieces.push_back(std::move(result));
  }
  return CheckUnchanged(manifest, pieces);  // meanwhile
}

}  // namespace

Result<ShardRun> RunShard(const Manifest& manifest, size_t shard, const RunPiece& run) {
  if (shard < 1 || shard > manifest.shards.size()) {
    return BadInput("{}: has the shards 1 to {}, and no shard {}", manifest.path, manifest.shards.size(), shard);
  }
  VARJOIN_RETURN_IF_ERROR(CheckUnchanged(manifest, manifest.shards[shard - 1]));
  ShardRun done{.state = StateOf(manifest, shard), .notes = {}};
  done.was_done = done.state.phase == ShardPhase::kDone || !MergedOf(manifest).empty();
  if (done.was_done) {
    return done;
  }
  VARJOIN_RETURN_IF_ERROR(MakeFolders(manifest.Folder()));
  const Result<FileLock> lock = FileLock::Take(manifest.LockPath(shard), kLockSeconds);
  if (lock.status().code() == StatusCode::kTryAgain) {
    return Status(
        StatusCode::kTryAgain,
        fmt::format(
            "shard {} is being run by another process{}; try again when that has ended", shard,
            done.state.host.empty() ? "" : fmt::format(", on {} since {}", done.state.host, done.state.started_at)));
  }
  VARJOIN_RETURN_IF_ERROR(lock.status());
  done.state = StateOf(manifest, shard);  // another process may have done it before the lock
  if (done.state.phase == ShardPhase::kDone) {
    done.was_done = true;
    return done;
  }
  ResourceTracker tracker;
  done.state = {.phase = ShardPhase::kRunning, .host = HostName(), .job = JobName(), .started_at = NowUtc()};
  VARJOIN_RETURN_IF_ERROR(WriteState(manifest, shard, done.state));
  const Status status = RunPieces(manifest, shard, run, done);
  const ResourceUsage usage = tracker.Stop();
  done.state.phase = status.ok() ? ShardPhase::kDone : ShardPhase::kFailed;
  done.state.ended_at = NowUtc();
  done.state.error = status.message();
  done.state.exit_code = static_cast<int>(status.code());
  done.state.wall_seconds = usage.wall_seconds;
  done.state.cpu_seconds = usage.cpu_seconds;
  done.state.peak_rss_bytes = usage.peak_rss_bytes;
  if (!status.ok()) {
    (void)WriteState(manifest, shard, done.state);  // the error itself says more than that it can't be kept
    return status;
  }
  VARJOIN_RETURN_IF_ERROR(WriteState(manifest, shard, done.state));
  return done;
}

}  // namespace varjoin
