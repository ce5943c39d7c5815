// attack_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What was found by trying to get a wrong answer out of the command: kept so that it stays found.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "small_files.h"

namespace varjoin::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

}  // namespace
}  // namespace varjoin::test
