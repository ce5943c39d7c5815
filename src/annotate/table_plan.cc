// table_plan.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The parts of a plan that are about how tables are written.
#include <algorithm>

#include "annotate/plan.h"
#include "base/text.h"
#include "sources/source.h"

namespace varjoin {
namespace {

std::string CopyTo(const std::string& path, const std::string& select, OutputFormat format,
                   const ParquetOptions& parquet, const OutputFacts& facts) {
  std::vector<std::string> entries;
  for (const auto& [key, value] : facts) {
    entries.push_back(fmt::format("{}: {}", key, SqlString(value)));
  }
  std::string options = CopyOptions(format, parquet) + ", USE_TMP_FILE false";
  if (format == OutputFormat::kParquet && !entries.empty()) {
    options += fmt::format(", KV_METADATA {{{}}}", Join(entries, ", "));
  }
  return fmt::format("COPY ({})\nTO {} ({})", select, SqlString(path), options);
}

}  // namespace

/// Of the types, that they are lists, of floats or have more structure.
std::vector<OutputColumn> Plan::TableColumns() const {
  std::vector<OutputColumn> table;
  for (const NamedColumn& column : columns.input) {
    const auto of_input = std::find_if(input.columns.begin(), input.columns.end(),
                                       [&](const vcf::Column& candidate) { return candidate.name == column.from; });
    const bool is_list = of_input != input.columns.end() && of_input->list;
    const bool has_structure = is_list && (of_input->map || !of_input->fields.empty());
    const bool is_float = of_input != input.columns.end() && of_input->type == vcf::ValueType::kDouble;
    const std::string type = is_float ? "DOUBLE" : "VARCHAR";
    table.push_back({column.to, has_structure ? "STRUCT()[]" : is_list ? type + "[]" : type});
  }
  for (const SourcePlan& source : sources) {
    for (const NamedColumn& column : source.columns) {
      const auto of_source = std::find_if(source.source.columns.begin(), source.source.columns.end(),
                                          [&](const SourceColumn& candidate) { return candidate.name == column.from; });
      const bool in_lists = duplicates == Duplicates::kList ||
                            (source.source.interval && duplicates != Duplicates::kFirst && filters.where.empty());
      table.push_back({column.to, of_source->type + (in_lists ? "[]" : "")});
    }
  }
  return table;
}

std::string Plan::CopySql(const std::string& path, const OutputFacts& facts) const {
  const std::string rows = engine == Engine::kPlain ? JoinedSql() : LookedUpSql();
  ParquetOptions parquet{
      .compression = compression, .level = level, .group_rows = RowsOfParquetGroup(), .columns = ColumnCount()};
  if (by_chrom) {  // read again soon, and not kept
    parquet.compression = "lz4";
  }
  return CopyTo(path, format == OutputFormat::kParquet ? rows : WrittenSql(format, rows, TableColumns()), format,
                parquet, by_chrom ? OutputFacts() : facts);
}

std::string Plan::ChromCopySql(const std::string& table, const std::string& chrom, const std::string& path,
                               const OutputFacts& facts) const {
  const std::string select =
      fmt::format("SELECT * EXCLUDE (chrom) FROM {} WHERE chrom = {}", ReadParquetSql({table}), SqlString(chrom));
  return CopyTo(
      path, select, format,
      {.compression = compression, .level = level, .group_rows = RowsOfParquetGroup(), .columns = ColumnCount()},
      facts);
}

}  // namespace varjoin
