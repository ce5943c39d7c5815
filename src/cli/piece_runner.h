// piece_runner.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/configuration.h"
#include "cli/progress.h"
#include "shards/make_plan.h"
#include "sources/source_index.h"

namespace varjoin::cli {

/// Annotates pieces of a larger work, each in a database of its own. `whole` is the progress of that work, which tells
/// the pieces' phases too; null: each has a progress of its own. The references outlive it.
RunPiece PieceRunner(const Configuration& configuration, const std::string& home, OpenIndexes& indexes,
                     Progress* whole = nullptr);

}  // namespace varjoin::cli
