// machine_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "system/machine.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

namespace varjoin {
namespace {

namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;

constexpr uint64_t kGib = uint64_t{1} << 30;

/// A host with 64 GiB and 8 CPUs in a folder of its own, which goes with it: `proc/`, `cgroup/`.
class FakeHost {
 public:
  explicit FakeHost(const Files& files) {
    std::string name = (fs::temp_directory_path() / "varjoin-machine-XXXXXX").string();
    root_ = mkdtemp(name.data());
    fs::create_directories(root_ / "cgroup");
    Write("proc/meminfo", "MemTotal:       67108864 kB\nMemFree:         1024 kB\n");
    std::string stat = "cpu  1 2 3\n";
    for (int cpu = 0; cpu < 8; ++cpu) {
      stat += "cpu" + std::to_string(cpu) + " 1 2 3\n";
    }
    Write("proc/stat", stat + "intr 1 2 3\ncpufreq 1\n");
    for (const auto& [path, text] : files) {
      Write(path, text);
    }
  }
  ~FakeHost() { fs::remove_all(root_); }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  Machine Detect(int affinity = 8) const {
    return DetectMachine({root_ / "proc", root_ / "cgroup"}, [affinity] { return affinity; });
  }

  uint64_t Peak() const { return CgroupPeak({root_ / "proc", root_ / "cgroup"}); }

