// recorded_run.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "runs/config_file.h"
#include "runs/dagster_pipes.h"
#include "runs/run_record.h"
#include "system/resource_tracker.h"

namespace varjoin::cli {

/// A run of the command, with its record, and told to Dagster where that has started the command. A run goes on where
/// no record can be written, or Dagster can't be told, and says so.
class RecordedRun {
 public:
  enum class Part { kWhole, kOfAnother };

  /// Dagster is told of the whole run, and not of its parts.
  RecordedRun(const std::string& kind, const std::string& command_line, const std::vector<ConfigChoice>& configuration,
              Part part = Part::kWhole);
  RecordedRun(const RecordedRun&) = delete;
  RecordedRun& operator=(const RecordedRun&) = delete;

  /// What will be in the record at the end.
  RunJson& json() { return json_; }

  /// A line for Dagster's log, if there is one.
  void Tell(const std::string& text);

  /// The run is done.
  void Done() { End(Status::Ok()); }

  /// The run is over, done or not; nothing is said.
  void Close(const Status& status);

  /// The run is over: done, with what the whole of it has cost, or as by Fail(). Returns the exit code.
  int EndWith(const Status& status);

  /// The run is done, by what an earlier one has made.
  void Reuse(const RunJson& earlier);

  /// The run has failed, or was interrupted: says so, and returns the exit code.
  int Fail(const Status& status);

 private:
  void End(const Status& status);
  void WriteRecord(const Status& status);

  ResourceTracker tracker_;
  RunJson json_;
  std::optional<RunRecord> record_;
  std::unique_ptr<DagsterPipes> pipes_;
};

}  // namespace varjoin::cli
