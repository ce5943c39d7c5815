// attack_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What was found by trying to get a wrong answer out of the command: kept so that it stays found.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string OnAContig(const std::string& contig, const std::string& record) {
  return Vcf({"contig=<ID=" + contig + ">"}, {record});
}

/// A VCF of one record on a contig of this length.
std::string OfLength(const std::string& contig, const std::string& length) {
  return OnAContig(contig + ",length=" + length, contig + " 100 . A G . . .");
}

TEST(SeveralInputs, OfTwoAssembliesAreRefused) {
  Workbench bench;
  bench.Write("g37.vcf", OfLength("chr1", "249250621"));
  bench.Write("g38.vcf", OfLength("chr1", "248956422"));
  bench.MustRun({"source", "import", "db", "g38.vcf"});
  for (const Words& inputs : {Words{"g38.vcf", "g37.vcf"}, Words{"g37.vcf", "g38.vcf"}}) {
    const Outcome run = bench.Varjoin({"annotate", inputs[0], inputs[1], "-s", "db", "-o", "o.parquet"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("g37.vcf"), HasSubstr("g38.vcf"), HasSubstr("assembly")));
    EXPECT_EQ(bench.Varjoin({"source", "import", "both", inputs[0], inputs[1]}).exit_code, 2);
  }
  EXPECT_FALSE(std::filesystem::exists(bench.Path("o.parquet")));
}

TEST(SeveralInputs, WithTwoLengthsOfAContigAreRefused) {
  Workbench bench;
  bench.Write("rcrs.vcf", OfLength("chrM", "16569"));
  bench.Write("hg19.vcf", OfLength("chrM", "16571"));
  const Outcome run = bench.Varjoin({"annotate", "rcrs.vcf", "hg19.vcf", "-o", "o.parquet"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr("chrM"), HasSubstr("16569"), HasSubstr("16571")));
}

TEST(SeveralInputs, AreNoFileTwiceByWhateverName) {
  Workbench bench;
  bench.Write("a.vcf", SmallPerson());
  std::filesystem::create_symlink(bench.Path("a.vcf"), bench.Path("link.vcf"));
  for (const std::string other : {"./a.vcf", "link.vcf"}) {
    const Outcome run = bench.Varjoin({"annotate", "a.vcf", other, "-o", "o.parquet"});
    EXPECT_EQ(run.exit_code, 2) << other;
    EXPECT_THAT(run.err, HasSubstr("twice"));
  }
}

TEST(Values, AreTheSameWhateverFilesOfTheSourceAreRead) {
  Workbench bench;
  const auto part = [&](const std::string& name, const std::string& chrom, const std::string& value) {
    WriteParquet(bench.Path(name),
                 "SELECT '" + chrom + "' AS chrom, 100 AS \"start\", 'A' AS ref, 'G' AS alt, " + value + " AS n");
  };
  part("p1.parquet", "1", "9007199254740993::BIGINT");
  part("p2.parquet", "2", "0.5::DOUBLE");
  part("p3.parquet", "3", "'n/a'");
  bench.MustRun({"source", "add", "parts", "p*.parquet"});
  bench.Write("two.vcf", Vcf({}, {"1 100 . A G . . .", "2 100 . A G . . ."}));
  bench.MustRun({"annotate", "two.vcf", "-s", "parts", "-o", "o.parquet"});
  EXPECT_THAT(Rows("SELECT parts_n FROM read_parquet('" + bench.Path("o.parquet") + "')"),
              ElementsAre("9007199254740993", "0.5"));
}

TEST(PlainJoin, AreComparedWithoutRounding) {
  Workbench bench;
  WriteParquet(
      bench.Path("s.parquet"),
      "SELECT 'chr1' AS chrom, 5 AS \"start\", 'A' AS ref, 'G' AS alt, 1.3::DECIMAL(3,1) AS d, 2 AS i, 'x' AS q");
  bench.MustRun({"source", "add", "s", "s.parquet"});
  bench.Write("p.vcf", Vcf({"INFO=<ID=d,Number=1,Type=Float,Description=\"\">",
                            "INFO=<ID=i,Number=1,Type=Float,Description=\"\">"},
                           {"chr1 100 . A G . . d=1.25;i=1.6", "chr1 101 . A G . . d=1.3;i=2"}));
  for (const std::string column : {"d", "i", "chrom,d"}) {
    bench.MustRun({"annotate", "p.vcf", "-s", "s:q", "-o", "o.parquet", "--force", "--join-columns", column});
    EXPECT_THAT(Rows("SELECT s_q FROM read_parquet('" + bench.Path("o.parquet") + "')"), ElementsAre("NULL", "x"))
        << column;
  }
}

