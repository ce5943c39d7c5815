// text_table.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace varjoin {

/// What an import can read, told by content, never by name.
enum class InputKind { kVcf, kTable, kParquet };

/// How a table of text is written: TSV, CSV and the like.
struct TextTable {
  std::string path;
  std::vector<std::string> columns;  ///< as the header line has them, without a `#` before the first
  char delimiter = '\t';
  std::string compression;   ///< in DuckDB's words: "none", "gzip" or "zstd"
  int64_t header_lines = 1;  ///< up to and with the one that names the columns
  bool is_bed = false;       ///< BED: intervals, counted from 0, half-open
  bool by_lines = false;     ///< BED: comments between the rows, ' ' for any number of blanks
};

/// A file that is to be imported.
struct LookedAt {
  InputKind kind = InputKind::kVcf;  ///< what is neither table nor Parquet is left to the VCF reader, and its errors
  TextTable table;                   ///< with kTable
};

/// Looks at the beginning of a file. Errors: it can't be read, or is a table packed in a way that isn't read.
Result<LookedAt> LookAtInput(const std::string& path);

/// The header line of a table, in the text that a file begins with (plain or already unpacked): the last one of the
/// lines that begin with `#`, if it names the contig's column, else the line after them. BED has none: its first row
/// has positions in its second and third fields. Nothing: this is no table.
std::optional<TextTable> FindTableHeader(std::string_view text);

/// FROM clause that reads the table, every column as VARCHAR, in the file's order; an empty value is NULL. A line of BED
/// with more or fewer fields than the first is an error, or, with `keep_bad`, a row of NULLs.
std::string ReadTableSql(const TextTable& table, bool keep_bad);

}  // namespace varjoin
