// recorded_run.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/recorded_run.h"

#include <cstdlib>

#include "base/text.h"
#include "cli/console.h"
#include "runs/run_facts.h"
#include "sources/catalog.h"

namespace varjoin::cli {

RecordedRun::RecordedRun(const std::string& kind, const std::string& command_line,
                         const std::vector<ConfigChoice>& configuration, Part part)
    : json_(FactsAtBegin(kind, command_line, VARJOIN_VERSION, configuration)) {
  Result<std::unique_ptr<DagsterPipes>> pipes = std::unique_ptr<DagsterPipes>();
  if (part == Part::kWhole) {
    pipes = DagsterPipes::Open(std::getenv);
  }
  if (pipes.ok()) {
    pipes_ = *std::move(pipes);
  } else {
    Note(fmt::format("Dagster is not told about the run: {}", pipes.status().message()));
  }
  Result<RunRecord> record = RunRecord::Begin(RunStore(DefaultHome()), json_);
  if (record.ok()) {
    json_ = record->json();
    record_ = *std::move(record);
  } else {
    Note(fmt::format("the run goes on without a record: {}", record.status().message()));
  }
}

void RecordedRun::Tell(const std::string& text) {
  if (pipes_ != nullptr) {
    pipes_->Log(text);
  }
}

void RecordedRun::End(const Status& status) {
  WriteRecord(status);
  if (pipes_ == nullptr) {
    return;
  }
  if (status.ok()) {
    pipes_->ReportRun(json_);
  }
  pipes_->Close(status);
  pipes_.reset();
}

void RecordedRun::WriteRecord(const Status& status) {
  if (!record_) {
    return;
  }
  record_->json() = json_;
  if (const Status written = record_->End(StateAfter(status)); !written.ok()) {
    Note(fmt::format("the run's record can't be written: {}", written.message()));
  }
  json_ = record_->json();
  record_.reset();
}

int RecordedRun::EndWith(const Status& status) {
  if (!status.ok()) {
    return Fail(status);
  }
  AddCost(tracker_.Stop(), json_);
  Done();
  return 0;
}

void RecordedRun::Reuse(const RunJson& earlier) {
  AddReused(earlier, tracker_.Stop(), json_);
  Done();
}

void RecordedRun::Close(const Status& status) {
  if (!status.ok()) {
    AddError(status, tracker_.Stop(), json_);
  }
  End(status);
}

int RecordedRun::Fail(const Status& status) {
  Close(status);
  return cli::Fail(status);
}

}  // namespace varjoin::cli
