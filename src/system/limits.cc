// limits.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "system/limits.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace varjoin {
namespace {

constexpr uint64_t kKb = 1000, kMb = 1000 * kKb, kGb = 1000 * kMb, kTb = 1000 * kGb;
constexpr uint64_t kKib = 1024, kMib = 1024 * kKib, kGib = 1024 * kMib, kTib = 1024 * kGib;

constexpr uint64_t kLeastDefaultGb = 8, kMostDefaultGb = 128;
constexpr int kLeastDefaultThreads = 2, kMostDefaultThreads = 16;
constexpr int kMostThreads = 1024;
constexpr uint64_t kHeadroom = 256 * kMb;
constexpr uint64_t kLeastMemory = 128 * kMb;
/// What the largest runs that were seen have spilled.
constexpr uint64_t kMuchSpace = 4 * kGb;

struct Unit {
  std::string_view name;
  uint64_t bytes;
};
constexpr std::array<Unit, 13> kUnits = {{{"B", 1},
                                          {"K", kKb},
                                          {"KB", kKb},
                                          {"KiB", kKib},
                                          {"M", kMb},
                                          {"MB", kMb},
                                          {"MiB", kMib},
                                          {"G", kGb},
                                          {"GB", kGb},
                                          {"GiB", kGib},
                                          {"T", kTb},
                                          {"TB", kTb},
                                          {"TiB", kTib}}};

std::string_view WithoutBlanks(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Status NoMemorySize(std::string_view text, std::string_view why) {
  return BadInput("\"{}\" is not a memory size: {}; write it like 16GB, 500MB, 2GiB or 50%", text, why);
}

/// Bytes in one `unit`; a hundredth of the allowed RAM for "%"; 0 for an unknown unit.
double BytesPerUnit(std::string_view unit, uint64_t allowed_ram) {
  if (unit == "%") {
    return static_cast<double>(allowed_ram) / 100;
  }
  const auto* found =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& known) { return EqualNoCase(known.name, unit); });
  return found == kUnits.end() ? 0 : static_cast<double>(found->bytes);
}

/// The shortest exact text for `bytes` that DuckDB reads, in the largest unit that divides them.
std::string DuckDbText(uint64_t bytes) {
  for (const Unit& unit : {Unit{"GB", kGb}, Unit{"GiB", kGib}, Unit{"MB", kMb}, Unit{"MiB", kMib}}) {
    if (bytes % unit.bytes == 0) {
      return fmt::format("{}{}", bytes / unit.bytes, unit.name);
    }
  }
  return fmt::format("{}B", bytes);
}

/// The most that may be applied on a machine, and why, for the user.
struct Ceiling {
  uint64_t bytes;
  std::string reason;
};

Ceiling CeilingOf(const Machine& machine) {
  const std::string ram = HumanBytes(machine.memory);
  const uint64_t share = machine.memory / 5 * 4;
  const uint64_t rest = machine.memory - std::min(machine.memory, kHeadroom);
  if (std::min(share, rest) < kLeastMemory) {
    return {kLeastMemory, fmt::format("DuckDB needs that much, but of the {} of RAM allowed here ({}) it leaves so "
                                      "little that the run may be killed for lack of memory",
                                      ram, machine.memory_source)};
  }
  return {std::min(share, rest), fmt::format("{} of the {} of RAM allowed here ({}), so that the run is not killed "
                                             "for lack of memory",
                                             share <= rest ? "80 %" : "all but 256 MB", ram, machine.memory_source)};
}

/// What was asked for, else nothing (value "", source "default").
Setting<std::string> Chosen(const std::optional<Setting<std::string>>& asked) {
  return asked.value_or(Setting<std::string>{"", "default"});
}

bool IsDefault(const Setting<std::string>& setting) {
  return setting.source == "default";
}

Status DecideMemory(const Machine& machine, Setting<std::string> wanted, Limits* limits) {
  uint64_t bytes = std::clamp(machine.memory / 4 * 3 / kGib, kLeastDefaultGb, kMostDefaultGb) * kGb;
  if (IsDefault(wanted)) {
    wanted.value = DuckDbText(bytes);
  } else if (Result<uint64_t> parsed = ParseMemory(wanted.value, machine.memory); parsed.ok()) {
    bytes = *parsed;
  } else {
    return BadInput("{}: {}", wanted.source, parsed.status().message());
  }
  if (const Ceiling ceiling = CeilingOf(machine); bytes > ceiling.bytes) {
    bytes = ceiling.bytes / kMb * kMb;
    limits->memory_note = fmt::format("The memory limit is {}MB, not {} ({}): {}.", bytes / kMb, wanted.value,
                                      wanted.source, ceiling.reason);
    limits->memory_text = fmt::format("{}MB", bytes / kMb);
  } else {
    limits->memory_text = DuckDbText(bytes);
  }
  limits->memory = std::move(wanted);
  limits->memory_bytes = bytes;
  return Status::Ok();
}

