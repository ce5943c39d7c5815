// console.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// cli/ is the command `varjoin`: arguments, progress, tables, exit codes. It contains no genomics.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace varjoin::cli {

bool StderrIsTerminal();
bool StdoutIsTerminal();

/// Columns of the terminal; 0: stdout is none.
int TerminalWidth();

/// `text` in bold, if stderr is a terminal and NO_COLOR is not set.
std::string Bold(std::string_view text);

/// A line on stderr: talk.
void Say(std::string_view text);

/// Data on stdout, as it is. False: the reader has gone (a closed pipe), which is no error.
bool Print(std::string_view text);

/// "varjoin: note: …" on stderr.
void Note(std::string_view text);

/// Prints the error of `status` on stderr and returns the exit code.
int Fail(const Status& status);

}  // namespace varjoin::cli
