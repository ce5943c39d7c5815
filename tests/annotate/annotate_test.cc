// annotate_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/annotate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/text.h"
#include "duck/query.h"
#include "scratch.h"
#include "sources/import.h"
#include "sources/register.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kHeader =
    "##fileformat=VCFv4.2\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"\">\n#"
    "CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// A record per line, blanks for tabs: "1 100 A C".
std::string Vcf(const std::vector<std::string>& records) {
  std::string text = kHeader;
  int number = 0;
  for (const std::string& record : records) {
    const auto f = Split(record, ' ');
    text += fmt::format("{}\t{}\t.\t{}\t{}\t.\t.\tDP={}\n", f[0], f[1], f[2], f[3], ++number);
  }
  return text;
}

/// A home, and runs with a database of their own.
class AnnotateTest : public ::testing::Test {
 protected:
  AnnotateTest() : catalog(scratch.Path("home")) {
    limits.threads.value = 2;
    request.output = scratch.Path("out.parquet");
  }

  /// A source of one file a query.
  void AddSource(const std::string& name, const std::vector<std::string>& queries) {
    const auto database = duck::OpenDatabase();
    std::vector<std::string> files;
    for (const std::string& query : queries) {
      files.push_back(scratch.Path(fmt::format("{}-{}.parquet", name, files.size())));
      ASSERT_OK(database->Execute("COPY (" + query + ") TO " + SqlString(files.back()) + " (FORMAT parquet)"));
    }
    ASSERT_OK(RegisterSource(*database, catalog, {.name = name, .files = files, .mapping = {}, .assembly = {}}));
    request.sources.push_back({name, {}});
  }

  static std::string Rows(const std::string& values) {
    return "SELECT * FROM (VALUES " + values + ") t(chrom, \"start\", ref, alt, v)";
  }

  Result<AnnotateReport> Run() {
    const auto database = duck::OpenDatabase({.threads = 2, .temp_directory = scratch.Folder("spill")});
    return Annotate(request, {.database = *database,
                              .catalog = catalog,
                              .limits = limits,
                              .temp_folder = scratch.Folder("temp"),
                              .version = "0"});
  }

  /// Rows of the output after a run that must succeed.
  std::vector<std::string> Output(const std::string& select) {
    const auto report = Run();
    if (!report.ok()) {
      return {ErrorText(report)};
    }
    return duck::Rows(*duck::OpenDatabase(), "SELECT " + select + " FROM read_parquet(" + SqlString(request.output) +
                                                 ", file_row_number = true) ORDER BY file_row_number");
  }

  Scratch scratch;
  Catalog catalog;
  Limits limits;
  AnnotateRequest request;
};

TEST_F(AnnotateTest, PutsEveryHitBesideItsAlleleInTheInputsOrder) {
  request.inputs = {scratch.Write(
      "x.vcf", Vcf({"2 50 A C", "chr1 100 A G,T", "1 99 CAT CGT", "1 100 A <DEL>", "3 5 A C", "1 100 A ."}))};
  AddSource("s", {Rows("('1', 100, 'A', 'T', 'T'), ('chr1', 100, 'a', 'g', 'G'), ('2', 50, 'A', 'C', NULL)")});
  EXPECT_THAT(Output("record, alt_index, alt, s_v, s_hits"),
              ElementsAre("1 1 C NULL 1", "2 1 G G 1", "2 2 T T 1", "3 1 CGT G 1", "4 1 <DEL> NULL 0", "5 1 C NULL 0",
                          "6 0 NULL NULL 0"));
  request.force = true;
  const AnnotateReport report = Value(Run());
  EXPECT_EQ(report.records, 6);
  EXPECT_EQ(report.alleles, 7);
  EXPECT_EQ(report.sources[0].matched, 4);
  EXPECT_EQ(report.sources[0].rows, 4);
  EXPECT_THAT(report.sources[0].missing_contigs, ElementsAre(::testing::Pair("3", 1)));
  EXPECT_EQ(report.output_rows, 7);
}