Status DecideThreads(const Machine& machine, Setting<std::string> wanted, Limits* limits) {
  limits->threads.source = wanted.source;
  if (IsDefault(wanted)) {
    limits->threads.value = std::clamp(machine.cpus * 3 / 4, kLeastDefaultThreads, kMostDefaultThreads);
    return Status::Ok();
  }
  const std::string_view text = WithoutBlanks(wanted.value);
  int threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || end != text.data() + text.size() || threads < 1 || threads > kMostThreads) {
    return BadInput("{}: \"{}\" is not a number of threads; write a whole number from 1 to {}", wanted.source,
                    wanted.value, kMostThreads);
  }
  limits->threads.value = threads;
  return Status::Ok();
}

Status DecideTempDirectory(Setting<std::string> wanted, Limits* limits) {
  if (IsDefault(wanted)) {
    wanted.value = "/tmp/duckdb_temp";
  } else if (wanted.value.empty()) {
    return BadInput("{}: the name of a folder is missing", wanted.source);
  }
  limits->temp_directory = std::move(wanted);
  return Status::Ok();
}

}  // namespace

Result<uint64_t> ParseMemory(std::string_view text, uint64_t allowed_ram) {
  const std::string_view size = WithoutBlanks(text);
  const size_t digits = std::min(size.find_first_not_of("0123456789."), size.size());
  const std::string_view unit = WithoutBlanks(size.substr(digits));
  double number = 0;
  const auto [end, error] = std::from_chars(size.data(), size.data() + digits, number, std::chars_format::fixed);
  if (error == std::errc::invalid_argument || end != size.data() + digits) {
    return NoMemorySize(text, size.starts_with('-') ? "it is negative" : "it does not start with a number");
  }
  if (unit.empty()) {
    return NoMemorySize(text, "it has no unit");
  }
  const double bytes_per_unit = BytesPerUnit(unit, allowed_ram);
  if (bytes_per_unit == 0 && unit != "%") {
    return NoMemorySize(text, fmt::format("\"{}\" is no unit", unit));
  }
  if (unit == "%" && number > 100) {
    return NoMemorySize(text, "it is more than all RAM");
  }
  const double bytes = number * bytes_per_unit;
  if (error == std::errc::result_out_of_range || bytes >= 0x1p63) {
    return NoMemorySize(text, "it is too large or too small");
  }
  if (bytes < 1) {
    return NoMemorySize(text, "it is less than one byte");
  }
  const auto whole = static_cast<uint64_t>(bytes);
  return unit == "%" && whole > kMb ? whole / kMb * kMb : whole;
}

Result<Limits> DecideLimits(const Machine& machine, const LimitOptions& options) {
  Limits limits;
  VARJOIN_RETURN_IF_ERROR(DecideMemory(machine, Chosen(options.memory_limit), &limits));
  VARJOIN_RETURN_IF_ERROR(DecideThreads(machine, Chosen(options.threads), &limits));
  VARJOIN_RETURN_IF_ERROR(DecideTempDirectory(Chosen(options.temp_directory), &limits));
  return limits;
}

uint64_t FreeSpace(const std::string& folder) {
  struct statvfs found {};
  return statvfs(folder.c_str(), &found) == 0 ? uint64_t{found.f_bavail} * found.f_frsize : 0;
}

std::string LittleSpaceNote(const std::string& folder, uint64_t free_bytes, uint64_t memory_limit) {
  const uint64_t wanted = std::min(memory_limit, kMuchSpace);
  if (free_bytes >= wanted) {
    return "";
  }
  return fmt::format(
      "{} has {} free; a run that needs more memory than its limit of {} writes there. Name a folder "
      "with more space by --temp-directory if this run stops for lack of it",
      folder, HumanBytes(free_bytes), HumanBytes(memory_limit));
}

}  // namespace varjoin
