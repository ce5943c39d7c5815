// filters_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Which records, alleles and hits come out of `annotate` and `convert`, and what is said of the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two people. By number: 1 two ALTs, 2 not PASS, 3 no filter, 4 low QUAL, 5 no genotypes worth the name, 6 a block.
std::string TwoPeople() {
  return Vcf(
      {"INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">",
       "FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">",
       "FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">",
       "FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"Quality\">"},
      {"chr1 100 n1 A G,T 30 PASS DP=10 GT:DP:GQ 0/1:30:10 0/0:5:60",
       "chr1 150 n2 C T 40 q10 . GT:DP:GQ 1/1:30:60 0/0:5:5", "chr1 160 n3 C T 50 . . GT:DP:GQ 0/0:30:60 0/1:40:60",
       "chr1 170 n4 C T 5 PASS . GT:DP:GQ 0/0:.:60 1/1:9:9", "chr1 180 n5 C T . PASS . GT:DP:GQ ./.:.:. ./.:.:.",
       "chr2 200 n6 C <NON_REF> 30 PASS . GT:DP:GQ 0/0:50:99 0/0:50:99"},
      "\tFORMAT\tann\tbob");
}

struct FilterCase {
  const char* name;
  Words options;
  Words rows;   ///< id and ALT of the alleles that are left
  int dropped;  ///< alleles, or pairs
};

void PrintTo(const FilterCase& the_case, std::ostream* out) {
  *out << the_case.name;
}

class Filter : public ::testing::TestWithParam<FilterCase> {
 protected:
  Filter() { bench_.Write("two.vcf", TwoPeople()); }

  /// Runs it with the case's options and --json; returns how many were left out.
  int Dropped(Words command) const {
    command.insert(command.end(), GetParam().options.begin(), GetParam().options.end());
    command.emplace_back("--json");
    int dropped = 0;
    const json report = json::parse(bench_.MustRun(command).out);
    for (const json& filter : report.at("dropped")) {
      dropped += filter.at("dropped").get<int>();
    }
    return dropped;
  }

  SmallBench bench_;
};

const Words kAll = {"n1|G", "n1|T", "n2|T", "n3|T", "n4|T", "n5|T", "n6|<NON_REF>"};

TEST_P(Filter, LeavesTheSameInTablesOfBothCommandsAndCountsTheRest) {
  for (const std::string command : {"annotate", "convert"}) {
    EXPECT_EQ(Dropped({command, "two.vcf", "-o", "o.parquet", "--force"}), GetParam().dropped) << command;
    EXPECT_EQ(bench_.Output("id, alt"), GetParam().rows) << command;
  }
}

TEST_P(Filter, LeavesTheRecordsOfTheseAllelesInVcf) {
  Words expected;
  for (const std::string& row : GetParam().rows) {
    if (expected.empty() || expected.back() != row.substr(0, 2)) {
      expected.push_back(row.substr(0, 2));
    }
  }
  for (const std::string command : {"annotate", "convert"}) {
    EXPECT_EQ(Dropped({command, "two.vcf", "-o", "o.vcf", "--force"}), GetParam().dropped) << command;
    Words left;
    for (const std::string_view line : Split(ReadFile(bench_.Path("o.vcf")), '\n')) {
      if (line.starts_with("chr")) {
        left.emplace_back(Split(line, '\t')[2]);
        EXPECT_EQ(Split(line, '\t').size(), 11U) << "the columns of all samples stay";
      }
    }
    EXPECT_EQ(left, expected) << command;
  }
}

