// resource_tracker.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "system/peak_rss.h"

namespace varjoin {

/// What a phase has cost: this process with all its threads, and the child processes that it waited for.
struct ResourceUsage {
  double wall_seconds = 0;
  double cpu_seconds = 0;  ///< user and system time; a child's is counted when it is waited for

  /// The largest resident set of any one process, as `/usr/bin/time -v` counts: mapped file pages are in it. Of
  /// children the kernel keeps one maximum over all that were ever waited for, so a child counts if it raises that
  /// maximum in the phase, and only if it is larger than this process has been: the kernel charges a child with
  /// the size of the process that started it.
  uint64_t peak_rss_bytes = 0;
  std::string peak_source;      ///< how the peak was measured, for the user
  uint64_t rss_anon_bytes = 0;  ///< resident at the end of the phase, of allocations; 0 if not known
  uint64_t rss_file_bytes = 0;  ///< resident at the end, of mapped files, which the kernel may drop any time
  int64_t rss_delta_bytes = 0;  ///< resident at the end, less what was at the beginning

  /// The most that the process's memory cgroup has ever held, page cache included; 0 if there is none, or it does not
  /// say.
  uint64_t cgroup_peak_bytes = 0;

  /// By read() and write() and their like: files, cached or not, pipes, /proc. Mapped files are not in it.
  uint64_t bytes_read = 0;
  uint64_t bytes_written = 0;
  /// To and from storage, mapped files included; what the page cache answers is not in it.
  uint64_t storage_bytes_read = 0;
  uint64_t storage_bytes_written = 0;
  bool io_measured = false;  ///< false: the kernel tells none of the four

  uint64_t minor_faults = 0;
  uint64_t major_faults = 0;  ///< page faults that had to wait for storage

  /// Over 100 if several cores were at work.
  double CpuPercent() const { return wall_seconds > 0 ? 100 * cpu_seconds / wall_seconds : 0; }
};

/// Measures one phase of the process, from construction to Stop() or destruction.
///
/// Trackers may nest and overlap; all of them measure the whole process. Thread-safe. See PeakRss for what the
/// measurement of the peak does to the process.
class ResourceTracker {
 public:
  /// `peak` must outlive the tracker.
  explicit ResourceTracker(PeakRss& peak = PeakRss::OfThisProcess());

  /// The usage so far; after Stop() the final one.
  ResourceUsage Usage();

  /// Ends the phase. Later calls return the same usage again.
  ResourceUsage Stop();

 private:
  /// Counts of the process since it started.
  struct Counters {
    std::chrono::steady_clock::time_point time;
    ResourceUsage usage;             // without peak
    uint64_t children_peak_rss = 0;  // of the largest child waited for
  };

  Counters Read() const;
  ResourceUsage SinceStart();  // needs mutex_

  PeakRss& peak_;
  std::mutex mutex_;
  std::optional<PeakRss::Phase> phase_;  // guarded by mutex_; empty after Stop()
  ResourceUsage final_;                  // guarded by mutex_; set by Stop()
  Counters start_;                       // constant after construction
};

}  // namespace varjoin
