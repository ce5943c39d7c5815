// machine.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "system/machine.h"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "system/proc_file.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;

/// One mounted cgroup hierarchy and the process's place in it.
struct Hierarchy {
  std::string_view version;         ///< "v1" or "v2"
  std::string root;                 ///< where it is mounted
  std::vector<std::string> groups;  ///< the process's cgroup, then its ancestors up to "/", the mount's root
};

bool IsFolder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

/// The longest tail of `path` that is a folder below `root`; "" is the root itself. A path with ".." lies outside
/// of what this cgroup namespace shows.
std::string_view VisibleTail(const std::string& root, std::string_view path) {
  if (path.find("/..") != std::string_view::npos) {
    return "";
  }
  while (!path.empty() && (path == "/" || !IsFolder(root + std::string(path)))) {
    const size_t next = path.find('/', 1);
    path = next == std::string_view::npos ? std::string_view() : path.substr(next);
  }
  return path;
}

Hierarchy Locate(std::string_view version, std::string root, std::string_view path) {
  Hierarchy hierarchy{version, std::move(root), {}};
  std::string_view group = VisibleTail(hierarchy.root, path);
  while (!group.empty()) {
    hierarchy.groups.emplace_back(group);
    group = group.substr(0, group.rfind('/'));
  }
  hierarchy.groups.emplace_back("/");
  return hierarchy;
}

/// A v1 hierarchy's mount is named after its controllers, in any order: `cpu`, `cpu,cpuacct`.
std::optional<std::string> MountOfController(const std::string& cgroup, std::string_view controller) {
  std::error_code error;
  fs::directory_iterator entry(cgroup, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    const std::vector<std::string_view> controllers = Split(name, ',');
    if (std::find(controllers.begin(), controllers.end(), controller) != controllers.end()) {
      return entry->path();
    }
  }
  return std::nullopt;
}

/// The hierarchies whose limits bind this process for `controller`. /proc/self/cgroup has lines
/// `<id>:<controllers>:<path>`, with id 0 and no controllers for v2.
std::vector<Hierarchy> HierarchiesOf(std::string_view controller, const MachinePaths& paths) {
  const std::string unified = paths.cgroup + "/unified";
  std::error_code error;
  const bool hybrid = !fs::exists(paths.cgroup + "/cgroup.controllers", error) && IsFolder(unified);
  const std::string text = ReadProcFile(paths.proc + "/self/cgroup");
  std::vector<Hierarchy> hierarchies;
  for (const std::string_view line : Split(text, '\n')) {
    const size_t first = line.find(':');
    const size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) {
      continue;
    }
    const std::string_view path = line.substr(second + 1);
    const std::vector<std::string_view> controllers = Split(line.substr(first + 1, second - first - 1), ',');
    if (line.starts_with("0::")) {
      hierarchies.push_back(Locate("v2", hybrid ? unified : paths.cgroup, path));
    } else if (std::find(controllers.begin(), controllers.end(), controller) != controllers.end()) {
      if (const auto mount = MountOfController(paths.cgroup, controller)) {
        hierarchies.push_back(Locate("v1", *mount, path));
      }
    }
  }
  return hierarchies;
}

std::string FileOf(const Hierarchy& hierarchy, const std::string& group, std::string_view name) {
  return fmt::format("{}{}/{}", hierarchy.root, group == "/" ? "" : group, name);
}

std::string SourceOf(const Hierarchy& hierarchy, const std::string& group, std::string_view name) {
  return fmt::format("cgroup {} {} of {}", hierarchy.version, name, group);
}

void NarrowMemory(std::optional<uint64_t> limit, std::string source, Machine* machine) {
  if (limit && *limit > 0 && *limit < machine->memory) {
    machine->memory = *limit;
    machine->memory_source = std::move(source);
  }
}

void NarrowMemory(const Hierarchy& hierarchy, Machine* machine) {
  const bool v2 = hierarchy.version == "v2";
  for (const std::string& group : hierarchy.groups) {
    for (const char* name :
         {v2 ? "memory.max" : "memory.limit_in_bytes", v2 ? "memory.high" : "memory.soft_limit_in_bytes"}) {
      NarrowMemory(WholeNumber(ReadProcFile(FileOf(hierarchy, group, name))), SourceOf(hierarchy, group, name),
                   machine);
    }
  }
  if (!v2) {
    // Counts the ancestors that are not visible from inside a container too.
    constexpr std::string_view kLabel = "hierarchical_memory_limit";
    const std::string& own = hierarchy.groups.front();
    NarrowMemory(LabelledNumber(ReadProcFile(FileOf(hierarchy, own, "memory.stat")), kLabel),
                 SourceOf(hierarchy, own, kLabel), machine);
  }
}

