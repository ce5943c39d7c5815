// index_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Indexes through the command: look-ups of single variants, the engine that a run takes, and what happens when an
// index is absent, stale, damaged, or changed under a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int kRecords = 150'000;

/// Small sources, `demo` with an index.
class Index : public ::testing::Test {
 protected:
  std::string IndexPath(const std::string& source = "demo") const {
    return bench.home() + "/sources/" + source + ".vji";
  }

  void AddTable() const {
    WriteParquet(bench.Path("table.parquet"), SmallTable());
    bench.MustRun({"source", "add", "table", "table.parquet"});
  }

  /// A source of many rows, which a run over large.vcf reads for a while.
  void AddLarge(const std::string& order = "") const {
    WriteParquet(bench.Path("large.parquet"),
                 "SELECT '1' AS chrom, i AS \"start\", 'A' AS ref, 'G' AS alt, 'text of ' || i || hash(i) AS v FROM "
                 "range(1, 700000) r(i)" +
                     order);
    bench.MustRun({"source", "add", "large", "large.parquet"});
  }
  void WriteLargePerson() const {
    std::string text = Vcf({}, {});
    for (int i = 1; i <= kRecords; ++i) {
      text += "chr1\t" + std::to_string(i * 4) + "\t.\tA\tG\t.\t.\t.\n";
    }
    bench.Write("large.vcf", text);
  }

  json Show(const std::string& source) const {
    return json::parse(bench.MustRun({"source", "show", source, "--json"}).out)["index"];
  }

  SmallBench bench;
};

/// Words with blanks between them.
Words Arguments(const std::string& line) {
  Words words;
  for (const std::string_view word : Split(line, ' ')) {
    words.emplace_back(word);
  }
  return words;
}

TEST_F(Index, AnswersForSingleVariantsInEverySpelling) {
  for (const std::string variant : {"chr1:100:A:G", "1:100:A:G", "1-100-A-G", "chr1-100-a-g", "NC_000001.11:100:A:G",
                                    "1:99:TA:TG", "1:00100:A:G"}) {
    const Outcome outcome = bench.MustRun({"lookup", "-s", "demo", variant, "--json"});
    const json found = json::parse(outcome.out);
    ASSERT_EQ(found.size(), 1U) << variant;
    EXPECT_EQ(found[0]["variant"], variant);
    EXPECT_EQ(found[0]["source"], "demo");
    ASSERT_EQ(found[0]["rows"].size(), 2U) << variant;
    EXPECT_EQ(found[0]["rows"][0]["SIG"], "bad");
    EXPECT_EQ(found[0]["rows"][1]["SIG"], "worse");
    EXPECT_EQ(found[0]["rows"][1]["SCORE"], 2);
    EXPECT_EQ(outcome.err, "");
  }
  const Outcome text = bench.MustRun({"lookup", "-s", "demo:sig,Score=points", "1:100:A:G", "2:400:G:C", "2:401:G:C"});
  EXPECT_EQ(
      text.out,
      "1:100:A:G\n  demo: 2 rows\n    SIG                      bad\n    points                   1\n    --\n    "
      "SIG                      worse\n    points                   2\n2:400:G:C\n  demo: 1 row\n    SIG            "
      "          other\n    points                   4\n2:401:G:C\n  demo: no row\n");
}

TEST_F(Index, AnswersForContigsWithColonsDashesAndPositionsWithCommas) {
  WriteParquet(
      bench.Path("odd.parquet"),
      "SELECT * FROM (VALUES ('HLA-A*01:01', 123, 'A', 'T', 'hla'), ('chr6_GL000250v2-alt', 5, 'C', 'T', 'dash'), "
      "('1', 1234567, 'A', 'C', 'comma'), ('1', 0, 'N', 'A', 'zero')) t(chrom, \"start\", ref, alt, v)");
  bench.MustRun({"source", "add", "odd", "odd.parquet"});
  bench.MustRun({"source", "index", "odd"});
  for (const auto& [variant, value] : std::map<std::string, std::string>{{"HLA-A*01:01:123:A:T", "hla"},
                                                                         {"HLA-A*01:01-123-A-T", "hla"},
                                                                         {"chr6_GL000250v2-alt:5:C:T", "dash"},
                                                                         {"chr6_GL000250v2-alt-5-C-T", "dash"},
                                                                         {"chr1:1,234,567:A:C", "comma"},
                                                                         {"1:0:N:A", "zero"}}) {
    const json found = json::parse(bench.MustRun({"lookup", "-s", "odd", variant, "--json"}).out);
    ASSERT_EQ(found[0]["rows"].size(), 1U) << variant;
    EXPECT_EQ(found[0]["rows"][0]["v"], value) << variant;
  }
}

