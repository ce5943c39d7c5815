// output_format.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/output_format.h"

#include <algorithm>

#include "annotate/row_groups.h"
#include "base/text.h"
#include "duck/parquet_options.h"

namespace varjoin {
namespace {

constexpr size_t kMostBloomFilters = 64;

struct Ending {
  std::string_view text;
  OutputFormat format;
};

/// The first one of a format is its name.
constexpr Ending kEndings[] = {{"parquet", OutputFormat::kParquet}, {"csv", OutputFormat::kCsv},
                               {"tsv", OutputFormat::kTsv},         {"json", OutputFormat::kJson},
                               {"ndjson", OutputFormat::kJson},     {"jsonl", OutputFormat::kJson},
                               {"vcf", OutputFormat::kVcf},         {"vcf.gz", OutputFormat::kVcfGz},
                               {"vcf.bgz", OutputFormat::kVcfGz},   {"bcf", OutputFormat::kBcf}};

constexpr int kMostBgzfLevel = 12;

/// The ending that a name has after a dot, or that the text is; null: none.
const Ending* Find(std::string_view name, bool whole) {
  const std::string lower = ToLower(name);
  for (const Ending& ending : kEndings) {
    if (whole ? lower == ending.text : lower.ends_with("." + std::string(ending.text))) {
      return &ending;
    }
  }
  return nullptr;
}

bool HasStructure(const std::string& type) {
  return type.find("STRUCT(") != std::string::npos || type.find("MAP(") != std::string::npos || type.ends_with("[][]");
}

/// A column as it is written; "" for what is written as it is.
std::string DelimitedSql(const OutputColumn& column) {
  const std::string name = SqlName(column.name);
  if (HasStructure(column.type)) {
    return fmt::format("CAST(to_json({0}) AS VARCHAR) AS {0}", name);
  }
  if (column.type.ends_with("[]")) {
    return fmt::format(
        "array_to_string(list_transform({0}, lambda one: coalesce(CAST(one AS VARCHAR), '.')), ',') AS {0}", name);
  }
  return "";
}

std::string JsonSql(const OutputColumn& column) {
  const bool has_floats = HasStructure(column.type) || column.type.find("DOUBLE") != std::string::npos ||
                          column.type.find("FLOAT") != std::string::npos;
  return has_floats ? fmt::format("standard_json(to_json({0})) AS {0}", SqlName(column.name)) : "";
}

}  // namespace

std::string_view NameOf(OutputFormat format) {
  for (const Ending& ending : kEndings) {
    if (ending.format == format) {
      return ending.text;
    }
  }
  return "";
}

bool IsRecords(OutputFormat format) {
  return format == OutputFormat::kVcf || format == OutputFormat::kVcfGz || format == OutputFormat::kBcf;
}

bool IsDelimited(OutputFormat format) {
  return format == OutputFormat::kCsv || format == OutputFormat::kTsv;
}

std::string CompressionOf(OutputFormat format, const std::string& of_parquet) {
  switch (format) {
    case OutputFormat::kParquet:
      return of_parquet;
    case OutputFormat::kVcfGz:
    case OutputFormat::kBcf:
      return "bgzf";
    default:
      return "none";
  }
}

std::string CopyOptions(OutputFormat format, const ParquetOptions& parquet) {
  switch (format) {
    case OutputFormat::kCsv:
      return "FORMAT csv, HEADER true";
    case OutputFormat::kTsv:
      return "FORMAT csv, HEADER true, DELIMITER '\t'";
    case OutputFormat::kJson:
      return "FORMAT json";
    default:
      // DuckDB's own level 3 costs a third more CPU for files that are no smaller than by level 1. The writer holds the
      // bloom filters of all columns of all row groups until it writes the footer.
      return fmt::format(
          "FORMAT parquet, COMPRESSION {}{}, ROW_GROUP_SIZE {}, {}{}", parquet.compression,
          parquet.compression == "zstd" ? fmt::format(", COMPRESSION_LEVEL {}", parquet.level.value_or(1)) : "",
          parquet.group_rows > 0 ? parquet.group_rows : RowsOfGroup(parquet.columns),
          duck::DictionaryOption(parquet.columns),
          parquet.columns > kMostBloomFilters ? ", WRITE_BLOOM_FILTER false" : "");
  }
}

std::vector<OutputColumn> ColumnsOf(const duck::ResultTable& described) {
  std::vector<OutputColumn> columns;
  for (size_t row = 0; row < described.rows.size(); ++row) {
    columns.push_back({described.Text(row, 0), described.Text(row, 1)});
  }
  return columns;
}

std::string WrittenSql(OutputFormat format, const std::string& select, const std::vector<OutputColumn>& columns) {
  std::vector<std::string> written;
  for (const OutputColumn& column : columns) {
    const std::string sql = IsDelimited(format)             ? DelimitedSql(column)
                            : format == OutputFormat::kJson ? JsonSql(column)
                                                            : "";
    if (!sql.empty()) {
      written.push_back(sql);
    }
  }
  return written.empty() ? select : fmt::format("SELECT * REPLACE ({})\nFROM ({})", Join(written, ",\n  "), select);
}

Status CheckLevel(OutputFormat format, const std::string& compression, std::optional<int> level) {
  if (!level || (format == OutputFormat::kParquet && compression == "zstd" && *level >= 1) ||
      ((format == OutputFormat::kVcfGz || format == OutputFormat::kBcf) && *level <= kMostBgzfLevel)) {
    return Status::Ok();
  }
  return BadInput("--compression-level {}: vcf.gz and bcf have levels 0 to {}, Parquet with zstd has 1 to 22{}", *level,
                  kMostBgzfLevel,
                  format == OutputFormat::kParquet ? "" : fmt::format("; the output is {}", NameOf(format)));
}

bool HasEnding(const std::string& output) {
  const size_t name = output.rfind('/') == std::string::npos ? 0 : output.rfind('/') + 1;
  return output.find('.', name + 1) != std::string::npos;
}

Result<OutputFormat> OutputFormatOf(const std::string& wanted, const std::string& output) {
  const Ending* const found = wanted.empty() ? Find(output, /*whole=*/false) : Find(wanted, /*whole=*/true);
  if (found == nullptr && wanted.empty()) {
    return BadInput(
        "{}: its name tells no format; name a .parquet, .vcf, .vcf.gz, .bcf, .csv, .tsv or .json file, or give -O",
        output == kStandardOutput ? "-o -" : output);
  }
  if (found == nullptr) {
    return BadInput("-O {}: there is no such format; it is one of parquet, vcf, vcf.gz, bcf, csv, tsv, json", wanted);
  }
  if (output == kStandardOutput && found->format == OutputFormat::kParquet) {
    return BadInput("-o -: Parquet can't be written to a pipe; name a file, or give -O vcf, csv, tsv or json");
  }
  return found->format;
}

}  // namespace varjoin
