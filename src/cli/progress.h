// progress.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "duck/database.h"

namespace varjoin::cli {

/// One line on the terminal that tells how far a run is, drawn by a thread of its own; gone when the object goes.
/// Off a terminal, nothing is drawn. Thread-safe.
class ProgressLine {
 public:
  explicit ProgressLine(const duck::Database& database);
  ~ProgressLine();

  /// What is being done from now on: "reading the input".
  void SetPhase(const std::string& phase);

  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void Draw();
  std::string Text();

  const duck::Database& database_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::string phase_;
  std::thread thread_;
};

}  // namespace varjoin::cli