TEST_F(Index, SaysOfAContigThatASourceLacksThatItDoes) {
  const Outcome outcome = bench.MustRun({"lookup", "-s", "demo", "chr77:100:A:G", "3:1:A:G", "2:1:A:G"});
  EXPECT_EQ(
      outcome.err,
      "varjoin: note: source 'demo' has nothing on a contig 'chr77'\nvarjoin: note: source 'demo' has nothing on a "
      "contig '3'\n");
  EXPECT_EQ(CountOf(outcome.out, "demo: no row"), 3);
}

TEST_F(Index, SaysInPlainWordsWhatIsWrongWithALookup) {
  AddTable();
  struct Case {
    std::string arguments;
    std::string text;
  };
  for (const Case& c : {
           Case{"-s demo rs12", "sources are indexed by position, not by id"},
           Case{"-s demo chr1:100", "expected CONTIG:POSITION:REF:ALT"},
           Case{"-s demo chr1:ten:A:G", "expected CONTIG:POSITION:REF:ALT"},
           Case{"-s demo chr1:-5:A:G", "expected CONTIG:POSITION:REF:ALT"},
           Case{"-s demo :5:A:G", "expected CONTIG:POSITION:REF:ALT"},
           Case{"-s demo 1:99999999999999999999:A:G", "expected CONTIG:POSITION:REF:ALT"},
           Case{"-s demo 1:100:A:<DEL>", "'<DEL>' is no sequence of bases"},
           Case{"-s demo 1:100:A:", "is no sequence of bases"},
           Case{"-s demo 1:100:A:G,T", "'G,T' is no sequence of bases"},
           Case{"-s demoo 1:100:A:G", "did you mean 'demo'?"},
           Case{"-s demo:SCRE 1:100:A:G", "did you mean 'SCORE'?"},
           Case{"-s demo:other 1:100:A:G", "see `varjoin source show demo`"},
           Case{"-s table 1:100:A:G", "build it with `varjoin source index table`"},
           Case{"-s demo", "VARIANT"},
           Case{"1:100:A:G", "--source"},
       }) {
    Words words = Arguments(c.arguments);
    words.insert(words.begin(), "lookup");
    const Outcome outcome = bench.Varjoin(words);
    EXPECT_EQ(outcome.exit_code, 2) << c.arguments;
    EXPECT_THAT(outcome.err, AllOf(StartsWith("varjoin: "), HasSubstr(c.text), Not(HasSubstr("LINE 1"))))
        << c.arguments;
    EXPECT_EQ(outcome.out, "") << c.arguments;
  }
}

TEST_F(Index, PrintsValuesOfAnyTypeAsJson) {
  WriteParquet(bench.Path("t.parquet"),
               "SELECT '1' AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt, 'nan'::DOUBLE AS a, ['-inf'::FLOAT, "
               "'inf', 1] AS i, 'NaN\"Infinity\\' AS n, [1, NULL] AS l, {'x': "
               "'y\"z', 'n': NULL} AS s, DATE '2020-01-02' AS d, 1.50::DECIMAL(9,2) AS m, true AS b, "
               "18446744073709551615::UBIGINT AS u, 'ü\n' AS t, '\\x80'::BLOB AS bl, NULL AS nothing");
  bench.MustRun({"source", "add", "types", "t.parquet"});
  bench.MustRun({"source", "index", "types"});
  const Outcome outcome = bench.MustRun({"lookup", "-s", "types", "1:5:A:C", "--json"});
  const json row = json::parse(outcome.out, nullptr, /*allow_exceptions=*/false)[0]["rows"][0];
  EXPECT_EQ(row["l"], json::parse("[1, null]")) << outcome.out;
  EXPECT_EQ(row["s"], json::parse(R"({"x": "y\"z", "n": null})"));
  EXPECT_EQ(row["a"], "NaN");
  EXPECT_EQ(row["i"], json::parse(R"(["-Infinity", "Infinity", 1.0])"));
  EXPECT_EQ(row["n"], "NaN\"Infinity\\");
  EXPECT_EQ(row["d"], "2020-01-02");
  EXPECT_EQ(row["u"], 18446744073709551615U);
  EXPECT_EQ(row["t"], "ü\n");
  EXPECT_EQ(row["nothing"], nullptr);
  EXPECT_EQ(bench.MustRun({"lookup", "-s", "types", "1:5:A:C"}).exit_code, 0);
}

