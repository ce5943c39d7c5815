// output_format.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/status.h"

namespace varjoin {

enum class OutputFormat { kParquet, kCsv, kTsv, kJson, kVcf, kVcfGz, kBcf };

/// Standard output, as a path.
inline constexpr std::string_view kStandardOutput = "-";

/// "vcf.gz", as -O has it.
std::string_view NameOf(OutputFormat format);

/// Records with their text, not rows of columns.
bool IsRecords(OutputFormat format);

/// By the text of -O, or where it is "" by the output's name. Errors: there is no such format, the name tells none, and
/// Parquet can't be written to a pipe.
Result<OutputFormat> OutputFormatOf(const std::string& wanted, const std::string& output);

/// The options of COPY for a table of so many columns: "FORMAT csv, …".
std::string CopyOptions(OutputFormat format, size_t columns);

/// Whether the name ends as that of a format does.
bool TellsFormat(const std::string& output);

}  // namespace varjoin
