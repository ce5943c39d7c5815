// limits.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "system/machine.h"

namespace varjoin {

/// What the user asked for on the command line, as written. Unset: the environment, then the default decides.
struct LimitOptions {
  std::optional<std::string> memory_limit = {};    ///< --memory-limit, see ParseMemory()
  std::optional<std::string> threads = {};         ///< --threads, 1 to 1,024
  std::optional<std::string> temp_directory = {};  ///< --temp-directory
};

/// A value and who set it: "--threads", "VARJOIN_THREADS", "default".
template <typename T>
struct Setting {
  T value{};
  std::string source;
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

/// Reads one environment variable: its value, or null if it is not set.
using GetEnv = std::function<const char*(const char* name)>;

/// Decides the limits of a run: flag, else environment (VARJOIN_MEMORY_LIMIT, VARJOIN_THREADS,
/// VARJOIN_TEMP_DIRECTORY; an empty variable counts as unset), else default.
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
Result<Limits> DecideLimits(const Machine& machine, const LimitOptions& options = {},
                            const GetEnv& getenv = std::getenv);

/// Bytes of a memory size as DuckDB means it: KB, MB, GB, TB are powers of 1,000, KiB, MiB, GiB, TiB of 1,024, in
/// any letter case; also the letter alone (16G), B, fractions ("1.5 TB", rounded down to a byte), and a percentage
/// of `allowed_ram` (bytes; rounded down to whole MB where there is one). BadInput: no unit, nothing, not a number,
/// zero, negative, over 100 %, 2^63 or more.
Result<uint64_t> ParseMemory(std::string_view text, uint64_t allowed_ram);

}  // namespace varjoin
