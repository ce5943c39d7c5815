// proc_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace varjoin {

/// The text of a file of /proc or the cgroup file system; "" if it cannot be read.
std::string ReadProcFile(const std::string& path);

/// The unsigned whole number that `text` is, blanks around it aside; nothing for any other text.
std::optional<uint64_t> WholeNumber(std::string_view text);

/// The number that follows `label` at the start of a line: LabelledNumber(meminfo, "MemTotal:") of
/// "MemTotal:  24684084 kB" is 24684084.
std::optional<uint64_t> LabelledNumber(std::string_view text, std::string_view label);

}  // namespace varjoin