TEST(PlainJoin, ThatMakeAnAlleleMatchAllelesInAnyOrderAndCase) {
  SmallBench bench;
  ASSERT_EQ(bench.Annotate({"-s", "demo", "--join-columns", "ALT, chrom,Start,ref"}).exit_code, 0);
  EXPECT_THAT(bench.Output("sum(demo_hits)"), ElementsAre("5"));
}

TEST(FieldNames, AreNeverTakenForAliases) {
  Workbench bench;
  Words meta;
  std::string info;
  for (const std::string name : {"v", "k", "e", "m", "n", "allele", "place", "row"}) {
    meta.push_back("INFO=<ID=" + name + ",Number=1,Type=Integer,Description=\"\">");
    info += name + "=7;";
  }
  bench.Write("odd.vcf", Vcf(meta, {"1 100 . A G . . v=x", "1 100 . A G . . " + info, "1 100 . A G . . " + info}));
  bench.MustRun({"source", "import", "odd", "odd.vcf", "--on-bad-record", "skip"});
  bench.MustRun({"annotate", "odd.vcf", "-s", "odd", "-o", "o.parquet", "--on-bad-record", "skip"});
  EXPECT_THAT(Rows("SELECT record, v, k, odd_v, odd_hits FROM read_parquet('" + bench.Path("o.parquet") + "')"),
              ElementsAre("2|7|7|7|2", "2|7|7|7|2", "3|7|7|7|2", "3|7|7|7|2"));
}

TEST(Import, ThatFailsLeavesTheSourceWhateverTheHomeIsCalled) {
  SmallBench bench;
  bench.Write("bad.vcf", SmallSource() + "1\tbad\n");
  const std::string home = bench.home();
  std::filesystem::create_symlink(home, bench.Path("link"));
  for (const std::string& name : {home + "/", bench.Path("link")}) {
    bench.UseHome(name);
    EXPECT_EQ(bench.Varjoin({"source", "import", "demo", "bad.vcf"}).exit_code, 2);
  }
  bench.UseHome(home);
  EXPECT_EQ(bench.Annotate({"-s", "demo"}).exit_code, 0);
}

