// convert.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/convert.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "annotate/output_format.h"
#include "annotate/parquet_footer.h"
#include "annotate/row_groups.h"
#include "annotate/standard_output.h"
#include "annotate/where.h"
#include "annotate/working_memory.h"
#include "base/files.h"
#include "base/text.h"
#include "system/resource_tracker.h"
#include "vcf/schema.h"
#include "vcf/vcf_file.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

Result<std::vector<std::string>> PathsOf(const ConvertRequest& request) {
  std::vector<std::string> paths;
  for (const std::string& input : request.inputs) {
    if (IsRemotePath(input)) {
      return BadInput("{}: varjoin reads files of this machine only; fetch it first", input);
    }
    if (input == kStandardOutput) {
      paths.push_back(input);
      continue;
    }
    VARJOIN_ASSIGN(const std::vector<std::string> expanded, ExpandPattern(input));
    paths.insert(paths.end(), expanded.begin(), expanded.end());
  }
  return paths;
}

Status CheckOutput(const ConvertRequest& request, const std::vector<std::string>& inputs) {
  const std::string& output = request.output;
  if (output == kStandardOutput) {
    return Status::Ok();
  }
  if (IsRemotePath(output)) {
    return BadInput("{}: varjoin writes files of this machine only", output);
  }
  for (const std::string& input : inputs) {
    std::error_code error;
    if (fs::equivalent(input, output, error)) {
      return BadInput("{}: is the input itself; name another output", output);
    }
  }
  if (FileExists(output) && !IsFolder(output) && !request.force) {
    return BadInput("{}: exists; use --force to replace it", output);
  }
  return Status::Ok();
}

std::string ListSql(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) {
    quoted.push_back(SqlString(text));
  }
  return "[" + Join(quoted, ", ") + "]";
}

/// What is to be written, and how.
struct Job {
  const ConvertRequest& request;
  OutputFormat format;
  std::string select;
  size_t columns;
  size_t rows_of_group;  ///< of Parquet
};

/// The rows that come out. Error: a filter is about a field that the input lacks.
Result<std::string> SelectSql(const ConvertRequest& request, const vcf::Inspection& input, duck::Database& database) {
  VARJOIN_ASSIGN(std::vector<Condition> conditions, InputConditions(request.filters, input));
  const std::string select = fmt::format("SELECT * FROM read_vcf({}, on_bad_record := {}{})", ListSql(input.paths),
                                         SqlString(request.on_bad_record), FilterArguments(request.filters));
  if (!request.filters.where.empty()) {
    VARJOIN_RETURN_IF_ERROR(CheckWhere(database, request.filters.where, select));
    conditions.push_back({"--where", request.filters.where});
  }
  return conditions.empty() ? select : select + " WHERE " + KeptSql(conditions);
}

std::string CopySql(const Job& job, const std::vector<std::string>& inputs, const std::string& path) {
  const ConvertRequest& request = job.request;
  std::string options = CopyOptions(job.format, {.compression = request.compression,
                                                 .level = request.level,
                                                 .group_rows = job.rows_of_group,
                                                 .columns = job.columns});
  if (job.format == OutputFormat::kParquet) {
    options += fmt::format(", KV_METADATA {{varjoin_version: {}, command: {}, source_vcf: {}, made_at: {}}}",
                           SqlString(request.version), SqlString(request.command), SqlString(Join(inputs, ", ")),
                           SqlString(NowUtc()));
  }
  return fmt::format("COPY ({}) TO {} ({}, USE_TMP_FILE false)", job.select, SqlString(path), options);
}

Result<std::vector<FileStamp>> StampsOf(const std::vector<std::string>& inputs) {
  std::vector<FileStamp> stamps;
  for (const std::string& input : inputs) {
    if (fs::is_regular_file(input)) {
      VARJOIN_ASSIGN(FileStamp stamp, StampOf(input));
      stamps.push_back(std::move(stamp));
    }
  }
  return stamps;
}

bool HasPipe(const std::vector<std::string>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const std::string& input) { return !vcf::PipeBehind(input).empty(); });
}

/// Runs the COPY and fills the report with what it has done.
Status Write(const std::string& copy, duck::Database& database, ConvertReport& report) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> before, StampsOf(report.inputs));
  VARJOIN_ASSIGN(const duck::ResultTable result, database.Query(copy));
  VARJOIN_ASSIGN(const std::vector<FileStamp> after, StampsOf(report.inputs));
  const vcf::ScanReport scan = database.TakeScanReport();
  VARJOIN_ASSIGN(const FilterCounts counts, TakeFilterCounts(database));
  report.dropped = counts.dropped;
  int64_t expected = scan.rows;
  for (const auto& [filter, count] : report.dropped) {
    expected -= count;
  }
  report.records = scan.records;
  report.bad_records = static_cast<int64_t>(scan.BadRecords());
  report.bad_fields = static_cast<int64_t>(scan.BadFields());
  report.rows = result.Integer(0, 0);
  report.notes = scan.Sentences();
  if (before != after) {
    return Failed("{}: was changed while it was read; run again", report.inputs[0]);
  }
  if (report.rows != expected) {
    return Failed("{} rows were written where the records make {}: this is a fault of varjoin's, please report it",
                  report.rows, expected);
  }
  return Status::Ok();
}