INSTANTIATE_TEST_SUITE_P(
    , Filter,
    ::testing::Values(
        FilterCase{"none", {}, kAll, 0},
        FilterCase{"pass", {"--pass"}, {"n1|G", "n1|T", "n4|T", "n5|T", "n6|<NON_REF>"}, 2},
        FilterCase{"min_qual", {"--min-qual", "30.5"}, {"n2|T", "n3|T"}, 5},
        FilterCase{"min_dp", {"--min-dp", "31"}, {"n3|T", "n6|<NON_REF>"}, 5},
        FilterCase{"min_gq", {"--min-gq", "61"}, {"n6|<NON_REF>"}, 6},
        FilterCase{"both_of_one_sample", {"--min-gq", "60", "--min-dp", "30"}, {"n2|T", "n3|T", "n6|<NON_REF>"}, 4},
        FilterCase{"of_chosen_samples", {"--samples", "bob", "--min-dp", "30"}, {"n3|T", "n6|<NON_REF>"}, 5},
        FilterCase{"carried", {"--carried"}, {"n1|G", "n2|T", "n3|T", "n4|T"}, 3},
        FilterCase{"carried_by_one", {"--carried", "--samples", "bob"}, {"n3|T", "n4|T"}, 5},
        FilterCase{"blocks", {"--drop-ref-blocks"}, {"n1|G", "n1|T", "n2|T", "n3|T", "n4|T", "n5|T"}, 1},
        FilterCase{"regions", {"--regions", "chr1:150-165,chr2"}, {"n2|T", "n3|T", "n6|<NON_REF>"}, 0},
        FilterCase{"where", {"--where", "alt = 'T' AND \"start\" < 170 -- so be it"}, {"n1|T", "n2|T", "n3|T"}, 4},
        FilterCase{"all_at_once", {"--pass", "--min-qual", "10", "--where", "DP = 10"}, {"n1|G", "n1|T"}, 5}),
    [](const auto& info) { return info.param.name; });

TEST(QualFilter, TakesNoNumberForNone) {
  SmallBench bench;
  bench.Write("odd.vcf", Vcf({}, {"chr1 1 nan A C nan . .", "chr1 2 inf A C inf . .", "chr1 3 low A C 3 . ."}));
  bench.MustRun({"annotate", "odd.vcf", "-o", "o.parquet", "--min-qual", "30"});
  EXPECT_EQ(bench.Output("id"), Words{"inf"});
}

/// What the summary and the record say of matches, where filters leave some alleles only.
class MatchesBesideFilters : public ::testing::Test {
 protected:
  /// The only source of the run's report, and the report's other numbers.
  json Report(Words options) const {
    options.insert(options.begin(), {"annotate", "person.vcf", "-o", "o.vcf", "--force", "-s", "demo", "--json"});
    return json::parse(bench_.MustRun(options).out);
  }

  SmallBench bench_;
};

TEST_F(MatchesBesideFilters, AreToldBeforeAndAfterThem) {
  for (const std::string engine : {"index", "duckdb"}) {
    for (const std::string format : {"vcf", "parquet"}) {
      const auto source = [&](const Words& options) {
        Words more = {"-O", format, "--engine", engine};
        more.insert(more.end(), options.begin(), options.end());
        const json report = Report(more);
        const json& of = report.at("sources")[0];
        return fmt::format("{} of {} ({} %), {} left", of.at("matched").get<int>(),
                           report.at("alleles_looked_up").get<int>(), of.at("matched_percent").get<double>(),
                           of.at("matched_after_filters").get<int>());
      };
      EXPECT_EQ(source({}), "2 of 4 (50 %), 2 left") << engine << format;
      EXPECT_EQ(source({"--pass"}), "2 of 2 (100 %), 2 left") << engine << format;
      EXPECT_EQ(source({"--where", "demo_SCORE < 3"}), "2 of 4 (50 %), 1 left") << engine << format;
      EXPECT_EQ(source({"--where", "false"}), "2 of 4 (50 %), 0 left") << engine << format;
      EXPECT_EQ(source({"--only-matched"}), "2 of 4 (50 %), 2 left") << engine << format;
      EXPECT_EQ(source({"--pass", "--where", "alt = 'T'"}), "2 of 2 (100 %), 1 left") << engine << format;
    }
  }
  const std::string said =
      bench_.MustRun({"annotate", "person.vcf", "-o", "p.vcf", "-s", "demo", "--pass", "--where", "alt = 'T'"}).err;
  EXPECT_THAT(said, HasSubstr("2 matched (100.00 % of 2 that the filters on the input left), 1 of them in the output"));
}

TEST_F(MatchesBesideFilters, AreNotMissedWhereFiltersLeaveNothing) {
  for (const std::string engine : {"index", "duckdb"}) {
    for (const Words& filter : {Words{"--min-qual", "1000"}, Words{"--where", "false"}}) {
      Words options = {"--engine", engine};
      options.insert(options.end(), filter.begin(), filter.end());
      EXPECT_EQ(Report(options).at("notes"), json::array()) << engine << filter[0];
    }
    EXPECT_THAT(Report({"--engine", engine, "--where", "alt = 'A'", "--regions", "chr2"}).at("notes").dump(),
                HasSubstr("nothing matched in source 'demo'"));
  }
}

