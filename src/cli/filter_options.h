// filter_options.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "annotate/filters.h"

namespace varjoin::cli {

/// The options that say which of the input comes out, for `annotate` and `convert`. `filters` outlives the command.
void AddFilterOptions(CLI::App& command, Filters& filters);

}  // namespace varjoin::cli
