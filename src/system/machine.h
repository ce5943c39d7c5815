// machine.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// system/ knows what this machine allows (RAM, CPUs), decides the limits of a run from it, and measures what a
// phase of a run has cost. It includes base/ and Linux headers only; nothing else in varjoin asks the machine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace varjoin {

/// Where the kernel's file systems are mounted. Tests point them at a tree of their own.
struct MachinePaths {
  std::string proc = "/proc";
  std::string cgroup = "/sys/fs/cgroup";
};

/// What the host has, and how much of it this process may use.
struct Machine {
  uint64_t host_memory = 0;   ///< RAM of the host in bytes
  uint64_t memory = 0;        ///< RAM that this process may use, in bytes; at most `host_memory`
  std::string memory_source;  ///< what `memory` comes from: "host", "cgroup v2 memory.max of /a/b", …
  int host_cpus = 0;          ///< logical CPUs online
  int cpus = 0;               ///< logical CPUs that this process may use, from 1 to `host_cpus`
  std::string cpus_source;    ///< "host", "affinity", "cgroup v2 cpu.max of /a/b", …
};

/// The number of CPUs that sched_getaffinity() allows the calling thread; 0 if the kernel does not say.
int AffinityCpus();

/// Asks the kernel what this process may use. Never fails: what cannot be read, or makes no sense, sets no limit.
///
/// Memory is MemTotal, narrowed by the process's cgroup and all its ancestors: v2 `memory.max` and `memory.high`
/// (past which a process is throttled until it hardly moves), v1 `memory.limit_in_bytes`,
/// `memory.soft_limit_in_bytes` and `hierarchical_memory_limit`. A limit of 0 is none: nothing could run in it.
/// CPUs are those of `affinity`, narrowed by the quota of v2 `cpu.max` or v1 `cpu.cfs_quota_us` over
/// `cpu.cfs_period_us`, a part of a CPU counting as a whole one. v1 and v2 may be mounted side by side.
///
/// Inside a container the path in /proc/self/cgroup may be the host's. The longest tail of it that exists below
/// the mount is used, in the end the mount's root, which then is the container's own cgroup.
Machine DetectMachine(const MachinePaths& paths = {}, const std::function<int()>& affinity = AffinityCpus);

/// The most memory that the process's own cgroup has ever held, in bytes, page cache included: v2 `memory.peak` or v1
/// `memory.max_usage_in_bytes`; of the whole machine where the process is in the root cgroup. 0: the kernel does not
/// say.
uint64_t CgroupPeak(const MachinePaths& paths = {});

}  // namespace varjoin
