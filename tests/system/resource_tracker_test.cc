// resource_tracker_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "system/resource_tracker.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

namespace varjoin {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMib = uint64_t{1} << 20;
constexpr uint64_t kBlock = 200 * kMib;
/// What else may come and go in the process, sanitizers included, while a block does.
constexpr uint64_t kSlack = 40 * kMib;

/// `size` bytes of resident memory that the kernel gets back at once when this goes.
class ResidentBlock {
 public:
  explicit ResidentBlock(uint64_t size) : size_(size) {
    memory_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) {
      std::abort();
    }
    for (uint64_t at = 0; at < size_; at += 4096) {
      static_cast<volatile char*>(memory_)[at] = 1;
    }
  }
  ~ResidentBlock() { munmap(memory_, size_); }
  ResidentBlock(const ResidentBlock&) = delete;
  ResidentBlock& operator=(const ResidentBlock&) = delete;

 private:
  uint64_t size_;
  void* memory_;
};

/// This process's /proc/self without `clear_refs` and `io`.
class ProcWithoutReset {
 public:
  ProcWithoutReset() {
    std::string name = (fs::temp_directory_path() / "varjoin-proc-XXXXXX").string();
    root_ = mkdtemp(name.data());
    fs::create_symlink("/proc/self/status", root_ / "status");
    fs::create_symlink("/proc/self/statm", root_ / "statm");
  }
  ~ProcWithoutReset() { fs::remove_all(root_); }
  ProcWithoutReset(const ProcWithoutReset&) = delete;
  ProcWithoutReset& operator=(const ProcWithoutReset&) = delete;

  std::string path() const { return root_; }

 private:
  fs::path root_;
};

double ProcessCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void BurnCpu(double seconds) {
  const double end = ProcessCpuSeconds() + seconds;
  while (ProcessCpuSeconds() < end) {
  }
}

bool KernelResetsThePeak() {
  const int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  const bool resets = file >= 0 && write(file, "5", 1) == 1;
  if (file >= 0) {
    close(file);
  }
  return resets;
}

/// The largest child process that was waited for so far; only a larger one can be told from it.
uint64_t PeakOfChildren() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

/// Waits for the process `child`, and gives its ru_maxrss in bytes.
uint64_t PeakOfEnded(pid_t child) {
  int status = 0;
  rusage usage{};
  EXPECT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

TEST(ResourceTracker, ShowsThePeakOfItsPhaseOnly) {
  if (!KernelResetsThePeak()) {
    GTEST_SKIP() << "this kernel does not reset VmHWM";
  }
  ResourceTracker with_block;
  { const ResidentBlock block(kBlock); }
  const ResourceUsage high = with_block.Stop();
  ResourceTracker without;
  const ResourceUsage low = without.Stop();
  EXPECT_EQ(high.peak_source, "VmHWM, reset for the phase");
  EXPECT_GE(high.peak_rss_bytes, kBlock);
  EXPECT_LE(low.peak_rss_bytes + kBlock, high.peak_rss_bytes + kSlack);
  EXPECT_GE(high.minor_faults, 1U);
}

TEST(ResourceTracker, KeepsTheOuterPeakWhileInnerPhasesHaveTheirOwn) {
  ResourceTracker outer;
  uint64_t before = 0;
  {
    const ResidentBlock block(kBlock);
    before = outer.Usage().peak_rss_bytes;
  }
  ResourceTracker first;
  const ResourceUsage low = first.Stop();
  ResourceTracker second;
  {
    const ResidentBlock block(kBlock / 2);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it is looked at every 10
  }
  const ResourceUsage middle = second.Stop();
  const ResourceUsage all = outer.Stop();
  EXPECT_GE(before, kBlock);
  EXPECT_GE(all.peak_rss_bytes, before);
  EXPECT_GE(middle.peak_rss_bytes, kBlock / 2);
  if (KernelResetsThePeak()) {
    EXPECT_LE(low.peak_rss_bytes + kBlock, all.peak_rss_bytes + kSlack);
    EXPECT_LE(middle.peak_rss_bytes + kBlock / 2, all.peak_rss_bytes + kSlack);
  }
}

TEST(ResourceTracker, CreditsAnInnerPeakToTheOuterPhase) {
  ResourceTracker outer;
  uint64_t inner_peak = 0;
  {
    ResourceTracker inner;
    { const ResidentBlock block(kBlock); }
    inner_peak = inner.Stop().peak_rss_bytes;
  }
  { const ResourceTracker another; }
  EXPECT_GE(inner_peak, kBlock);
  EXPECT_GE(outer.Stop().peak_rss_bytes, inner_peak);
}

TEST(ResourceTracker, AgreesWithThePeakThatTheParentIsTold) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ResourceTracker tracker;
    { const ResidentBlock block(300 * kMib); }
    { const ResourceTracker inner; }  // which must not hide the block from the parent
    const uint64_t peak = tracker.Stop().peak_rss_bytes;
    _exit(write(ends[1], &peak, sizeof(peak)) == sizeof(peak) ? 0 : 1);
  }
  uint64_t reported = 0;
  EXPECT_EQ(read(ends[0], &reported, sizeof(reported)), static_cast<ssize_t>(sizeof(reported)));
  const uint64_t told = PeakOfEnded(child);
  EXPECT_NEAR(static_cast<double>(reported), static_cast<double>(told), 0.05 * static_cast<double>(told));
  close(ends[0]);
  close(ends[1]);
}

