// commands.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace varjoin::cli {

/// What a command line asks for: set by the parser, called after it. Returns the exit code.
using Action = std::function<int()>;

/// Each adds its command to `app`; parsing it sets `action`. `command_line` is the whole command as typed.
void AddAnnotate(CLI::App& app, Action& action, const std::string& command_line);
void AddSource(CLI::App& app, Action& action);
void AddQuery(CLI::App& app, Action& action);
void AddSystem(CLI::App& app, Action& action);

}  // namespace varjoin::cli
