// config_keys.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// runs/ is what is kept and told about runs: their configuration files, their records, and Dagster Pipes. It may
// include base/, system/, index/, duck/, sources/ and annotate/.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varjoin {

/// What a key of a run configuration holds.
enum class ConfigKind {
  kText,    ///< one value
  kList,    ///< one or several, each given to the option by itself
  kJoined,  ///< one or several, given to the option as one text with commas
  kSwitch,  ///< true or false
};

/// A key of run configurations and user configurations.
struct ConfigKey {
  std::string_view name;    ///< with "duckdb_config." before it where it stands in that group
  std::string_view option;  ///< of the command line, without its dashes: "memory-limit"; "IN" for the inputs
  ConfigKind kind;
  std::string_view description;
  std::vector<std::string_view> values = {};  ///< the only ones allowed; empty: any

  /// Without its group: "memory_limit".
  std::string_view LastName() const;
  /// The environment variable of the same meaning, "VARJOIN_MEMORY_LIMIT"; "" for a list, which one text can't hold.
  std::string Variable() const;
};

/// All keys, in the order in which they are printed.
std::span<const ConfigKey> ConfigKeys();

/// Null: there is no such key.
const ConfigKey* FindConfigKey(std::string_view name);

/// The JSON Schema of a run configuration, without Dagster's nesting.
std::string ConfigSchema();

}  // namespace varjoin
