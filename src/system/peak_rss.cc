// peak_rss.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "system/peak_rss.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <system_error>

#include "system/proc_file.h"

namespace varjoin {
namespace {

using std::chrono::duration;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSamplingInterval(10);
constexpr double kSamplerShare = 0.004;  // of one CPU, at most; a slow /proc makes samples rarer instead

double ThisThreadCpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

PeakRss::PeakRss(std::string proc_self) : proc_self_(std::move(proc_self)) {}

PeakRss& PeakRss::OfThisProcess() {
  // Never destroyed: a phase may end while static objects are torn down.
  static PeakRss& peak = *new PeakRss();
  return peak;
}

uint64_t PeakRss::HighWaterMark() const {
  if (const auto kib = LabelledNumber(ReadProcFile(proc_self_ + "/status"), "VmHWM:")) {
    return *kib * 1024;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

bool PeakRss::ResetHighWaterMark() {
  const int file = open((proc_self_ + "/clear_refs").c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) {
    return false;
  }
  const bool reset = write(file, "5", 1) == 1;
  close(file);
  return reset;
}

bool PeakRss::AnySampled() const {
  return std::any_of(phases_.begin(), phases_.end(), [](const Phase* phase) { return phase->sampled_; });
}

void PeakRss::Credit() {
  const uint64_t hwm = HighWaterMark();
  for (Phase* phase : phases_) {
    if (hwm > phase->known_hwm_) {
      phase->raised_ = true;
      phase->peak_ = std::max(phase->peak_, hwm);
    }
  }
}

void PeakRss::CreditSample() {
  const std::string statm = ReadProcFile(proc_self_ + "/statm");  // "size resident shared …" in pages
  const size_t resident = std::min(statm.find(' '), statm.size());
  const auto pages = LabelledNumber(std::string_view(statm).substr(resident), " ");
  const uint64_t size = pages.value_or(0) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  for (Phase* phase : phases_) {
    phase->peak_ = std::max(phase->peak_, size);
  }
}

void PeakRss::Sample(const std::stop_token& stop) {
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex_);
  const Clock::time_point begin = Clock::now();
  while (!stop.stop_requested()) {
    CreditSample();
    const auto paid =
        std::chrono::duration_cast<Clock::duration>(duration<double>(ThisThreadCpuSeconds() / kSamplerShare));
    stopped.wait_until(lock, stop, std::max(Clock::now() + kSamplingInterval, begin + paid), [] { return false; });
  }
}

void PeakRss::Begin(Phase* phase) {
  const std::lock_guard lock(mutex_);
  Credit();
  phase->sampled_ = !phases_.empty() || !ResetHighWaterMark();
  phase->known_hwm_ = phase->sampled_ ? HighWaterMark() : 0;
  phases_.push_back(phase);
  if (phase->sampled_ && !sampler_.joinable()) {
    try {
      sampler_ = std::jthread([this](const std::stop_token& stop) { Sample(stop); });
    } catch (const std::system_error&) {
      // No thread is to be had: what SoFar() reads has to do.
    }
  }
}

void PeakRss::End(Phase* phase) {
  std::jthread finished;  // stopped and joined after the lock is released
  const std::lock_guard lock(mutex_);
  std::erase(phases_, phase);
  if (!AnySampled()) {
    finished = std::move(sampler_);
  }
}

PeakRss::Peak PeakRss::SoFar(const Phase& phase) {
  const std::lock_guard lock(mutex_);
  Credit();
  if (!phase.sampled_) {
    return {phase.peak_, "VmHWM, reset for the phase"};
  }
  if (phase.raised_) {
    return {phase.peak_, "VmHWM, raised by the phase"};
  }
  CreditSample();
  if (phase.peak_ == 0) {
    return {HighWaterMark(), "the highest since the process started"};
  }
  return {phase.peak_, sampler_.joinable() ? "sampled every 10 ms" : "sampled at the end"};
}

}  // namespace varjoin
