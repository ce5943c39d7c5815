// many_inputs_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Many inputs in one call, each with an output of its own, and all in one table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// One record with two alleles, the first of them in SmallSource(), DP of this type.
std::string OnePerson(const std::string& type = "Integer", const std::string& depth = "10") {
  return Vcf({"INFO=<ID=DP,Number=1,Type=" + type + ",Description=\"Depth\">"},
             {"chr1 100 . A G . PASS DP=" + depth, "chr1 150 . C T . . DP=" + depth});
}

class ManyInputs : public ::testing::Test {
 protected:
  ManyInputs() {
    bench_.Write("a.vcf", SmallPerson());
    bench_.Write("b.vcf", OnePerson());
    bench_.Write("broken.vcf", OnePerson() + "chr1\tthree\t.\tA\tG\t.\t.\t.\n");
  }

  Outcome Annotate(const Words& inputs, const Words& more) const {
    Words arguments = {"annotate"};
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    arguments.insert(arguments.end(), {"-s", "demo:SIG"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return bench_.Varjoin(arguments);
  }

  Words Made(const std::string& folder = "out") const { return NamesIn(bench_.Path(folder)); }

  SmallBench bench_;
};

TEST_F(ManyInputs, BecomeAnOutputEachThatIsTheOneOfARunOfItsOwn) {
  bench_.Write("list.txt", "b.vcf\r\n\n");
  for (const std::string type : {"parquet", "vcf", "vcf.gz", "csv"}) {
    const Outcome outcome = Annotate({"a.vcf", "@list.txt"}, {"--out-dir", "out-" + type, "-O", type, "--no-version"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("a.vcf"), HasSubstr("b.vcf"), HasSubstr("2 of 2 inputs done")));
    EXPECT_THAT(outcome.out, IsEmpty());
    for (const std::string name : {"a", "b"}) {
      const std::string made = "out-" + type + "/" + name + "." + type;
      bench_.MustRun({"annotate", name + ".vcf", "-s", "demo:SIG", "-o", "one." + type, "--force", "--no-version"});
      if (type == "parquet") {
        EXPECT_EQ(bench_.Output("*", made), bench_.Output("*", "one.parquet"));
      } else {
        EXPECT_EQ(ReadFile(bench_.Path(made)), ReadFile(bench_.Path("one." + type)));
      }
    }
  }
  EXPECT_THAT(Made("out-vcf.gz"), ElementsAre("a.vcf.gz", "a.vcf.gz.tbi", "b.vcf.gz", "b.vcf.gz.tbi"));
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
}

TEST_F(ManyInputs, StopAtTheFirstThatFailsAndWhatIsDoneStays) {
  const Outcome outcome = Annotate({"a.vcf", "broken.vcf", "b.vcf"}, {"--out-dir", "out"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("broken.vcf: record 3"), HasSubstr("1 of 3 inputs were not begun"),
                                 HasSubstr("--keep-going")));
  EXPECT_THAT(Made(), ElementsAre("a.parquet"));
}

TEST_F(ManyInputs, GoOnAfterAFailureIfAskedToAndNameItAtTheEnd) {
  const Outcome outcome =
      Annotate({"broken.vcf", "absent.vcf", "a.vcf", "b.vcf"}, {"--out-dir", "out", "--keep-going", "--json"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(Made(), ElementsAre("a.parquet", "b.parquet"));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("varjoin: broken.vcf: failed: "), HasSubstr("varjoin: absent.vcf: failed: "),
                                 Not(HasSubstr("not begun"))));
  const json report = json::parse(outcome.out);
  EXPECT_EQ(report.at("done"), 2);
  EXPECT_EQ(report.at("failed"), 2);
  EXPECT_EQ(report.at("runs").at(0).at("error").at("exit_code"), 2);
  const json& of_a = report.at("runs").at(2);
  EXPECT_EQ(of_a.at("state"), "done");
  EXPECT_EQ(of_a.at("records"), 3);
  EXPECT_EQ(of_a.at("sources").at(0).at("matched"), 2);
  EXPECT_EQ(of_a.at("num_rows"), 5);
}

TEST_F(ManyInputs, HaveARecordEachAndOneOfTheCall) {
  const Outcome outcome = Annotate({"a.vcf", "broken.vcf"}, {"--out-dir", "out", "--keep-going", "--json"});
  const json report = json::parse(outcome.out);
  for (size_t i = 0; i < 2; ++i) {
    const json& run = report.at("runs").at(i);
    const json record = json::parse(bench_.MustRun({"runs", "show", run.at("run"), "--json"}).out);
    EXPECT_EQ(record.at("state"), i == 0 ? "done" : "failed");
  }
  const json whole = json::parse(bench_.MustRun({"runs", "show", report.at("id"), "--json"}).out);
  EXPECT_EQ(whole.at("state"), "failed");
  EXPECT_EQ(whole.at("runs").size(), 2U);
  EXPECT_EQ(whole.at("records"), 3);
}

TEST_F(ManyInputs, TakeWhatAnEarlierCallHasMadeWithReuse) {
  ASSERT_EQ(Annotate({"a.vcf", "b.vcf"}, {"--out-dir", "out"}).exit_code, 0);
  bench_.Write("b.vcf", OnePerson("Integer", "77"));
  const Outcome outcome = Annotate({"a.vcf", "b.vcf"}, {"--out-dir", "out", "--reuse", "--force", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_TRUE(report.at("runs").at(0).at("reused").is_string());
  EXPECT_TRUE(report.at("runs").at(1).at("reused").is_null());
  EXPECT_EQ(bench_.Output("DISTINCT DP", "out/b.parquet"), Words{"77"});
}

TEST_F(ManyInputs, ThatCantAllBeHadAreRefusedBeforeAnyWork) {
  fs::create_directory(bench_.Path("sub"));
  bench_.Write("sub/a.vcf", SmallPerson());
  bench_.Write("empty.txt", "\n\n");
  fs::create_directory(bench_.Path("full"));
  bench_.Write("full/b.parquet", "old");
  struct Case {
    Words inputs;
    Words more;
    std::string part;
  };
  for (const Case& c : {
           Case{{"a.vcf", "sub/a.vcf"}, {"--out-dir", "out"}, "a.vcf and sub/a.vcf would both become out/a.parquet"},
           Case{{"a.vcf", "./a.vcf"}, {"--out-dir", "out"}, "./a.vcf: is given twice"},
           Case{{"a.vcf", "absent.vcf"}, {"--out-dir", "out"}, "absent.vcf: no such file"},
           Case{{"a.vcf", "b.vcf"}, {"--out-dir", "full"}, "full/b.parquet: exists"},
           Case{{"a.vcf", "b.vcf"}, {"--out-dir", ".", "-O", "vcf", "--force"}, "is an input itself"},
           Case{{"a.vcf", "-"}, {"--out-dir", "out"}, "standard input"},
           Case{{"@empty.txt"}, {"--out-dir", "out"}, "empty.txt: the list of inputs is empty"},
           Case{{"@nowhere.txt"}, {"--out-dir", "out"}, "nowhere.txt: no such file"},
           Case{{"a.vcf", "b.vcf"}, {"--out-dir", "out", "-o", "x.parquet"}, "-o names one output"},
           Case{{"a.vcf", "b.vcf"}, {"--out-dir", "out", "--sample", "x"}, "--sample"},
           Case{{"a.vcf", "b.vcf"}, {"--keep-going"}, "--out-dir"},
           Case{{"a.vcf", "b.vcf"}, {}, "--out-dir"},
           Case{{"a.vcf", "b.vcf"}, {"-O", "vcf", "-o", "x.vcf"}, "--out-dir"},
           Case{{"a.vcf", "b.vcf"}, {"--one-table", "all.vcf"}, "is a table"},
           Case{{"a.vcf", "b.vcf"}, {"--one-table", "all.xls"}, "its name tells no format"},
           Case{{"a.vcf", "b.vcf"}, {"--one-table", "a.vcf/all.csv"}, "does not exist"},
           Case{{"a.vcf", "b.vcf"}, {"--one-table", "all.csv", "--out-dir", "out", "-O", "vcf"}, "--one-table"},
       }) {
    SCOPED_TRACE(Join(c.inputs, " ") + " " + Join(c.more, " "));
    const Outcome outcome = Annotate(c.inputs, c.more);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(c.part));
    EXPECT_THAT(Made(), IsEmpty());
    EXPECT_EQ(ReadFile(bench_.Path("full/b.parquet")), "old");
  }
}

TEST_F(ManyInputs, BecomeOneTableWithTheirNamesAndAllColumns) {
  bench_.Write("c.vcf", Vcf({"INFO=<ID=DP,Number=1,Type=Float,Description=\"d\">",
                             "INFO=<ID=Sample,Number=1,Type=String,Description=\"taken\">"},
                            {"chr1 100 . A G . PASS DP=0.5;Sample=tube"}));
  const Outcome outcome = Annotate({"c.vcf", "b.vcf"}, {"--one-table", "all.parquet"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("all.parquet: 5 rows"));
  EXPECT_THAT(bench_.Output("sample, start, DP, info_sample, demo_SIG", "all.parquet"),
              ElementsAre("c|100|0.5|tube|bad", "c|100|0.5|tube|worse", "b|100|10.0|NULL|bad", "b|100|10.0|NULL|worse",
                          "b|150|10.0|NULL|NULL"));
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
  EXPECT_THAT(bench_.WorkNames(), Not(Contains(HasSubstr("varjoin-"))));

  EXPECT_EQ(Annotate({"c.vcf", "b.vcf"}, {"--one-table", "all.parquet"}).exit_code, 2) << "it exists";
  EXPECT_EQ(Annotate({"a.vcf", "broken.vcf"}, {"--one-table", "half.csv"}).exit_code, 2);
  EXPECT_FALSE(fs::exists(bench_.Path("half.csv")));
  EXPECT_EQ(Annotate({"a.vcf", "broken.vcf"}, {"--one-table", "half.csv", "--keep-going"}).exit_code, 2);
  EXPECT_THAT(ReadFile(bench_.Path("half.csv")), AllOf(HasSubstr("sample,chrom,start"), HasSubstr("\na,chr1,100")));
}

/// Peak memory in MB of annotating the inputs, and what has failed.
struct Crowd {
  double peak;
  int64_t failed;
  int64_t rows;
};

Crowd AnnotateCrowd(const SmallBench& bench, int count) {
  std::string list;
  for (int i = 0; i < count; ++i) {
    const std::string name = "p" + std::to_string(i) + ".vcf";
    const std::string text = OnePerson("Integer", std::to_string(i));
    bench.Write(name, i == count / 2 ? text.substr(0, text.size() - 9) : text);
    list += name + "\n";
  }
  bench.Write("list.txt", list);
  Process process(
      {"sh", "-c", "ulimit -n 128; exec \"$@\"", "sh", Executable(), "annotate", "@list.txt", "-s", "demo:SIG",
       "--out-dir", "out", "--one-table", "all.parquet", "--keep-going", "--force", "--threads", "2", "--json"},
      bench.Options());
  while (process.Running()) {  // for a thousand inputs, a busy machine may need more time than Wait() gives
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const Outcome outcome = process.Wait();
  EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("p" + std::to_string(count / 2) + ".vcf: failed"));
  const json report = json::parse(outcome.out);
  EXPECT_EQ(Rows("SELECT count(*), count(DISTINCT sample), sum(DP::BIGINT) FROM read_parquet('" +
                 bench.Path("all.parquet") + "')"),
            Words{std::to_string(3 * (count - 1)) + "|" + std::to_string(count - 1) + "|" +
                  std::to_string(3 * (count * (count - 1) / 2 - count / 2))});
  return {report.at("resources").at("peak_memory_mb"), report.at("failed"), report.at("output").at("num_rows")};
}

void ExpectMemoryOfAFew(int count) {
  if (VARJOIN_SANITIZED) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  const SmallBench bench;
  const Crowd few = AnnotateCrowd(bench, 3);
  const Crowd many = AnnotateCrowd(bench, count);
  EXPECT_EQ(many.failed, 1);
  std::printf("peak %.1f MB of 3 inputs, %.1f MB of %d\n", few.peak, many.peak, count);
  EXPECT_LT(many.peak, few.peak + 40);
}

TEST(ManySmallInputs, TakeTheMemoryOfAFew) {
  ExpectMemoryOfAFew(50);
}

TEST(ManySmallInputsLong, TakeTheMemoryOfAFewWhereThereAreAThousand) {
  ExpectMemoryOfAFew(1'000);
}

}  // namespace
}  // namespace varjoin::test
