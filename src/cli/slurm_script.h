// slurm_script.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "shards/manifest.h"

namespace varjoin::cli {

/// A script for bash that runs the shards as a Slurm job array of so many threads each, and merges them when all are
/// done. It asks for half as much memory again as is expected, and for four times the CPU seconds. `executable` is the
/// command where $VARJOIN names none.
std::string SlurmScript(const Manifest& manifest, int threads, const std::string& executable);

}  // namespace varjoin::cli
