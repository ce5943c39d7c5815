// convert.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "annotate/filters.h"
#include "annotate/report.h"
#include "base/status.h"
#include "duck/database.h"

namespace varjoin {

/// What a conversion is asked for.
struct ConvertRequest {
  std::vector<std::string> inputs;  ///< paths and patterns; "-": standard input, read as it comes
  std::string output;               ///< a path, or "-" for standard output (not Parquet)
  std::string format;               ///< as -O has it; "": by the output's name
  bool force = false;               ///< replace an existing output
  Filters filters;                  ///< without only_matched: there are no sources
  std::string on_bad_record = "fail";
  std::string compression = "zstd";  ///< of Parquet
  std::optional<int> level;          ///< see AnnotateRequest
  size_t group_rows = 0;             ///< likewise; 0: by the length of records
  std::string command;               ///< as typed, for the output's metadata
  std::string version;               ///< of varjoin, likewise
};

struct ConvertReport {
  std::vector<std::string> inputs;
  std::string output;
  std::string format;
  std::string compression;
  int64_t records = 0;
  int64_t bad_records = 0;  ///< left out, by on_bad_record
  int64_t bad_fields = 0;   ///< made NULL, likewise
  int64_t rows = 0;         ///< of VCF: records
  DropCounts dropped;       ///< by each filter that was asked for
  int64_t columns = 0;
  std::vector<std::pair<std::string, std::string>> column_types;  ///< names and DuckDB's types
  uint64_t bytes = 0;
  std::vector<std::string> notes;
  ResourceUsage usage;
};

/// Writes the rows of read_vcf, in file order, and puts the output in its place when it is complete; otherwise nothing
/// is changed. Errors as annotate's.
Result<ConvertReport> ConvertVcf(const ConvertRequest& request, duck::Database& database, const Limits& limits);

/// The report as a JSON object, for machines.
std::string ToJson(const ConvertReport& report);

}  // namespace varjoin
