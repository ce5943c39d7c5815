// source_fetch.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/commands.h"

namespace varjoin::cli {

/// Adds `fetch` to the command `source`.
void AddSourceFetch(CLI::App& source, Action& action, const std::string& command_line);

}  // namespace varjoin::cli
