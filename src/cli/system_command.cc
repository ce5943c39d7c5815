// system_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "sources/catalog.h"
#include "system/machine.h"

namespace varjoin::cli {
namespace {

struct SystemOptions {
  bool json = false;
  ResourceOptions resources;
};

/// A line of the table: what, its value, where the value came from.
struct Row {
  std::string name;
  std::string value;
  std::string source;
};

/// The settings as DuckDB has them, read back after they were set.
Result<std::vector<Row>> AppliedRows(duck::Database& database) {
  std::vector<Row> rows;
  for (const char* setting :
       {"memory_limit", "threads", "temp_directory", "preserve_insertion_order", "parquet_metadata_cache"}) {
    VARJOIN_ASSIGN(const std::string value, database.Setting(setting));
    rows.push_back({setting, value, "read back from DuckDB"});
  }
  return rows;
}

std::vector<Row> FoundRows(const Machine& machine) {
  return {{"RAM of the machine", HumanBytes(machine.host_memory), "host"},
          {"RAM allowed", HumanBytes(machine.memory), machine.memory_source},
          {"CPUs of the machine", std::to_string(machine.host_cpus), "host"},
          {"CPUs allowed", std::to_string(machine.cpus), machine.cpus_source}};
}

/// Where settings may stand, and where runs may spill.
std::vector<Row> PlaceRows(DatabaseSession& session) {
  const std::string& user_config = session.configuration().user_config();
  const std::string& temp = session.settings().limits.temp_directory.value;
  return {{"home", DefaultHome(), ""},
          {"user configuration", user_config.empty() ? "none" : user_config, ""},
          {"free in the temp directory", HumanBytes(FreeSpace(temp)), temp}};
}

std::vector<Row> DecidedRows(const EffectiveSettings& settings) {
  const Limits& limits = settings.limits;
  return {
      {"memory limit", limits.memory.value, limits.memory.source},
      {"threads", std::to_string(limits.threads.value), limits.threads.source},
      {"temp directory", limits.temp_directory.value, limits.temp_directory.source},
      {"preserve_insertion_order", settings.preserve_insertion_order.value, settings.preserve_insertion_order.source},
      {"enable_object_cache", settings.enable_object_cache.value, settings.enable_object_cache.source}};
}

std::string Table(const std::string& title, const std::vector<Row>& rows) {
  std::string text = title + "\n";
  for (const Row& row : rows) {
    text += fmt::format("  {:<26} {:<28} {}\n", row.name, row.value, row.source);
  }
  return text;
}

nlohmann::ordered_json Json(const std::vector<Row>& rows) {
  nlohmann::ordered_json json;
  for (const Row& row : rows) {
    json[row.name] = {{"value", row.value}, {"source", row.source}};
  }
  return json;
}

int RunSystem(const SystemOptions& options) {
  const auto session = DatabaseSession::Open(options.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  const auto applied = AppliedRows((*session)->database());
  if (!applied.ok()) {
    return Fail(applied.status());
  }
  const std::vector<Row> found = FoundRows(DetectMachine());
  const std::vector<Row> decided = DecidedRows((*session)->settings());
  const std::vector<Row> places = PlaceRows(**session);
  const std::string& note = (*session)->settings().limits.memory_note;
  if (options.json) {
    const nlohmann::ordered_json json = {{"found", Json(found)},      {"decided", Json(decided)},
                                         {"applied", Json(*applied)}, {"memory_note", note},
                                         {"places", Json(places)},    {"home", DefaultHome()}};
    return Print(json.dump(2) + "\n");
  }
  std::string text = Table("found", found) + Table("decided", decided) + Table("applied", *applied);
  if (!note.empty()) {
    text += note + "\n";
  }
  return Print(text + Table("places", places));
}

}  // namespace

void AddSystem(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("system", "What this machine allows, and what a run would use of it");
  auto options = std::make_shared<SystemOptions>();
  command->add_flag("--json", options->json, "as JSON");
  options->resources.Add(*command, true);
  command->footer("Examples:\n  varjoin system\n  varjoin system --memory-limit 50% --threads 2 --json");
  command->callback([options, &action] { action = [options] { return RunSystem(*options); }; });
}

}  // namespace varjoin::cli