TEST_F(MatchesBesideFilters, LackNoContigOfWhichFiltersLeaveNothing) {
  bench_.Write("person.vcf", Vcf({}, {"chr1 100 . A G . PASS .", "chrUn_9 1 . A G . q10 .", "chrUn_9 2 . A G,T . q10 .",
                                      "chrUn_8 2 . A T . PASS .", "chrUn_8 3 . A T . q10 ."}));
  for (const Words& engine :
       {Words{"--engine", "index"}, Words{"--engine", "duckdb"}, Words{"--join-columns", "chrom,start"}}) {
    Words options = {"-O", "parquet"};
    options.insert(options.end(), engine.begin(), engine.end());
    const auto missing = [&](const Words& filter) {
      Words all = options;
      all.insert(all.end(), filter.begin(), filter.end());
      return Report(all).at("sources")[0].at("missing_contigs");
    };
    if (engine[0] == "--engine") {
      EXPECT_EQ(missing({}), json::parse(R"([{"contig":"chrUn_9","alleles":3},{"contig":"chrUn_8","alleles":2}])"));
      EXPECT_EQ(missing({"--pass"}), json::parse(R"([{"contig":"chrUn_8","alleles":1}])")) << engine[1];
    } else {
      EXPECT_EQ(missing({"--pass"}), json::array());
    }
  }
}

class HitFilter : public ::testing::Test {
 protected:
  /// INFO of the records of person.vcf that are left.
  Words Infos(Words options) const {
    options.insert(options.begin(), {"annotate", "person.vcf", "-o", "o.vcf", "--force", "--no-version"});
    bench_.MustRun(options);
    Words infos;
    for (const std::string_view line : Split(ReadFile(bench_.Path("o.vcf")), '\n')) {
      if (line.starts_with("chr")) {
        infos.emplace_back(Split(line, '\t')[7]);
      }
    }
    return infos;
  }

  SmallBench bench_;
};

TEST_F(HitFilter, LooksAtEachPairOfAlleleAndHit) {
  for (const std::string engine : {"index", "duckdb"}) {
    const Words common = {"-s", "demo:SIG,SCORE", "--engine", engine, "--where"};
    const auto with = [&](const Words& more) {
      Words options = common;
      options.insert(options.end(), more.begin(), more.end());
      return options;
    };
    EXPECT_THAT(Infos(with({"demo_SCORE > 1"})),
                ElementsAre("DP=10;AF=0.5,0.25;demo_SIG=worse,good;demo_SCORE=2,3;demo_hits=2,1"));
    EXPECT_THAT(Infos(with({"demo_SIG = 'bad'"})),
                ElementsAre("DP=10;AF=0.5,0.25;demo_SIG=bad,.;demo_SCORE=1,.;demo_hits=2,."));
    EXPECT_THAT(Infos(with({"demo_SCORE > 1", "--duplicates", "first"}))[0], HasSubstr(";demo_SIG=worse,good;"));
    EXPECT_THAT(Infos(with({"demo_SCORE IS NULL"})),
                ElementsAre("DP=11;AF=0.1;demo_hits=0", "DP=12;AF=0.2;demo_hits=0"));
    for (const auto& [duplicates, rows] :
         {std::pair<std::string, Words>{"all", {"G|2", "T|3"}}, {"first", {"G|2", "T|3"}}}) {
      EXPECT_EQ(bench_.Annotate(with({"demo_SCORE > 1", "--duplicates", duplicates, "--force"})).exit_code, 0);
      EXPECT_EQ(bench_.Output("alt, demo_SCORE"), rows) << duplicates << " " << engine;
      EXPECT_EQ(bench_.Annotate(with({"demo_SCORE < 3", "--duplicates", duplicates, "--force"})).exit_code, 0);
      EXPECT_EQ(bench_.Output("alt, demo_SCORE"), (duplicates == "all" ? Words{"G|1", "G|2"} : Words{"G|1"}));
    }
  }
}