/// Whole CPUs, rounded up, of a quota of CPU time per period; nothing if there is no quota.
std::optional<uint64_t> QuotaCpus(std::optional<uint64_t> quota, std::optional<uint64_t> period) {
  if (!quota || !period || *quota == 0 || *period == 0) {
    return std::nullopt;
  }
  return *quota / *period + (*quota % *period == 0 ? 0 : 1);
}

std::optional<uint64_t> QuotaCpus(const Hierarchy& hierarchy, const std::string& group) {
  if (hierarchy.version == "v1") {
    return QuotaCpus(WholeNumber(ReadProcFile(FileOf(hierarchy, group, "cpu.cfs_quota_us"))),
                     WholeNumber(ReadProcFile(FileOf(hierarchy, group, "cpu.cfs_period_us"))));
  }
  const std::string text = ReadProcFile(FileOf(hierarchy, group, "cpu.max"));
  const std::vector<std::string_view> words = Split(text, ' ');
  return words.size() == 2 ? QuotaCpus(WholeNumber(words[0]), WholeNumber(words[1])) : std::nullopt;
}

void NarrowCpus(const Hierarchy& hierarchy, Machine* machine) {
  for (const std::string& group : hierarchy.groups) {
    const std::optional<uint64_t> cpus = QuotaCpus(hierarchy, group);
    if (cpus && *cpus < static_cast<uint64_t>(machine->cpus)) {
      machine->cpus = static_cast<int>(*cpus);
      machine->cpus_source = SourceOf(hierarchy, group, hierarchy.version == "v2" ? "cpu.max" : "cpu.cfs_quota_us");
    }
  }
}

uint64_t HostMemory(const MachinePaths& paths) {
  if (const auto kib = LabelledNumber(ReadProcFile(paths.proc + "/meminfo"), "MemTotal:")) {
    return *kib * 1024;
  }
  return static_cast<uint64_t>(std::max(sysconf(_SC_PHYS_PAGES), 0L)) *
         static_cast<uint64_t>(std::max(sysconf(_SC_PAGESIZE), 0L));
}

/// /proc/stat has a line `cpu<N> …` for each CPU online, on every architecture.
int HostCpus(const MachinePaths& paths) {
  const std::string text = ReadProcFile(paths.proc + "/stat");
  const std::vector<std::string_view> lines = Split(text, '\n');
  const auto cpus = std::count_if(lines.begin(), lines.end(), [](std::string_view line) {
    return line.size() > 3 && line.starts_with("cpu") && line[3] >= '0' && line[3] <= '9';
  });
  return cpus > 0 ? static_cast<int>(cpus) : std::max(static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)), 1);
}

}  // namespace

int AffinityCpus() {
  constexpr int kMostCpus = 1 << 20;
  for (int size = CPU_SETSIZE; size <= kMostCpus; size *= 2) {
    std::vector<cpu_set_t> set(static_cast<size_t>(size / CPU_SETSIZE));
    const size_t bytes = set.size() * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, set.data()) == 0) {
      return CPU_COUNT_S(bytes, set.data());
    }
    if (errno != EINVAL) {  // EINVAL: the kernel knows more CPUs than the set holds
      break;
    }
  }
  return 0;
}

uint64_t CgroupPeak(const MachinePaths& paths) {
  uint64_t peak = 0;
  for (const Hierarchy& hierarchy : HierarchiesOf("memory", paths)) {
    const char* name = hierarchy.version == "v2" ? "memory.peak" : "memory.max_usage_in_bytes";
    peak = std::max(peak, WholeNumber(ReadProcFile(FileOf(hierarchy, hierarchy.groups.front(), name))).value_or(0));
  }
  return peak;
}

Machine DetectMachine(const MachinePaths& paths, const std::function<int()>& affinity) {
  Machine machine;
  machine.host_memory = machine.memory = HostMemory(paths);
  machine.host_cpus = machine.cpus = HostCpus(paths);
  machine.memory_source = machine.cpus_source = "host";
  if (const int allowed = affinity(); allowed > 0 && allowed < machine.cpus) {
    machine.cpus = allowed;
    machine.cpus_source = "affinity";
  }
  for (const Hierarchy& hierarchy : HierarchiesOf("memory", paths)) {
    NarrowMemory(hierarchy, &machine);
  }
  for (const Hierarchy& hierarchy : HierarchiesOf("cpu", paths)) {
    NarrowCpus(hierarchy, &machine);
  }
  return machine;
}

}  // namespace varjoin
