// limits.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "system/machine.h"

namespace varjoin {

/// A value and who set it: "--threads", "VARJOIN_THREADS", "run.yaml", "default".
template <typename T>
struct Setting {
  T value{};
  std::string source;
};

/// What the user asked for, as written, and where. Unset: the default.
struct LimitOptions {
  std::optional<Setting<std::string>> memory_limit = {};  ///< see ParseMemory()
  std::optional<Setting<std::string>> threads = {};       ///< 1 to 1,024
  std::optional<Setting<std::string>> temp_directory = {};
};

/// The limits of a run. `memory` is what was wanted; `memory_bytes` and `memory_text` are what is applied.
struct Limits {
  Setting<std::string> memory;  ///< the wanted limit as its source writes it: "8GB", "50%"
  uint64_t memory_bytes = 0;    ///< the applied limit
  std::string memory_text;      ///< the applied limit for DuckDB's SET memory_limit; means `memory_bytes` exactly
  std::string memory_note;      ///< "", or the sentence that says why less is applied than wanted
  Setting<int> threads;
  Setting<std::string> temp_directory;
};

/// Decides the limits of a run: what was asked for, else the default.
///
/// Defaults: memory is 75 % of the allowed RAM in GiB, rounded down, 8 to 128, and handed over as GB; threads are
/// 75 % of the allowed CPUs, rounded down, 2 to 16; the temp directory is /tmp/duckdb_temp. The rule takes RAM as
/// the kernel reports it: a machine sold with 16 GB has 15.6 GiB left for programs and gets 11 GB, not 12.
///
/// Whoever set it, the applied memory never exceeds the smaller of 80 % of the allowed RAM and that RAM less
/// 256 MB (but may be 128 MB on any machine): a process is larger than DuckDB's limit, and one that outgrows its
/// RAM is killed.
///
/// A value that cannot be read is BadInput and names its source.
Result<Limits> DecideLimits(const Machine& machine, const LimitOptions& options = {});

/// Bytes that a program of this user may still write in the folder; 0 where the file system does not say.
uint64_t FreeSpace(const std::string& folder);

/// The sentence for the user if a folder for spilling has so little space left that a run that outgrows
/// `memory_limit` bytes may fail for it; "" otherwise.
std::string LittleSpaceNote(const std::string& folder, uint64_t free_bytes, uint64_t memory_limit);

/// Bytes of a memory size as DuckDB means it: KB, MB, GB, TB are powers of 1,000, KiB, MiB, GiB, TiB of 1,024, in
/// any letter case; also the letter alone (16G), B, fractions ("1.5 TB", rounded down to a byte), and a percentage
/// of `allowed_ram` (bytes; rounded down to whole MB where there is one). BadInput: no unit, nothing, not a number,
/// zero, negative, over 100 %, 2^63 or more.
Result<uint64_t> ParseMemory(std::string_view text, uint64_t allowed_ram);

}  // namespace varjoin