TEST(Import, KeepsWhatARunStillReads) {
  SmallBench bench;
  const std::string folder = bench.home() + "/sources/demo";
  const std::string old = folder + "/" + NamesIn(folder)[0];
  const int reader = open(old.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(flock(reader, LOCK_SH), 0);
  bench.MustRun({"source", "import", "demo", "demo.vcf"});
  EXPECT_TRUE(std::filesystem::exists(old));
  close(reader);
  bench.MustRun({"source", "import", "demo", "demo.vcf"});
  EXPECT_EQ(NamesIn(folder).size(), 1U);
  EXPECT_FALSE(std::filesystem::exists(old));
}

TEST(OutputPath, IsNeverVarjoinsOwnData) {
  SmallBench bench;
  for (const std::string& own : {bench.home() + "/catalog.duckdb", bench.home() + "/sources/x.parquet"}) {
    const Outcome run = bench.Varjoin({"annotate", "person.vcf", "-s", "demo", "-o", own, "-O", "parquet", "--force"});
    EXPECT_EQ(run.exit_code, 2) << own;
    EXPECT_THAT(run.err, HasSubstr("own data"));
  }
  EXPECT_THAT(bench.Sources(), ElementsAre("demo"));
}

TEST(StandardOutput, ThatCannotBeWrittenIsAnError) {
  SmallBench bench;
  for (const std::string command : {"source list", "system", "query 'SELECT 1'"}) {
    const std::string line =
        "VARJOIN_HOME='" + bench.home() + "' '" + Executable() + "' " + command + " 2>&1 >/dev/full";
    FILE* run = popen(line.c_str(), "r");
    ASSERT_NE(run, nullptr);
    char said[200] = "";
    EXPECT_NE(fgets(said, sizeof(said), run), nullptr) << command;
    EXPECT_EQ(WEXITSTATUS(pclose(run)), 1) << command;
    EXPECT_THAT(said, HasSubstr("standard output")) << command;
  }
}

/// A person, and sources a and b with two rows for its one allele.
class Pairs : public ::testing::Test {
 protected:
  void SetUp() override {
    bench_.Write("one.vcf", OnAContig("1", "1 100 . A G . . ."));
    for (const char* const name : {"a", "b"}) {
      bench_.Write("rows.tsv", "chrom\tpos\tref\talt\tv\n1\t100\tA\tG\t1\n1\t100\tA\tG\t2\n");
      bench_.MustRun({"source", "import", name, "rows.tsv"});
    }
    bench_.Write("regions.bed", "1\t0\t100\tall\n1\t90\t120\tpart\n");
    bench_.MustRun({"source", "import", "regions", "regions.bed"});
  }

  /// The lines after the header that `annotate one.vcf ARGUMENTS -o -` writes.
  Words Annotated(const Words& arguments) const {
    Words command = {"annotate", "one.vcf", "-o", "-"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Words lines;
    const std::string text = bench_.MustRun(command).out;
    for (const std::string_view line : Split(text, '\n')) {
      if (!line.empty() && !line.starts_with('#') && !line.starts_with("chrom\t")) {
        lines.emplace_back(line);
      }
    }
    return lines;
  }

  Workbench bench_;
};

TEST_F(Pairs, OfWhichTheFirstIsTakenAreOneAndTheSameInVcfAndTables) {
  const Words arguments = {"-s", "a", "-s", "b", "--where", "a_v + b_v = 3", "--duplicates", "first"};
  Words table = arguments;
  table.insert(table.end(), {"-O", "tsv"});
  EXPECT_THAT(Annotated(arguments), ElementsAre(HasSubstr("a_v=1;a_hits=2;b_v=2;b_hits=2")));
  EXPECT_THAT(Annotated(table), ElementsAre(EndsWith("\t1\t2\t2\t2")));
}

TEST_F(Pairs, OfIntervalsAreEachLookedAtByWhere) {
  for (const char* const duplicates : {"auto", "first"}) {
    const Words arguments = {"-s", "regions:name", "--where", "regions_name = 'part'", "--duplicates", duplicates};
    Words table = arguments;
    table.insert(table.end(), {"-O", "tsv"});
    EXPECT_THAT(Annotated(arguments), ElementsAre(HasSubstr("regions_name=part;"))) << duplicates;
    EXPECT_THAT(Annotated(table), ElementsAre(EndsWith("\tpart\t2"))) << duplicates;
  }
  EXPECT_THAT(Annotated({"-s", "regions:name"}), ElementsAre(HasSubstr("regions_name=all|part;regions_hits=2")));
}

TEST_F(Pairs, OfManyIntervalsDoNotMultiplyInVcf) {
  std::string bed;
  for (int i = 0; i < 500; ++i) {
    bed += fmt::format("1\t{0}\t{1}\tx{0}\n", i, i + 200);
  }
  bench_.Write("many.bed", bed);
  for (const char* const name : {"many1", "many2", "many3", "many4"}) {
    bench_.MustRun({"source", "import", name, "many.bed"});
  }
  // 100 of each overlap: as rows they would be 100 million.
  const Words lines = Annotated({"-s", "many1:name", "-s", "many2:name", "-s", "many3:name", "-s", "many4:name"});
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr("many4_hits=100"), HasSubstr("many1_name=x0|x1|"))));
}

