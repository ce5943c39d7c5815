// output_format.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
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

/// How a Parquet is written.
struct ParquetOptions {
  std::string compression = "zstd";
  std::optional<int> level = {};  ///< of zstd, 1 to 22; nothing: 1
  size_t group_rows = 0;          ///< of a row group; 0: by the number of columns
  size_t columns = 0;             ///< of the table
};

/// The options of COPY for a table: "FORMAT csv, …". `parquet` is for that format only.
std::string CopyOptions(OutputFormat format, const ParquetOptions& parquet);

/// Error: a level of compression that is none of the format's. `compression` is that of Parquet.
Status CheckLevel(OutputFormat format, const std::string& compression, std::optional<int> level);

/// Whether the name has an ending, which then has to be that of a format.
bool HasEnding(const std::string& output);

}  // namespace varjoin
