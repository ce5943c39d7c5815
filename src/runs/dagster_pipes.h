// dagster_pipes.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/status.h"
#include "runs/run_record.h"

namespace varjoin {

/// Tells Dagster about a run that it has started as an external process: the protocol Dagster Pipes, version 0.1, as
/// the Python package dagster-pipes speaks it. The environment has where the context is (DAGSTER_PIPES_CONTEXT) and
/// where messages go (DAGSTER_PIPES_MESSAGES): a file, standard output or standard error, as they come or all at the
/// end.
///
/// Messages that can't be written are dropped: the run is worth more than what is told about it. Thread-safe.
class DagsterPipes {
 public:
  using GetEnv = std::function<const char*(const char* name)>;

  /// Null: Dagster has not started this process. Reports `opened`. Error: what Dagster has put into the environment
  /// can't be read.
  static Result<std::unique_ptr<DagsterPipes>> Open(const GetEnv& getenv);
  ~DagsterPipes();  ///< without Close(): reports `closed` with an exception

  /// `level`: "DEBUG", "INFO", "WARNING" or "ERROR".
  void Log(const std::string& message, const std::string& level = "INFO");

  /// Reports the materialisation of the step's asset with the record's `metadata`, row count, columns and matches, and
  /// the checks that the step declares, see Checks. Without an asset, or with several, only logs.
  void ReportRun(const RunJson& record);

  /// Reports `closed`, with the exception if the run has failed. Nothing may be reported after it.
  void Close(const Status& status);

  DagsterPipes(const DagsterPipes&) = delete;
  DagsterPipes& operator=(const DagsterPipes&) = delete;

 private:
  struct Channel;
  DagsterPipes(std::unique_ptr<Channel> channel, RunJson context);
  void Send(const std::string& method, RunJson params);
  void ReportCheck(const RunJson& asset, const std::string& name, bool passed, const RunJson& metadata);

  std::unique_ptr<Channel> channel_;
  RunJson context_;
};

/// base64 of zlib of JSON, which is how Dagster passes parameters. Error: it is not.
Result<RunJson> DecodePipesParameter(const std::string& text);

/// The metadata of a record as Dagster types it: {"num_rows": {"type": "int", "raw_value": 5}, …}.
RunJson PipesMetadata(const RunJson& record);

}  // namespace varjoin
