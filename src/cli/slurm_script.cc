// slurm_script.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/slurm_script.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace varjoin::cli {
namespace {

constexpr double kLeastMb = 500;
constexpr double kUnknownMb = 4'000;
constexpr double kLeastMinutes = 5;

std::string ShellWord(const std::string& text) {
  return "'" + ReplaceAll(text, "'", "'\\''") + "'";
}

/// The options of sbatch that ask for what a shard takes.
std::string Resources(const Manifest& manifest, int threads) {
  double seconds = 0;
  for (const Shard& shard : manifest.shards) {
    seconds = std::max(seconds, manifest.cost.CpuSeconds(shard));
  }
  const double memory = manifest.cost.known ? std::max(kLeastMb, manifest.cost.memory_mb * 1.5) : kUnknownMb;
  std::string options = fmt::format("--cpus-per-task={} --mem={:.0f}M", threads, std::ceil(memory));
  if (manifest.cost.known) {
    options += fmt::format(" --time={:.0f}", std::max(kLeastMinutes, std::ceil(seconds * 4 / 60)));
  }
  return options;
}

constexpr const char* kScript = R"SCRIPT(#!/bin/bash
# Made by varjoin plan --slurm. $VARJOIN: the command; $AT_ONCE: how many shards run at once; $SBATCH_…: see sbatch.
set -euo pipefail
varjoin=${{VARJOIN:-{executable}}}
manifest={manifest}
logs={logs}
if "$varjoin" status "$manifest" > /dev/null; then
  echo 'all {shards} shards are done' >&2
  exec "$varjoin" merge "$manifest"
fi
# What is done does nothing; what a node has lost is queued again; where a shard has failed, nothing is merged.
array=$(sbatch --parsable --requeue --job-name=varjoin --array="1-{shards}%${{AT_ONCE:-100}}" {resources} \
  --output="$logs/slurm-%a.log" \
  --wrap="$(printf '%q run-shard %q "$SLURM_ARRAY_TASK_ID" --threads {threads}' "$varjoin" "$manifest")")
merge=$(sbatch --parsable --requeue --job-name=varjoin-merge --dependency="afterok:$array" --kill-on-invalid-dep=yes \
  {resources} --output="$logs/slurm-merge.log" \
  --wrap="$(printf '%q merge %q --threads {threads}' "$varjoin" "$manifest")")
echo "array $array of {shards} shards, merge $merge; to see: $varjoin status $manifest" >&2
)SCRIPT";

}  // namespace

std::string SlurmScript(const Manifest& manifest, int threads, const std::string& executable) {
  return fmt::format(fmt::runtime(kScript), fmt::arg("executable", ShellWord(executable)),
                     fmt::arg("manifest", ShellWord(manifest.path)), fmt::arg("logs", ShellWord(manifest.Folder())),
                     fmt::arg("shards", manifest.shards.size()), fmt::arg("threads", threads),
                     fmt::arg("resources", Resources(manifest, threads)));
}

}  // namespace varjoin::cli
