// output_format.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "duck/database.h"

namespace varjoin {

enum class OutputFormat { kParquet, kCsv, kTsv, kJson, kVcf, kVcfGz, kBcf };

/// Standard output, as a path.
inline constexpr std::string_view kStandardOutput = "-";

/// "vcf.gz", as -O has it.
std::string_view NameOf(OutputFormat format);

/// Records with their text, not rows of columns.
bool IsRecords(OutputFormat format);

/// CSV and TSV.
bool IsDelimited(OutputFormat format);

/// By the text of -O, or where it is "" by the output's name. Errors: there is no such format, the name tells none, and
/// Parquet can't be written to a pipe.
Result<OutputFormat> OutputFormatOf(const std::string& wanted, const std::string& output);

/// How a file of the format is compressed: `of_parquet`, "bgzf" or "none".
std::string CompressionOf(OutputFormat format, const std::string& of_parquet);

/// How a Parquet is written.
struct ParquetOptions {
  std::string compression = "zstd";
  std::optional<int> level = {};  ///< of zstd, 1 to 22; nothing: 1
  size_t group_rows = 0;          ///< of a row group; 0: by the number of columns
  size_t columns = 0;             ///< of the table
};

/// The options of COPY for a table: "FORMAT csv, …". `parquet` is for that format only.
std::string CopyOptions(OutputFormat format, const ParquetOptions& parquet);

/// A column of a table.
struct OutputColumn {
  std::string name;
  std::string type;  ///< DuckDB's
};

/// What a DESCRIBE has told.
std::vector<OutputColumn> ColumnsOf(const duck::ResultTable& described);

/// A SELECT of `columns` as it is written. To CSV and TSV: the elements of a list joined by `,`, with `.` for one that
/// is NULL; what has more structure than that is JSON. To JSON: numbers that JSON has none for are "NaN", "Infinity"
/// and
/// "-Infinity".
std::string WrittenSql(OutputFormat format, const std::string& select, const std::vector<OutputColumn>& columns);

/// Error: a level of compression that is none of the format's. `compression` is that of Parquet.
Status CheckLevel(OutputFormat format, const std::string& compression, std::optional<int> level);

/// Whether the name has an ending, which then has to be that of a format.
bool HasEnding(const std::string& output);

}  // namespace varjoin