TEST(StandardOutput, IsWrittenWhereItStands) {
  SmallBench bench;
  for (const std::string command : {"annotate person.vcf -s demo -o - -O tsv", "convert person.vcf -o - -O csv"}) {
    const std::string line =
        fmt::format("cd '{}' && {{ echo first; VARJOIN_HOME='{}' '{}' {} 2>/dev/null; echo last; }} >text",
                    bench.work(), bench.home(), Executable(), command);
    ASSERT_EQ(std::system(line.c_str()), 0) << command;
    const std::string text = ReadFile(bench.Path("text"));
    EXPECT_THAT(text, AllOf(StartsWith("first\nchrom"), EndsWith("\nlast\n"))) << command;
    EXPECT_GE(std::count(text.begin(), text.end(), '\n'), 7) << command;
  }
}

TEST(Bcf, OfWhichVcfIsMadeHasNoNumbersInItsHeader) {
  SmallBench bench;
  std::string person = SmallPerson();
  person.insert(person.find("#CHROM"),
                "##contig=<ID=chr1>\n##contig=<ID=chr2>\n##FILTER=<ID=LowQual,Description=\"low\">\n");
  bench.Write("person.vcf", person);
  bench.MustRun({"convert", "person.vcf", "-o", "person.bcf"});
  bench.MustRun({"annotate", "person.bcf", "-s", "demo", "-o", "o.vcf"});
  EXPECT_THAT(ReadFile(bench.Path("o.vcf")), Not(HasSubstr("IDX=")));
  bench.MustRun({"annotate", "person.bcf", "-s", "demo", "-o", "o.bcf"});
  EXPECT_EQ(Rows("SELECT count(demo_hits) FROM read_vcf('" + bench.Path("o.bcf") + "')"),
            Rows("SELECT count(demo_hits) FROM read_vcf('" + bench.Path("o.vcf") + "')"));
}

TEST(Bcf, RefusesNumbersThatItCannotHold) {
  Workbench bench;
  for (const std::string record : {"L 4294967400 . A G . . .", "L 100 . A G . . X=3000000000"}) {
    bench.Write(
        "far.vcf",
        Vcf({"contig=<ID=L,length=9000000000>", "INFO=<ID=X,Number=1,Type=Integer,Description=\"x\">"}, {record}));
    const Outcome run = bench.Varjoin({"convert", "far.vcf", "-o", "far.bcf"});
    EXPECT_EQ(run.exit_code, 2) << record;
    EXPECT_THAT(run.err, AllOf(HasSubstr("L:"), HasSubstr("32 bits"), HasSubstr("vcf.gz"))) << record;
    EXPECT_FALSE(std::filesystem::exists(bench.Path("far.bcf")));
  }
}

TEST(BadRecords, AreLeftOutOfVcfToo) {
  SmallBench bench;
  bench.Write("bad.vcf", Vcf({"contig=<ID=chr1>"}, {"chr1 100 . A G . . .", "chr1 zz . A G . . ."}));
  bench.MustRun({"annotate", "bad.vcf", "-s", "demo", "-o", "o.vcf", "--on-bad-record", "skip"});
  EXPECT_EQ(Rows("SELECT count(*) FROM read_vcf('" + bench.Path("o.vcf") + "')"), Words{"1"});
}

TEST(RegionFiles, MayBeSeveralAndStandBesideRegions) {
  SmallBench bench;
  bench.Write("r1.bed", "chr1\t0\t120\n");
  bench.Write("r2.bed", "chr2\t0\t1000\n");
  for (const Words& regions : {Words{"--regions", "r1.bed", "--regions", "r2.bed"}, Words{"--regions", "r1.bed,r2.bed"},
                               Words{"--regions", "r1.bed,chr2:1-1000"}}) {
    Words command = {"convert", "person.vcf", "-o", "o.parquet", "--force"};
    command.insert(command.end(), regions.begin(), regions.end());
    bench.MustRun(command);
    EXPECT_THAT(Rows("SELECT DISTINCT start FROM '" + bench.Path("o.parquet") + "' ORDER BY start"),
                ElementsAre("100", "300"));
  }
}

TEST(OutputPath, IsNoFileThatTheRunReads) {
  SmallBench bench;
  bench.Write("r1.bed", "chr1\t0\t120\n");
  const Outcome run =
      bench.Varjoin({"annotate", "person.vcf", "--regions", "r1.bed", "-o", "r1.bed", "-O", "vcf", "--force"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("read by this run"));
}

}  // namespace
}  // namespace varjoin::test
