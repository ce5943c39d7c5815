// memory_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// A run stays near its memory limit and spills beyond it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "real_sources.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;

constexpr int kRecords = 170'000;
constexpr double kLimitMb = 200;
/// What a process takes beyond DuckDB's limit: code, allocators, batches in flight (DESIGN: 80 to 300 MB).
constexpr double kSlackMb = 300;

/// Some 150 MB of text that does not fit into the limit when it is sorted.
std::string WidePerson() {
  Words meta;
  for (int field = 0; field < 12; ++field) {
    meta.push_back("INFO=<ID=F" + std::to_string(field) + ",Number=1,Type=String,Description=\"text\">");
  }
  std::string text = Vcf(meta, {});
  uint64_t state = 1;
  for (int i = 1; i <= kRecords; ++i) {
    text += "chr1\t" + std::to_string(i * 5) + "\t.\tA\tG\t.\t.\t";
    for (int field = 0; field < 12; ++field) {
      text += (field == 0 ? "F" : ";F") + std::to_string(field) + "=";
      for (int word = 0; word < 4; ++word) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        text += std::to_string(state >> 12);
      }
    }
    text += '\n';
  }
  return text;
}

json Report(const SmallBench& bench, const std::string& limit, const Words& how) {
  Words arguments = {"annotate",      "wide.vcf",     "-s",    "demo",      "-o", "o.parquet",      "--force",
                     "--json",        "--duplicates", "first", "--threads", "2",  "--memory-limit", limit,
                     "--compression", "lz4"};
  arguments.insert(arguments.end(), how.begin(), how.end());
  const Outcome outcome = bench.Varjoin(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return json::parse(outcome.out, nullptr, false);
}

TEST(Memory, StaysNearASmallLimitAndTheOutputIsTheSame) {
  if (VARJOIN_SANITIZED) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  const SmallBench bench;
  bench.Write("wide.vcf", WidePerson());
  const std::string sum = "count(*), sum(hash(COLUMNS(*)::VARCHAR))";

  // The plain plan sorts all of the input's rows.
  const Words sorting = {"--join-columns", "start,ref,alt"};
  const json plenty = Report(bench, "4GB", sorting);
  const Words all = bench.Output(sum);
  const json little = Report(bench, std::to_string(static_cast<int>(kLimitMb)) + "MB", sorting);
  EXPECT_EQ(bench.Output(sum), all);
  EXPECT_EQ(bench.Output("count(*)"), Words{std::to_string(kRecords)});
  EXPECT_EQ(bench.Output("count(*) FILTER (record <> file_row_number + 1)"), Words{"0"}) << "not in the input's order";
  EXPECT_THAT(NamesIn(bench.temp()), IsEmpty());

  const double peak = little["resources"]["peak_memory_mb"];
  std::printf("peak %.1f MB under a limit of %.0f MB, %.1f MB without one\n", peak, kLimitMb,
              plenty["resources"]["peak_memory_mb"].get<double>());
  EXPECT_LT(peak, kLimitMb + kSlackMb);
  const double free_peak = plenty["resources"]["peak_memory_mb"];
  EXPECT_GT(free_peak, kLimitMb + kSlackMb) << "the input is too small to tell";
}

TEST(Memory, OfARunThatStreamsStaysNearASmallLimitInBothEngines) {
  if (VARJOIN_SANITIZED) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  const SmallBench bench;
  bench.Write("wide.vcf", WidePerson());
  for (const std::string engine : {"index", "duckdb"}) {
    const json little = Report(bench, std::to_string(static_cast<int>(kLimitMb)) + "MB", {"--engine", engine});
    EXPECT_EQ(bench.Output("count(*), count(*) FILTER (record <> file_row_number + 1)"),
              Words{std::to_string(kRecords) + "|0"});
    EXPECT_LT(little["resources"]["peak_memory_mb"], kLimitMb + kSlackMb) << engine;
  }
}

TEST(Memory, OfARealRunStaysNearASmallLimit) {
  if (VARJOIN_SANITIZED) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  if (RealData().empty()) {
    GTEST_SKIP() << "../shared/data is absent";
  }
  Workbench bench;
  bench.UseHome(HomeWithReal("clinvar_2016", "clinvar_2016_lifted_GRCh38"));
  const Outcome outcome = bench.MustRun({"annotate", RealFile("people", "NA12878_mosaic_GRCh38"), "-s", "clinvar_2016",
                                         "-o", "o.parquet", "--json", "--threads", "2", "--memory-limit", "150MB"});
  const json report = json::parse(outcome.out, nullptr, false);
  EXPECT_EQ(report["output"]["num_rows"], 327672);
  EXPECT_LT(report["resources"]["peak_memory_mb"], 150 + kSlackMb);
}

/// 80 MB of text, which takes 640 MB as values.
std::string Cohort() {
  constexpr int kSamples = 2'500;
  constexpr int kCohortRecords = 8'000;
  std::string samples = "\tFORMAT";
  for (int i = 0; i < kSamples; ++i) {
    samples += "\tNA" + std::to_string(10'000 + i);
  }
  std::string text = Vcf({"FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">"}, {}, samples);
  for (int i = 1; i <= kCohortRecords; ++i) {
    text += "chr1\t" + std::to_string(i * 5) + "\t.\tA\tG\t.\t.\t.\tGT";
    for (int sample = 0; sample < kSamples; ++sample) {
      text += (sample * 7 + i * 13) % 101 < 3 ? "\t0|1" : "\t0|0";
    }
    text += '\n';
  }
  return text;
}

TEST(Memory, OfConvertingManySamplesIsThatOfAFewBatches) {
  if (VARJOIN_SANITIZED) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  Workbench bench;
  bench.Write("cohort.vcf", Cohort());
  const Outcome outcome =
      bench.MustRun({"convert", "cohort.vcf", "-o", "o.parquet", "--json", "--threads", "2", "--memory-limit", "4GB"});
  const json report = json::parse(outcome.out, nullptr, false);
  EXPECT_EQ(report["output"]["num_rows"], 8000);
  // Some 180; 270 with a second thread at work, 420 where groups of 2,048 rows don't fit into the working memory, and
  // it is all done again.
  EXPECT_LT(report["resources"]["peak_memory_mb"], 220);
  EXPECT_EQ(Rows("SELECT count(*), sum(len(genotypes)) FROM read_parquet('" + bench.Path("o.parquet") +
                 "') WHERE record = file_row_number + 1"),
            Words{"8000|20000000"});
}

/// 40 MB of text in lists, whose row groups take more memory than those of other columns.
std::string PersonWithLists() {
  constexpr int kFields = 48;
  Words meta;
  for (int field = 0; field < kFields; ++field) {
    meta.push_back("INFO=<ID=L" + std::to_string(field) + ",Number=.,Type=String,Description=\"texts\">");
  }
  std::string text = Vcf(meta, {});
  for (int i = 1; i <= 100'000; ++i) {
    text += "chr1\t" + std::to_string(i * 5) + "\t.\tA\tG\t.\t.\t";
    for (int field = 0; field < 12; ++field) {
      text += (field == 0 ? "L" : ";L") + std::to_string(field * 4) + "=a_longer_text_" + std::to_string(i * field);
    }
    text += '\n';
  }
  return text;
}

TEST(Memory, OfOneThreadHoldsARowGroupOfListsSoThatNothingIsSpilled) {
  if (VARJOIN_SANITIZED) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  const SmallBench bench;
  bench.Write("lists.vcf", PersonWithLists());
  const Outcome annotated = bench.Varjoin({"annotate", "lists.vcf", "-s", "demo", "-o", "o.parquet", "--threads", "1"});
  ASSERT_EQ(annotated.exit_code, 0) << annotated.err;
  const json record = json::parse(bench.Varjoin({"runs", "show", "last", "--json"}).out, nullptr, false);
  EXPECT_EQ(record["temp_directory_peak_bytes"], 0);
}

TEST(Memory, ThatIsTooLittleIsAnErrorInPlainWords) {
  const SmallBench bench;
  bench.Write("wide.vcf", WidePerson());
  const Outcome outcome =
      bench.Varjoin({"annotate", "wide.vcf", "-s", "demo", "-o", "o.parquet", "--memory-limit", "5MB"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, ::testing::AllOf(::testing::HasSubstr("memory"), ::testing::HasSubstr("--memory-limit")));
  EXPECT_THAT(bench.WorkNames(), ::testing::ElementsAre("demo.vcf", "person.vcf", "wide.vcf"));
  EXPECT_THAT(NamesIn(bench.temp()), IsEmpty());
}

}  // namespace
}  // namespace varjoin::test