std::vector<std::pair<std::string, std::string>> CostMetadata(const ConvertReport& report) {
  return {{"duration_sec", fmt::format("{:.3f}", report.usage.wall_seconds)},
          {"cpu_percent", fmt::format("{:.1f}", report.usage.CpuPercent())},
          {"peak_memory_mb", fmt::format("{:.1f}", static_cast<double>(report.usage.peak_rss_bytes) / 1e6)},
          {"num_rows", std::to_string(report.rows)},
          {"num_columns", std::to_string(report.columns)}};
}

Status WriteStandardOutput(const Job& job, duck::Database& database, ConvertReport& report) {
  VARJOIN_ASSIGN(const auto output, StandardOutput::Open());
  const Status written = Write(CopySql(job, report.inputs, output->path()), database, report);
  VARJOIN_ASSIGN(report.bytes, output->Close());  // why a statement could not write is told here
  return written;
}

Status WriteFile(const Job& job, duck::Database& database, const Limits& limits, ResourceTracker& tracker,
                 ConvertReport& report) {
  const ConvertRequest& request = job.request;
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(request.output));
  const auto write = [&] { return Write(CopySql(job, report.inputs, file.temporary_path()), database, report); };
  const size_t columns = AreWideRows(job.rows_of_group) ? kWideRows : job.columns;
  // A pipe can't be read a second time, should the working memory be too small.
  const Status written = HasPipe(report.inputs) ? WithThreadsToWrite(database, limits, columns, write)
                                                : WithWorkingMemory(database, limits, columns, write);
  const auto about_output = [&](const Status& status) {
    return Status(status.code(), ReplaceAll(status.message(), file.temporary_path(), request.output));
  };
  VARJOIN_RETURN_IF_ERROR(about_output(written));
  report.usage = tracker.Usage();
  if (job.format == OutputFormat::kParquet) {
    VARJOIN_RETURN_IF_ERROR(about_output(AddParquetMetadata(file.temporary_path(), CostMetadata(report))));
  }
  VARJOIN_ASSIGN(const FileStamp stamp, StampOf(file.temporary_path()));
  report.bytes = stamp.size;
  return file.Commit(request.force);
}

}  // namespace

Result<ConvertReport> ConvertVcf(const ConvertRequest& request, duck::Database& database, const Limits& limits) {
  ResourceTracker tracker;
  VARJOIN_ASSIGN(const OutputFormat format, OutputFormatOf(request.format, request.output));
  VARJOIN_RETURN_IF_ERROR(CheckLevel(format, request.compression, request.level));
  ConvertReport report;
  report.output = request.output;
  report.format = NameOf(format);
  report.compression = CompressionOf(format, request.compression);
  VARJOIN_ASSIGN(report.inputs, PathsOf(request));
  VARJOIN_RETURN_IF_ERROR(CheckOutput(request, report.inputs));
  VARJOIN_ASSIGN(const vcf::Inspection input, database.Inspect(report.inputs, {.samples = request.filters.samples}));
  VARJOIN_ASSIGN(std::string select, SelectSql(request, input, database));
  VARJOIN_ASSIGN(const duck::ResultTable described, database.Query("DESCRIBE " + select));
  report.columns = static_cast<int64_t>(described.rows.size());
  select = WrittenSql(format, select, ColumnsOf(described));
  for (size_t i = 0; i < described.rows.size(); ++i) {
    report.column_types.emplace_back(described.Text(i, 0), described.Text(i, 1));
  }
  (void)database.TakeScanReport();  // notes of the description come again with the run
  const auto columns = static_cast<size_t>(report.columns);
  const size_t group =
      request.group_rows > 0 ? request.group_rows : RowsOfGroup(columns, input, request.filters.samples);
  const Job job{request, format, select, columns, group};
  VARJOIN_RETURN_IF_ERROR(request.output == kStandardOutput ? WriteStandardOutput(job, database, report)
                                                            : WriteFile(job, database, limits, tracker, report));
  report.usage = tracker.Stop();
  return report;
}

std::string ToJson(const ConvertReport& report) {
  using nlohmann::ordered_json;
  ordered_json dropped = ordered_json::array();
  for (const auto& [filter, count] : report.dropped) {
    dropped.push_back({{"filter", filter}, {"dropped", count}});
  }
  ordered_json columns = ordered_json::array();
  for (const auto& [name, type] : report.column_types) {
    columns.push_back({{"name", name}, {"type", type}});
  }
  const ordered_json cost = ordered_json::parse(ToJson(std::vector<PhaseCost>{{"convert", report.usage}}));
  const ordered_json json = {{"inputs", report.inputs},
                             {"records", report.records},
                             {"bad_records", report.bad_records},
                             {"bad_fields", report.bad_fields},
                             {"dropped", std::move(dropped)},
                             {"output",
                              {{"path", report.output},
                               {"format", report.format},
                               {"file_size_bytes", report.bytes},
                               {"num_rows", report.rows},
                               {"num_columns", report.columns},
                               {"columns", std::move(columns)}}},
                             {"resources", cost[0]},
                             {"notes", report.notes}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace varjoin