TEST_F(Index, IsTakenWhereEverySourceHasOneAndTheSummarySaysWhy) {
  AddTable();
  EXPECT_THAT(bench.Annotate({"-s", "demo"}).err, HasSubstr("engine index (every source has a current index)"));
  EXPECT_THAT(bench.Annotate({"-s", "demo", "--force", "--engine", "duckdb"}).err,
              HasSubstr("engine duckdb (as asked for)"));
  const Outcome mixed = bench.Annotate({"-s", "demo", "-s", "table", "--force"});
  EXPECT_EQ(mixed.exit_code, 0);
  EXPECT_THAT(mixed.err, HasSubstr("engine duckdb (source 'table' has no index; build it with `varjoin source index "
                                   "table`)"));
  const Words by_duckdb = bench.Output("*");
  const Outcome refused = bench.Annotate({"-s", "demo", "-s", "table", "--force", "--engine", "index"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("--engine index"), HasSubstr("`varjoin source index table`")));
  EXPECT_EQ(bench.Output("*"), by_duckdb) << "something was written";

  bench.MustRun({"source", "index", "table"});
  EXPECT_THAT(bench.Annotate({"-s", "demo", "-s", "table", "--force"}).err, HasSubstr("engine index"));
  EXPECT_EQ(bench.Output("*"), by_duckdb);
  EXPECT_THAT(bench.Annotate({"-s", "table", "--force", "--join-columns", "id"}).err,
              HasSubstr("engine duckdb (--join-columns compares columns as they are, which needs the Parquet)"));
  const Outcome joined = bench.Annotate({"-s", "table", "--force", "--join-columns", "id", "--engine", "index"});
  EXPECT_EQ(joined.exit_code, 2);
  EXPECT_THAT(joined.err, HasSubstr("--join-columns"));
}

TEST_F(Index, IsBuiltByImportUnlessThatIsDeclined) {
  EXPECT_TRUE(Show("demo")["current"]);
  bench.MustRun({"source", "import", "demo", "demo.vcf", "--no-index"});
  EXPECT_FALSE(Show("demo")["current"]);
  EXPECT_THAT(bench.Annotate({"-s", "demo"}).err, HasSubstr("engine duckdb"));
  EXPECT_THAT(bench.MustRun({"source", "index", "demo"}).err, HasSubstr("indexed source 'demo': 4 rows"));
  EXPECT_TRUE(Show("demo")["current"]);
}

TEST_F(Index, ThatIsStaleIsNotUsedAndTheRunSaysSo) {
  AddTable();
  bench.MustRun({"source", "index", "table"});
  WriteParquet(bench.Path("table.parquet"), SmallTable() + " WHERE SIG <> 'bad'");
  const Outcome outcome = bench.Annotate({"-s", "table"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("engine duckdb (the index of source 'table' is stale"),
                                 HasSubstr("`varjoin source index table`")));
  EXPECT_EQ(bench.Output("sum(table_hits)"), Words{"1"});
  EXPECT_EQ(bench.Annotate({"-s", "table", "--force", "--engine", "index"}).exit_code, 2);
  EXPECT_EQ(bench.Varjoin({"lookup", "-s", "table", "1:100:A:G"}).exit_code, 2);
  EXPECT_FALSE(Show("table")["current"]);
  EXPECT_THAT(bench.Varjoin({"source", "show", "table"}).out, HasSubstr("is stale"));
  const Outcome checked = bench.Varjoin({"source", "check", "table"});
  EXPECT_EQ(checked.exit_code, 2);
  EXPECT_THAT(checked.out, HasSubstr("is stale"));
  EXPECT_THAT(checked.err, HasSubstr("`varjoin source add table`"));
}

