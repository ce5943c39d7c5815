// console.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// cli/ is the command `varjoin`: arguments, progress, tables, exit codes. It contains no genomics.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace varjoin::cli {

/// Opens /dev/null in place of each of the three standard files that the caller has closed, so that no file of the run
/// gets its number. First thing in main().
void OpenStandardFiles();

bool StderrIsTerminal();
bool StdoutIsTerminal();

/// Columns of the terminal; 0: stdout is none.
int TerminalWidth();

/// `text` in bold, if stderr is a terminal and NO_COLOR is not set.
std::string Bold(std::string_view text);

/// A line on stderr: talk.
void Say(std::string_view text);

/// Data on stdout, as it is. Returns the exit code: 0, also if the reader of a pipe has gone; 1, and says so on stderr,
/// if it can't be written.
int Print(std::string_view text);

/// "varjoin: note: …" on stderr.
void Note(std::string_view text);

/// Prints the error of `status` on stderr and returns the exit code.
int Fail(const Status& status);

}  // namespace varjoin::cli
