// configuration.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/status.h"
#include "runs/config_file.h"
#include "system/limits.h"

namespace varjoin::cli {

/// What decides the options of a command that have a key of run configurations: the command line, else the environment
/// (VARJOIN_…; an empty variable counts as unset), else the run configuration, else the user's configuration, else the
/// default.
class Configuration {
 public:
  /// Decides, and gives the options of `command` that the command line has not set what was decided. Once a command:
  /// later, what came from a file looks typed. `run_config` is the file, or "". Without `all_keys`, only what any
  /// command can take: duckdb_config and progress; a user's reference or assembly for annotations is none for an
  /// import. Errors name who set what.
  static Result<Configuration> Apply(CLI::App& command, const std::string& run_config, bool all_keys);

  /// One for each key whose option the command has, in the order of ConfigKeys(); then one for each other option that
  /// was typed, whose key is the option.
  const std::vector<ConfigChoice>& choices() const { return choices_; }

  /// The text of a key, if anything but the default has set it. Precondition: the command has the key's option.
  std::optional<Setting<std::string>> Text(const std::string& key) const;

  /// What the default means, where the option itself does not know it.
  void SetDefault(const std::string& key, const std::string& value);

  const std::string& user_config() const { return user_config_; }  ///< the file, or ""

 private:
  std::vector<ConfigChoice> choices_;
  std::string user_config_;
};

}  // namespace varjoin::cli
