// convert.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/convert.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "annotate/output_format.h"
#include "annotate/parquet_footer.h"
#include "annotate/standard_output.h"
#include "annotate/working_memory.h"
#include "base/files.h"
#include "base/text.h"
#include "system/resource_tracker.h"
#include "vcf/lines.h"
#include "vcf/schema.h"
#include "vcf/vcf_file.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kRowsWorthAThread = 8'192;  ///< in a row group: with fewer, all threads take much memory

/// A quarter of DuckDB's own number of rows in a row group, which halves the memory, and less where records are long or
/// of many samples: a whole group is held in memory. Up to kVector, each batch of read_vcf becomes a group.
int64_t RowGroupRows(const ConvertRequest& request, const std::vector<std::string>& inputs) {
  constexpr int64_t kLeast = 64;
  constexpr int64_t kMost = 30'720;
  constexpr int64_t kVector = 2'048;
  constexpr int64_t kBytes = int64_t{32} << 20;  // in a row group
  // Its name and its GT, whose text is shorter, and as much again for one of them while a group is written.
  constexpr int64_t kSampleBytes = 3 * 16;
  int64_t record_bytes = 1'024;  // where it can't be seen without reading a pipe
  if (vcf::PipeBehind(inputs[0]).empty()) {
    const auto file = vcf::VcfFile::Open(inputs[0]);
    const std::string_view text = file.ok() ? (*file)->Peek() : std::string_view();
    record_bytes = static_cast<int64_t>(text.size()) / std::max<int64_t>(1, vcf::CountRecords(text));
    const size_t samples = file.ok() ? vcf::CountChosen((*file)->header(), request.filters.samples) : 0;
    record_bytes += samples > 1 ? kSampleBytes * static_cast<int64_t>(samples) : 0;
  }
  const int64_t rows = kBytes / std::max<int64_t>(1, record_bytes);
  return std::clamp(rows < kVector ? rows : rows / kVector * kVector, kLeast, kMost);
}

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

/// The rows that come out. Error: a filter is about a field that the input lacks.
Result<std::string> SelectSql(const ConvertRequest& request, const std::vector<std::string>& inputs,
                              duck::Database& database) {
  VARJOIN_ASSIGN(const vcf::Inspection input, database.Inspect(inputs, {.samples = request.filters.samples}));
  VARJOIN_ASSIGN(std::vector<Condition> conditions, InputConditions(request.filters, input));
  if (!request.filters.where.empty()) {
    conditions.push_back({"--where", request.filters.where});
  }
  const std::string select = fmt::format("SELECT * FROM read_vcf({}, on_bad_record := {}{})", ListSql(inputs),
                                         SqlString(request.on_bad_record), FilterArguments(request.filters));
  return conditions.empty() ? select : select + " WHERE " + KeptSql(conditions);
}

std::string CopySql(const ConvertRequest& request, OutputFormat format, const std::vector<std::string>& inputs,
                    const std::string& select, int64_t columns, const std::string& path) {
  const auto rows = static_cast<size_t>(RowGroupRows(request, inputs));
  std::string options = CopyOptions(format, {.compression = request.compression,
                                             .level = request.level,
                                             .group_rows = request.group_rows > 0 ? request.group_rows : rows,
                                             .columns = static_cast<size_t>(columns)});
  if (format == OutputFormat::kParquet) {
    options += fmt::format(", KV_METADATA {{varjoin_version: {}, command: {}, source_vcf: {}, made_at: {}}}",
                           SqlString(request.version), SqlString(request.command), SqlString(Join(inputs, ", ")),
                           SqlString(NowUtc()));
  }
  return fmt::format("COPY ({}) TO {} ({}, USE_TMP_FILE false)", select, SqlString(path), options);
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
  VARJOIN_ASSIGN(report.dropped, TakeDropCounts(database));
  int64_t expected = scan.rows;
  for (const auto& [filter, count] : report.dropped) {
    expected -= count;
  }
  report.records = scan.records;
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

Status WriteStandardOutput(const ConvertRequest& request, OutputFormat format, const std::string& select,
                           duck::Database& database, ConvertReport& report) {
  VARJOIN_ASSIGN(const auto output, StandardOutput::Open());
  const Status written =
      Write(CopySql(request, format, report.inputs, select, report.columns, output->path()), database, report);
  VARJOIN_ASSIGN(report.bytes, output->Close());  // why a statement could not write is told here
  return written;
}

Status WriteFile(const ConvertRequest& request, OutputFormat format, const std::string& select,
                 duck::Database& database, const Limits& limits, ResourceTracker& tracker, ConvertReport& report) {
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(request.output));
  const auto write = [&] {
    return Write(CopySql(request, format, report.inputs, select, report.columns, file.temporary_path()), database,
                 report);
  };
  const bool has_wide_rows = RowGroupRows(request, report.inputs) < kRowsWorthAThread;
  const auto columns = has_wide_rows ? 0 : static_cast<size_t>(report.columns);
  // A pipe can't be read a second time, should the working memory be too small.
  const bool alone = format == OutputFormat::kParquet && (has_wide_rows || WritesAlone(report.columns));
  const auto step = [&] { return alone ? WithOneThread(database, limits, write) : write(); };
  const Status written = HasPipe(report.inputs) ? step() : WithWorkingMemory(database, limits, columns, step);
  const auto about_output = [&](const Status& status) {
    return Status(status.code(), ReplaceAll(status.message(), file.temporary_path(), request.output));
  };
  VARJOIN_RETURN_IF_ERROR(about_output(written));
  report.usage = tracker.Usage();
  if (format == OutputFormat::kParquet) {
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
  VARJOIN_ASSIGN(report.inputs, PathsOf(request));
  VARJOIN_RETURN_IF_ERROR(CheckOutput(request, report.inputs));
  VARJOIN_ASSIGN(std::string select, SelectSql(request, report.inputs, database));
  const Result<duck::ResultTable> described = database.Query("DESCRIBE " + select);
  if (!described.ok()) {
    return Status(described.status().code(),
                  (request.filters.where.empty() ? "" : "--where: ") + described.status().message());
  }
  report.columns = static_cast<int64_t>(described->rows.size());
  if (IsDelimited(format)) {
    select = PlainSql(select, ColumnsOf(*described));
  }
  (void)database.TakeScanReport();  // notes of the description come again with the run
  VARJOIN_RETURN_IF_ERROR(request.output == kStandardOutput
                              ? WriteStandardOutput(request, format, select, database, report)
                              : WriteFile(request, format, select, database, limits, tracker, report));
  report.usage = tracker.Stop();
  return report;
}

std::string ToJson(const ConvertReport& report) {
  using nlohmann::ordered_json;
  ordered_json dropped = ordered_json::array();
  for (const auto& [filter, count] : report.dropped) {
    dropped.push_back({{"filter", filter}, {"dropped", count}});
  }
  const ordered_json cost = ordered_json::parse(ToJson(std::vector<PhaseCost>{{"convert", report.usage}}));
  const ordered_json json = {{"inputs", report.inputs},
                             {"records", report.records},
                             {"dropped", std::move(dropped)},
                             {"output",
                              {{"path", report.output},
                               {"format", report.format},
                               {"file_size_bytes", report.bytes},
                               {"num_rows", report.rows},
                               {"num_columns", report.columns}}},
                             {"resources", cost[0]},
                             {"notes", report.notes}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace varjoin
