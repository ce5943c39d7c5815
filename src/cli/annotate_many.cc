// annotate_many.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/annotate_many.h"

#include <algorithm>
#include <optional>
#include <set>

#include "annotate/many_inputs.h"
#include "annotate/report.h"
#include "base/counted.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/recorded_run.h"
#include "cli/session.h"
#include "system/resource_tracker.h"

namespace varjoin::cli {
namespace {

constexpr size_t kSourcesShown = 4;

/// What is kept of each run until all are done.
struct Row {
  std::string input;
  Status status;
  RunJson json;  ///< for --json
};

RunJson Summarised(const std::string& input, const InputRun& run) {
  const RunJson& record = run.record;
  RunJson row = {{"input", input},
                 {"state", run.status.ok() ? run_state::kDone : ValueAt(record, {"state"})},
                 {"run", ValueAt(record, {"id"})},
                 {"reused", ValueAt(record, {"reused"})}};
  if (!run.status.ok()) {
    row["error"] = {{"exit_code", static_cast<int>(run.status.code())}, {"message", run.status.message()}};
    return row;
  }
  RunJson sources = RunJson::array();
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    sources.push_back({{"name", source.at("name")},
                       {"matched", source.at("matched")},
                       {"matched_percent", source.at("matched_percent")}});
  }
  row["output"] = ValueAt(record, {"output", "path"});
  row["sample_name"] = ValueAt(record, {"sample_name"});
  row["records"] = ValueAt(record, {"records"});
  row["alleles"] = ValueAt(record, {"alleles"});
  row["sources"] = std::move(sources);
  row["num_rows"] = ValueAt(record, {"output", "num_rows"});
  row["num_columns"] = ValueAt(record, {"output", "num_columns"});
  row["file_size_bytes"] = ValueAt(record, {"output", "file_size_bytes"});
  row["duration_sec"] = ValueAt(record, {"resources", "duration_sec"});
  row["peak_memory_mb"] = ValueAt(record, {"resources", "peak_memory_mb"});
  row["notes"] = ValueAt(record, {"notes"});
  return row;
}

/// The cells of a table, the columns as wide as their widest cell; the first to the left, the others to the right.
std::string Drawn(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += i == 0 ? fmt::format("{:<{}}", row[i], widths[i]) : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string Count(const RunJson& row, const char* key) {
  return WithCommas(row.value(key, int64_t{0}));
}

std::string TableOf(const std::vector<Row>& rows) {
  std::vector<std::string> sources;
  for (const Row& row : rows) {
    for (const RunJson& source : ValueAt(row.json, {"sources"})) {
      const std::string name = source.at("name");
      if (std::find(sources.begin(), sources.end(), name) == sources.end() && sources.size() < kSourcesShown) {
        sources.push_back(name);
      }
    }
  }
  std::vector<std::vector<std::string>> cells = {{"input", "records", "alleles"}};
  cells[0].insert(cells[0].end(), sources.begin(), sources.end());
  cells[0].insert(cells[0].end(), {"rows", "size", "seconds"});
  for (const Row& row : rows) {
    std::vector<std::string> line = {row.input};
    if (!row.status.ok()) {
      line.emplace_back(row.status.code() == StatusCode::kInterrupted ? "interrupted" : "failed");
      cells.push_back(std::move(line));
      continue;
    }
    line.insert(line.end(), {Count(row.json, "records"), Count(row.json, "alleles")});
    for (const std::string& name : sources) {
      const RunJson& of_row = ValueAt(row.json, {"sources"});
      const auto source =
          std::find_if(of_row.begin(), of_row.end(), [&](const RunJson& one) { return one.at("name") == name; });
      line.push_back(source == of_row.end() ? "" : Count(*source, "matched"));
    }
    const bool reused = row.json.at("reused").is_string();
    line.insert(line.end(), {Count(row.json, "num_rows"), HumanBytes(row.json.value("file_size_bytes", uint64_t{0})),
                             reused ? "reused" : fmt::format("{:.2f}", row.json.value("duration_sec", 0.0))});
    cells.push_back(std::move(line));
  }
  return Drawn(cells);
}

/// The parts of a call, in their order.
class ManyRun {
 public:
  explicit ManyRun(const ManyRequest& request)
      : request_(request), run_("annotate", request.all.command, request.configuration.choices()) {}

  Status Prepare();
  int Refuse(const Status& status) { return run_.Fail(status); }
  void RunInputs(const RunInput& run_input);
  Status JoinTables();
  int End(const Status& joined);

 private:
  void Note(const RunJson& row);
  RunJson Totals() const;
  size_t Failed() const;

  const ManyRequest& request_;
  ResourceTracker tracker_;
  RecordedRun run_;
  std::vector<AnnotateRequest> requests_;
  std::vector<Row> rows_;
  std::vector<TablePart> parts_;
  std::set<std::string> noted_;
  std::optional<EffectiveSettings> settings_;
  std::optional<TempFolder> temp_;  ///< of outputs that are made for one table only
  std::optional<AtomicFile> table_file_;
  std::optional<OneTable> table_;
};

/// All that can be wrong with the call as a whole, before any work.
Status ManyRun::Prepare() {
  const ManyOptions& options = request_.options;
  const AnnotateRequest& all = request_.all;
  ManyOutputs outputs{.folder = options.folder,
                      .one_table = options.one_table,
                      .missing_is_failure = options.keep_going,
                      .may_exist = all.force || request_.reuse};
  if (options.folder.empty()) {
    Configuration configuration = request_.configuration;
    VARJOIN_ASSIGN(const EffectiveSettings settings, DecideSettings(configuration));
    VARJOIN_ASSIGN(TempFolder temp, TempFolder::Make(settings.limits.temp_directory.value));
    temp_.emplace(std::move(temp));
    outputs.folder = temp_->path();
  }
  VARJOIN_ASSIGN(requests_, RequestsOf(all, outputs));
  VARJOIN_RETURN_IF_ERROR(MakeFolders(outputs.folder));
  if (!options.one_table.empty()) {
    VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(options.one_table));
    table_file_.emplace(std::move(file));
  }
  return Status::Ok();
}

/// A note that many inputs have is shown once.
void ManyRun::Note(const RunJson& row) {
  for (const RunJson& note : row.value("notes", RunJson::array())) {
    if (noted_.insert(note.get<std::string>()).second) {
      cli::Note(fmt::format("{}: {}", row.at("input").get<std::string>(), note.get<std::string>()));
    }
  }
}

void ManyRun::RunInputs(const RunInput& run_input) {
  for (const AnnotateRequest& request : requests_) {
    const std::string label = fmt::format("{} of {}: {}: ", rows_.size() + 1, requests_.size(), request.inputs[0]);
    const InputRun one = run_input(request, label);
    Row row{.input = request.inputs[0], .status = one.status, .json = Summarised(request.inputs[0], one)};
    Note(row.json);
    run_.Tell(label + (one.status.ok() ? "done" : one.status.message()));
    if (one.status.ok() && table_file_) {
      parts_.push_back({.path = request.output,
                        .sample = row.json.at("sample_name"),
                        .rows = row.json.value("num_rows", int64_t{0})});
    }
    rows_.push_back(std::move(row));
    if (!one.status.ok() &&
        (!request_.options.keep_going || one.status.code() == StatusCode::kInterrupted || WasInterrupted())) {
      return;
    }
  }
}

/// The one table, of what was done; none, where the call has stopped before its end.
Status ManyRun::JoinTables() {
  if (!table_file_ || parts_.empty() || rows_.size() < requests_.size() ||
      (Failed() > 0 && !request_.options.keep_going)) {
    return Status::Ok();
  }
  VARJOIN_ASSIGN(const auto session, DatabaseSession::Open(request_.configuration));
  const Result<OneTable> table =
      WriteOneTable(parts_, request_.all, request_.options.one_table, table_file_->temporary_path(),
                    session->database(), session->settings().limits, session->temp_folder());
  if (!table.ok()) {
    return {table.status().code(),
            ReplaceAll(table.status().message(), table_file_->temporary_path(), request_.options.one_table)};
  }
  VARJOIN_RETURN_IF_ERROR(table_file_->Commit(request_.all.force));
  table_ = *table;
  return Status::Ok();
}

size_t ManyRun::Failed() const {
  return static_cast<size_t>(
      std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return !row.status.ok(); }));
}

