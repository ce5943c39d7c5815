// inputs_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Inputs in all their forms give the same rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/files.h"
#include "small_files.h"
#include "vcf/packing.h"

namespace varjoin::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string WithCrLf(const std::string& text) {
  std::string crlf;
  for (const char c : text) {
    crlf += c == '\n' ? "\r\n" : std::string(1, c);
  }
  return crlf;
}

struct Form {
  std::string name;
  std::string content;
};

std::vector<Form> Forms() {
  const std::string text = SmallPerson();
  return {{"plain", text},
          {"gzip", vcf::Gzip(text)},
          {"gzip_of_two_members", vcf::Gzip(text.substr(0, 200)) + vcf::Gzip(text.substr(200))},
          {"bgzf", vcf::Bgzf(text)},
          {"bgzf_of_small_blocks", vcf::Bgzf(text, 50)},
          {"crlf", WithCrLf(text)},
          {"without_a_last_newline", text.substr(0, text.size() - 1)},
          {"with_a_byte_order_mark", "\xEF\xBB\xBF" + text}};
}

class InputForm : public ::testing::TestWithParam<Form> {
 protected:
  void ExpectTheRows() {
    EXPECT_THAT(bench_.Output("chrom, start, ref, alt, filter, DP, AF, GT, demo_SIG"),
                ElementsAre("chr1|100|A|G|PASS|10|0.5|0/1|bad", "chr1|100|A|G|PASS|10|0.5|0/1|worse",
                            "chr1|100|A|T|PASS|10|0.25|0/1|good", "chr1|150|C|T|NULL|11|0.1|1/1|NULL",
                            "chr2|300|G|A|LowQual|12|0.2|0/0|NULL"));
  }

  SmallBench bench_;
};

TEST_P(InputForm, GivesTheSameRowsFromAFile) {
  bench_.Write("person.vcf", GetParam().content);
  const Outcome outcome = bench_.Annotate({"-s", "demo:SIG"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  ExpectTheRows();
}

TEST_P(InputForm, GivesTheSameRowsFromAPipe) {
  const Outcome outcome = bench_.VarjoinFed(GetParam().content, {"annotate", "-", "-s", "demo:SIG", "-o", "o.parquet"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  ExpectTheRows();
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty()) << "the copy of standard input stays";
}

TEST_P(InputForm, GivesTheSameRowsFromANamedPipe) {
  const std::string pipe = bench_.Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string engine : {"index", "duckdb"}) {
    std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << GetParam().content; });
    const Outcome outcome =
        bench_.Varjoin({"annotate", "pipe", "-s", "demo:SIG", "-o", "o.parquet", "--force", "--engine", engine});
    writer.join();
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    ExpectTheRows();
    EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty()) << "the copy of the pipe stays";
  }
}

INSTANTIATE_TEST_SUITE_P(, InputForm, ::testing::ValuesIn(Forms()), [](const auto& info) { return info.param.name; });

class Inputs : public ::testing::Test {
 protected:
  SmallBench bench_;
};

TEST_F(Inputs, OfAPipeAreCopiedOnlyWhereTheyAreReadTwice) {
  const std::string columns = "record, alt_index, chrom, start, alt, DP, GT, demo_SIG, demo_hits";
  ASSERT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
  const Words rows = bench_.Output(columns);
  for (const std::string engine : {"index", "duckdb"}) {
    ProcessOptions options = bench_.Options();
    options.input = SmallPerson();
    options.close_input = false;
    Process process({Executable(), "annotate", "-", "-s", "demo", "--engine", engine, "-o", "o.parquet", "--force"},
                    options);
    const auto copied = [&] {
      const Words folders = NamesIn(bench_.temp());
      return !folders.empty() && FileExists(bench_.temp() + "/" + folders[0] + "/standard-input");
    };
    for (int i = 0; i < (engine == "index" ? 300 : 30'000) && process.Running() && !copied(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(copied(), engine == "duckdb");
    const Outcome outcome = process.Wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.err.find("was copied to the temp directory") != std::string::npos, engine == "duckdb");
    EXPECT_EQ(bench_.Output(columns), rows) << engine;
    EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
  }
}

TEST_F(Inputs, WhoseRecordsAloneTellAnAssemblyAreComparedWithTheSourcesBeforeAnythingIsWritten) {
  bench_.Write("old.vcf", Vcf({"contig=<ID=1,length=249250621>"}, {"1 100 . A G . . ."}));
  bench_.MustRun({"source", "import", "grch37", "old.vcf"});
  bench_.Write("person.vcf",
               "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
               "NC_000001.11\t100\t.\tA\tG\t.\t.\t.\n");
  for (const std::string engine : {"index", "duckdb"}) {
    const Outcome outcome =
        bench_.Varjoin({"annotate", "person.vcf", "-s", "grch37", "-o", "o.vcf", "--engine", engine});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("assembly is GRCh38, but source 'grch37' is of assembly GRCh37"));
    EXPECT_FALSE(FileExists(bench_.Path("o.vcf")));
  }
}