TEST(ResourceTracker, CountsAChildThatIsLargerThanTheProcess) {
  ResourceTracker tracker;
  const uint64_t size = std::max(PeakRss::OfThisProcess().HighWaterMark(), PeakOfChildren()) + kBlock / 2;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const ResidentBlock block(size);
    BurnCpu(0.1);
    _exit(0);
  }
  const uint64_t told = PeakOfEnded(child);
  const ResourceUsage usage = tracker.Stop();
  EXPECT_GE(usage.peak_rss_bytes, size);
  EXPECT_GE(told, size);
  EXPECT_EQ(usage.peak_source, "the largest child process");
  EXPECT_GE(usage.cpu_seconds, 0.1);
  EXPECT_LT(ResourceTracker().Stop().peak_rss_bytes, size) << "the child ended before this phase";
}

TEST(ResourceTracker, SamplesWhereThePeakCannotBeReset) {
  const ProcWithoutReset proc;
  PeakRss peak(proc.path());
  const ResidentBlock block(kBlock);
  { const ResidentBlock raises_the_high_water_mark(2 * kBlock); }
  ResourceTracker tracker(peak);
  const ResourceUsage usage = tracker.Stop();
  EXPECT_EQ(usage.peak_source, "sampled every 10 ms");
  EXPECT_GE(usage.peak_rss_bytes, kBlock);
  EXPECT_LE(usage.peak_rss_bytes + kBlock, peak.HighWaterMark());
  EXPECT_FALSE(usage.io_measured);
}

