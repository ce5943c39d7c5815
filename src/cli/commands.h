// commands.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace varjoin::cli {

/// What a command line asks for: set by the parser, called after it. Returns the exit code.
using Action = std::function<int()>;

/// Accepts these values only; the help text of the option names them, so the parser does not.
inline CLI::Validator OneOf(const std::vector<std::string>& values) {
  return CLI::IsMember(values).description("");
}

/// Accepts whole numbers from `low` to `high`, both included.
CLI::Validator WholeNumber(int64_t low, int64_t high = std::numeric_limits<int64_t>::max());

/// Each adds its command to `app`; parsing it sets `action`. `command_line` is the whole command as typed.
void AddAnnotate(CLI::App& app, Action& action, const std::string& command_line);
void AddSource(CLI::App& app, Action& action, const std::string& command_line);
void AddLookup(CLI::App& app, Action& action);
void AddConvert(CLI::App& app, Action& action, const std::string& command_line);
/// plan, run-shard, merge and status.
void AddShards(CLI::App& app, Action& action, const std::string& command_line);
void AddCohort(CLI::App& app, Action& action, const std::string& command_line);
void AddShow(CLI::App& app, Action& action);
void AddQuery(CLI::App& app, Action& action);
void AddRuns(CLI::App& app, Action& action);
void AddSystem(CLI::App& app, Action& action);
void AddUi(CLI::App& app, Action& action);

}  // namespace varjoin::cli
