// runs_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The records of runs, as `varjoin runs` tells them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "small_files.h"

namespace varjoin::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const Words kMetadataKeys = {"duration_sec",    "cpu_percent", "peak_memory_mb",     "memory_delta_mb",
                             "file_size_mb",    "num_rows",    "num_columns",        "compression",
                             "engine",          "source_vcf",  "output_file",        "user_name",
                             "sample_name",     "species",     "sample_description", "sequencing_type",
                             "reference_genome"};

class Runs : public ::testing::Test {
 protected:
  json List() { return json::parse(bench_.MustRun({"runs", "list", "--json"}).out); }
  json Show(const std::string& id = "last") { return json::parse(bench_.MustRun({"runs", "show", id, "--json"}).out); }

  /// A run that waits for more of its standard input.
  std::unique_ptr<Process> StartWaiting() {
    ProcessOptions options = bench_.Options();
    options.input = SmallPerson().substr(0, 200);
    options.close_input = false;
    auto run =
        std::make_unique<Process>(Words{Executable(), "annotate", "-", "-s", "demo", "-o", "w.parquet"}, options);
    for (int i = 0; i < 1000 && Show().at("kind") != "annotate"; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return run;
  }

  SmallBench bench_;
};

TEST_F(Runs, AreRecordedWithWhatWentInAndWhatCameOut) {
  const std::string command = "annotate person.vcf -o o.parquet -s demo --threads 1 --species human --sample anna";
  ASSERT_EQ(bench_.Annotate({"-s", "demo", "--threads", "1", "--species", "human", "--sample", "anna"}).exit_code, 0);
  const json run = Show();
  EXPECT_EQ(run.at("state"), "done");
  EXPECT_EQ(run.at("command"), "varjoin " + command);
  EXPECT_EQ(run.at("configuration").at("duckdb_config.threads"), json::parse(R"({"value":"1","source":"--threads"})"));
  EXPECT_EQ(run.at("configuration").at("engine"), json::parse(R"({"value":"auto","source":"default"})"));
  EXPECT_EQ(run.at("input_files")[0].at("path"), bench_.Path("person.vcf"));
  EXPECT_EQ(run.at("records"), 3);
  EXPECT_EQ(run.at("alleles"), 4);
  EXPECT_EQ(run.at("bad_records"), 0);
  EXPECT_EQ(run.at("sources")[0].at("matched"), 2);
  EXPECT_THAT(run.at("sources")[0].at("fingerprint").get<std::string>(), Not(IsEmpty()));
  EXPECT_THAT(run.at("phases"), SizeIs(3));
  EXPECT_EQ(run.at("engine_reason"), "every source has a current index");
  for (const std::string& key : kMetadataKeys) {
    EXPECT_TRUE(run.at("metadata").contains(key)) << key;
  }
  const json& metadata = run.at("metadata");
  EXPECT_EQ(metadata.at("num_rows"), 5);
  EXPECT_EQ(metadata.at("num_columns"), ColumnsOf(bench_.Path("o.parquet")).size());
  EXPECT_EQ(metadata.at("output_file"), bench_.Path("o.parquet"));
  EXPECT_EQ(metadata.at("species"), "human");
  EXPECT_EQ(metadata.at("sample_name"), "anna");
  EXPECT_EQ(metadata.at("user_name"), "tester");
  EXPECT_GT(metadata.at("peak_memory_mb"), 1.0);
  EXPECT_GT(metadata.at("duration_sec"), 0.0);
}

TEST_F(Runs, PutTheirLabelsIntoTheOutputsMetadata) {
  ASSERT_EQ(
      bench_.Annotate({"-s", "demo", "--sample-description", "second draw", "--sequencing-type", "WES"}).exit_code, 0);
  const std::string of_output = " FROM parquet_kv_metadata('" + bench_.Path("o.parquet") + "') WHERE key::VARCHAR = '";
  EXPECT_EQ(Value("SELECT value::VARCHAR" + of_output + "sample_description'"), "second draw");
  EXPECT_EQ(Value("SELECT value::VARCHAR" + of_output + "sequencing_type'"), "WES");
}

/// The names of a run's phases, which together have cost no more than the run.
Words PhasesOf(const json& run) {
  Words names;
  double cpu_seconds = 0;
  for (const json& phase : run.at("phases")) {
    names.push_back(phase.at("phase"));
    cpu_seconds += phase.at("cpu_sec").get<double>();
  }
  const double whole = run.at("resources").at("cpu_sec");
  EXPECT_GT(cpu_seconds, 0);
  EXPECT_GE(whole + 0.002, cpu_seconds);  // of figures that are rounded
  EXPECT_EQ(run.at("resources").at("duration_sec"), run.at("metadata").at("duration_sec"));
  return names;
}

TEST_F(Runs, ThatImportAndIndexAreRecordedToo) {
  bench_.MustRun({"source", "index", "demo"});
  const json runs = List();
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(runs[0].at("kind"), "source index");
  EXPECT_EQ(runs[1].at("kind"), "source import");
  for (const json& run : runs) {
    EXPECT_EQ(run.at("state"), "done");
    EXPECT_EQ(run.at("metadata").at("num_rows"), 4);
    EXPECT_GT(run.at("index").at("file_size_bytes"), 0);
    for (const std::string& key : kMetadataKeys) {
      EXPECT_TRUE(run.at("metadata").contains(key)) << key;
    }
  }
  EXPECT_EQ(PhasesOf(runs[0]), Words{"index"});
  EXPECT_EQ(PhasesOf(runs[1]), (Words{"import", "index"}));
  EXPECT_THAT(runs[0].at("metadata").at("output_file").get<std::string>(), ::testing::EndsWith(".vji"));
  EXPECT_THAT(runs[1].at("metadata").at("output_file").get<std::string>(), ::testing::EndsWith(".parquet"));
}

TEST_F(Runs, ThatConvertAreRecordedToo) {
  const struct {
    const char* output;
    int rows;
    const char* compression;
  } cases[] = {{"o.parquet", 4, "zstd"}, {"o.tsv", 4, "none"}, {"o.vcf.gz", 3, "bgzf"}, {"o.vcf", 3, "none"}};
  for (const auto& [output, rows, compression] : cases) {
    SCOPED_TRACE(output);
    bench_.MustRun({"convert", "person.vcf", "-o", output});
    const json run = Show();
    EXPECT_EQ(run.at("kind"), "convert");
    EXPECT_EQ(run.at("state"), "done");
    EXPECT_EQ(run.at("records"), 3);
    const json& metadata = run.at("metadata");
    for (const std::string& key : kMetadataKeys) {
      EXPECT_TRUE(metadata.contains(key)) << key;
    }
    EXPECT_EQ(metadata.at("num_rows"), rows);
    EXPECT_EQ(metadata.at("compression"), compression);
    EXPECT_EQ(metadata.at("output_file"), bench_.Path(output));
    EXPECT_EQ(metadata.at("sample_name"), "person");
    EXPECT_NEAR(metadata.at("file_size_mb").get<double>() * 1e6, ReadFile(bench_.Path(output)).size(), 500);
  }
  EXPECT_EQ(bench_.Varjoin({"convert", "person.vcf", "-o", "o.parquet"}).exit_code, 2);
  EXPECT_EQ(Show().at("state"), "failed");
  EXPECT_THAT(bench_.MustRun({"runs", "list"}).out, HasSubstr("convert"));
}

TEST_F(Runs, TellHowTheirOutputIsCompressedAndThatItWasStandardOutput) {
  bench_.MustRun({"annotate", "person.vcf", "-s", "demo", "-o", "o.vcf.gz"});
  EXPECT_EQ(Show().at("metadata").at("compression"), "bgzf");
  bench_.MustRun({"annotate", "person.vcf", "-s", "demo", "-o", "-", "-O", "csv"});
  EXPECT_EQ(Show().at("metadata").at("compression"), "none");
  EXPECT_EQ(Show().at("metadata").at("output_file"), "standard output");
}

TEST_F(Runs, CountTheBadRecordsThatWereLeftOutAndTheFieldsThatBecameNull) {
  bench_.Write("bad.vcf",
               SmallPerson() + "chr1\tx\t.\tA\tG\t.\t.\tDP=1\tGT\t0/1\nchr2\t900\t.\tA\tG\t.\t.\tDP=b\tGT\t0/1\n");
  bench_.MustRun({"annotate", "bad.vcf", "-s", "demo", "-o", "b.parquet", "--on-bad-record", "skip"});
  EXPECT_EQ(Show().at("bad_records"), 2);
  bench_.MustRun({"annotate", "bad.vcf", "-s", "demo", "-o", "n.parquet", "--on-bad-record", "null"});
  EXPECT_EQ(Show().at("bad_records"), 1);
  EXPECT_EQ(Show().at("bad_fields"), 1);
  bench_.MustRun({"convert", "bad.vcf", "-o", "c.parquet", "--on-bad-record", "null"});
  EXPECT_EQ(Show().at("bad_records"), 1);
  EXPECT_EQ(Show().at("bad_fields"), 1);
  bench_.MustRun({"source", "import", "bad", "bad.vcf", "--on-bad-record", "skip"});
  EXPECT_EQ(Show().at("bad_records"), 2);
  bench_.Write("bad.tsv", "chrom\tstart\tref\talt\n1\t5\tA\tG\n1\t?\tA\tG\n");
  bench_.MustRun({"source", "import", "table", "bad.tsv", "--on-bad-record", "skip"});
  EXPECT_EQ(Show().at("bad_records"), 1);
}

TEST_F(Runs, ThatFailSayWhy) {
  EXPECT_EQ(bench_.Varjoin({"annotate", "nosuch.vcf", "-s", "demo", "-o", "x.parquet"}).exit_code, 2);
  const json run = Show();
  EXPECT_EQ(run.at("state"), "failed");
  EXPECT_THAT(run.at("error").at("message").get<std::string>(), HasSubstr("nosuch.vcf: no such file"));
  EXPECT_EQ(run.at("error").at("exit_code"), 2);
}

TEST_F(Runs, AreRunningThenInterrupted) {
  const auto run = StartWaiting();
  EXPECT_EQ(Show().at("state"), "running");
  run->Signal(SIGINT);
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(run->Wait().exit_code, 130);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(1));
  EXPECT_EQ(Show().at("state"), "interrupted");
  EXPECT_THAT(bench_.WorkNames(), Not(::testing::Contains("w.parquet")));
}

