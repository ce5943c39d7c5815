// session.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/status.h"
#include "cli/interrupt.h"
#include "duck/database.h"
#include "system/limits.h"

namespace varjoin::cli {

/// The options about resources that several commands share, and what the environment says about them.
struct ResourceOptions {
  LimitOptions limits;
  std::optional<std::string> preserve_insertion_order;  ///< "true" or "false"
  std::optional<std::string> enable_object_cache;       ///< likewise

  void Add(CLI::App& command);
};

/// What is applied, and where each value came from.
struct EffectiveSettings {
  Limits limits;
  Setting<std::string> preserve_insertion_order;  ///< "true", "false", or "unset"
  Setting<std::string> enable_object_cache;       ///< "true" or "false"
};

Result<EffectiveSettings> DecideSettings(const ResourceOptions& options);

/// A database with the machine's limits and a private temp folder, stopped by Ctrl-C.
class DatabaseSession {
 public:
  static Result<std::unique_ptr<DatabaseSession>> Open(const ResourceOptions& options);

  duck::Database& database() { return *database_; }
  const EffectiveSettings& settings() const { return settings_; }
  const std::string& temp_folder() const { return temp_.path(); }

 private:
  DatabaseSession(EffectiveSettings settings, TempFolder temp, std::unique_ptr<duck::Database> database)
      : settings_(std::move(settings)), temp_(std::move(temp)), database_(std::move(database)), guard_(*database_) {}

  EffectiveSettings settings_;
  TempFolder temp_;
  std::unique_ptr<duck::Database> database_;
  InterruptGuard guard_;
};

}  // namespace varjoin::cli
