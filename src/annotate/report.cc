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
          {"bytes_read", usage.bytes_read},
          {"bytes_written", usage.bytes_written}};
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

ordered_json SourceJson(const SourceMatches& source, int64_t alleles) {
  ordered_json missing = ordered_json::array();
  for (const auto& [contig, count] : source.missing_contigs) {
    missing.push_back({{"contig", contig}, {"alleles", count}});
  }
  const double percent = alleles == 0 ? 0 : 100.0 * static_cast<double>(source.matched) / static_cast<double>(alleles);
  return {{"name", source.name},       {"assembly", source.assembly},
          {"matched", source.matched}, {"matched_percent", Rounded(percent, 1000)},
          {"hits", source.rows},       {"missing_contigs", std::move(missing)}};
}

std::string Dump(const ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string ToJson(const std::vector<PhaseCost>& phases) {
  return Dump(PhasesJson(phases), -1);
}

std::string ToJson(const AnnotateReport& report) {
  ordered_json sources = ordered_json::array();
  for (const SourceMatches& source : report.sources) {
    sources.push_back(SourceJson(source, report.alleles));
  }
  const ordered_json json = {
      {"inputs", report.inputs},
      {"input_assembly", report.input_assembly},
      {"engine", report.engine},
      {"engine_reason", report.engine_reason},
      {"records", report.records},
      {"alleles", report.alleles},
      {"sources", std::move(sources)},
      {"output",
       {{"path", report.output},
        {"file_size_bytes", report.output_bytes},
        {"num_rows", report.output_rows},
        {"num_columns", report.output_columns},
        {"compression", report.compression}}},
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
