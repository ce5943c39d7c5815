// peak_rss.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace varjoin {

/// Measures the highest resident set size of this process within phases that may nest and overlap.
///
/// The kernel keeps one maximum per process, VmHWM. A phase that begins while no other is under way sets it back to the
/// present size, where the kernel allows that (/proc/self/clear_refs). For a phase within another a thread reads the
/// size every 10 ms, or less often where /proc is so slow that this would take 0.4 % of a CPU; one that raises VmHWM
/// beyond what it was still gets its exact peak. So a whole run has the peak that a watcher from outside sees
/// (`/usr/bin/time -v`, ru_maxrss): a reset within it would hide from that watcher what was before.
///
/// Thread-safe. One per process (OfThisProcess()), since all of them would reset the same VmHWM.
class PeakRss {
 public:
  /// `proc_self`: the folder with `status`, `statm`, `clear_refs` and `io`. Tests give one without `clear_refs`.
  explicit PeakRss(std::string proc_self = "/proc/self");
  PeakRss(const PeakRss&) = delete;
  PeakRss& operator=(const PeakRss&) = delete;

  static PeakRss& OfThisProcess();

  struct Peak {
    uint64_t bytes;
    std::string_view source;  ///< how it was measured, a literal
  };

  /// From its construction to its destruction. It must not outlive its PeakRss.
  class Phase {
   public:
    explicit Phase(PeakRss& owner) : owner_(owner) { owner_.Begin(this); }
    ~Phase() { owner_.End(this); }
    Phase(const Phase&) = delete;
    Phase& operator=(const Phase&) = delete;

    /// The peak since the phase began.
    Peak SoFar() { return owner_.SoFar(*this); }

   private:
    friend class PeakRss;
    PeakRss& owner_;
    // Guarded by owner_.mutex_.
    bool sampled_ = false;    // VmHWM could not be reset at the begin
    uint64_t known_hwm_ = 0;  // a VmHWM up to this may be older than the phase
    bool raised_ = false;     // VmHWM was seen above known_hwm_
    uint64_t peak_ = 0;
  };

  /// VmHWM of this process, of its lifetime or since the last reset; ru_maxrss where there is no VmHWM.
  uint64_t HighWaterMark() const;

  const std::string& proc_self() const { return proc_self_; }

 private:
  void Begin(Phase* phase);
  void End(Phase* phase);
  Peak SoFar(const Phase& phase);

  bool ResetHighWaterMark();
  bool AnySampled() const;
  void Credit();        // credits VmHWM to all phases; needs mutex_
  void CreditSample();  // credits the present size to all phases; needs mutex_
  void Sample(const std::stop_token& stop);

  const std::string proc_self_;
  std::mutex mutex_;
  std::vector<Phase*> phases_;  // guarded by mutex_
  std::jthread sampler_;        // guarded by mutex_; runs while a phase is sampled
};

}  // namespace varjoin
