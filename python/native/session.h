// session.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nanobind/nanobind.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.h"
#include "duck/database.h"
#include "runs/config_file.h"
#include "runs/run_settings.h"

namespace varjoin::python {

/// What a call says of memory, threads and the like: by the last name of the key ("memory_limit"), as text.
using SettingTexts = std::map<std::string, std::string>;

/// A database of one call's own, with its temp folder. What the call does not say is taken from the environment
/// (VARJOIN_…), then from the user's configuration, as the command does it. Not thread-safe.
class Session {
 public:
  /// Ends a session; that of the process that this one was forked from is left alone: its threads and its temp folder
  /// are there, not here.
  struct End {
    void operator()(Session* session) const;
  };

  /// Throws StatusError.
  static std::unique_ptr<Session, End> Open(const SettingTexts& texts);

  /// False in a child that was forked meanwhile, where nothing but this may be called.
  bool IsOfThisProcess() const { return process_ == getpid(); }

  duck::Database& database() { return *database_; }
  const EffectiveSettings& settings() const { return settings_; }
  const std::string& temp_folder() const { return temp_.path(); }

  /// For the record of a run.
  std::vector<ConfigChoice> Choices() const;

 private:
  Session(EffectiveSettings settings, TempFolder temp, std::unique_ptr<duck::Database> database)
      : settings_(std::move(settings)), temp_(std::move(temp)), database_(std::move(database)) {}

  const pid_t process_ = getpid();
  EffectiveSettings settings_;
  TempFolder temp_;
  std::unique_ptr<duck::Database> database_;
};

using SessionHolder = std::unique_ptr<Session, Session::End>;

/// Runs work in a thread of its own and meanwhile listens for Ctrl-C and tells how far the work is, 20 and 5 times a
/// second; the GIL is held only for that.
class Watch {
 public:
  /// `progress` is a callable, or None.
  Watch(duck::Database& database, nanobind::object progress) : database_(database), progress_(std::move(progress)) {}

  /// What is being done from now on. Thread-safe.
  void SetPhase(const std::string& phase);

  /// Precondition: the GIL is held; `work` needs no Python and throws nothing. What a signal's handler or `progress`
  /// raises interrupts the database and, when the work is over, is thrown.
  void Run(const std::function<void()>& work);

 private:
  void CallProgress();
  bool Done(std::chrono::milliseconds most);

  duck::Database& database_;
  nanobind::object progress_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string phase_;  // guarded by mutex_
  bool done_ = false;  // guarded by mutex_
};

}  // namespace varjoin::python
