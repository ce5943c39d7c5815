// session.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include "cli/commands.h"
#include "cli/console.h"

namespace varjoin::cli {
void ResourceOptions::Add(CLI::App& command, bool run_config) {
  command_ = &command;
  has_run_config_ = run_config;
  const std::string group = "Resources";
  command.add_option("--memory-limit", "e.g. 16GB or 50%; default: 75 % of RAM")->type_name("SIZE")->group(group);
  command.add_option("--threads", "default: 75 % of the CPUs")->type_name("N")->group(group);
  command.add_option("--temp-directory", "where to spill; default: /tmp/duckdb_temp")->type_name("DIR")->group(group);
  command.add_option("--preserve-insertion-order", "false: the output may be unsorted")
      ->type_name("BOOL")
      ->group(group);
  command.add_option("--enable-object-cache", "true: keep Parquet footers in memory")->type_name("BOOL")->group(group);
  command.add_option("--progress", "auto (default: a line on a terminal), plain, json or none")
      ->type_name("HOW")
      ->group(group)
      ->check(OneOf({"auto", "plain", "json", "none"}));
  if (run_config) {
    command.add_option("--run-config", *run_config_, "YAML, JSON or TOML; options and VARJOIN_… go before it")
        ->type_name("FILE");
  }
}

Result<EffectiveSettings> DecideSettings(Configuration& configuration) {
  VARJOIN_ASSIGN(EffectiveSettings settings,
                 varjoin::DecideSettings([&](const std::string& key) { return configuration.Text(key); }));
  configuration.SetDefault("duckdb_config.memory_limit", settings.limits.memory.value);
  configuration.SetDefault("duckdb_config.threads", std::to_string(settings.limits.threads.value));
  configuration.SetDefault("duckdb_config.temp_directory", settings.limits.temp_directory.value);
  configuration.SetDefault("duckdb_config.enable_object_cache", settings.enable_object_cache.value);
  return settings;
}

Result<std::unique_ptr<DatabaseSession>> DatabaseSession::Open(const ResourceOptions& options) {
  VARJOIN_ASSIGN(Configuration configuration, options.Configure());
  return Open(std::move(configuration));
}

Result<std::unique_ptr<DatabaseSession>> DatabaseSession::Open(Configuration configuration) {
  VARJOIN_ASSIGN(EffectiveSettings settings, DecideSettings(configuration));
  VARJOIN_ASSIGN(TempFolder temp, TempFolder::Make(settings.limits.temp_directory.value));
  VARJOIN_ASSIGN(auto database, OpenDatabase(settings, temp.path(), StderrIsTerminal()));
  return std::unique_ptr<DatabaseSession>(
      new DatabaseSession(std::move(configuration), std::move(settings), std::move(temp), std::move(database)));
}

void DatabaseSession::NoteLimits() const {
  const Limits& limits = settings_.limits;
  const std::string& temp = limits.temp_directory.value;
  for (const std::string& note : {limits.memory_note, LittleSpaceNote(temp, FreeSpace(temp), limits.memory_bytes)}) {
    if (!note.empty()) {
      Note(note);
    }
  }
}

}  // namespace varjoin::cli