/// The call as one run, with the figures of its inputs added up.
RunJson ManyRun::Totals() const {
  RunJson totals = {{"inputs", RunJson::array()}, {"records", 0}, {"alleles", 0}, {"runs", RunJson::array()}};
  int64_t rows = 0;
  int64_t columns = 0;
  uint64_t bytes = 0;
  for (const AnnotateRequest& request : requests_) {
    totals["inputs"].push_back(AbsolutePath(request.inputs[0]));
  }
  for (const Row& row : rows_) {
    for (const char* key : {"records", "alleles"}) {
      totals[key] = totals[key].get<int64_t>() + row.json.value(key, int64_t{0});
    }
    rows += row.json.value("num_rows", int64_t{0});
    columns = std::max(columns, row.json.value("num_columns", int64_t{0}));
    bytes += row.json.value("file_size_bytes", uint64_t{0});
    totals["runs"].push_back(row.json);
  }
  const std::string path = table_ ? request_.options.one_table : request_.options.folder;
  totals["output"] = {{"path", path},
                      {"file_size_bytes", table_ ? table_->bytes : bytes},
                      {"num_rows", table_ ? table_->rows : rows},
                      {"num_columns", table_ ? table_->columns : columns}};
  totals["done"] = rows_.size() - Failed();
  totals["failed"] = Failed();
  totals["not_begun"] = requests_.size() - rows_.size();
  return totals;
}

