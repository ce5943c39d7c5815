// reference_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// --reference: alleles match by their left-aligned forms, and a source remembers its FASTA.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/workbench.h"

namespace varjoin::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFasta = ">tiny\nGGGTTACACACACACAGTCCATGA\n";

class ReferenceOption : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    bench_.Write("tiny.fa", kFasta);
    bench_.Write("db.vcf", Vcf({"contig=<ID=tiny,length=24>", "INFO=<ID=V,Number=A,Type=String,Description=\"v\">"},
                               {"tiny 14 . ACA A . . V=deletion"}));
    bench_.Write("q.vcf", Vcf({"contig=<ID=tiny,length=24>"}, {"tiny 5 . TAC T . . .", "tiny 7 . CAC C . . .",
                                                               "tiny 1 . C T . . .", "other 1 . C T . . ."}));
    bench_.MustRun({"source", "import", "db", "db.vcf", "--reference", "tiny.fa"});
  }

  Outcome Annotate(const Words& more = {}) const {
    Words command = {"annotate", "q.vcf", "-s", "db", "-o", "o.parquet", "--engine", GetParam(), "--force"};
    command.insert(command.end(), more.begin(), more.end());
    return bench_.Varjoin(command);
  }

  Workbench bench_;
};

TEST_P(ReferenceOption, IsRememberedByASourceAndWhatCannotBeAlignedIsCounted) {
  const Outcome outcome = Annotate();
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("1 allele has another REF than the reference: only trimmed"));
  EXPECT_THAT(Rows("SELECT \"start\", ref, db_V FROM '" + bench_.Path("o.parquet") + "'"),
              ElementsAre("5|TAC|deletion", "7|CAC|deletion", "1|C|NULL", "1|C|NULL"));
  EXPECT_THAT(bench_.MustRun({"source", "show", "db"}).out, HasSubstr("tiny.fa"));
}

TEST_P(ReferenceOption, ThatHasChangedOrIsGoneStopsTheRun) {
  bench_.Write("tiny.fa", std::string(kFasta) + "ACGT\n");
  std::filesystem::remove(bench_.Path("tiny.fa.fai"));
  const Outcome changed = Annotate();
  EXPECT_EQ(changed.exit_code, 2);
  EXPECT_THAT(changed.err, AllOf(HasSubstr("tiny.fa: has changed"), HasSubstr("--reference")));
  std::filesystem::remove(bench_.Path("tiny.fa"));
  const Outcome gone = Annotate();
  EXPECT_EQ(gone.exit_code, 2);
  EXPECT_THAT(gone.err, AllOf(HasSubstr("tiny.fa: no such file"), HasSubstr("--reference")));
  EXPECT_THAT(bench_.WorkNames(), Not(::testing::Contains("o.parquet")));
  bench_.Write("other.fa", kFasta);
  EXPECT_EQ(Annotate({"--reference", "other.fa"}).exit_code, 0);
}

TEST_P(ReferenceOption, OfOtherVariantsIsRefusedAndNothingIsWritten) {
  Words records;
  for (int i = 0; i < 20; ++i) {
    records.push_back("tiny 1 . C T . . .");
  }
  bench_.Write("q.vcf", Vcf({"contig=<ID=tiny,length=24>"}, records));
  const Outcome outcome = Annotate();
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("tiny.fa: is not the reference of these variants: 20 of 20"));
  EXPECT_THAT(bench_.WorkNames(), Not(::testing::Contains("o.parquet")));
}

TEST_P(ReferenceOption, IsJudgedByAllAllelesAlsoOfContigsThatTheSourceLacks) {
  bench_.Write("two.fa", std::string(kFasta) + ">two\nACGT\n");
  Words records = {"tiny 5 . TAC T . . ."};
  for (int i = 0; i < 20; ++i) {
    records.push_back("two 1 . C T . . .");
  }
  bench_.Write("q.vcf", Vcf({}, records));
  EXPECT_THAT(Annotate({"--reference", "two.fa"}).err,
              HasSubstr("two.fa: is not the reference of these variants: 20 of 21"));
}

TEST_P(ReferenceOption, OfTwoSourcesMustBeTheSame) {
  bench_.Write("other.fa", kFasta);
  bench_.MustRun({"source", "import", "more", "db.vcf", "--reference", "other.fa"});
  const Outcome outcome = Annotate({"-s", "more"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("tiny.fa"), HasSubstr("other.fa"), HasSubstr("--reference")));
  EXPECT_EQ(Annotate({"-s", "more", "--reference", "tiny.fa"}).exit_code, 0);
  EXPECT_THAT(Rows("SELECT \"start\", db_V, more_V FROM '" + bench_.Path("o.parquet") + "' LIMIT 2"),
              ElementsAre("5|deletion|deletion", "7|deletion|deletion"));
}

INSTANTIATE_TEST_SUITE_P(, ReferenceOption, ::testing::Values("index", "duckdb"),
                         [](const auto& info) { return info.param; });

TEST(Reference, ServesSingleLookupsAndSql) {
  const Workbench bench;
  bench.Write("tiny.fa", kFasta);
  bench.Write("db.vcf",
              Vcf({"INFO=<ID=V,Number=A,Type=String,Description=\"v\">"}, {"tiny 14 . ACA A . . V=deletion"}));
  bench.MustRun({"source", "import", "db", "db.vcf", "--reference", "tiny.fa"});
  EXPECT_THAT(bench.MustRun({"lookup", "-s", "db", "tiny:12:ACA:A"}).out, HasSubstr("deletion"));
  EXPECT_THAT(bench.MustRun({"lookup", "-s", "db", "tiny:13:ACA:A"}).err, HasSubstr("another REF than the reference"));
  EXPECT_THAT(bench.MustRun({"query", "SELECT variant_lookup('db', 'tiny', 12, 'ACA', 'A')"}).out,
              HasSubstr("deletion"));
}

TEST(Reference, MustBeAFastaThatIsThere) {
  const Workbench bench;
  bench.Write("q.vcf", Vcf({}, {"1 5 . A T . . ."}));
  for (const char* const file : {"none.fa", "q.vcf"}) {
    const Outcome outcome = bench.Varjoin({"annotate", "q.vcf", "-o", "o.parquet", "--reference", file});
    EXPECT_EQ(outcome.exit_code, 2) << file;
    EXPECT_THAT(outcome.err, HasSubstr(file));
    EXPECT_THAT(bench.WorkNames(), ElementsAre("q.vcf"));
  }
}

}  // namespace
}  // namespace varjoin::test
