// merge_table.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/output_format.h"
#include "annotate/row_groups.h"
#include "annotate/working_memory.h"
#include "base/text.h"
#include "shards/merge.h"

namespace varjoin {
namespace {

/// Of the first part's metadata, what is true of the whole.
constexpr const char* kKept =
    "'varjoin_version', 'command', 'source_vcf', 'source_vcf_fingerprint', 'sources', 'engine', 'reference', "
    "'compression', 'user_name', 'sample_name', 'sample_description', 'sequencing_type', 'species', 'reference_genome'";

/// As an option of COPY.
Result<std::string> Metadata(const std::string& first, int64_t rows, size_t columns, duck::Database& database) {
  VARJOIN_ASSIGN(const duck::ResultTable table,
                 database.Query(fmt::format("SELECT decode(key), coalesce(TRY(decode(value)), '') FROM "
                                            "parquet_kv_metadata({}) WHERE decode(key) IN ({})",
                                            SqlString(first), kKept)));
  std::vector<std::string> facts = {fmt::format("made_at: {}", SqlString(NowUtc())),
                                    fmt::format("num_rows: '{}'", rows), fmt::format("num_columns: '{}'", columns)};
  for (size_t row = 0; row < table.rows.size(); ++row) {
    facts.push_back(fmt::format("{}: {}", table.Text(row, 0), SqlString(table.Text(row, 1))));
  }
  return fmt::format("KV_METADATA {{{}}}", Join(facts, ", "));
}

/// The rows of the parts, whose records are counted from 1 in each, with their numbers in the input.
std::string Select(const Manifest& manifest, const InputParts& parts, int64_t records) {
  std::vector<std::string> paths;
  std::vector<std::string> before;
  for (const PieceResult& part : parts) {
    paths.push_back(SqlString(part.file.path));
    before.push_back(std::to_string(records));
    records += part.records;
  }
  // With bare names, a column `record` is a field of the input's.
  const std::string numbered =
      manifest.request.bare_names
          ? ""
          : fmt::format(" REPLACE (record + (CAST([{}] AS BIGINT[]))[CAST(file_index AS BIGINT) + 1] AS record)",
                        Join(before, ", "));
  return fmt::format("SELECT *{} FROM read_parquet([{}], hive_partitioning = false)", numbered, Join(paths, ", "));
}

}  // namespace

Result<int64_t> MergeParquet(const Manifest& manifest, const InputParts& parts, const std::string& path,
                             const MergeSession& session, int64_t records) {
  const std::string select = Select(manifest, parts, records);
  VARJOIN_ASSIGN(const duck::ResultTable columns, session.database.Query("DESCRIBE " + select));
  const size_t group_rows = parts[0].group_rows;
  const std::string options = CopyOptions(OutputFormat::kParquet, {.compression = manifest.request.compression,
                                                                   .level = manifest.request.level,
                                                                   .group_rows = group_rows,
                                                                   .columns = columns.rows.size()});
  int64_t expected = 0;
  for (const PieceResult& part : parts) {
    expected += part.rows;
  }
  VARJOIN_ASSIGN(const std::string facts,
                 Metadata(parts[0].file.path, expected, columns.rows.size(), session.database));
  int64_t rows = 0;
  const size_t written = AreWideRows(group_rows) ? kWideRows : columns.rows.size();
  VARJOIN_RETURN_IF_ERROR(WithWorkingMemory(session.database, session.limits, written, [&]() -> Status {
    VARJOIN_ASSIGN(const duck::ResultTable counts,
                   session.database.Query(fmt::format("COPY ({}) TO {} ({}, {}, USE_TMP_FILE false)", select,
                                                      SqlString(path), options, facts)));
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

}  // namespace varjoin