int ManyRun::End(const Status& joined) {
  const auto failed = std::find_if(rows_.begin(), rows_.end(), [](const Row& row) { return !row.status.ok(); });
  Status status = failed == rows_.end() ? joined : failed->status;
  const ResourceUsage usage = tracker_.Stop();
  run_.json().update(Totals());
  run_.json()["resources"] = RunJson::parse(ToJson(usage));
  run_.json()["metadata"] = {{"duration_sec", run_.json()["resources"]["duration_sec"]},
                             {"cpu_percent", run_.json()["resources"]["cpu_percent"]},
                             {"peak_memory_mb", run_.json()["resources"]["peak_memory_mb"]},
                             {"num_rows", run_.json()["output"]["num_rows"]},
                             {"num_columns", run_.json()["output"]["num_columns"]},
                             {"output_file", AbsolutePath(run_.json()["output"]["path"])}};
  run_.Close(status);
  if (request_.json) {
    (void)Print(ToText(run_.json()));
  } else if (!rows_.empty()) {
    Say(TableOf(rows_) + fmt::format("{} of {} done in {:.2f} s, CPU {:.0f} %, peak RAM {}", rows_.size() - Failed(),
                                     Counted(requests_.size(), "input"), usage.wall_seconds, usage.CpuPercent(),
                                     HumanBytes(usage.peak_rss_bytes)));
  }
  if (table_ && !request_.json) {
    Say(fmt::format("{}: {}, {}, {}", request_.options.one_table, Counted(table_->rows, "row"),
                    Counted(table_->columns, "column"), HumanBytes(table_->bytes)));
  }
  for (const Row& row : rows_) {
    if (!row.status.ok()) {
      Say(fmt::format("varjoin: {}: failed: {}", row.input, row.status.message()));
    }
  }
  if (!joined.ok()) {
    return Fail(joined);
  }
  if (const size_t left = requests_.size() - rows_.size(); left > 0) {
    Say(fmt::format("varjoin: {} of {} inputs were not begun; what is done stays; --keep-going goes on after a failure",
                    left, requests_.size()));
  }
  return static_cast<int>(status.code());
}

}  // namespace

void AddManyOptions(CLI::App& command, ManyOptions& options) {
  command.add_option("--out-dir", options.folder, "an output of each input, called after it, in this folder")
      ->type_name("DIR");
  command.add_flag("--keep-going", options.keep_going, "with --out-dir: go on after an input that fails");
  command
      .add_option("--one-table", options.one_table, "all inputs in one table, with a column `sample`: Parquet, CSV, …")
      ->type_name("FILE");
}

int AnnotateMany(const ManyRequest& request, const RunInput& run_input) {
  ManyRun run(request);
  if (const Status prepared = run.Prepare(); !prepared.ok()) {
    return run.Refuse(prepared);
  }
  run.RunInputs(run_input);
  return run.End(run.JoinTables());
}

}  // namespace varjoin::cli
