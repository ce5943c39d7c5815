// progress.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "cli/session.h"

namespace varjoin::cli {

/// How far a run is, and what it has cost so far.
struct ProgressState {
  std::string phase;  ///< what is being done: "reading the input"
  double seconds = 0;
  uint64_t bytes_read = 0;   ///< of the input, by the present scan of it
  uint64_t bytes_total = 0;  ///< 0: not known
  int64_t records = 0;       ///< likewise of the present scan
  double records_per_second = 0;
  int64_t matched = 0;       ///< alleles with a hit so far
  double seconds_left = -1;  ///< negative: not known
  double statement = -1;     ///< percent of DuckDB's statement; negative: not known
  uint64_t peak_memory = 0;  ///< bytes
  uint64_t spilled = 0;      ///< bytes in the run's temp folder

  /// One line for a person.
  std::string Line() const;
  /// One line for a machine.
  std::string Json() const;
};

/// Tells on stderr how far a run is, by a thread of its own: as --progress says, `auto` (one line that is drawn anew on
/// a terminal, otherwise nothing), `plain` (a line every ten seconds and one at the end), `json` (a JSON object a line,
/// every second and at the end), or `none`. Thread-safe.
class Progress {
 public:
  /// `tell` gets the line for a person every ten seconds, whatever --progress says.
  explicit Progress(
      DatabaseSession& session, std::function<void(const std::string& line)> tell = [](const std::string&) {});
  ~Progress();

  /// What is being done from now on: "reading the input".
  void SetPhase(const std::string& phase);

  /// How much is done of what is no scan of the input, such as a download. `whole` is 0 where it is not known.
  void SetBytes(uint64_t bytes, uint64_t whole);

  /// The most bytes that lay in the run's temp folder so far, looked at five times a second.
  uint64_t MostSpilled() const { return most_spilled_; }

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  enum class Style { kNone, kDrawn, kPlain, kJson };

  void Run();
  ProgressState State();
  void Show(const ProgressState& state, bool last);

  DatabaseSession& session_;
  const std::function<void(const std::string&)> tell_;
  const Style style_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;                                            // guarded by mutex_
  std::string phase_;                                           // guarded by mutex_
  std::chrono::steady_clock::time_point phase_start_ = start_;  // guarded by mutex_
  std::atomic<uint64_t> most_spilled_ = 0;
  std::optional<std::pair<uint64_t, uint64_t>> bytes_;  // of the present phase: see SetBytes(); guarded by mutex_
  uint64_t bytes_before_ = 0;                           // of bytes_, at the first call; guarded by mutex_
  duck::ScanProgress scan_before_;                      // the present phase; guarded by mutex_
  int64_t matched_ = 0;                                 // of the thread
  bool scans_ = false;        // the present phase has begun to read the input; guarded by mutex_
  uint64_t peak_memory_ = 0;  // of the thread
  std::chrono::steady_clock::time_point shown_ = start_;  // of the thread
  std::chrono::steady_clock::time_point told_ = start_;   // of the thread
  std::thread thread_;
};

}  // namespace varjoin::cli
