// recorded.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "recorded.h"

#include <optional>

#include "base/text.h"
#include "errors.h"
#include "runs/run_facts.h"
#include "sources/catalog.h"
#include "system/resource_tracker.h"

namespace varjoin::python {

std::vector<ConfigChoice> ChoicesOf(const RunBegin& begin, const Session& session) {
  std::vector<ConfigChoice> choices = session.Choices();
  for (const auto& [key, values] : begin.arguments) {
    choices.push_back({key, values, key + "="});
  }
  return choices;
}

std::string HomeOf(const std::string& home) {
  return home.empty() ? DefaultHome() : AbsolutePath(home);
}

std::string RunRecorded(const RunBegin& begin, Session& session, nanobind::object progress,
                        const std::function<Status(RunJson& record, Watch& watch)>& work) {
  ResourceTracker tracker;
  RunJson json = FactsAtBegin(begin.kind, begin.command, VARJOIN_VERSION, ChoicesOf(begin, session));
  std::string no_record;  // the run is worth more than what is kept of it
  std::optional<RunRecord> record;
  if (auto begun = RunRecord::Begin(RunStore(begin.home), json); begun.ok()) {
    record = *std::move(begun);
    json = record->json();
  } else {
    no_record = fmt::format("the run goes on without a record: {}", begun.status().message());
  }
  const auto end = [&](const Status& status) {
    if (!status.ok()) {
      AddError(status, tracker.Stop(), json);
    }
    if (record) {
      record->json() = json;
      const Status written = record->End(StateAfter(status));
      no_record = written.ok() ? "" : fmt::format("the run's record can't be written: {}", written.message());
      json = record->json();
    }
  };
  Status status;
  try {
    Watch watch(session.database(), std::move(progress));
    watch.Run([&] { status = work(json, watch); });
  } catch (...) {
    end({StatusCode::kInterrupted, "interrupted"});
    throw;
  }
  end(status);
  ThrowIfError(status);
  if (!no_record.empty()) {
    json["notes"].push_back(no_record);
  }
  return ToText(json);
}

}  // namespace varjoin::python