TEST_F(AnnotateTest, DuplicatesMultiplyTheFirstSourceSlowestOrOnlyTheFirstComesOut) {
  request.inputs = {scratch.Write("x.vcf", Vcf({"1 100 CAT CGT", "1 5 A C"}))};
  AddSource("s", {Rows("('1', 101, 'A', 'G', 'm1'), ('1', 100, 'CAT', 'CGT', 'w1')"),
                  Rows("('1', 100, 'CAT', 'CGT', 'w2')")});
  AddSource("t", {Rows("('1', 101, 'A', 'G', 'x'), ('1', 101, 'A', 'G', 'y')")});
  EXPECT_THAT(Output("record, s_v, t_v, s_hits, t_hits"),
              ElementsAre("1 w1 x 3 2", "1 w1 y 3 2", "1 w2 x 3 2", "1 w2 y 3 2", "1 m1 x 3 2", "1 m1 y 3 2",
                          "2 NULL NULL 0 0"));
  request.force = true;
  request.duplicates = Duplicates::kFirst;
  EXPECT_THAT(Output("record, s_v, t_v, s_hits, t_hits"), ElementsAre("1 w1 x 3 2", "2 NULL NULL 0 0"));
}

TEST_F(AnnotateTest, FilesWhoseContigsAreNumbersInOneAndTextInAnotherAllCount) {
  const std::vector<std::string> chromosomes = {
      "SELECT 1 AS chrom, 100 AS \"start\", 'A' AS ref, 'C' AS alt, 'one' AS v",
      "SELECT 2 AS chrom, 100 AS \"start\", 'A' AS ref, 'C' AS alt, 'two' AS v",
      "SELECT 'X' AS chrom, 100 AS \"start\", 'A' AS ref, 'C' AS alt, 'ex' AS v"};
  AddSource("s", chromosomes);
  request.force = true;
  struct Case {
    std::vector<std::string> records;
    std::vector<std::string> values;
  };
  for (const Case& c :
       {Case{{"chr1 100 A C"}, {"one"}}, Case{{"X 100 A C"}, {"ex"}}, Case{{"1 100 A C", "2 100 A C"}, {"one", "two"}},
        Case{{"X 100 A C", "2 100 A C"}, {"ex", "two"}}, Case{{"1 100 A C", "GL1 5 A C"}, {"one", "NULL"}}}) {
    request.inputs = {scratch.Write("x.vcf", Vcf(c.records))};
    EXPECT_EQ(Output("s_v"), c.values) << c.records[0];
  }
}

TEST_F(AnnotateTest, AColumnHasTheSourcesTypeWhicheverFilesAreRead) {
  AddSource("s",
            {"SELECT '1' AS chrom, 100 AS \"start\", 'A' AS ref, 'C' AS alt, 5 AS n",
             "SELECT '2' AS chrom, 100 AS \"start\", 'A' AS ref, 'C' AS alt, 0.5::DOUBLE AS n, 'only here' AS more"});
  request.force = true;
  for (const std::string contig : {"1", "2"}) {
    request.inputs = {scratch.Write("x.vcf", Vcf({contig + " 100 A C"}))};
    EXPECT_THAT(Output("typeof(s_n), s_n, s_more, s_hits"),
                ElementsAre(contig == "1" ? "DOUBLE 5.0 NULL 1" : "DOUBLE 0.5 only here 1"));
  }
}

TEST_F(AnnotateTest, BadRecordsAreLeftOutOfAllPassesAlike) {
  AddSource("s", {Rows("('1', 100, 'A', 'C', 'x'), ('1', 100, 'A', 'C', 'y')")});
  request.inputs = {scratch.Write("x.vcf", Vcf({"1 100 A C"}) + "1\t100\t.\tA\tC\t.\n" +
                                               "1\t100\t.\tA\tC\t.\t.\tDP=many\n" + "1\tx\t.\tA\tC\t.\t.\tDP=3\n" +
                                               "1\t100\t.\tA\tC\tx\t.\tDP=4\n" + "1\t100\t.\tA\n" +
                                               "1\t100\t.\tA\tC\t.\t.\tDP=5\n")};
  request.force = true;
  EXPECT_THAT(ErrorText(Run()), AllOf(StartsWith("2: "), HasSubstr("record 2")));
  EXPECT_FALSE(FileExists(request.output));
  request.on_bad_record = "skip";
  EXPECT_THAT(Output("record, DP, s_v"), ElementsAre("1 1 x", "1 1 y", "7 5 x", "7 5 y"));
  request.on_bad_record = "null";
  std::vector<std::string> kept = Output("record, DP, s_v");
  ASSERT_FALSE(kept.empty());
  EXPECT_EQ(kept.front(), "1 1 x");
  EXPECT_EQ(kept.back(), "7 5 y");
  EXPECT_THAT(kept, ::testing::IsSupersetOf({"3 NULL x", "3 NULL y", "5 4 x", "5 4 y"}));
  EXPECT_THAT(kept, Not(::testing::Contains(StartsWith("4 "))));
}