TEST_F(HitFilter, LeavesWhatASourceHasWithOnlyMatched) {
  for (const std::string engine : {"index", "duckdb"}) {
    EXPECT_THAT(Infos({"-s", "demo:SCORE", "--only-matched", "--engine", engine}),
                ElementsAre("DP=10;AF=0.5,0.25;demo_SCORE=1|2,3;demo_hits=2,1"));
    const Outcome outcome = bench_.Annotate({"-s", "demo:SCORE", "--only-matched", "--force", "--engine", engine});
    EXPECT_THAT(outcome.err, HasSubstr("--only-matched            2 left out"));
    EXPECT_EQ(bench_.Output("alt, demo_SCORE"), (Words{"G|1", "G|2", "T|3"}));
  }
}

TEST_F(HitFilter, IsRefusedWithTheNextStepWhereItCannotBe) {
  bench_.Write("sites.vcf", Vcf({}, {"chr1 1 . A C . . ."}));
  WriteParquet(bench_.Path("l.parquet"),
               "SELECT '1' AS chrom, 100::BIGINT AS \"start\", 'A' AS ref, 'G' AS alt, ['x', 'y'] AS tags");
  bench_.MustRun({"source", "add", "lists", "l.parquet"});
  const struct {
    Words arguments;
    std::string message;
  } cases[] = {
      {{"person.vcf", "-s", "lists", "--where", "lists_tags > 3"},
       "does not fit the type of a column that it names\nlists_tags is a list of texts (VARCHAR[]): "
       "list_contains(lists_tags, 'value'), or array_to_string(lists_tags, '&') LIKE '%part%'"},
      {{"person.vcf", "-s", "lists", "--where", "lists_tags = 'x'"}, "'x' is compared with a column of another"},
      {{"person.vcf", "-s", "lists", "--where", "lists_tags LIKE '%x%'"}, "array_to_string(lists_tags, '&')"},
      {{"person.vcf", "--where", "DP = 'deep'"},
       "--where: 'deep' is compared with a column of another type\nDP is a number (INTEGER): DP > 30"},
      {{"person.vcf", "--where", "chrom > 5"}, "chrom is text (VARCHAR): chrom = 'value'"},
      {{"person.vcf", "--where", "\"end\" = 'x'"}, "\"end\" is a number (BIGINT)"},
      {{"person.vcf", "--where", "carried > 0.5"}, "carried is true or false (BOOLEAN)"},
      {{"person.vcf", "--where", "nothing > 3"}, "--where: there is no column 'nothing'"},
      {{"person.vcf", "--where", "filtr = 'PASS'"}, "there is no column 'filtr'; did you mean 'filter'?"},
      {{"person.vcf", "--where", "filter = PASS"}, "a text is written in single quotes: 'PASS'"},
      {{"person.vcf", "--where", "floot(qual) = 3"}, "there is no function floot(); did you mean floor()?"},
      {{"person.vcf", "--where", "sum(qual) > 3"}, "--where: looks at one pair of allele and hit at a time"},
      {{"person.vcf", "--where", "DP + 1"}, "--where: is of type"},
      {{"person.vcf", "--where", "qual >"}, "--where: is not complete, or can't be read as a condition;"},
      {{"person.vcf", "--where", "DP = 1 garbage("}, "can't be read as a condition at 'garbage'"},
      {{"person.vcf", "--only-matched"}, "give one with -s"},
      {{"sites.vcf", "--carried"}, "has no samples"},
      {{"sites.vcf", "--min-gq", "3"}, "has no FORMAT/GQ"},
      {{"person.vcf", "--samples", "anne"}, "ann"},
      {{"person.vcf", "-s", "demo", "--where", "DP = 1", "--duplicates", "list"}, "give all or first"}};
  const Words before = bench_.WorkNames();
  for (const auto& [arguments, message] : cases) {
    Words command = {"annotate", "-o", "x.parquet"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Outcome outcome = bench_.Varjoin(command);
    EXPECT_EQ(outcome.exit_code, 2) << Join(arguments, " ") << ": " << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message)) << Join(arguments, " ");
  }
  EXPECT_EQ(bench_.WorkNames(), before);
}

}  // namespace
}  // namespace varjoin::test
