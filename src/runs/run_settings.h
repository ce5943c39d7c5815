// run_settings.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/status.h"
#include "duck/database.h"
#include "system/limits.h"

namespace varjoin {

/// What is applied, and where each value came from.
struct EffectiveSettings {
  Limits limits;
  Setting<std::string> preserve_insertion_order;  ///< "true", "false", or "unset"
  Setting<std::string> enable_object_cache;       ///< "true" or "false"
};

/// What somebody has said about a key of ConfigKeys(), "duckdb_config.threads"; nothing where nobody has.
using SettingOf = std::function<std::optional<Setting<std::string>>(const std::string& key)>;

/// Decides by the machine what nobody has said. Error: a value can't be read; the message names who set it.
Result<EffectiveSettings> DecideSettings(const SettingOf& setting_of);

/// A database with these settings, which spills to `temp_folder`.
Result<std::unique_ptr<duck::Database>> OpenDatabase(const EffectiveSettings& settings, const std::string& temp_folder,
                                                     bool track_progress);

}  // namespace varjoin
