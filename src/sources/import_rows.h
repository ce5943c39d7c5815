// import_rows.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "sources/import.h"
#include "sources/text_table.h"

namespace varjoin {

/// The two columns of ImportRows::sql that give the input's order. No field of a VCF can have these names.
inline constexpr const char* kRecordColumn = ";record";
inline constexpr const char* kAltIndexColumn = ";alt_index";
/// The last base of a row, by which insertions with `-` can be placed.
inline constexpr const char* kLastBaseColumn = ";end";

/// An import's input as a statement: a row per allele, alleles as the input has them.
struct ImportRows {
  /// SELECT chrom VARCHAR, "start" BIGINT (1-based), ref, alt, the columns by their names, kRecordColumn and
  /// kAltIndexColumn; kLastBaseColumn if `has_last_base`.
  std::string sql;
  std::vector<SourceColumn> columns;                      ///< without their types
  std::string assembly;                                   ///< that the input tells; "": none
  std::map<std::string, std::optional<int64_t>> lengths;  ///< of contigs, that the input tells
  bool has_last_base = false;
  ContigAliases aliases;           ///< under which contigs are stored
  std::optional<int64_t> records;  ///< of the input; nothing: the scan counts them
  int64_t bad_records = 0;         ///< that the statement leaves out
  int samples = 0;                 ///< whose genotypes are left out
  std::vector<std::string> notes;
};

/// The column of a source of intervals that has their last base.
SourceColumn EndColumn();

/// Of VCFs, read as one.
Result<ImportRows> RowsOfVcfs(const ImportRequest& request, const std::vector<std::string>& paths);

/// Of tables of text, whose columns become numbers where all their values are, and of Parquet. Joined alternates
/// (`A|C`, `A,C`, `A/C`) become rows of their own. Reads the key columns (of text: all) once to check them.
Result<ImportRows> RowsOfTables(duck::Database& database, const ImportRequest& request,
                                const std::vector<TextTable>& tables);
Result<ImportRows> RowsOfParquet(duck::Database& database, const ImportRequest& request,
                                 const std::vector<std::string>& paths);

/// The name of a source's column for an input's column `name`: one that neither the key nor DuckDB has, nor any of
/// `taken`, to which it is added.
std::string FreeColumnName(const std::string& name, std::vector<std::string>& taken);

}  // namespace varjoin
