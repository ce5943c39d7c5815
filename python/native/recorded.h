// recorded.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "runs/run_record.h"
#include "session.h"

namespace varjoin::python {

/// What a call has given, by key.
using RunArguments = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// What the record of a run has to say at its begin.
struct RunBegin {
  std::string kind;        ///< "annotate"
  std::string command;     ///< the call, as a person would write it
  std::string home;        ///< varjoin's folder, not ""
  RunArguments arguments;  ///< of the call
};

/// How the run was told to be run: its settings, then its arguments.
std::vector<ConfigChoice> ChoicesOf(const RunBegin& begin, const Session& session);

/// Runs `work` under a Watch and keeps the run's record, which `work` completes, as the command does. Returns the
/// record as JSON text. Throws StatusError, and what Watch throws; the record then tells why.
std::string RunRecorded(const RunBegin& begin, Session& session, nanobind::object progress,
                        const std::function<Status(RunJson& record, Watch& watch)>& work);

/// varjoin's folder: as given, or where "" the default.
std::string HomeOf(const std::string& home);

}  // namespace varjoin::python
