// filter_options.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>

#include "annotate/filters.h"

namespace varjoin::cli {

/// The options that say which of the input comes out, for `annotate` and `convert`. `filters` outlives the command.
void AddFilterOptions(CLI::App& command, Filters& filters);

/// The options that say how a file is written, for the same. Both outlive the command.
void AddWritingOptions(CLI::App& command, std::optional<int>& level, size_t& group_rows);

}  // namespace varjoin::cli
