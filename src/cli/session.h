// session.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/files.h"
#include "base/status.h"
#include "cli/configuration.h"
#include "cli/interrupt.h"
#include "duck/database.h"
#include "runs/run_settings.h"
#include "system/limits.h"

namespace varjoin::cli {

/// The options about resources that several commands share.
class ResourceOptions {
 public:
  /// Adds them to the command, which outlives the object. With `run_config` also --run-config.
  void Add(CLI::App& command, bool run_config = false);

  /// See Configuration::Apply(): it decides the other options of the command too.
  Result<Configuration> Configure() const { return Configuration::Apply(*command_, *run_config_, has_run_config_); }

 private:
  CLI::App* command_ = nullptr;
  bool has_run_config_ = false;
  std::shared_ptr<std::string> run_config_ = std::make_shared<std::string>();
};

/// Decides by the machine, and completes the configuration by what its defaults mean.
Result<EffectiveSettings> DecideSettings(Configuration& configuration);

/// A database with the machine's limits and a private temp folder, stopped by Ctrl-C.
class DatabaseSession {
 public:
  static Result<std::unique_ptr<DatabaseSession>> Open(Configuration configuration);
  /// Configures the command too.
  static Result<std::unique_ptr<DatabaseSession>> Open(const ResourceOptions& options);

  duck::Database& database() { return *database_; }
  const EffectiveSettings& settings() const { return settings_; }
  const Configuration& configuration() const { return configuration_; }
  /// What --progress says.
  std::string progress() const {
    return configuration_.Text("progress").value_or(Setting<std::string>{"auto", ""}).value;
  }
  const std::string& temp_folder() const { return temp_.path(); }

  /// Says on stderr where the run has less memory or space to spill than one would expect.
  void NoteLimits() const;

 private:
  DatabaseSession(Configuration configuration, EffectiveSettings settings, TempFolder temp,
                  std::unique_ptr<duck::Database> database)
      : configuration_(std::move(configuration)),
        settings_(std::move(settings)),
        temp_(std::move(temp)),
        database_(std::move(database)),
        guard_(*database_) {}

  Configuration configuration_;
  EffectiveSettings settings_;
  TempFolder temp_;
  std::unique_ptr<duck::Database> database_;
  InterruptGuard guard_;
};

}  // namespace varjoin::cli
