// session.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <cstdlib>

#include "base/text.h"
#include "cli/console.h"

namespace varjoin::cli {
namespace {

/// Flag, then environment, then `otherwise`; anything but a yes or no is an error.
Result<Setting<std::string>> DecideSwitch(const std::optional<std::string>& flag, const char* flag_name,
                                          const char* variable, const std::string& otherwise) {
  const char* environment = std::getenv(variable);
  Setting<std::string> decided{otherwise, "default"};
  if (flag) {
    decided = {*flag, flag_name};
  } else if (environment != nullptr && *environment != '\0') {
    decided = {environment, variable};
  } else {
    return decided;
  }
  decided.value = ToLower(decided.value);
  if (decided.value != "true" && decided.value != "false") {
    return BadInput("{} is '{}', expected true or false", decided.source, decided.value);
  }
  return decided;
}

}  // namespace

void ResourceOptions::Add(CLI::App& command) {
  const std::string group = "Resources";
  command.add_option("--memory-limit", limits.memory_limit, "e.g. 16GB or 50%; default: 75 % of RAM")
      ->type_name("SIZE")
      ->group(group);
  command.add_option("--threads", limits.threads, "default: 75 % of the CPUs")->type_name("N")->group(group);
  command.add_option("--temp-directory", limits.temp_directory, "where to spill; default: /tmp/duckdb_temp")
      ->type_name("DIR")
      ->group(group);
  command.add_option("--preserve-insertion-order", preserve_insertion_order, "false: the output may be unsorted")
      ->type_name("BOOL")
      ->group(group);
  command.add_option("--enable-object-cache", enable_object_cache, "true: keep Parquet footers in memory")
      ->type_name("BOOL")
      ->group(group);
}

Result<EffectiveSettings> DecideSettings(const ResourceOptions& options) {
  EffectiveSettings settings;
  VARJOIN_ASSIGN(settings.limits, DecideLimits(DetectMachine(), options.limits));
  VARJOIN_ASSIGN(settings.preserve_insertion_order,
                 DecideSwitch(options.preserve_insertion_order, "--preserve-insertion-order",
                              "VARJOIN_PRESERVE_INSERTION_ORDER", "unset"));
  VARJOIN_ASSIGN(settings.enable_object_cache, DecideSwitch(options.enable_object_cache, "--enable-object-cache",
                                                            "VARJOIN_ENABLE_OBJECT_CACHE", "false"));
  return settings;
}

Result<std::unique_ptr<DatabaseSession>> DatabaseSession::Open(const ResourceOptions& options) {
  VARJOIN_ASSIGN(EffectiveSettings settings, DecideSettings(options));
  VARJOIN_ASSIGN(TempFolder temp, TempFolder::Make(settings.limits.temp_directory.value));
  duck::DatabaseOptions database_options;
  database_options.memory_limit = settings.limits.memory_text;
  database_options.threads = settings.limits.threads.value;
  database_options.temp_directory = temp.path();
  database_options.preserve_insertion_order = settings.preserve_insertion_order.value != "false";
  database_options.cache_parquet_metadata = settings.enable_object_cache.value == "true";
  database_options.track_progress = StderrIsTerminal();
  VARJOIN_ASSIGN(auto database, duck::Database::Open(database_options));
  return std::unique_ptr<DatabaseSession>(
      new DatabaseSession(std::move(settings), std::move(temp), std::move(database)));
}

}  // namespace varjoin::cli