TEST_F(AnnotateTest, AnImportedSourcesOtherMitochondrionMatchesNothing) {
  const auto database = duck::OpenDatabase();
  const std::string records =
      "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchrM\t73\trs1\tA\tG\t.\t.\t.\nchr1\t5\trs2\tA\tG\t.\t.\t.\n";
  const std::string source =
      scratch.Write("s.vcf", "##fileformat=VCFv4.2\n##contig=<ID=chrM,length=16571>\n" + records);
  ASSERT_OK(ImportSource(*database, catalog, {.name = "s", .files = {source}, .assembly = {}}));
  request.sources = {{"s", {}}};
  request.inputs = {scratch.Write("x.vcf", Vcf({"chrM 73 A G", "chr1 5 A G"}))};
  EXPECT_THAT(Output("s_id"), ElementsAre("NULL", "rs2"));
}

TEST_F(AnnotateTest, WithoutASourceTheInputIsConverted) {
  request.inputs = {scratch.Write("x.vcf", Vcf({"2 50 A C", "1 100 A G,T"}))};
  EXPECT_THAT(Output("chrom, alt, DP"), ElementsAre("2 C 1", "1 G 2", "1 T 2"));
}

TEST_F(AnnotateTest, ContigsThatHaveNothingInCommonAreAnErrorThatNamesBothSides) {
  AddSource("s", {Rows("('chr7', 5, 'A', 'C', 1)")});
  request.inputs = {scratch.Write("x.vcf", Vcf({"scaffold_1 5 A C"}))};
  EXPECT_THAT(ErrorText(Run()),
              AllOf(StartsWith("2: "), HasSubstr("contig"), HasSubstr("scaffold_1"), HasSubstr("chr7")));
  EXPECT_FALSE(FileExists(request.output));
  request.allow_no_overlap = true;
  EXPECT_THAT(Output("s_hits"), ElementsAre("0"));
  request.allow_no_overlap = false;
  request.force = true;
  request.inputs = {scratch.Write("empty.vcf", Vcf({}))};
  EXPECT_THAT(Output("s_hits"), IsEmpty());
}

TEST_F(AnnotateTest, RefusesInputsAndOutputsThatCannotBeMeant) {
  AddSource("s", {Rows("('1', 5, 'A', 'C', 1)")});
  const std::string input = scratch.Write("x.vcf", Vcf({"1 5 A C"}));
  const std::string before = Content(input);
  const std::string parquet = Content(scratch.Path("s-0.parquet"));
  struct Case {
    std::vector<std::string> inputs;
    std::vector<SourceRequest> sources;
    std::string output;
    const char* text;
  };
  request.force = true;
  for (const Case& c : {Case{{input}, {{"s", {}}}, input, "the input itself"},
                        Case{{input}, {{"s", {}}}, scratch.Path("s-0.parquet"), "s-0.parquet"},
                        Case{{input}, {{"s", {}}}, scratch.path(), "folder"},
                        Case{{input}, {{"s", {}}}, scratch.Path("absent/out.parquet"), "does not exist"},
                        Case{{input, input}, {{"s", {}}}, scratch.Path("out"), "given twice"},
                        Case{{input, "-"}, {{"s", {}}}, scratch.Path("out"), "standard input"},
                        Case{{input}, {{"s", {}}, {"S", {}}}, scratch.Path("out"), "given twice"},
                        Case{{input}, {{"z", {}}}, scratch.Path("out"), "no source 'z'"},
                        Case{{scratch.Path("absent.vcf")}, {{"s", {}}}, scratch.Path("out"), "no such file"},
                        Case{{}, {{"s", {}}}, scratch.Path("out"), "input"}}) {
    request.inputs = c.inputs;
    request.sources = c.sources;
    request.output = c.output;
    EXPECT_THAT(ErrorText(Run()), AllOf(StartsWith("2: "), HasSubstr(c.text)));
    EXPECT_FALSE(FileExists(scratch.Path("out")));
  }
  EXPECT_EQ(Content(input), before);
  EXPECT_EQ(Content(scratch.Path("s-0.parquet")), parquet);
}

TEST_F(AnnotateTest, TheOutputTellsHowItWasMade) {
  AddSource("s", {Rows("('1', 5, 'A', 'C', 1)")});
  request.inputs = {scratch.Write("x.vcf", Vcf({"1 5 A C"}))};
  request.command = "varjoin annotate it's.vcf";
  ASSERT_OK(Run());
  const auto database = duck::OpenDatabase();
  const std::string entries =
      "SELECT decode(value) FROM parquet_kv_metadata(" + SqlString(request.output) + ") WHERE decode(key) = ";
  EXPECT_EQ(duck::Row(*database, entries + "'command'"), "varjoin annotate it's.vcf");
  EXPECT_THAT(duck::Row(*database, entries + "'sources'"), StartsWith("s (registered, 1 rows, fingerprint 1:"));
  EXPECT_EQ(duck::Row(*database, entries + "'num_rows'"), "1");
  EXPECT_THAT(duck::Row(*database, entries + "'phases'"), StartsWith("[{\"phase\":\"plan\""));
}

