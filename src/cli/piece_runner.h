// piece_runner.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/configuration.h"
#include "shards/make_plan.h"
#include "sources/source_index.h"

namespace varjoin::cli {

/// Annotates pieces of a larger work, each in a database of its own, with a line of progress. `configuration` and
/// `indexes` outlive it.
RunPiece PieceRunner(const Configuration& configuration, const std::string& home, OpenIndexes& indexes);

}  // namespace varjoin::cli
