// help.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>

namespace varjoin::cli {

/// Texts of `--help` that fit a screen: what is in LeaveToHelpAll() is only in `--help-all`. For `app` and the commands
/// that are added to it from here on.
void UseShortHelp(CLI::App& app);

/// Options of a command that few need: "--species".
void LeaveToHelpAll(CLI::App& command, std::initializer_list<const char*> options);

}  // namespace varjoin::cli