TEST_F(AnnotateTest, ExplainGivesTheScriptAndWritesNothing) {
  AddSource("s", {Rows("('1', 5, 'A', 'C', 1)")});
  request.inputs = {scratch.Write("x.vcf", Vcf({"1 5 A C"}))};
  const auto explain = [&] {
    const auto database = duck::OpenDatabase();
    return Value(ExplainAnnotate(request, {.database = *database,
                                           .catalog = catalog,
                                           .limits = limits,
                                           .temp_folder = scratch.Folder("temp"),
                                           .version = "0"}));
  };
  // It is what runs: in a database of its own it gives the output; by the plain plan, and where there is an index.
  const auto expect_it_runs = [&] {
    const std::string script = explain();
    EXPECT_FALSE(FileExists(request.output));
    const auto other = duck::OpenDatabase();
    UseCatalogIndexes(*other, catalog);
    ASSERT_OK(other->Execute(script));
    EXPECT_EQ(duck::Row(*other, "SELECT s_v, s_hits FROM read_parquet(" + SqlString(request.output) + ")"), "1 1");
    std::filesystem::remove(request.output);
  };
  request.join_columns = {"start", "alt"};
  expect_it_runs();
  request.join_columns = {};
  EXPECT_THAT(explain(), AllOf(HasSubstr("input_has_start"), HasSubstr("of which an index is made for this run")));
  EXPECT_FALSE(FileExists(request.output));
  ASSERT_OK(
      BuildIndex(*duck::OpenDatabase(), catalog, Value(catalog.Find("s")), {.temp_folder = scratch.Folder("temp")}));
  expect_it_runs();
}

TEST(DefaultOutput, IsBelowTheHomeByUserSampleAndSources) {
  struct Case {
    const char* input;
    const char* user;
    const char* sample;
    std::vector<SourceRequest> sources;
    const char* path;
  };
  const char* variable = getenv("USER");
  const std::string before = variable == nullptr ? "" : variable;
  setenv("USER", "ann", 1);
  for (const Case& c :
       {Case{"/data/NA12878.vcf.gz", "", "", {{"clinvar", {}}}, "/home/users/ann/NA12878/clinvar.parquet"},
        Case{"x.vcf.bgz", "bob", "", {{"a", {}}, {"b", {}}}, "/home/users/bob/x/a+b.parquet"},
        Case{"x.g.vcf", "", "S1", {}, "/home/users/ann/S1/variants.parquet"},
        Case{"-", "", "", {}, "/home/users/ann/standard-input/variants.parquet"},
        Case{"x.txt", "", "", {}, "/home/users/ann/x.txt/variants.parquet"}}) {
    AnnotateRequest request;
    request.inputs = {c.input};
    request.user = c.user;
    request.sample = c.sample;
    request.sources = c.sources;
    EXPECT_EQ(DefaultOutput(request, "/home"), c.path);
  }
  setenv("USER", before.c_str(), 1);
}

TEST_F(AnnotateTest, NoUserOrSampleLeadsOutOfTheHome) {
  request.inputs = {scratch.Write("x.vcf", Vcf({"1 5 A C"}))};
  request.output = "";
  const char* variable = getenv("USER");
  const std::string before = variable == nullptr ? "" : variable;
  struct Case {
    const char* user;
    const char* sample;
    const char* environment;
  };
  for (const Case& c : {Case{"../../out", "", "ann"}, Case{"..", "", "ann"}, Case{"a/b", "", "ann"},
                        Case{"/tmp", "", "ann"}, Case{"", "..", "ann"}, Case{"", "../x", "ann"}, Case{"", "a/b", "ann"},
                        Case{"", "", "../../out"}, Case{"", "", ".."}}) {
    request.user = c.user;
    request.sample = c.sample;
    setenv("USER", c.environment, 1);
    EXPECT_THAT(ErrorText(Run()), StartsWith("2: ")) << c.user << " " << c.sample << " " << c.environment;
  }
  setenv("USER", before.c_str(), 1);
  EXPECT_THAT(scratch.Names(), Not(::testing::Contains("out")));
  EXPECT_FALSE(FileExists(scratch.Path("home/users")));
}

}  // namespace
}  // namespace varjoin
