// runs_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <ctime>

#include "base/counted.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "runs/compare.h"
#include "runs/run_record.h"
#include "sources/catalog.h"

namespace varjoin::cli {
namespace {

struct RunsOptions {
  std::string id;
  std::string other;
  int64_t most = 20;
  int64_t keep = -1;
  double older_than_days = -1;
  bool json = false;
};

/// A value of a record for a person: "" for none.
std::string Text(const RunJson& value) {
  if (value.is_null()) {
    return "";
  }
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, RunJson::error_handler_t::replace);
}

std::string TextAt(const RunJson& json, std::initializer_list<const char*> path) {
  return Text(ValueAt(json, path));
}

/// The sources and the input of a run in few words: "person.vcf.gz with clinvar, ensembl".
std::string WhatOf(const RunJson& record) {
  std::vector<std::string> sources;
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    sources.push_back(TextAt(source, {"name"}));
  }
  std::string input = TextAt(record, {"metadata", "source_vcf"});
  input = input.empty() ? TextAt(record, {"configuration", "vcf_path", "value"}) : input;
  const std::string name = input.substr(input.rfind('/') + 1);
  return (name.empty() ? TextAt(record, {"command"}) : name) + (sources.empty() ? "" : " with " + Join(sources, ", "));
}

std::string WithUnit(const std::string& number, const char* unit) {
  return number.empty() ? "" : number + unit;
}

int RunList(const RunsOptions& options) {
  std::vector<RunJson> records = RunStore(DefaultHome()).List();
  const size_t all = records.size();
  records.resize(std::min(records.size(), static_cast<size_t>(options.most)));
  if (options.json) {
    return Print(ToText(RunJson(records)));
  }
  if (records.empty()) {
    Say("There are no runs yet: `varjoin annotate` makes the first.");
    return 0;
  }
  std::string table = fmt::format("{:<22} {:<11} {:<13} {:>10} {:>11} {:>12}  {}\n", "ID", "STATE", "KIND", "SECONDS",
                                  "PEAK RAM", "ROWS", "WHAT");
  for (const RunJson& record : records) {
    const RunJson rows = ValueAt(record, {"metadata", "num_rows"});
    const bool reused = record.contains("reused");
    table += fmt::format("{:<22} {:<11} {:<13} {:>10} {:>11} {:>12}  {}\n", TextAt(record, {"id"}),
                         reused ? "reused" : TextAt(record, {"state"}), TextAt(record, {"kind"}),
                         TextAt(record, {"resources", "duration_sec"}),
                         WithUnit(TextAt(record, {"resources", "peak_memory_mb"}), " MB"),
                         rows.is_number_integer() ? WithCommas(rows.get<int64_t>()) : "", WhatOf(record));
  }
  const int printed = Print(table);
  if (all > records.size()) {
    Note(fmt::format("there are {} runs; --most {} shows all", all, all));
  }
  return printed;
}

std::string Section(const std::string& title, const RunJson& entries) {
  std::string text = title + "\n";
  for (const auto& [key, value] : entries.items()) {
    text += fmt::format("  {:<38} {}\n", key, Text(value));
  }
  return entries.empty() ? "" : text;
}

std::string SourcesSection(const RunJson& record) {
  RunJson entries = RunJson::object();
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    entries[TextAt(source, {"name"})] =
        fmt::format("{} matched ({} %)", TextAt(source, {"matched"}), TextAt(source, {"matched_percent"}));
  }
  return Section("sources", entries);
}

std::string ConfigurationSection(const RunJson& record) {
  RunJson entries = RunJson::object();
  for (const auto& [key, choice] : ValueAt(record, {"configuration"}).items()) {
    const std::string value = TextAt(choice, {"value"});
    if (!value.empty()) {
      entries[key] = fmt::format("{}  ({})", value, TextAt(choice, {"source"}));
    }
  }
  return Section("configuration", entries);
}

std::string PhasesSection(const RunJson& record) {
  RunJson entries = RunJson::object();
  for (const RunJson& phase : ValueAt(record, {"phases"})) {
    entries[TextAt(phase, {"phase"})] = fmt::format("{} s, CPU {} %, peak RAM {} MB", TextAt(phase, {"duration_sec"}),
                                                    TextAt(phase, {"cpu_percent"}), TextAt(phase, {"peak_memory_mb"}));
  }
  return Section("phases", entries);
}

int RunShow(const RunsOptions& options) {
  const Result<RunJson> record = RunStore(DefaultHome()).Find(options.id);
  if (!record.ok()) {
    return Fail(record.status());
  }
  if (options.json) {
    return Print(ToText(*record));
  }
  RunJson head = RunJson::object();
  for (const char* key :
       {"state", "reused", "kind", "command", "working_directory", "host", "started_at", "ended_at", "found_dead_at",
        "engine", "engine_reason", "records", "alleles", "bad_records", "bad_fields"}) {
    if (record->contains(key)) {
      head[key] = record->at(key);
    }
  }
  if (const std::string error = TextAt(*record, {"error", "message"}); !error.empty()) {
    head["error"] = error;
  }
  return Print(Section("run " + TextAt(*record, {"id"}), head) + SourcesSection(*record) +
               Section("figures", ValueAt(*record, {"metadata"})) + PhasesSection(*record) +
               Section("cost", ValueAt(*record, {"resources"})) + ConfigurationSection(*record));
}

