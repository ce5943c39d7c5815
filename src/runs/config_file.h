// config_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/status.h"

namespace varjoin {

/// What a configuration file sets: by ConfigKey::name, one text or several, as written.
using ConfigValues = std::map<std::string, std::vector<std::string>>;

/// Reads a run configuration: YAML, JSON or TOML by its name's ending (.yaml, .yml, .json, .toml), its keys at the top
/// or where Dagster has them, ops: {user_annotated_vcf_duckdb: {config: {…}}}. A key of no value (null) counts as not
/// there. Errors (kBadInput) name the file and the key: it can't be read, an unknown key (with the nearest known one),
/// one that occurs twice, a value of the wrong kind.
Result<ConfigValues> ReadConfigFile(const std::string& path);

/// The user's own configuration: the one of config.toml, config.yaml and config.json in $XDG_CONFIG_HOME/varjoin, by
/// default ~/.config/varjoin; "" if there is none. Error: there are several.
Result<std::string> FindUserConfig();

/// A key's value and who set it, "run.yaml" or "default".
struct ConfigChoice {
  std::string key;  ///< ConfigKey::name
  std::vector<std::string> values;
  std::string source;
};

/// The choices as a YAML run configuration that reads the same again, with their sources as comments; a choice without
/// a value is null.
std::string ConfigYaml(const std::vector<ConfigChoice>& choices);

}  // namespace varjoin
