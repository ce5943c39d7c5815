// resource_tracker.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "system/resource_tracker.h"

#include <sys/resource.h>

#include "system/machine.h"
#include "system/proc_file.h"

namespace varjoin {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

void AddProcessTimes(const rusage& process, ResourceUsage* usage) {
  usage->cpu_seconds += Seconds(process.ru_utime) + Seconds(process.ru_stime);
  usage->minor_faults += static_cast<uint64_t>(process.ru_minflt);
  usage->major_faults += static_cast<uint64_t>(process.ru_majflt);
}

void ReadIo(const std::string& proc_self, ResourceUsage* usage) {
  const std::string io = ReadProcFile(proc_self + "/io");
  usage->io_measured = !io.empty();
  usage->bytes_read = LabelledNumber(io, "rchar:").value_or(0);
  usage->bytes_written = LabelledNumber(io, "wchar:").value_or(0);
  usage->storage_bytes_read = LabelledNumber(io, "read_bytes:").value_or(0);
  usage->storage_bytes_written = LabelledNumber(io, "write_bytes:").value_or(0);
}

void ReadResident(const std::string& proc_self, ResourceUsage* usage) {
  const std::string status = ReadProcFile(proc_self + "/status");
  usage->rss_anon_bytes = LabelledNumber(status, "RssAnon:").value_or(0) * 1024;
  usage->rss_file_bytes = LabelledNumber(status, "RssFile:").value_or(0) * 1024;
  usage->rss_delta_bytes = static_cast<int64_t>(LabelledNumber(status, "VmRSS:").value_or(0) * 1024);
}

}  // namespace

ResourceTracker::ResourceTracker(PeakRss& peak) : peak_(peak) {
  phase_.emplace(peak_);
  start_ = Read();
}

ResourceTracker::Counters ResourceTracker::Read() const {
  Counters counters;
  rusage self{};
  rusage children{};
  getrusage(RUSAGE_SELF, &self);
  getrusage(RUSAGE_CHILDREN, &children);
  AddProcessTimes(self, &counters.usage);
  AddProcessTimes(children, &counters.usage);
  counters.children_peak_rss = static_cast<uint64_t>(children.ru_maxrss) * 1024;
  ReadIo(peak_.proc_self(), &counters.usage);
  ReadResident(peak_.proc_self(), &counters.usage);
  counters.time = std::chrono::steady_clock::now();
  return counters;
}

ResourceUsage ResourceTracker::SinceStart() {
  const Counters now = Read();
  ResourceUsage usage = now.usage;
  usage.wall_seconds = std::chrono::duration<double>(now.time - start_.time).count();
  usage.cpu_seconds -= start_.usage.cpu_seconds;
  usage.bytes_read -= start_.usage.bytes_read;
  usage.bytes_written -= start_.usage.bytes_written;
  usage.storage_bytes_read -= start_.usage.storage_bytes_read;
  usage.storage_bytes_written -= start_.usage.storage_bytes_written;
  usage.minor_faults -= start_.usage.minor_faults;
  usage.major_faults -= start_.usage.major_faults;
  usage.rss_delta_bytes -= start_.usage.rss_delta_bytes;
  usage.cgroup_peak_bytes = CgroupPeak();
  const PeakRss::Peak peak = phase_->SoFar();
  usage.peak_rss_bytes = peak.bytes;
  usage.peak_source = peak.source;
  const uint64_t child = now.children_peak_rss;
  if (child > start_.children_peak_rss && child > peak.bytes && child > peak_.HighWaterMark()) {
    usage.peak_rss_bytes = child;
    usage.peak_source = "the largest child process";
  }
  return usage;
}

ResourceUsage ResourceTracker::Usage() {
  const std::lock_guard lock(mutex_);
  return phase_ ? SinceStart() : final_;
}

ResourceUsage ResourceTracker::Stop() {
  const std::lock_guard lock(mutex_);
  if (phase_) {
    final_ = SinceStart();
    phase_.reset();
  }
  return final_;
}

}  // namespace varjoin