int RunCompare(const RunsOptions& options) {
  const RunStore store(DefaultHome());
  const Result<RunJson> a = store.Find(options.id);
  const Result<RunJson> b = store.Find(options.other);
  if (!a.ok() || !b.ok()) {
    return Fail(a.ok() ? b.status() : a.status());
  }
  const RunJson difference = CompareRuns(*a, *b);
  if (options.json) {
    return Print(ToText(difference));
  }
  std::string text = difference.at("changed").empty() ? "nothing changed that goes into the run\n" : "changed\n";
  for (const RunJson& entry : difference.at("changed")) {
    text += fmt::format("  {}\n    A  {}\n    B  {}\n", TextAt(entry, {"what"}), TextAt(entry, {"a"}),
                        TextAt(entry, {"b"}));
  }
  text += fmt::format("figures\n  {:<28} {:>16} {:>16} {:>9}\n", "", "A", "B", "change");
  for (const RunJson& entry : difference.at("figures")) {
    text += fmt::format("  {:<28} {:>16} {:>16} {:>9}\n", TextAt(entry, {"what"}), TextAt(entry, {"a"}),
                        TextAt(entry, {"b"}), WithUnit(TextAt(entry, {"percent"}), " %"));
  }
  return Print(text);
}

/// Days since a record's run began; -1 if it does not say.
double AgeInDays(const RunJson& record) {
  std::tm time{};
  const std::string started = TextAt(record, {"started_at"});
  if (strptime(started.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time) == nullptr) {
    return -1;
  }
  return std::difftime(std::time(nullptr), timegm(&time)) / 86400;
}

int RunPrune(const RunsOptions& options) {
  if (options.keep < 0 && options.older_than_days < 0) {
    return Fail(
        BadInput("say which records go: --keep N leaves the newest N, --older-than DAYS removes those of more days"));
  }
  const RunStore store(DefaultHome());
  int removed = 0;
  int index = 0;
  for (const RunJson& record : store.List()) {
    const bool surplus = options.keep >= 0 && index >= options.keep;
    const bool old = options.older_than_days >= 0 && AgeInDays(record) > options.older_than_days;
    ++index;
    if ((!surplus && !old) || TextAt(record, {"state"}) == run_state::kRunning) {
      continue;
    }
    if (const Status status = store.Remove(TextAt(record, {"id"})); !status.ok()) {
      return Fail(status);
    }
    ++removed;
  }
  Say(fmt::format("removed {}; the outputs are left alone", Counted(removed, "record")));
  return 0;
}

}  // namespace

void AddRuns(CLI::App& app, Action& action) {
  CLI::App* runs = app.add_subcommand("runs", "List, show, compare and prune the records of runs");
  runs->require_subcommand(1);
  runs->footer("Examples:\n  varjoin runs list\n  varjoin runs show last");
  auto options = std::make_shared<RunsOptions>();
  const auto command = [&](const std::string& name, const std::string& what, int (*run)(const RunsOptions&)) {
    CLI::App* made = runs->add_subcommand(name, what);
    made->callback([options, run, &action] { action = [options, run] { return run(*options); }; });
    return made;
  };
  CLI::App* list = command("list", "The newest runs, a line each", RunList);
  list->add_option("--most", options->most, "how many (20)")->type_name("N")->check(WholeNumber(1));
  list->add_flag("--json", options->json, "the records as JSON");
  list->footer("Examples:\n  varjoin runs list\n  varjoin runs list --most 1 --json");

  CLI::App* show = command("show", "All that is known of a run", RunShow);
  show->add_option("ID", options->id, "an id, its beginning, or `last`")->required();
  show->add_flag("--json", options->json, "the record as JSON");
  show->footer("Example:\n  varjoin runs show last");

  CLI::App* compare = command("compare", "What changed between two runs, and what it did to the figures", RunCompare);
  compare->add_option("A", options->id, "an id, its beginning, or `last`")->required();
  compare->add_option("B", options->other, "likewise")->required();
  compare->add_flag("--json", options->json, "as JSON");
  compare->footer("Example:\n  varjoin runs compare 20260301 last");

  CLI::App* prune = command("prune", "Remove records, never outputs", RunPrune);
  prune->add_option("--keep", options->keep, "leave the newest N")->type_name("N")->check(WholeNumber(0));
  prune->add_option("--older-than", options->older_than_days, "remove those of more days")
      ->type_name("DAYS")
      ->check(WholeNumber(0));
  prune->footer("Examples:\n  varjoin runs prune --keep 100\n  varjoin runs prune --older-than 90");
}

}  // namespace varjoin::cli