TEST_F(Runs, ThatAreKilledHaveDied) {
  const auto run = StartWaiting();
  run->Signal(SIGKILL);
  EXPECT_EQ(run->Wait().signal, SIGKILL);
  EXPECT_EQ(Show().at("state"), "died");
  ASSERT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);  // and the next run sweeps
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
}

TEST_F(Runs, GoOnWhereNoRecordCanBeWritten) {
  bench_.MustRun({"runs", "prune", "--keep", "0"});
  ASSERT_EQ(rmdir((bench_.home() + "/runs").c_str()), 0);
  std::ofstream(bench_.home() + "/runs") << "a file";
  const Outcome outcome = bench_.Annotate({"-s", "demo"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("goes on without a record"));
  EXPECT_EQ(bench_.Output("count(*)"), Words{"5"});
}

TEST_F(Runs, AreNotDoneAnewWithReuseWhileAllIsTheSame) {
  ASSERT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
  const std::string before = ReadFile(bench_.Path("o.parquet"));
  const std::string first = Show().at("id");
  const Outcome again = bench_.Annotate({"-s", "demo", "--reuse"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("as run " + first + " has made it"));
  EXPECT_EQ(Show().at("reused"), first);
  EXPECT_EQ(Show().at("metadata").at("num_rows"), 5);
  EXPECT_EQ(ReadFile(bench_.Path("o.parquet")), before);
  // The record of what was given back may itself be given back.
  EXPECT_EQ(json::parse(bench_.Annotate({"-s", "demo", "--reuse", "--json"}).out).at("state"), "done");
}

TEST_F(Runs, AreNotReusedWhereAConditionSelectsFromElsewhere) {
  for (const std::string where : {"qual IN (SELECT 30)", "qual IN (FROM range(40))", "qual IS DISTINCT FROM 7"}) {
    for (int run = 0; run < 2; ++run) {
      const Outcome outcome = bench_.Annotate({"-s", "demo", "--reuse", "--force", "--where", where});
      ASSERT_EQ(outcome.exit_code, 0) << where << ": " << outcome.err;
    }
    EXPECT_EQ(Show().contains("reused"), where.find("DISTINCT") != std::string::npos) << where;
  }
}

TEST_F(Runs, AreDoneAnewInSpiteOfReuseWhenAnythingIsNot) {
  ASSERT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
  const auto is_done_anew = [&](const Words& more) {
    Words words = {"-s", "demo", "--reuse", "--force"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = bench_.Annotate(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return !Show().contains("reused");
  };
  EXPECT_TRUE(is_done_anew({"--duplicates", "first"}));
  EXPECT_TRUE(is_done_anew({"--sample", "other"}));
  EXPECT_TRUE(is_done_anew({"--compression", "snappy"}));
  EXPECT_TRUE(is_done_anew({"--preserve-insertion-order", "false"}));
  EXPECT_TRUE(is_done_anew({}));  // the output is another run's by now
  EXPECT_FALSE(is_done_anew({}));
  EXPECT_FALSE(is_done_anew({"--threads", "1", "--memory-limit", "1GB"}));
  std::ofstream(bench_.Path("o.parquet"), std::ios::app) << "x";
  EXPECT_TRUE(is_done_anew({}));
  bench_.Write("person.vcf", SmallPerson() + "chr2\t500\t.\tA\tG\t.\t.\tDP=1;AF=0.5\tGT\t0/1\n");
  EXPECT_TRUE(is_done_anew({}));
  bench_.Write("demo.vcf", SmallSource() + "2\t500\ta5\tA\tG\t.\t.\tSIG=new;SCORE=5\n");
  bench_.MustRun({"source", "import", "demo", "demo.vcf"});
  EXPECT_TRUE(is_done_anew({}));
  EXPECT_EQ(bench_.Output("count(*)"), Words{"6"});
}

TEST_F(Runs, AreDoneAnewWithReuseWhenTheIndexOfTheOutputIsGone) {
  const Words annotate = {"annotate", "person.vcf", "-s", "demo", "-o", "o.vcf.gz", "--reuse", "--force"};
  bench_.MustRun(annotate);
  bench_.MustRun(annotate);
  EXPECT_TRUE(Show().contains("reused"));
  ASSERT_EQ(unlink(bench_.Path("o.vcf.gz.tbi").c_str()), 0);
  bench_.MustRun(annotate);
  EXPECT_FALSE(Show().contains("reused"));
  EXPECT_THAT(bench_.WorkNames(), ::testing::Contains("o.vcf.gz.tbi"));
}

TEST_F(Runs, ThatGiveBackAnEarlierOnesOutputHaveTheirOwnCost) {
  ASSERT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
  ASSERT_EQ(bench_.Annotate({"-s", "demo", "--reuse"}).exit_code, 0);
  const json run = Show();
  EXPECT_FALSE(run.contains("phases"));
  for (const char* key : {"duration_sec", "cpu_percent", "peak_memory_mb"}) {
    EXPECT_EQ(run.at("metadata").at(key), run.at("resources").at(key)) << key;
  }
}

TEST_F(Runs, LiveWithRecordsThatSomeoneHasBroken) {
  ASSERT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
  const std::pair<const char*, std::string> broken[] = {
      {"90000101-000000-000000", ""},
      {"90000101-000000-000001", std::string("\0\xff{", 3)},
      {"90000101-000000-000002", R"({"state": "done", "reuse_key": 5, "sources": 7, "metadata": [1], "phases": {"a": 1},
                                   "configuration": "x", "started_at": 1, "output_file": {"path": 3}})"},
      {"90000101-000000-000003", R"({"state": ["done"], "sources": [{"name": 1}], "id": 4})"},
      {"90000101-000000-000004", R"({"state": "running", "sources": [3, null], "error": {"message": []}})"},
      {"90000101-000000-000005", "[]"}};
  for (const auto& [id, text] : broken) {
    std::ofstream(bench_.home() + "/runs/" + id + ".json", std::ios::binary) << text;
  }
  EXPECT_THAT(List(), SizeIs(2 + std::size(broken)));
  bench_.MustRun({"runs", "list"});
  for (const auto& [id, text] : broken) {
    bench_.MustRun({"runs", "show", id});
    bench_.MustRun({"runs", "compare", id, "90000101-000000-000002"});
    bench_.MustRun({"runs", "compare", "90000101-000000-000002", id, "--json"});
  }
  EXPECT_EQ(bench_.Annotate({"-s", "demo", "--reuse"}).exit_code, 0);
  bench_.MustRun({"runs", "prune", "--older-than", "1"});
  bench_.MustRun({"runs", "prune", "--keep", "0"});
  EXPECT_THAT(List(), IsEmpty());
}

TEST_F(Runs, AreListedShownComparedAndPruned) {
  ASSERT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
  const std::string first = Show().at("id");
  ASSERT_EQ(bench_.Annotate({"-s", "demo", "--force", "--duplicates", "first"}).exit_code, 0);
  EXPECT_THAT(bench_.MustRun({"runs", "list"}).out,
              AllOf(HasSubstr(first), HasSubstr("done"), HasSubstr("person.vcf with demo")));
  EXPECT_THAT(bench_.MustRun({"runs", "show", "last"}).out,
              AllOf(HasSubstr("2 matched (50.0 %)"), HasSubstr("first  (--duplicates)"), HasSubstr("num_rows")));
  const Outcome compared = bench_.MustRun({"runs", "compare", first, "last"});
  EXPECT_THAT(compared.out, AllOf(HasSubstr("duplicates\n    A  auto\n    B  first"), HasSubstr("num_rows")));
  const json figures = json::parse(bench_.MustRun({"runs", "compare", first, "last", "--json"}).out).at("figures");
  EXPECT_EQ(std::count_if(figures.begin(), figures.end(),
                          [](const json& f) { return f.at("what") == "num_rows" && f.at("percent") == -20.0; }),
            1);
  EXPECT_EQ(bench_.Varjoin({"runs", "prune"}).exit_code, 2);
  EXPECT_THAT(bench_.MustRun({"runs", "prune", "--older-than", "1"}).err, HasSubstr("removed 0 records"));
  EXPECT_THAT(bench_.MustRun({"runs", "prune", "--keep", "1"}).err, HasSubstr("removed 2 records"));
  EXPECT_THAT(List(), SizeIs(1));
  EXPECT_EQ(bench_.Varjoin({"runs", "show", first}).exit_code, 2);
}

TEST_F(Runs, TellHowFarTheyAreAsJson) {
  const Outcome outcome = bench_.Annotate({"-s", "demo", "--progress", "json"});
  ASSERT_EQ(outcome.exit_code, 0);
  const size_t begin = outcome.err.rfind("{\"phase\"");  // the one at the end
  ASSERT_NE(begin, std::string::npos) << outcome.err;
  const json last = json::parse(outcome.err.substr(begin, outcome.err.find('\n', begin) - begin));
  EXPECT_EQ(last.at("bytes_read"), SmallPerson().size());
  EXPECT_EQ(last.at("bytes_total"), SmallPerson().size());
  EXPECT_EQ(last.at("records"), 3);
  EXPECT_GT(last.at("peak_memory_bytes"), 1'000'000);
}

TEST_F(Runs, TellHowFarTheyAreInAPlainLineOrNotAtAll) {
  EXPECT_THAT(bench_.Annotate({"-s", "demo", "--progress", "plain"}).err,
              AllOf(HasSubstr("3 records"), HasSubstr("peak ")));
  for (const char* quiet : {"none", "auto"}) {  // standard error is no terminal
    EXPECT_THAT(bench_.Annotate({"-s", "demo", "--force", "--progress", quiet}).err, Not(HasSubstr("3 records")));
  }
  EXPECT_EQ(bench_.Annotate({"-s", "demo", "--force", "--progress", "loud"}).exit_code, 2);
}

/// What `/usr/bin/time -v` says of a run's memory, and what the run says.
TEST_F(Runs, ReportThePeakOfMemoryThatTheKernelReports) {
  if (access("/usr/bin/time", X_OK) != 0) {
    GTEST_SKIP() << "there is no /usr/bin/time";
  }
  const Outcome outcome =
      RunProcess({"/usr/bin/time", "-f", "%M", Executable(), "annotate", "person.vcf", "-s", "demo", "-o", "o.parquet"},
                 bench_.Options());
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string lines = outcome.err.substr(0, outcome.err.size() - 1);
  const double of_kernel = std::stod(lines.substr(lines.rfind('\n') + 1)) * 1024 / 1e6;
  EXPECT_NEAR(Show().at("metadata").at("peak_memory_mb").get<double>(), of_kernel, 0.05 * of_kernel);
}

/// Many runs, killed at random moments: none leaves a part of an output, and all are found dead.
class RunsLong : public Runs {
 protected:
  void WriteAPersonOf(int records) {
    std::string person = SmallPerson();
    for (int i = 1; i <= records; ++i) {
      person += "chr3\t" + std::to_string(i * 5) + "\t.\tA\tG\t.\t.\tDP=1\tGT\t0/1\n";
    }
    bench_.Write("person.vcf", person);
  }

  /// Whether a run was under way when it was killed: not where it had ended, or had no record yet.
  bool KillARunAfter(std::chrono::steady_clock::duration time) {
    const std::string before = Show().at("id");
    const auto run = bench_.Start({"annotate", "person.vcf", "-s", "demo", "-o", "o.parquet", "--force"});
    std::this_thread::sleep_for(time);
    run->Signal(SIGKILL);
    return run->Wait().signal == SIGKILL && Show().at("id") != before;
  }
};

TEST_F(RunsLong, ThatAreKilledAtRandomMomentsHaveDiedAndLeaveNothingBehind) {
  constexpr int kKills = 50;
  constexpr int kMostAttempts = 1'000;
  WriteAPersonOf(100'000);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
  const auto whole = std::chrono::steady_clock::now() - begin;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::uniform_real_distribution<> part(0, 1);
  int died = 0;
  for (int attempt = 0; died < kKills && attempt < kMostAttempts; ++attempt) {
    const auto moment = std::chrono::duration_cast<std::chrono::steady_clock::duration>(whole * part(random));
    if (KillARunAfter(moment)) {
      const std::string state = Show().at("state");
      EXPECT_THAT(state, ::testing::AnyOf("died", "done"));  // done: between its last word and its end
      died += state == "died" ? 1 : 0;
    }
    EXPECT_EQ(bench_.Output("count(*)"), Words{"100005"});
  }
  EXPECT_EQ(died, kKills);
  RecordProperty("seed", std::to_string(seed));
  ASSERT_EQ(bench_.Annotate({"-s", "demo", "--force"}).exit_code, 0);
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
  for (const std::string& name : bench_.WorkNames()) {
    EXPECT_FALSE(name.starts_with('.')) << name;
  }
}

}  // namespace
}  // namespace varjoin::test
