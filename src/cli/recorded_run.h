// recorded_run.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "runs/config_file.h"
#include "runs/run_record.h"
#include "system/resource_tracker.h"

namespace varjoin::cli {

/// A run of the command, with its record. A run goes on where no record can be written, and says so.
class RecordedRun {
 public:
  RecordedRun(const std::string& kind, const std::string& command_line, const std::vector<ConfigChoice>& configuration);
  RecordedRun(const RecordedRun&) = delete;
  RecordedRun& operator=(const RecordedRun&) = delete;

  /// What will be in the record at the end.
  RunJson& json() { return json_; }

  /// The run is done.
  void Done() { End(Status::Ok()); }

  /// The run is done, by what an earlier one has made.
  void Reuse(const RunJson& earlier);

  /// The run has failed, or was interrupted: says so, and returns the exit code.
  int Fail(const Status& status);

 private:
  void End(const Status& status);

  ResourceTracker tracker_;
  RunJson json_;
  std::optional<RunRecord> record_;
};

}  // namespace varjoin::cli
