// many_sources_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Many sources, many runs at once, and names that hurt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "base/text.h"
#include "real_sources.h"
#include "small_files.h"
#include "support/workbench.h"

namespace varjoin::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uintmax_t kMostCatalogBytes = 500'000;

TEST(ManySources, KeepTheCatalogSmall) {
  if (RealData().empty()) {
    GTEST_SKIP() << "11 real databases skipped: there is no ../shared/data";
  }
  Workbench bench;
  size_t sources = 0;
  for (const std::string& file : NamesIn(RealData() + "/databases")) {
    if (file.ends_with(".tbi") || file.ends_with(".csi")) {
      continue;
    }
    bench.MustRun({"source", "import", fmt::format("s{}", sources++), RealData() + "/databases/" + file, "--no-index"});
  }
  EXPECT_GE(sources, 10U);
  EXPECT_EQ(bench.Sources().size(), sources);
  EXPECT_LT(std::filesystem::file_size(bench.home() + "/catalog.duckdb"), kMostCatalogBytes);
}

TEST(ManyRuns, AtOnceWithASourceThatIsAddedLoseNothing) {
  Workbench bench;
  bench.Write("person.vcf", Vcf({"contig=<ID=chr1>"}, {"chr1 100 . A C . . .", "chr1 101 . A C . . ."}));
  WriteParquet(bench.Path("t.parquet"), "SELECT '1' AS chrom, 100 AS pos, 'A' AS ref, 'C' AS alt, 'x' AS v");
  bench.MustRun({"source", "add", "t", "t.parquet"});
  std::vector<std::unique_ptr<Process>> runs;
  for (int i = 0; i < 20; ++i) {
    runs.push_back(bench.Start({"annotate", "person.vcf", "-s", "t", "-o", fmt::format("o{}.parquet", i)}));
    if (i == 10) {
      runs.push_back(bench.Start({"source", "add", "late", "t.parquet"}));
    }
  }
  for (const std::unique_ptr<Process>& run : runs) {
    const Outcome outcome = run->Wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Value(fmt::format("SELECT string_agg(coalesce(t_v, '-'), '') FROM '{}'",
                                bench.Path(fmt::format("o{}.parquet", i)))),
              "x-");
  }
  EXPECT_THAT(bench.Sources(), ::testing::ElementsAre("late", "t"));
}

TEST(ManyWriters, OfOneCatalogLoseNothingOrSayTryAgain) {
  Workbench bench;
  WriteParquet(bench.Path("t.parquet"), "SELECT '1' AS chrom, 100 AS pos, 'A' AS ref, 'C' AS alt");
  std::vector<std::unique_ptr<Process>> runs;
  for (int i = 0; i < 12; ++i) {
    runs.push_back(bench.Start({"source", "add", fmt::format("s{:02}", i), "t.parquet"}));
  }
  size_t added = 0;
  for (const std::unique_ptr<Process>& run : runs) {
    const Outcome outcome = run->Wait();
    EXPECT_TRUE(outcome.exit_code == 0 || outcome.exit_code == 75) << outcome.err;
    EXPECT_TRUE(outcome.exit_code == 0 || outcome.err.find("try again") != std::string::npos) << outcome.err;
    added += outcome.exit_code == 0 ? 1 : 0;
  }
  EXPECT_EQ(bench.Sources().size(), added);
}

TEST(NamesThatHurt, AreRightOrRefusedAndNeverSql) {
  Workbench bench;
  bench.Write("person.vcf", Vcf({"contig=<ID=chr1>"}, {"chr1 100 . A C . . ."}));
  const std::string file = "it's \"x\" [*]; DROP TABLE sources;--.parquet";
  WriteParquet(
      bench.Path(file),
      R"(SELECT '1' AS chrom, 100 AS pos, 'A' AS ref, 'C' AS alt, 1 AS """chrom""", 2 AS "a b;--", 3 AS "select")");
  for (const std::string& name : {std::string("a b\"c"), std::string("../x"), std::string(""), std::string("x;y"),
                                  std::string("sources"), std::string("x'"), std::string("x\ny")}) {
    const Outcome outcome = bench.Varjoin({"source", "add", name, file});
    EXPECT_EQ(outcome.exit_code, 2) << name;
    EXPECT_EQ(bench.Varjoin({"source", "import", name, file}).exit_code, 2) << name;
  }
  EXPECT_THAT(bench.Sources(), IsEmpty());
  bench.MustRun({"source", "add", "select", file});
  bench.MustRun({"source", "import", "from", file});
  bench.MustRun({"source", "index", "select"});
  for (const char* engine : {"duckdb", "index"}) {
    bench.MustRun({"annotate", "person.vcf", "-s", "select", "-s", R"(from:"chrom"=c"d,a b;--)", "--engine", engine,
                   "-o", "o.parquet", "--force"});
    EXPECT_THAT(Rows(R"(SELECT "select_""chrom""", "select_a b;--", select_select, "c""d", "from_a b;--" FROM ')" +
                     bench.Path("o.parquet") + "'"),
                ::testing::ElementsAre("1|2|3|1|2"));
  }
}

}  // namespace
}  // namespace varjoin::test
