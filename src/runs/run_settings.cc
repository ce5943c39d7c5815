// run_settings.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/run_settings.h"

#include "base/text.h"

namespace varjoin {
namespace {

/// A yes or no, or `otherwise` where nobody has said it.
Result<Setting<std::string>> DecideSwitch(const SettingOf& setting_of, const std::string& key,
                                          const std::string& otherwise) {
  Setting<std::string> decided = setting_of(key).value_or(Setting<std::string>{otherwise, "default"});
  decided.value = ToLower(decided.value);
  if (decided.source != "default" && decided.value != "true" && decided.value != "false") {
    return BadInput("{} is '{}', expected true or false", decided.source, decided.value);
  }
  return decided;
}

}  // namespace

Result<EffectiveSettings> DecideSettings(const SettingOf& setting_of) {
  EffectiveSettings settings;
  VARJOIN_ASSIGN(settings.limits,
                 DecideLimits(DetectMachine(), {.memory_limit = setting_of("duckdb_config.memory_limit"),
                                                .threads = setting_of("duckdb_config.threads"),
                                                .temp_directory = setting_of("duckdb_config.temp_directory")}));
  VARJOIN_ASSIGN(settings.preserve_insertion_order,
                 DecideSwitch(setting_of, "duckdb_config.preserve_insertion_order", "unset"));
  VARJOIN_ASSIGN(settings.enable_object_cache, DecideSwitch(setting_of, "duckdb_config.enable_object_cache", "false"));
  return settings;
}

Result<std::unique_ptr<duck::Database>> OpenDatabase(const EffectiveSettings& settings, const std::string& temp_folder,
                                                     bool track_progress) {
  duck::DatabaseOptions options;
  options.memory_limit = settings.limits.memory_text;
  options.threads = settings.limits.threads.value;
  options.temp_directory = temp_folder;
  options.preserve_insertion_order = settings.preserve_insertion_order.value != "false";
  options.cache_parquet_metadata = settings.enable_object_cache.value == "true";
  options.track_progress = track_progress;
  return duck::Database::Open(options);
}

}  // namespace varjoin