TEST_F(Index, OfFilesThatHaveChangedIsCurrentForAllCommandsOnceItIsBuiltAgain) {
  AddTable();
  // Another row, and another column.
  WriteParquet(bench.Path("table.parquet"), "SELECT *, 'new' AS note FROM (" + SmallTable() + ") WHERE SIG <> 'bad'");
  bench.MustRun({"source", "index", "table"});
  EXPECT_THAT(bench.Annotate({"-s", "table"}).err, HasSubstr("engine index"));
  EXPECT_EQ(bench.Output("sum(table_hits), max(table_note)"), Words{"1|new"});
  EXPECT_TRUE(Show("table")["current"]);
  EXPECT_EQ(bench.Varjoin({"source", "check", "table"}).exit_code, 0);
  const Outcome found = bench.MustRun({"lookup", "-s", "table:note", "2:300:G:A", "--json"});
  EXPECT_THAT(found.out, HasSubstr("\"new\""));
}

TEST_F(Index, ThatIsDamagedIsNotUsedAndTheRunSaysSo) {
  const std::string good = ReadFile(IndexPath());
  std::string header = good;
  header[20] = static_cast<char>(header[20] ^ 1);
  ASSERT_EQ(bench.Annotate({"-s", "demo"}).exit_code, 0);
  const Words expected = bench.Output("*");
  for (const std::string& damaged : {std::string(), good.substr(0, good.size() / 2), header, std::string(5000, 'x')}) {
    std::ofstream(IndexPath(), std::ios::binary) << damaged;
    const Outcome outcome = bench.Annotate({"-s", "demo", "--force"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("engine duckdb ("), HasSubstr(IndexPath()), HasSubstr("source index")));
    EXPECT_EQ(bench.Output("*"), expected);
    const Outcome refused = bench.Annotate({"-s", "demo", "--force", "--engine", "index"});
    EXPECT_THAT(refused.exit_code, AnyOf(1, 2));
    EXPECT_THAT(refused.err, AllOf(HasSubstr("--engine index"), HasSubstr("source index")));
    EXPECT_NE(bench.Varjoin({"lookup", "-s", "demo", "1:100:A:G"}).exit_code, 0);
    EXPECT_NE(bench.Varjoin({"source", "check", "demo"}).exit_code, 0);
    EXPECT_EQ(bench.Varjoin({"source", "show", "demo"}).exit_code, 0);
  }
  bench.MustRun({"source", "index", "demo"});
  EXPECT_THAT(bench.Annotate({"-s", "demo", "--force"}).err, HasSubstr("engine index"));
}

TEST_F(Index, WhoseRowsAreDamagedEndsTheRunAndWritesNothing) {
  AddLarge();
  bench.MustRun({"source", "index", "large"});
  WriteLargePerson();
  std::string damaged = ReadFile(IndexPath("large"));
  for (size_t at = 4096; at < damaged.size() / 2; at += 1000) {
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
  }
  std::ofstream(IndexPath("large"), std::ios::binary) << damaged;
  const Words before = bench.WorkNames();
  for (const std::string engine : {"auto", "index"}) {
    const Outcome outcome =
        bench.Varjoin({"annotate", "large.vcf", "-s", "large", "-o", "o.parquet", "--engine", engine});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(IndexPath("large")), HasSubstr("damaged"), HasSubstr("source index")));
    EXPECT_EQ(bench.WorkNames(), before);
  }
  const Outcome checked = bench.Varjoin({"source", "check", "large"});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.err, AllOf(HasSubstr("damaged"), HasSubstr("source index")));
}

