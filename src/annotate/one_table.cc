// one_table.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "annotate/many_inputs.h"
#include "annotate/output_format.h"
#include "annotate/working_memory.h"
#include "base/text.h"
#include "duck/database.h"

namespace varjoin {
namespace {

/// Files that one statement reads, which has all of their footers open at once.
constexpr size_t kFilesAtOnce = 32;

std::string ReadPartsSql(const std::vector<TablePart>& parts) {
  std::vector<std::string> paths;
  for (const TablePart& part : parts) {
    paths.push_back(SqlString(part.path));
  }
  return fmt::format("read_parquet([{}], union_by_name = true, hive_partitioning = false)", Join(paths, ", "));
}

/// The parts' rows with their samples.
Result<std::string> SampledSql(const std::vector<TablePart>& parts, duck::Database& database) {
  std::vector<std::string> samples;
  for (const TablePart& part : parts) {
    samples.push_back(SqlString(part.sample));
  }
  const std::string read = ReadPartsSql(parts);
  VARJOIN_ASSIGN(const duck::ResultTable columns, database.Query("DESCRIBE FROM " + read));
  std::string rename;
  for (size_t row = 0; row < columns.rows.size(); ++row) {
    if (EqualNoCase(columns.Text(row, 0), "sample")) {
      rename = fmt::format(" RENAME ({} AS info_sample)", SqlName(columns.Text(row, 0)));
    }
  }
  return fmt::format("SELECT [{}][CAST(file_index AS BIGINT) + 1] AS sample, *{} FROM {}", Join(samples, ", "), rename,
                     read);
}

/// Copies and returns the number of rows, which must be that of the parts.
Result<int64_t> Copy(const std::vector<TablePart>& parts, const std::string& select, const std::string& path,
                     const std::string& options, size_t columns, duck::Database& database, const Limits& limits) {
  int64_t expected = 0;
  for (const TablePart& part : parts) {
    expected += part.rows;
  }
  int64_t rows = 0;
  VARJOIN_RETURN_IF_ERROR(WithWorkingMemory(database, limits, columns, [&]() -> Status {
    VARJOIN_ASSIGN(
        const duck::ResultTable counts,
        database.Query(fmt::format("COPY ({}) TO {} ({}, USE_TMP_FILE false)", select, SqlString(path), options)));
    rows = counts.Integer(0, 0);
    return Status::Ok();
  }));
  if (rows != expected) {
    return Failed(
        "the table would have {} rows where its parts have {}: this is a fault of varjoin's; nothing is written, "
        "please report it",
        rows, expected);
  }
  return rows;
}

/// Joins parts into fewer, larger ones, in the same order.
Result<std::vector<TablePart>> Gathered(const std::vector<TablePart>& parts, bool with_samples, size_t level,
                                        duck::Database& database, const Limits& limits,
                                        const std::string& temp_folder) {
  std::vector<TablePart> larger;
  for (size_t begin = 0; begin < parts.size(); begin += kFilesAtOnce) {
    const size_t end = std::min(parts.size(), begin + kFilesAtOnce);
    const std::vector<TablePart> some(parts.begin() + static_cast<ptrdiff_t>(begin),
                                      parts.begin() + static_cast<ptrdiff_t>(end));
    std::string select = "FROM " + ReadPartsSql(some);
    if (with_samples) {
      VARJOIN_ASSIGN(select, SampledSql(some, database));
    }
    TablePart part{.path = fmt::format("{}/part-{}-{}.parquet", temp_folder, level, larger.size()), .sample = {}};
    VARJOIN_ASSIGN(part.rows,
                   Copy(some, select, part.path, "FORMAT parquet, COMPRESSION lz4", kWideRows, database, limits));
    if (!with_samples) {  // what was gathered before
      for (const TablePart& gathered : some) {
        std::error_code ignored;
        std::filesystem::remove(gathered.path, ignored);
      }
    }
    larger.push_back(std::move(part));
  }
  return larger;
}

}  // namespace

Result<OneTable> WriteOneTable(const std::vector<TablePart>& parts, const AnnotateRequest& request,
                               const std::string& name, const std::string& path, duck::Database& database,
                               const Limits& limits, const std::string& temp_folder) {
  VARJOIN_ASSIGN(const OutputFormat format, OutputFormatOf("", name));
  std::vector<TablePart> gathered = parts;
  bool with_samples = true;
  for (size_t level = 0; gathered.size() > kFilesAtOnce; ++level) {
    VARJOIN_ASSIGN(gathered, Gathered(gathered, with_samples, level, database, limits, temp_folder));
    with_samples = false;
  }
  std::string select = "FROM " + ReadPartsSql(gathered);
  if (with_samples) {
    VARJOIN_ASSIGN(select, SampledSql(gathered, database));
  }
  VARJOIN_ASSIGN(const duck::ResultTable columns, database.Query("DESCRIBE " + select));
  select = WrittenSql(format, select, ColumnsOf(columns));
  OneTable table{.columns = static_cast<int64_t>(columns.rows.size())};
  const std::string options = CopyOptions(format, {.compression = request.compression,
                                                   .level = request.level,
                                                   .group_rows = request.group_rows,
                                                   .columns = columns.rows.size()});
  VARJOIN_ASSIGN(table.rows, Copy(gathered, select, path, options, columns.rows.size(), database, limits));
  VARJOIN_ASSIGN(const FileStamp stamp, StampOf(path));
  table.bytes = stamp.size;
  return table;
}

}  // namespace varjoin
