// columns_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Which columns and rows come out: selection, names, duplicates, several sources, joins on other columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small_files.h"

namespace varjoin::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

const Words kInputColumns = {"chrom",  "start",  "end",       "id",      "ref", "alt", "qual",
                             "filter", "record", "alt_index", "carried", "DP",  "AF",  "GT"};

Words After(Words columns, const Words& more) {
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

class Columns : public ::testing::Test {
 protected:
  /// Registers SmallTable() as `name`.
  void AddTable(const std::string& name) {
    WriteParquet(bench_.Path(name + ".parquet"), SmallTable());
    bench_.MustRun({"source", "add", name, name + ".parquet"});
  }

  void Annotate(const Words& arguments) {
    const Outcome outcome = bench_.Annotate(arguments);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }

  Words OutputColumns() const { return ColumnsOf(bench_.Path("o.parquet")); }

  SmallBench bench_;
};

TEST_F(Columns, AreTheInputsThenAllOfTheSource) {
  Annotate({"-s", "demo"});
  EXPECT_EQ(OutputColumns(),
            After(kInputColumns, {"demo_id", "demo_qual", "demo_filter", "demo_SIG", "demo_SCORE", "demo_hits"}));
  EXPECT_THAT(bench_.Output("chrom, start, ref, alt, record, alt_index, carried, DP, AF, demo_SIG, demo_hits"),
              ElementsAre("chr1|100|A|G|1|1|true|10|0.5|bad|2", "chr1|100|A|G|1|1|true|10|0.5|worse|2",
                          "chr1|100|A|T|1|2|false|10|0.25|good|1", "chr1|150|C|T|2|1|true|11|0.1|NULL|0",
                          "chr2|300|G|A|3|1|false|12|0.2|NULL|0"));
}

TEST_F(Columns, AreTheChosenOnesUnderTheirNewNames) {
  Annotate({"-s", "demo:SIG,score=points"});
  EXPECT_EQ(OutputColumns(), After(kInputColumns, {"demo_SIG", "points", "demo_hits"}));
  EXPECT_THAT(bench_.Output("demo_SIG, points"), ElementsAre("bad|1", "worse|2", "good|3", "NULL|NULL", "NULL|NULL"));
}

TEST_F(Columns, OfTheSourceTakeTheNameAndTheInputsFieldGetsAPrefix) {
  Annotate({"-s", "demo:SIG=dp,SCORE=GT"});
  EXPECT_THAT(OutputColumns(), IsSupersetOf({"dp", "GT", "info_DP", "fmt_GT", "AF"}));
  EXPECT_THAT(bench_.Output("dp, info_DP, GT, fmt_GT").at(0), "bad|10|1|0/1");
}

TEST_F(Columns, WithBareNamesHaveNoSourceInThem) {
  Annotate({"-s", "demo", "--bare-names"});
  EXPECT_THAT(OutputColumns(), ElementsAre("chrom", "start", "end", "id", "ref", "alt", "qual", "filter", "DP", "AF",
                                           "GT", "rsid", "demo_qual", "demo_filter", "SIG", "SCORE"));
  EXPECT_THAT(bench_.Output("id, rsid, SIG").at(0), "rs1|a1|bad");
}

TEST_F(Columns, WithBareNamesOfTwoSourcesKeepTheSourceWhereTheyClash) {
  AddTable("other");
  Annotate({"-s", "demo:SIG", "-s", "other:SIG,DP", "--bare-names"});
  EXPECT_THAT(OutputColumns(), IsSupersetOf({"SIG", "other_SIG", "DP", "info_DP"}));
  EXPECT_THAT(bench_.Output("SIG, other_SIG, DP, info_DP").at(0), "bad|bad|91|10");
}

TEST_F(Columns, OfOneNameAreRefusedWithTheWayOut) {
  AddTable("other");
  const Outcome outcome = bench_.Annotate({"-s", "demo:SIG=x", "-s", "other:SIG=X"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("-s other:SIG=NAME"));
  EXPECT_THAT(bench_.WorkNames(), Not(::testing::Contains("o.parquet")));
}

TEST_F(Columns, ThatTheSourceLacksAreRefusedWithTheNearest) {
  const Outcome outcome = bench_.Annotate({"-s", "demo:SCOR"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'SCORE'?"));
}

TEST_F(Columns, AreThereWithoutASourceToo) {
  Annotate({});
  EXPECT_EQ(OutputColumns(), kInputColumns);
  EXPECT_THAT(bench_.Output("count(*)"), ElementsAre("4"));
}

TEST_F(Columns, OfFirstDuplicatesOnlyStillCountAllHits) {
  Annotate({"-s", "demo:SIG", "--duplicates", "first"});
  EXPECT_THAT(bench_.Output("alt, demo_SIG, demo_hits"), ElementsAre("G|bad|2", "T|good|1", "T|NULL|0", "A|NULL|0"));
}

TEST_F(Columns, OfSeveralSourcesComeInTheOrderOfTheSources) {
  AddTable("other");
  Annotate({"-s", "other:id,SIG", "-s", "demo:SIG"});
  EXPECT_EQ(OutputColumns(), After(kInputColumns, {"other_id", "other_SIG", "other_hits", "demo_SIG", "demo_hits"}));
  EXPECT_THAT(bench_.Output("chrom, start, alt, other_SIG, demo_SIG, other_hits, demo_hits"),
              ElementsAre("chr1|100|G|bad|bad|1|2", "chr1|100|G|bad|worse|1|2", "chr1|100|T|NULL|good|0|1",
                          "chr1|150|T|NULL|NULL|0|0", "chr2|300|A|fine|NULL|1|0"));
}

struct Join {
  std::string columns;
  Words rows;  ///< chrom, start, alt, other_SIG
};

class JoinColumns : public Columns, public ::testing::WithParamInterface<Join> {};

TEST_P(JoinColumns, JoinOnEqualityOfTheseAlone) {
  AddTable("other");
  Annotate({"-s", "other:SIG", "--join-columns", GetParam().columns});
  EXPECT_EQ(bench_.Output("chrom, start, alt, other_SIG"), GetParam().rows);
}

INSTANTIATE_TEST_SUITE_P(
    , JoinColumns,
    ::testing::Values(
        Join{"id", {"chr1|100|G|bad", "chr1|100|T|bad", "chr1|150|T|NULL", "chr2|300|A|fine"}},
        Join{"chrom,start", {"chr1|100|G|NULL", "chr1|100|T|NULL", "chr1|150|T|NULL", "chr2|300|A|NULL"}},
        Join{"start,ref", {"chr1|100|G|bad", "chr1|100|T|bad", "chr1|150|T|none", "chr2|300|A|fine"}},
        Join{"start,ref,alt", {"chr1|100|G|bad", "chr1|100|T|NULL", "chr1|150|T|NULL", "chr2|300|A|fine"}},
        Join{"chrom,start,ref,alt", {"chr1|100|G|bad", "chr1|100|T|NULL", "chr1|150|T|NULL", "chr2|300|A|fine"}}),
    [](const auto& info) {
      std::string name = info.param.columns;
      std::replace(name.begin(), name.end(), ',', '_');
      return name;
    });

TEST_F(Columns, ToJoinOnMustBeInTheInputAndTheSource) {
  AddTable("other");
  EXPECT_THAT(bench_.Annotate({"-s", "other", "--join-columns", "stat"}).err, HasSubstr("did you mean 'start'?"));
  const Outcome outcome = bench_.Annotate({"-s", "other", "--join-columns", "AF"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("source 'other' has no column 'AF'"));
}

TEST_F(Columns, OfIntegerContigsJoinWithContigsThatAreNone) {
  WriteParquet(bench_.Path("numbers.parquet"),
               "SELECT 1 AS chrom, 100::BIGINT AS \"start\", 'A' AS ref, 'G' AS alt, 'one' AS NAME");
  bench_.MustRun({"source", "add", "numbers", "numbers.parquet"});
  Annotate({"-s", "numbers:NAME"});
  EXPECT_THAT(bench_.Output("numbers_NAME"), ElementsAre("one", "NULL", "NULL", "NULL"));
  bench_.Write("person.vcf", Vcf({}, {"1 100 . A G . . .", "X 100 . A G . . ."}));
  Annotate({"-s", "numbers:NAME", "--join-columns", "chrom,start", "--force"});
  EXPECT_THAT(bench_.Output("chrom, numbers_NAME"), ElementsAre("1|one", "X|NULL"));
}

}  // namespace
}  // namespace varjoin::test