TEST_F(Inputs, OfSeveralFilesAreReadAsOne) {
  bench_.Write("b.vcf.gz",
               vcf::Bgzf(Vcf({"INFO=<ID=NEW,Number=1,Type=Integer,Description=\"n\">"}, {"chr1 100 . A T . . NEW=5"})));
  const Outcome outcome = bench_.MustRun({"annotate", "person.vcf", "b.vcf.gz", "-s", "demo:SIG", "-o", "o.parquet"});
  EXPECT_THAT(outcome.err, HasSubstr("records                 4"));
  EXPECT_THAT(bench_.Output("record, alt, DP, NEW, GT, demo_SIG"),
              ElementsAre("1|G|10|NULL|0/1|bad", "1|G|10|NULL|0/1|worse", "1|T|10|NULL|0/1|good",
                          "2|T|11|NULL|1/1|NULL", "3|A|12|NULL|0/0|NULL", "4|T|NULL|5|NULL|good"));
}

TEST_F(Inputs, OfAPatternAreReadInOrderOfName) {
  for (const std::string name : {"p2", "p1", "p3"}) {
    bench_.Write(name + ".vcf", Vcf({}, {"1 " + name.substr(1) + " . A G . . ."}));
  }
  bench_.MustRun({"annotate", "p*.vcf", "-s", "demo:SIG", "-o", "o.parquet", "--force", "--allow-no-overlap"});
  EXPECT_THAT(bench_.Output("start, record"),
              ElementsAre("1|1", "2|2", "3|3", "100|4", "100|4", "100|4", "150|5", "300|6"));
}

TEST_F(Inputs, WithoutRecordsGiveAnEmptyTable) {
  for (const std::string& content : {Vcf({}, {}), vcf::Bgzf(Vcf({}, {}))}) {
    bench_.Write("person.vcf", content);
    const Outcome outcome = bench_.Annotate({"-s", "demo", "--force"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(bench_.Output("count(*)"), ElementsAre("0"));
    EXPECT_THAT(ColumnsOf(bench_.Path("o.parquet")),
                ::testing::IsSupersetOf({"chrom", "alt", "demo_SIG", "demo_hits"}));
  }
}

struct BadRecords {
  std::string policy;
  Words rows;
  std::string note;
};

class OnBadRecord : public Inputs, public ::testing::WithParamInterface<BadRecords> {};

TEST_P(OnBadRecord, GoesOnAndCounts) {
  const Words records = {"chr1 100 . A G . . DP=1", "chr1 oops . A G . . DP=2", "chr1 100 . A T . . DP=many",
                         "chr2 300 . G A . . DP=4"};
  bench_.Write("person.vcf", Vcf({"INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">"}, records));
  const Outcome outcome =
      bench_.Annotate({"-s", "demo:SIG", "--duplicates", "first", "--on-bad-record", GetParam().policy});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(bench_.Output("record, start, alt, DP, demo_SIG"), GetParam().rows);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr(GetParam().note), HasSubstr("person.vcf: record 2 (chr1")));
}

INSTANTIATE_TEST_SUITE_P(
    , OnBadRecord,
    ::testing::Values(BadRecords{"skip", {"1|100|G|1|bad", "4|300|A|4|NULL"}, "2 bad records were left out"},
                      BadRecords{"null",
                                 {"1|100|G|1|bad", "3|100|T|NULL|good", "4|300|A|4|NULL"},
                                 "1 bad value of INFO/DP made NULL"}),
    [](const auto& info) { return info.param.policy; });

TEST_F(Inputs, WithoutTheBgzfEndMarkerAreReadWithANote) {
  bench_.Write("person.vcf", vcf::Bgzf(SmallPerson(), 65280, ""));
  const Outcome outcome = bench_.Annotate({"-s", "demo"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("end marker is missing"));
}

TEST_F(Inputs, WithOddNamesAreReadAndWritten) {
  const std::string name = "it's [one] 100% \"odd\" Ä; name";
  bench_.Write(name + ".vcf", SmallPerson());
  bench_.Write(name + " source.vcf", SmallSource());
  bench_.MustRun({"source", "import", "odd", name + " source.vcf"});
  bench_.MustRun({"annotate", name + ".vcf", "-s", "odd", "-o", name + ".parquet"});
  EXPECT_EQ(NamesIn(bench_.work()).size(), 5U);
  WriteParquet(bench_.Path("copy.parquet"), SmallTable());
  std::rename(bench_.Path("copy.parquet").c_str(), bench_.Path(name + " table.parquet").c_str());
  bench_.MustRun({"source", "add", "table", name + " table.parquet"});
  bench_.MustRun({"annotate", name + ".vcf", "-s", "table:SIG", "-o", "o.parquet"});
  EXPECT_THAT(bench_.Output("table_SIG").at(0), "bad");
}

TEST_F(Inputs, WithNoContigOfASourcePassWhenThatIsMeant) {
  bench_.Write("person.vcf", Vcf({}, {"chr7 100 . A G . . ."}));
  const Outcome refused = bench_.Annotate({"-s", "demo"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("chr7"), HasSubstr("'demo' has 1, 2")));
  const Outcome allowed = bench_.Annotate({"-s", "demo:SIG", "--allow-no-overlap"});
  ASSERT_EQ(allowed.exit_code, 0) << allowed.err;
  EXPECT_THAT(allowed.err, HasSubstr("no contig in common"));
  EXPECT_THAT(bench_.Output("chrom, demo_SIG, demo_hits"), ElementsAre("chr7|NULL|0"));
}

}  // namespace
}  // namespace varjoin::test
