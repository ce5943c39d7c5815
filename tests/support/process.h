// process.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests: other programs, run and watched.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace varjoin::test {

struct ProcessOptions {
  /// The environment, whole. Loader and sanitizer settings of the test's own are added.
  std::map<std::string, std::string> environment;
  std::string folder;                ///< where it runs; "": where the test does
  std::optional<std::string> input;  ///< comes through a pipe; nullopt: /dev/null
  bool close_input = true;           ///< false: the pipe stays open after `input`, until Wait()
};

struct Outcome {
  int exit_code = -1;  ///< -1: ended by a signal
  int signal = 0;
  std::string out;
  std::string err;
};

/// A program under way. Killed with the object, if it still runs. Not thread-safe.
class Process {
 public:
  Process(const std::vector<std::string>& command, const ProcessOptions& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// False: it has ended.
  bool Running();
  void Signal(int signal) const;
  /// Stops it and returns when it stands still. False: it has ended.
  bool Stop();

  /// Waits for its end. One that takes longer than any machine would need is killed: signal SIGKILL.
  Outcome Wait();

 private:
  /// Looks whether it has ended, or waits for that, for a stop too with WUNTRACED.
  void Look(int flags);

  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
  bool stopped_ = false;
  int input_ = -1;  ///< our end of the pipe
  int out_ = -1;
  int err_ = -1;
  std::thread feeder_;
};

Outcome RunProcess(const std::vector<std::string>& command, const ProcessOptions& options = {});

}  // namespace varjoin::test
