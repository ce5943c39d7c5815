// run_facts.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/run_facts.h"

#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>

#include "annotate/annotate.h"
#include "base/text.h"
#include "duck/database.h"

namespace varjoin {
namespace {

double Megabytes(double bytes) {
  return std::round(bytes / 1e5) / 10;
}

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string WorkingFolder() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

RunJson CostMetadata(const ResourceUsage& usage) {
  return {{"duration_sec", std::round(usage.wall_seconds * 1000) / 1000},
          {"cpu_percent", std::round(usage.CpuPercent() * 10) / 10},
          {"peak_memory_mb", Megabytes(static_cast<double>(usage.peak_rss_bytes))},
          {"memory_delta_mb", Megabytes(static_cast<double>(usage.rss_delta_bytes))}};
}

double FileMegabytes(uint64_t bytes) {
  return std::round(static_cast<double>(bytes) / 1e3) / 1e3;
}

/// The figures that every kind of run has.
RunJson CostMetadata(const ResourceUsage& usage, uint64_t file_size) {
  RunJson metadata = CostMetadata(usage);
  metadata["file_size_mb"] = FileMegabytes(file_size);
  return metadata;
}

/// For kinds of runs that are about nobody.
void AddNoLabels(RunJson& metadata) {
  for (const char* key : {"user_name", "sample_name", "sample_description", "sequencing_type", "species"}) {
    metadata[key] = "";
  }
}

/// An output as a person calls it.
std::string OutputText(const std::string& path) {
  return path == "-" ? "standard output" : AbsolutePath(path);
}

/// Which bytes the output was when the run ended.
RunJson StampJson(const std::string& path) {
  const auto stamp = StampOf(path);
  if (!stamp.ok()) {
    return nullptr;
  }
  return {{"path", AbsolutePath(path)}, {"size", stamp->size}, {"modified", stamp->modified}};
}

RunJson AbsolutePaths(const std::vector<std::string>& paths) {
  RunJson all = RunJson::array();
  for (const std::string& path : paths) {
    all.push_back(path == "-" ? path : AbsolutePath(path));
  }
  return all;
}

std::string SourceText(const RunJson& paths) {
  std::vector<std::string> texts = paths;
  return Join(texts, ", ");
}

void AddSourceMetadata(const Source& source, int64_t columns, const std::string& output, RunJson& record) {
  RunJson& metadata = record["metadata"];
  metadata["num_rows"] = source.rows;
  metadata["num_columns"] = columns;
  metadata["compression"] = "zstd";
  metadata["engine"] = "duckdb";
  metadata["source_vcf"] = Join(source.made_from.empty() ? source.patterns : source.made_from, ", ");
  metadata["output_file"] = output;
  AddNoLabels(metadata);
  metadata["reference_genome"] = source.assembly;
}

RunJson OutputJson(const std::string& path, uint64_t bytes, const Source& source) {
  RunJson columns = RunJson::array();
  for (const auto& [part, name] : PartsOf(source.key)) {
    columns.push_back({{"name", name}, {"type", part == "start" || part == "end" ? "BIGINT" : "VARCHAR"}});
  }
  for (const SourceColumn& column : source.columns) {
    columns.push_back({{"name", column.name}, {"type", column.type}});
  }
  const size_t count = columns.size();
  return {{"path", path},
          {"file_size_bytes", bytes},
          {"num_rows", source.rows},
          {"num_columns", count},
          {"columns", std::move(columns)}};
}

}  // namespace

RunJson FactsAtBegin(const std::string& kind, const std::string& command, const std::string& version,
                     const std::vector<ConfigChoice>& configuration) {
  RunJson choices = RunJson::object();
  for (const ConfigChoice& choice : configuration) {
    RunJson value = choice.values;
    if (choice.values.size() <= 1) {
      value = choice.values.empty() ? RunJson() : RunJson(choice.values[0]);
    }
    choices[choice.key] = {{"value", std::move(value)}, {"source", choice.source}};
  }
  return {{"kind", kind},
          {"command", command},
          {"working_directory", WorkingFolder()},
          {"host", HostName()},
          {"process", getpid()},
          {"versions", {{"varjoin", version}, {"duckdb", duck::LibraryVersion()}}},
          {"configuration", std::move(choices)}};
}

void AddReport(const AnnotateReport& report, const AnnotateRequest& request, RunJson& record) {
  record.update(RunJson::parse(ToJson(report)));
  record["output_file"] = StampJson(report.output);
  for (const char* ending : {".tbi", ".csi"}) {
    if (const std::string index = report.output + ending; report.compression == "bgzf" && FileExists(index)) {
      record["output_index"] = StampJson(index);
    }
  }
  RunJson metadata = CostMetadata(report.total, report.output_bytes);
  metadata["num_rows"] = report.output_rows;
  metadata["num_columns"] = report.output_columns;
  metadata["compression"] = report.compression;
  metadata["engine"] = report.engine;
  metadata["source_vcf"] = SourceText(AbsolutePaths(report.inputs));
  metadata["output_file"] = OutputText(report.output);
  metadata["user_name"] = report.user_name;
  metadata["sample_name"] = report.sample_name;
  metadata["sample_description"] = request.sample_description;
  metadata["sequencing_type"] = request.sequencing_type;
  metadata["species"] = request.species;
  metadata["reference_genome"] = report.input_assembly;
  record["metadata"] = std::move(metadata);
}

void AddReport(const ConvertReport& report, const AnnotateRequest& request, RunJson& record) {
  record.update(RunJson::parse(ToJson(report)));
  record["output_file"] = StampJson(report.output);
  RunJson metadata = CostMetadata(report.usage, report.bytes);
  metadata["num_rows"] = report.rows;
  metadata["num_columns"] = report.columns;
  metadata["compression"] = report.compression;
  metadata["engine"] = "duckdb";
  metadata["source_vcf"] = SourceText(AbsolutePaths(report.inputs));
  metadata["output_file"] = OutputText(report.output);
  AddNoLabels(metadata);
  metadata["user_name"] = UserOf(request);
  metadata["sample_name"] = SampleOf(request);
  metadata["reference_genome"] = "";
  record["metadata"] = std::move(metadata);
}

void AddReport(const Imported& imported, RunJson& record) {
  const Source& source = imported.source;
  record["inputs"] = source.made_from;
  record["records"] = imported.records;
  record["bad_records"] = imported.bad_records;
  record["bad_fields"] = imported.bad_fields;
  record["output"] = OutputJson(imported.path, imported.bytes, source);
  record["output_file"] = StampJson(imported.path);
  record["notes"] = imported.notes;
  record["metadata"]["file_size_mb"] = FileMegabytes(imported.bytes);
  AddSourceMetadata(source, record["output"]["num_columns"], imported.path, record);
}

void AddReport(const Source& source, const index::IndexFile& file, RunJson& record) {
  record["index"] = {{"path", file.path()}, {"file_size_bytes", file.size()}};
  if (record.contains("metadata")) {
    return;
  }
  record["inputs"] = source.patterns;
  record["output"] = OutputJson(file.path(), file.size(), source);
  record["output_file"] = StampJson(file.path());
  record["metadata"]["file_size_mb"] = FileMegabytes(file.size());
  AddSourceMetadata(source, record["output"]["num_columns"], file.path(), record);
}

void AddPhase(const std::string& name, const ResourceUsage& usage, RunJson& record) {
  RunJson phase = {{"phase", name}};
  phase.update(RunJson::parse(ToJson(usage)));
  record["phases"].push_back(std::move(phase));
}

void AddCost(const ResourceUsage& usage, RunJson& record) {
  record["resources"] = RunJson::parse(ToJson(usage));
  record["metadata"].update(CostMetadata(usage));
}

void AddReused(const RunJson& earlier, const ResourceUsage& usage, RunJson& record) {
  for (const auto& [key, value] : earlier.items()) {
    if (!record.contains(key) && key != "phases" && key != "temp_directory_peak_bytes") {
      record[key] = value;
    }
  }
  record["reused"] = earlier.at("id");
  AddCost(usage, record);
}

void AddError(const Status& status, const ResourceUsage& usage, RunJson& record) {
  record["error"] = {{"exit_code", static_cast<int>(status.code())}, {"message", status.message()}};
  record["resources"] = RunJson::parse(ToJson(usage));
}

std::string StateAfter(const Status& status) {
  if (status.ok()) {
    return run_state::kDone;
  }
  return status.code() == StatusCode::kInterrupted ? run_state::kInterrupted : run_state::kFailed;
}

}  // namespace varjoin