/// Starts an annotation of large.vcf and stops it while it writes its output. Null: never seen so.
std::unique_ptr<Process> StopInARun(const Workbench& bench) {
  for (int i = 0; i < 20; ++i) {
    auto process = bench.Start({"annotate", "large.vcf", "-s", "large", "-o", "o.parquet", "--force", "--engine",
                                "index", "--memory-limit", "1GB"});
    while (process->Stop()) {
      for (const std::string& name : NamesIn(bench.work())) {
        std::error_code error;
        if (name.starts_with('.') && fs::file_size(bench.Path(name), error) > 4) {
          return process;
        }
      }
      process->Signal(SIGCONT);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    process->Wait();
  }
  return nullptr;
}

TEST_F(Index, MayBeReplacedDuringARunButNotOverwritten) {
  AddLarge();
  bench.MustRun({"source", "index", "large"});
  WriteLargePerson();
  ASSERT_EQ(bench.Varjoin({"annotate", "large.vcf", "-s", "large", "-o", "o.parquet"}).exit_code, 0);
  const std::string sum = "count(*), sum(hash(COLUMNS(*)))";
  const Words expected = bench.Output(sum);
  const std::string good = ReadFile(IndexPath("large"));

  auto run = StopInARun(bench);
  if (run == nullptr) {
    GTEST_SKIP() << "the run was never seen at this moment";
  }
  bench.MustRun({"source", "index", "large"});
  run->Signal(SIGCONT);
  EXPECT_EQ(run->Wait().exit_code, 0);
  EXPECT_EQ(bench.Output(sum), expected);

  for (const size_t length : {size_t{0}, good.size() / 2, good.size()}) {
    run = StopInARun(bench);
    ASSERT_NE(run, nullptr);
    std::fstream(IndexPath("large"), std::ios::binary | std::ios::in | std::ios::out).write(good.data(), 4096);
    fs::resize_file(IndexPath("large"), length);
    run->Signal(SIGCONT);
    const Outcome outcome = run->Wait();
    if (outcome.exit_code == 0) {  // all look-ups were over
      EXPECT_EQ(bench.Output(sum), expected);
    } else {
      EXPECT_EQ(outcome.exit_code, 1);
      EXPECT_THAT(outcome.err,
                  AllOf(HasSubstr(IndexPath("large")), AnyOf(HasSubstr("run again"), HasSubstr("damaged"))));
      EXPECT_EQ(bench.Output(sum), expected) << "the old output stays";
    }
    std::ofstream(IndexPath("large"), std::ios::binary) << good;
  }
}

TEST_F(Index, IsReadByTenRunsAtOnce) {
  AddLarge();
  bench.MustRun({"source", "index", "large"});
  WriteLargePerson();
  std::vector<std::unique_ptr<Process>> runs;
  for (int i = 0; i < 10; ++i) {
    runs.push_back(
        bench.Start({"annotate", "large.vcf", "-s", "large", "-s", "demo", "--duplicates", "first", "--engine", "index",
                     "-o", "o" + std::to_string(i) + ".parquet", "--memory-limit", "500MB"}));
  }
  Words answers;
  for (int i = 0; i < 10; ++i) {
    const Outcome outcome = runs[static_cast<size_t>(i)]->Wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    answers.push_back(bench.Output("sum(large_hits), sum(hash(large_v))", "o" + std::to_string(i) + ".parquet")[0]);
  }
  EXPECT_THAT(answers[0], StartsWith(std::to_string(kRecords) + "|"));
  EXPECT_EQ(answers, Words(10, answers[0]));
}

TEST_F(Index, ABuildThatIsInterruptedOrOutOfRoomLeavesWhatWasThere) {
  AddLarge(" ORDER BY hash(i)");
  const Words command = {"source", "index", "large"};
  bool seen = false;
  for (int i = 0; i < 20 && !seen; ++i) {
    const auto process = bench.Start(command);
    while (!seen && process->Stop()) {
      const Words names = NamesIn(bench.home() + "/sources");
      seen = std::any_of(names.begin(), names.end(),
                         [](const std::string& name) { return name.starts_with(".large.vji"); });
      if (seen) {
        process->Signal(SIGINT);
      }
      process->Signal(SIGCONT);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const Outcome outcome = process->Wait();
    if (seen && outcome.exit_code != 0) {
      EXPECT_EQ(outcome.exit_code, 130);
      EXPECT_EQ(outcome.err, "varjoin: interrupted\n");
      EXPECT_THAT(NamesIn(bench.home() + "/sources"), ElementsAre("demo", "demo.lock", "demo.vji"));
    }
  }
  EXPECT_TRUE(seen);
  EXPECT_THAT(NamesIn(bench.temp()), IsEmpty());

  bench.MustRun(command);
  const std::string good = ReadFile(IndexPath("large"));
  // 2 MiB, where the index has some 10
  const Outcome full =
      RunProcess({"sh", "-c", "ulimit -f 4096; exec \"$0\" source index large", Executable()}, bench.Options());
  EXPECT_EQ(full.exit_code, 75) << full.err << full.signal;
  EXPECT_THAT(full.err, AllOf(HasSubstr("the largest size"), Not(HasSubstr(".varjoin-"))));
  EXPECT_TRUE(ReadFile(IndexPath("large")) == good);
  EXPECT_THAT(NamesIn(bench.home() + "/sources"), ElementsAre("demo", "demo.lock", "demo.vji", "large.vji"));
  EXPECT_THAT(NamesIn(bench.temp()), IsEmpty());
}

TEST_F(Index, InAHomeThatCantBeWrittenIsUsedAndItsBuildIsRefused) {
  // Root is told to obey the permissions of its files.
  const Words obey = {"setpriv", "--bounding-set=-dac_override,-dac_read_search"};
  const bool root = geteuid() == 0;
  if (root && RunProcess({obey[0], obey[1], "true"}).exit_code != 0) {
    GTEST_SKIP() << "root may write everything, and setpriv is not there to change that";
  }
  AddTable();
  bench.MustRun({"source", "index", "table"});
  const auto allow = [&](bool writing) {
    for (const std::string& folder : {bench.home(), bench.home() + "/sources"}) {
      fs::permissions(folder, fs::perms::owner_write, writing ? fs::perm_options::add : fs::perm_options::remove);
    }
  };
  const auto run = [&](const Words& words) {
    Words command = root ? obey : Words{};
    command.push_back(Executable());
    command.insert(command.end(), words.begin(), words.end());
    return RunProcess(command, bench.Options());
  };
  allow(false);
  const Outcome used = run({"annotate", "person.vcf", "-s", "table", "-s", "demo", "-o", "o.parquet"});
  const Outcome found = run({"lookup", "-s", "table", "1:100:A:G"});
  const Outcome refused = run({"source", "index", "table"});
  allow(true);
  EXPECT_EQ(used.exit_code, 0) << used.err;
  EXPECT_THAT(used.err, HasSubstr("engine index"));
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_THAT(refused.exit_code, AnyOf(1, 2));
  EXPECT_THAT(refused.err, AllOf(HasSubstr(bench.home()), HasSubstr("Permission denied")));
}

TEST_F(Index, IsShownWithItsColumnsAndGoesWithItsSource) {
  const json index = Show("demo");
  EXPECT_EQ(index["rows"], 4);
  EXPECT_EQ(index["repeated"], 1);
  EXPECT_EQ(index["path"], IndexPath());
  EXPECT_EQ(index["bytes"], fs::file_size(IndexPath()));
  EXPECT_TRUE(index["bytes_of_columns"].contains("SIG"));
  EXPECT_THAT(bench.MustRun({"source", "show", "demo"}).out,
              AllOf(HasSubstr("index     current, "), HasSubstr("bytes/row")));
  EXPECT_THAT(bench.MustRun({"source", "check", "demo"}).out,
              AllOf(HasSubstr("whole and current"), HasSubstr("1 row (25 %) with the allele of another row")));
  EXPECT_THAT(bench.Varjoin({"source", "index", "demoo"}).err, HasSubstr("did you mean 'demo'?"));
  bench.MustRun({"source", "remove", "demo"});
  EXPECT_FALSE(fs::exists(IndexPath()));
}

TEST_F(Index, AnswersInSql) {
  const Outcome outcome = bench.MustRun({"query",
                                         "SELECT len(variant_lookup('demo', chrom, \"start\", ref, alt)) AS n FROM "
                                         "read_vcf('person.vcf')"});
  EXPECT_THAT(outcome.out, HasSubstr("2"));
}

}  // namespace
}  // namespace varjoin::test