 private:
  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  fs::path root_;
};

struct Case {
  const char* name;
  Files files;
  uint64_t memory;
  const char* memory_source;
  int cpus;
  const char* cpus_source;
};

void ExpectAll(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Machine machine = FakeHost(c.files).Detect();
    EXPECT_EQ(machine.host_memory, 64 * kGib);
    EXPECT_EQ(machine.host_cpus, 8);
    EXPECT_EQ(machine.memory, c.memory);
    EXPECT_EQ(machine.memory_source, c.memory_source);
    EXPECT_EQ(machine.cpus, c.cpus);
    EXPECT_EQ(machine.cpus_source, c.cpus_source);
  }
}

TEST(Machine, WithoutCgroupsIsTheHost) {
  ExpectAll({
      {"no file at all", {}, 64 * kGib, "host", 8, "host"},
      {"a cgroup that is not mounted", {{"proc/self/cgroup", "0::/a\n"}}, 64 * kGib, "host", 8, "host"},
      {"garbage in /proc/self/cgroup",
       {{"proc/self/cgroup", "\n:\n0:\nmemory\n0::\n::::\n\xff\n5:memory:\n"}},
       64 * kGib,
       "host",
       8,
       "host"},
  });
}

TEST(Machine, IsNarrowedByTheAffinity) {
  const FakeHost host({});
  EXPECT_EQ(host.Detect(3).cpus, 3);
  EXPECT_EQ(host.Detect(3).cpus_source, "affinity");
  EXPECT_EQ(host.Detect(8).cpus_source, "host");
  EXPECT_EQ(host.Detect(0).cpus, 8) << "0 is: not known";
}

TEST(Machine, IsNarrowedByTheTightestCgroupV2LimitOnTheWayUp) {
  const Files tree = {{"proc/self/cgroup", "0::/a/b\n"}, {"cgroup/cgroup.controllers", "cpu memory\n"}};
  const auto with = [&](Files files) {
    files.insert(tree.begin(), tree.end());
    return files;
  };
  ExpectAll({
      {"own limits", with({{"cgroup/a/b/memory.max", "4294967296\n"}, {"cgroup/a/b/cpu.max", "400000 100000\n"}}),
       4 * kGib, "cgroup v2 memory.max of /a/b", 4, "cgroup v2 cpu.max of /a/b"},
      {"max is no limit",
       with({{"cgroup/a/b/memory.max", "max\n"},
             {"cgroup/a/b/memory.high", "max\n"},
             {"cgroup/a/b/cpu.max", "max 100000\n"}}),
       64 * kGib, "host", 8, "host"},
      {"the parent is tighter",
       with({{"cgroup/a/memory.max", "2147483648\n"},
             {"cgroup/a/b/memory.max", "4294967296\n"},
             {"cgroup/a/cpu.max", "200000 100000\n"},
             {"cgroup/a/b/cpu.max", "300000 100000\n"}}),
       2 * kGib, "cgroup v2 memory.max of /a", 2, "cgroup v2 cpu.max of /a"},
      {"the child is tighter",
       with({{"cgroup/a/memory.max", "4294967296\n"},
             {"cgroup/a/b/memory.max", "2147483648\n"},
             {"cgroup/a/cpu.max", "300000 100000\n"},
             {"cgroup/a/b/cpu.max", "200000 100000\n"}}),
       2 * kGib, "cgroup v2 memory.max of /a/b", 2, "cgroup v2 cpu.max of /a/b"},
      {"the soft limit is tighter",
       with({{"cgroup/a/b/memory.max", "4294967296\n"}, {"cgroup/a/b/memory.high", "3221225472\n"}}), 3 * kGib,
       "cgroup v2 memory.high of /a/b", 8, "host"},
      {"a soft limit of an ancestor",
       with({{"cgroup/a/memory.high", "1073741824\n"}, {"cgroup/a/b/memory.max", "4294967296\n"}}), 1 * kGib,
       "cgroup v2 memory.high of /a", 8, "host"},
      {"a limit of the mount's root", with({{"cgroup/a/b/x", ""}, {"cgroup/memory.max", "1073741824\n"}}), 1 * kGib,
       "cgroup v2 memory.max of /", 8, "host"},
      {"parts of a CPU count as a whole one", with({{"cgroup/a/b/cpu.max", "250000 100000\n"}}), 64 * kGib, "host", 3,
       "cgroup v2 cpu.max of /a/b"},
      {"less than one CPU is one", with({{"cgroup/a/b/cpu.max", "1000 100000\n"}}), 64 * kGib, "host", 1,
       "cgroup v2 cpu.max of /a/b"},
      {"more than the host has",
       with({{"cgroup/a/b/memory.max", "1099511627776\n"}, {"cgroup/a/b/cpu.max", "6400000 100000\n"}}), 64 * kGib,
       "host", 8, "host"},
      {"garbage",
       with({{"cgroup/a/b/memory.max", "lots"},
             {"cgroup/a/b/memory.high", ""},
             {"cgroup/a/memory.max", "-5\n"},
             {"cgroup/a/memory.high", "99999999999999999999999999\n"},
             {"cgroup/a/b/cpu.max", "100000\n"},
             {"cgroup/a/cpu.max", "a b c\n"},
             {"cgroup/cpu.max", "100000 0\n"}}),
       64 * kGib, "host", 8, "host"},
      {"a limit of zero", with({{"cgroup/a/b/memory.high", "0\n"}, {"cgroup/a/b/cpu.max", "0 100000\n"}}), 64 * kGib,
       "host", 8, "host"},
  });
}

TEST(Machine, IsNarrowedByTheTightestCgroupV1LimitOnTheWayUp) {
  const Files tree = {
      {"proc/self/cgroup", "12:devices:/\n4:cpu,cpuacct:/a/b\n3:memory:/a/b\n2:cpuset:/\n1:name=systemd:/a/b\n"},
      {"cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
      {"cgroup/memory/memory.soft_limit_in_bytes", "9223372036854771712\n"},
      {"cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n"},
      {"cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"}};
  const auto with = [&](Files files) {
    files.insert(tree.begin(), tree.end());
    return files;
  };
  ExpectAll({
      {"huge numbers are no limit",
       with({{"cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n"},
             {"cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n"},
             {"cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n"}}),
       64 * kGib, "host", 8, "host"},
      {"own limits",
       with({{"cgroup/memory/a/b/memory.limit_in_bytes", "4294967296\n"},
             {"cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "150000\n"},
             {"cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n"}}),
       4 * kGib, "cgroup v1 memory.limit_in_bytes of /a/b", 2, "cgroup v1 cpu.cfs_quota_us of /a/b"},
      {"the parent is tighter",
       with({{"cgroup/memory/a/b/memory.limit_in_bytes", "4294967296\n"},
             {"cgroup/memory/a/memory.limit_in_bytes", "2147483648\n"},
             {"cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "700000\n"},
             {"cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n"},
             {"cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "150000\n"},
             {"cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "50000\n"}}),
       2 * kGib, "cgroup v1 memory.limit_in_bytes of /a", 3, "cgroup v1 cpu.cfs_quota_us of /a"},
      {"the soft limit is tighter",
       with({{"cgroup/memory/a/b/memory.limit_in_bytes", "4294967296\n"},
             {"cgroup/memory/a/b/memory.soft_limit_in_bytes", "1073741824\n"}}),
       1 * kGib, "cgroup v1 memory.soft_limit_in_bytes of /a/b", 8, "host"},
      {"an ancestor outside of the container",
       with({{"cgroup/memory/a/b/memory.stat", "cache 0\nhierarchical_memory_limit 3221225472\ntotal_rss 1\n"}}),
       3 * kGib, "cgroup v1 hierarchical_memory_limit of /a/b", 8, "host"},
      {"a quota without a period", with({{"cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "100000\n"}}), 64 * kGib, "host",
       8, "host"},
      {"garbage",
       with({{"cgroup/memory/a/b/memory.limit_in_bytes", "\n"},
             {"cgroup/memory/a/memory.limit_in_bytes", "0x10\n"},
             {"cgroup/memory/a/b/memory.stat", "hierarchical_memory_limit\n"},
             {"cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "many\n"},
             {"cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "0\n"}}),
       64 * kGib, "host", 8, "host"},
  });
}

TEST(Machine, FindsAV1MountWhateverItsControllersAreCalled) {
  for (const char* mount : {"cpu", "cpu,cpuacct", "cpuacct,cpu"}) {
    SCOPED_TRACE(mount);
    const std::string folder = std::string("cgroup/") + mount + "/a/";
    const Machine machine = FakeHost({{"proc/self/cgroup", "4:cpuacct,cpu:/a\n5:cpuset:/a\n"},
                                      {"cgroup/cpuset/a/cpu.cfs_quota_us", "100000"},
                                      {"cgroup/cpuset/a/cpu.cfs_period_us", "100000"},
                                      {folder + "cpu.cfs_quota_us", "200000"},
                                      {folder + "cpu.cfs_period_us", "100000"}})
                                .Detect();
    EXPECT_EQ(machine.cpus, 2);
    EXPECT_EQ(machine.cpus_source, "cgroup v1 cpu.cfs_quota_us of /a");
  }
}

TEST(Machine, UnderstandsHybridMounts) {
  const Files v2_memory = {{"proc/self/cgroup", "2:cpu,cpuacct:/x\n0::/a\n"},
                           {"cgroup/unified/cgroup.controllers", "memory\n"},
                           {"cgroup/unified/a/memory.max", "2147483648\n"},
                           {"cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "300000\n"},
                           {"cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n"}};
  const Files v1_memory = {{"proc/self/cgroup", "2:memory:/x\n0::/a\n"},
                           {"cgroup/unified/cgroup.controllers", "\n"},
                           {"cgroup/unified/a/cgroup.procs", "1\n"},
                           {"cgroup/memory/x/memory.limit_in_bytes", "3221225472\n"}};
  ExpectAll({
      {"memory in v2, CPUs in v1", v2_memory, 2 * kGib, "cgroup v2 memory.max of /a", 3,
       "cgroup v1 cpu.cfs_quota_us of /x"},
      {"all controllers in v1", v1_memory, 3 * kGib, "cgroup v1 memory.limit_in_bytes of /x", 8, "host"},
  });
}

TEST(Machine, FallsBackToTheMountsRootInAContainer) {
  const auto v2 = [](const char* path) {
    return Files{{"proc/self/cgroup", std::string("0::") + path + "\n"},
                 {"cgroup/cgroup.controllers", "cpu memory\n"},
                 {"cgroup/memory.max", "2147483648\n"},
                 {"cgroup/cpu.max", "200000 100000\n"},
                 {"cgroup/other/memory.max", "1073741824\n"}};
  };
  const char* memory_source = "cgroup v2 memory.max of /";
  const char* cpus_source = "cgroup v2 cpu.max of /";
  const Files v1 = {{"proc/self/cgroup", "3:memory:/docker/0123abcd\n"},
                    {"cgroup/memory/memory.limit_in_bytes", "2147483648\n"}};
  const Files nested = {{"proc/self/cgroup", "3:memory:/docker/0123abcd/job\n"},
                        {"cgroup/memory/memory.limit_in_bytes", "2147483648\n"},
                        {"cgroup/memory/job/memory.limit_in_bytes", "1073741824\n"}};
  ExpectAll({
      {"cgroup namespace", v2("/"), 2 * kGib, memory_source, 2, cpus_source},
      {"outside of the namespace", v2("/../.."), 2 * kGib, memory_source, 2, cpus_source},
      {"in a sibling of the namespace", v2("/../other"), 2 * kGib, memory_source, 2, cpus_source},
      {"the host's path", v2("/system.slice/docker-0123abcd.scope"), 2 * kGib, memory_source, 2, cpus_source},
      {"the host's path, v1", v1, 2 * kGib, "cgroup v1 memory.limit_in_bytes of /", 8, "host"},
      {"a cgroup within the container", nested, 1 * kGib, "cgroup v1 memory.limit_in_bytes of /job", 8, "host"},
  });
}

TEST(Machine, ThisOneIsDetectedWithinItsBounds) {
  const Machine machine = DetectMachine();
  EXPECT_GT(machine.memory, 0U);
  EXPECT_LE(machine.memory, machine.host_memory);
  EXPECT_GE(machine.cpus, 1);
  EXPECT_LE(machine.cpus, machine.host_cpus);
  EXPECT_FALSE(machine.memory_source.empty());
  EXPECT_FALSE(machine.cpus_source.empty());
}

TEST(Machine, WithUnreadableProcFilesStillHasMemoryAndCpus) {
  const Machine machine = DetectMachine({"/nonexistent/proc", "/nonexistent/cgroup"}, [] { return 1; });
  EXPECT_GT(machine.memory, 0U);
  EXPECT_EQ(machine.cpus, 1);
}

TEST(AffinityCpus, CountsTheCpusThatTheThreadMayUse) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  EXPECT_EQ(AffinityCpus(), CPU_COUNT(&before));

  cpu_set_t one;
  CPU_ZERO(&one);
  int cpu = 0;
  while (!CPU_ISSET(cpu, &before)) {
    ++cpu;
  }
  CPU_SET(cpu, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(AffinityCpus(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof(before), &before), 0);
}

TEST(CgroupPeak, IsThatOfTheOwnCgroup) {
  const Files v2 = {{"proc/self/cgroup", "0::/a/b\n"},
                    {"cgroup/cgroup.controllers", "memory\n"},
                    {"cgroup/a/memory.peak", "999999999\n"},
                    {"cgroup/a/b/memory.peak", "123456789\n"}};
  EXPECT_EQ(FakeHost(v2).Peak(), 123456789U);
  const Files v1 = {{"proc/self/cgroup", "4:memory:/job\n"},
                    {"cgroup/memory/job/memory.max_usage_in_bytes", "987654321\n"}};
  EXPECT_EQ(FakeHost(v1).Peak(), 987654321U);
  EXPECT_EQ(FakeHost({}).Peak(), 0U);
}

}  // namespace
}  // namespace varjoin
