// report.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/report.h"

#include <nlohmann/json.hpp>

namespace varjoin {
namespace {

using nlohmann::ordered_json;

double Rounded(double value, double digits) {
  return std::round(value * digits) / digits;
}

ordered_json UsageJson(const ResourceUsage& usage) {
  return {{"duration_sec", Rounded(usage.wall_seconds, 1000)},
          {"cpu_sec", Rounded(usage.cpu_seconds, 1000)},
          {"cpu_percent", Rounded(usage.CpuPercent(), 10)},
          {"peak_memory_mb", Rounded(static_cast<double>(usage.peak_rss_bytes) / 1e6, 10)},
          {"peak_memory_source", usage.peak_source},
          {"memory_delta_mb", Rounded(static_cast<double>(usage.rss_delta_bytes) / 1e6, 10)},
          {"anonymous_memory_mb", Rounded(static_cast<double>(usage.rss_anon_bytes) / 1e6, 10)},
          {"mapped_file_memory_mb", Rounded(static_cast<double>(usage.rss_file_bytes) / 1e6, 10)},
          {"cgroup_peak_mb", Rounded(static_cast<double>(usage.cgroup_peak_bytes) / 1e6, 10)},
          {"bytes_read", usage.bytes_read},
          {"bytes_written", usage.bytes_written},
          {"storage_bytes_read", usage.storage_bytes_read},
          {"storage_bytes_written", usage.storage_bytes_written},
          {"minor_faults", usage.minor_faults},
          {"major_faults", usage.major_faults}};
}

ordered_json PhasesJson(const std::vector<PhaseCost>& phases) {
  ordered_json all = ordered_json::array();
  for (const PhaseCost& phase : phases) {
    ordered_json entry = {{"phase", phase.name}};
    entry.update(UsageJson(phase.usage));
    all.push_back(std::move(entry));
  }
  return all;
}

ordered_json SourceJson(const SourceMatches& source, int64_t looked_up) {
  ordered_json missing = ordered_json::array();
  for (const auto& [contig, count] : source.missing_contigs) {
    missing.push_back({{"contig", contig}, {"alleles", count}});
  }
  const double percent =
      looked_up == 0 ? 0 : 100.0 * static_cast<double>(source.matched) / static_cast<double>(looked_up);
  return {{"name", source.name},
          {"kind", source.kind},
          {"fingerprint", source.fingerprint},
          {"assembly", source.assembly},
          {"matched", source.matched},
          {"matched_percent", Rounded(percent, 1000)},
          {"matched_after_filters", source.matched_left.value_or(source.matched)},
          {"hits", source.rows},
          {"missing_contigs", std::move(missing)}};
}

ordered_json FilesJson(const std::vector<FileStamp>& files) {
  ordered_json all = ordered_json::array();
  for (const FileStamp& file : files) {
    all.push_back({{"path", AbsolutePath(file.path)}, {"size", file.size}, {"modified", file.modified}});
  }
  return all;
}

ordered_json ColumnsJson(const std::vector<OutputColumn>& columns) {
  ordered_json all = ordered_json::array();
  for (const OutputColumn& column : columns) {
    all.push_back({{"name", column.name}, {"type", column.type}});
  }
  return all;
}

std::string Dump(const ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string ToJson(const ResourceUsage& usage) {
  return Dump(UsageJson(usage), -1);
}

std::string ToJson(const std::vector<PhaseCost>& phases) {
  return Dump(PhasesJson(phases), -1);
}

std::string ToJson(const AnnotateReport& report) {
  ordered_json sources = ordered_json::array();
  for (const SourceMatches& source : report.sources) {
    sources.push_back(SourceJson(source, report.alleles - report.filtered_alleles));
  }
  ordered_json dropped = ordered_json::array();
  for (const auto& [filter, count] : report.dropped) {
    dropped.push_back({{"filter", filter}, {"dropped", count}});
  }
  const ordered_json json = {
      {"inputs", report.inputs},
      {"input_files", FilesJson(report.input_files)},
      {"input_assembly", report.input_assembly},
      {"user_name", report.user_name},
      {"sample_name", report.sample_name},
      {"engine", report.engine},
      {"engine_reason", report.engine_reason},
      {"records", report.records},
      {"alleles", report.alleles},
      {"bad_records", report.bad_records},
      {"bad_fields", report.bad_fields},
      {"alleles_looked_up", report.alleles - report.filtered_alleles},
      {"dropped", std::move(dropped)},
      {"sources", std::move(sources)},
      {"output",
       {{"path", report.output},
        {"format", report.format},
        {"file_size_bytes", report.output_bytes},
        {"num_rows", report.output_rows},
        {"num_columns", report.output_columns},
        {"compression", report.compression},
        {"columns", ColumnsJson(report.columns)}}},
      {"resources", UsageJson(report.total)},
      {"phases", PhasesJson(report.phases)},
      {"limits",
       {{"memory_limit", report.limits.memory_text},
        {"memory_limit_bytes", report.limits.memory_bytes},
        {"threads", report.limits.threads.value},
        {"temp_directory", report.limits.temp_directory.value}}},
      {"notes", report.notes},
  };
  return Dump(json, 2);
}

}  // namespace varjoin
