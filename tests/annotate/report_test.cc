// report_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace varjoin {
namespace {

using nlohmann::json;

AnnotateReport FullReport() {
  AnnotateReport report;
  report.inputs = {"a.vcf.gz", "it's \"b\".vcf"};
  report.input_assembly = "GRCh38";
  report.engine = "duckdb";
  report.engine_reason = "why";
  report.records = 74'755;
  report.alleles = 75'413;
  report.sources.push_back({"clinvar", "imported", "1:ab", "GRCh38", 2503, 2510, {{"chrUn", 12}, {"HLA-A*01:01", 3}}});
  report.sources.push_back({"none", "registered", "1:cd", "", 0, 0, {}});
  report.output = "out.parquet";
  report.output_bytes = 5'000'000'000;
  report.output_rows = 75'420;
  report.output_columns = 72;
  report.compression = "zstd";
  report.notes = {"a note"};
  ResourceUsage usage;
  usage.wall_seconds = 1.23456;
  usage.cpu_seconds = 2.46912;
  usage.peak_rss_bytes = 142'345'678;
  usage.peak_source = "VmHWM";
  usage.bytes_read = 7;
  report.phases = {{"plan", usage}, {"run", usage}};
  report.total = usage;
  report.limits.memory_text = "12GB";
  report.limits.memory_bytes = 12'000'000'000;
  report.limits.threads.value = 6;
  report.limits.temp_directory.value = "/tmp/duckdb_temp";
  return report;
}

TEST(ReportJson, HasWhatTheRunDidAndWhatItCost) {
  const json report = json::parse(ToJson(FullReport()));
  EXPECT_EQ(report["inputs"], json({"a.vcf.gz", "it's \"b\".vcf"}));
  EXPECT_EQ(report["records"], 74'755);
  EXPECT_EQ(report["alleles"], 75'413);
  EXPECT_EQ(report["sources"][0]["name"], "clinvar");
  EXPECT_EQ(report["sources"][0]["matched"], 2503);
  EXPECT_EQ(report["sources"][0]["matched_percent"], 3.319);
  EXPECT_EQ(report["sources"][0]["hits"], 2510);
  EXPECT_EQ(report["sources"][0]["missing_contigs"],
            json::parse(R"([{"contig":"chrUn","alleles":12},{"contig":"HLA-A*01:01","alleles":3}])"));
  EXPECT_EQ(report["sources"][1]["matched_percent"], 0);
  EXPECT_EQ(report["output"]["file_size_bytes"], 5'000'000'000);
  EXPECT_EQ(report["output"]["num_rows"], 75'420);
  EXPECT_EQ(report["resources"]["duration_sec"], 1.235);
  EXPECT_EQ(report["resources"]["cpu_percent"], 200.0);
  EXPECT_EQ(report["resources"]["peak_memory_mb"], 142.3);
  EXPECT_EQ(report["phases"][1]["phase"], "run");
  EXPECT_EQ(report["limits"]["threads"], 6);
  EXPECT_EQ(report["limits"]["memory_limit_bytes"], 12'000'000'000);
  EXPECT_EQ(report["notes"], json({"a note"}));
}

TEST(ReportJson, OfARunWithoutAllelesHasNoNumbersThatAreNone) {
  AnnotateReport report;
  report.sources.push_back({"s", "imported", "1:ab", "", 0, 0, {}});
  const json parsed = json::parse(ToJson(report));
  EXPECT_EQ(parsed["sources"][0]["matched_percent"], 0);
  EXPECT_EQ(parsed["resources"]["cpu_percent"], 0);
  EXPECT_EQ(parsed["notes"], json::array());
}

TEST(ReportJson, ReplacesBytesThatAreNoText) {
  AnnotateReport report;
  report.notes = {"file \xe9.vcf"};
  EXPECT_EQ(json::parse(ToJson(report))["notes"][0], "file \xef\xbf\xbd.vcf");
}

TEST(PhasesJson, IsOneLineOfEveryPhase) {
  const std::string text = ToJson(FullReport().phases);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(json::parse(text).size(), 2U);
  EXPECT_EQ(json::parse(text)[0]["phase"], "plan");
}

}  // namespace
}  // namespace varjoin