TEST(ResourceTracker, SeesBetweenItsEndsWhenItSamples) {
  const ProcWithoutReset proc;
  PeakRss peak(proc.path());
  { const ResidentBlock raises_the_high_water_mark(2 * kBlock); }
  ResourceTracker outer(peak);
  const uint64_t low = outer.Usage().peak_rss_bytes;
  ResourceTracker inner(peak);
  ResourceUsage usage;
  do {  // however busy the machine is, a sample falls into the life of a block some time
    {
      const ResidentBlock block(kBlock);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    usage = inner.Usage();
  } while (usage.peak_rss_bytes + kSlack < low + kBlock);
  EXPECT_EQ(usage.peak_source, "sampled every 10 ms");
  EXPECT_GE(outer.Stop().peak_rss_bytes, usage.peak_rss_bytes);
}

TEST(ResourceTracker, HasAnExactPeakWithoutResetIfThePhaseIsTheHighestSoFar) {
  const ProcWithoutReset proc;
  PeakRss peak(proc.path());
  const uint64_t size = peak.HighWaterMark() + kBlock;
  ResourceTracker tracker(peak);
  { const ResidentBlock block(size); }
  const ResourceUsage usage = tracker.Stop();
  EXPECT_EQ(usage.peak_source, "VmHWM, raised by the phase");
  EXPECT_GE(usage.peak_rss_bytes, size);
}

TEST(ResourceTracker, WithoutProcStillHasAPeak) {
  PeakRss peak("/nonexistent");
  ResourceTracker tracker(peak);
  const ResourceUsage usage = tracker.Stop();
  EXPECT_GT(usage.peak_rss_bytes, 0U);
  EXPECT_FALSE(usage.io_measured);
}

TEST(ResourceTracker, CountsCpuSecondsOfAllThreads) {
  ResourceTracker tracker;
  std::thread other([] { BurnCpu(0.1); });
  BurnCpu(0.1);
  other.join();
  const ResourceUsage usage = tracker.Stop();
  EXPECT_GE(usage.cpu_seconds, 0.1);
  EXPECT_GT(usage.wall_seconds, 0);
  EXPECT_DOUBLE_EQ(usage.CpuPercent(), 100 * usage.cpu_seconds / usage.wall_seconds);
}

TEST(ResourceUsage, GivesCpuOver100PercentOnSeveralCores) {
  ResourceUsage usage;
  EXPECT_EQ(usage.CpuPercent(), 0);
  usage.wall_seconds = 2;
  usage.cpu_seconds = 7;
  EXPECT_EQ(usage.CpuPercent(), 350);
}

TEST(ResourceTracker, CountsWhatIsReadAndWritten) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  ResourceTracker tracker;
  std::vector<char> bytes(50'000);
  ASSERT_EQ(write(ends[1], bytes.data(), bytes.size()), 50'000);
  ASSERT_EQ(read(ends[0], bytes.data(), bytes.size()), 50'000);
  const ResourceUsage usage = tracker.Stop();
  close(ends[0]);
  close(ends[1]);
  if (!usage.io_measured) {
    GTEST_SKIP() << "this kernel does not count I/O";
  }
  EXPECT_GE(usage.bytes_read, 50'000U);
  EXPECT_GE(usage.bytes_written, 50'000U);
}

TEST(ResourceTracker, TellsAllocationsFromMappedFilesAtTheEnd) {
  ResourceTracker tracker;
  const ResidentBlock block(kBlock);
  const ResourceUsage usage = tracker.Stop();
  if (usage.rss_anon_bytes == 0) {
    GTEST_SKIP() << "this kernel does not tell them apart";
  }
  EXPECT_GE(usage.rss_anon_bytes, kBlock);
  EXPECT_GT(usage.rss_file_bytes, 0U);
  EXPECT_LT(usage.rss_file_bytes, kBlock);
}

/// With an inner phase, which is sampled all the time, while the program itself does nothing.
/// Of one CPU, while this thread sleeps.
double ShareOfACpuWhileAsleep() {
  const auto begin = std::chrono::steady_clock::now();
  const double before = ProcessCpuSeconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const double cost = ProcessCpuSeconds() - before;
  return cost / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(ResourceTracker, CostsLessThanAHundredthOfACpu) {
  ResourceTracker outer;
  ResourceTracker inner;
  double least = 1;
  for (int i = 0; i < 10 && least >= 0.01; ++i) {  // other work on the machine can only add to the cost
    least = std::min(least, ShareOfACpuWhileAsleep());
  }
  RecordProperty("percent", std::to_string(100 * least));
  EXPECT_LT(least, 0.01);
  EXPECT_GT(inner.Usage().peak_rss_bytes, 0U);
}

TEST(ResourceTracker, StopsOnce) {
  ResourceTracker tracker;
  const ResourceUsage first = tracker.Stop();
  BurnCpu(0.01);
  EXPECT_EQ(tracker.Stop().cpu_seconds, first.cpu_seconds);
  EXPECT_EQ(tracker.Usage().wall_seconds, first.wall_seconds);
}

TEST(ResourceTracker, MayBeReadByThreadsWhileOthersBeginAndEnd) {
  const ProcWithoutReset proc;
  PeakRss sampling(proc.path());
  for (PeakRss* peak : {&PeakRss::OfThisProcess(), &sampling}) {
    ResourceTracker outer(*peak);
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&outer, &failures, peak] {
        for (int round = 0; round < 20; ++round) {
          ResourceTracker inner(*peak);
          failures += outer.Usage().peak_rss_bytes == 0 || inner.Stop().peak_rss_bytes == 0;
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    EXPECT_EQ(failures, 0);
  }
}

}  // namespace
}  // namespace varjoin
