// output_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What a run says and leaves: summary, JSON, --explain, the output's place, its metadata.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
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
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class Output : public ::testing::Test {
 protected:
  std::string OutputPath() const { return bench_.Path("o.parquet"); }

  std::map<std::string, std::string> Metadata() const {
    const duck::ResultTable table =
        Query("SELECT decode(key), decode(value) FROM parquet_kv_metadata('" + OutputPath() + "')");
    std::map<std::string, std::string> metadata;
    for (size_t row = 0; row < table.rows.size(); ++row) {
      metadata[table.Text(row, 0)] = table.Text(row, 1);
    }
    return metadata;
  }

  SmallBench bench_;
};

TEST_F(Output, IsSummedUpOnStderrAndStdoutStaysEmpty) {
  const Outcome outcome = bench_.Annotate({"-s", "demo"});
  EXPECT_THAT(outcome.out, IsEmpty());
  for (const std::string word :
       {"person.vcf", "records                 3", "alleles                 4", "2 matched (50.00 %)", "3 rows",
        "o.parquet", "columns", "size", "wall time", "CPU", "peak RAM", "engine index", "threads", "memory limit"}) {
    EXPECT_THAT(outcome.err, HasSubstr(word));
  }
  EXPECT_THAT(outcome.err, Not(HasSubstr("\x1b")));
  EXPECT_LE(CountOf(outcome.err, "\n"), 24) << "more than a screen";
}

TEST_F(Output, IsReportedAsJsonWithTheSameCounts) {
  const Outcome outcome = bench_.Annotate({"-s", "demo", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_EQ(report.at("records"), 3);
  EXPECT_EQ(report.at("alleles"), 4);
  const json& source = report.at("sources").at(0);
  EXPECT_EQ(source.at("name"), "demo");
  EXPECT_EQ(source.at("matched"), 2);
  EXPECT_EQ(source.at("matched_percent"), 50.0);
  EXPECT_EQ(source.at("hits"), 3);
  EXPECT_THAT(source.at("missing_contigs"), IsEmpty());
  const json& output = report.at("output");
  EXPECT_EQ(output.at("num_rows"), 5);
  EXPECT_EQ(output.at("num_columns"), static_cast<int>(ColumnsOf(OutputPath()).size()));
  EXPECT_EQ(output.at("file_size_bytes"), fs::file_size(OutputPath()));
  EXPECT_EQ(report.at("phases").size(), 3U);
  EXPECT_GT(report.at("resources").at("peak_memory_mb"), 1.0);
  EXPECT_GT(report.at("resources").at("duration_sec"), 0.0);
}

TEST_F(Output, OfAnExplanationIsTheSqlAndNothingIsWritten) {
  struct Case {
    Words arguments;
    Words parts;
  };
  for (const Case& c : {
           Case{{}, {"variant_rows('demo'", "COPY (", "read_vcf("}},
           Case{{"--engine", "duckdb"}, {"allele_forms(", "input_has_start(", "variant_rows('demo'", "COPY ("}},
           Case{{"--join-columns", "start,ref,alt"},
                {"CREATE TEMP TABLE keys", "CREATE TEMP TABLE hits_1", "COPY (", "ORDER BY v.record", "read_vcf("}},
       }) {
    Words arguments = {"-s", "demo:SIG", "--explain"};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const Outcome outcome = bench_.Annotate(arguments);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    for (const std::string& part : c.parts) {
      EXPECT_THAT(outcome.out, HasSubstr(part));
    }
  }
  EXPECT_THAT(bench_.WorkNames(), ElementsAre("demo.vcf", "person.vcf"));
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
}

TEST_F(Output, OfAnExplanationRunsAsItStands) {
  std::string script = bench_.Annotate({"-s", "demo:SIG", "--explain"}).out;
  const Outcome outcome = bench_.Varjoin({"query", script});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(bench_.Output("alt, demo_SIG"), ElementsAre("G|bad", "G|worse", "T|good", "T|NULL", "A|NULL"));
}

TEST_F(Output, GoesByDefaultBelowTheHomeAndItsPathIsTheLastLineOnStdout) {
  fs::copy_file(bench_.Path("person.vcf"), bench_.Path("NA1.vcf"));
  const Outcome outcome = bench_.MustRun({"annotate", "NA1.vcf", "-s", "demo"});
  EXPECT_EQ(outcome.out, bench_.home() + "/users/tester/NA1/demo.parquet\n");
  EXPECT_TRUE(fs::exists(outcome.out.substr(0, outcome.out.size() - 1)));
  EXPECT_EQ(bench_.MustRun({"annotate", "NA1.vcf", "-s", "demo", "--user", "u", "--sample", "s"}).out,
            bench_.home() + "/users/u/s/demo.parquet\n");
}

TEST_F(Output, IsReplacedOnlyByForce) {
  bench_.Write("o.parquet", "precious");
  const Outcome refused = bench_.Annotate({"-s", "demo"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("o.parquet"), HasSubstr("--force")));
  EXPECT_EQ(ReadFile(OutputPath()), "precious");
  EXPECT_EQ(bench_.Annotate({"-s", "demo", "--force"}).exit_code, 0);
  EXPECT_THAT(bench_.Output("count(*)"), ElementsAre("5"));
}

TEST_F(Output, ThroughALinkReplacesWhatItPointsAt) {
  bench_.Write("real.parquet", "old");
  fs::create_symlink("real.parquet", OutputPath());
  EXPECT_EQ(bench_.Annotate({"-s", "demo", "--force"}).exit_code, 0);
  EXPECT_TRUE(fs::is_symlink(OutputPath()));
  EXPECT_THAT(bench_.Output("count(*)", "real.parquet"), ElementsAre("5"));
}

TEST_F(Output, IsReadableByOthersAsTheUmaskSays) {
  const mode_t mask = umask(022);
  const Outcome outcome = bench_.Annotate({"-s", "demo"});
  umask(mask);
  ASSERT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(static_cast<int>(fs::status(OutputPath()).permissions()), 0644);
}

TEST_F(Output, CarriesItsOriginAndCostAndStaysReadable) {
  const Outcome outcome = bench_.Annotate({"-s", "demo", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  std::map<std::string, std::string> metadata = Metadata();
  EXPECT_THAT(metadata["varjoin_version"], MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
  EXPECT_THAT(metadata["command"], AllOf(HasSubstr("varjoin annotate person.vcf"), HasSubstr("-s demo")));
  EXPECT_THAT(metadata["source_vcf"], HasSubstr("person.vcf"));
  EXPECT_THAT(metadata["sources"], AllOf(HasSubstr("demo"), HasSubstr("fingerprint")));
  EXPECT_EQ(metadata["engine"], "index");
  EXPECT_EQ(metadata["compression"], "zstd");
  EXPECT_EQ(metadata["num_rows"], "5");
  EXPECT_EQ(metadata["num_columns"], std::to_string(report.at("output").at("num_columns").get<int>()));
  EXPECT_GE(std::stod(metadata["duration_sec"]), 0.0);
  EXPECT_GT(std::stod(metadata["peak_memory_mb"]), 1.0);
  EXPECT_GE(std::stod(metadata["cpu_percent"]), 0.0);
  EXPECT_EQ(json::parse(metadata["phases"]).at(0).at("phase"), "plan");
  EXPECT_EQ(Rows("SELECT * FROM '" + OutputPath() + "'").size(), 5U);
  EXPECT_EQ(Value("SELECT num_rows FROM parquet_file_metadata('" + OutputPath() + "')"), "5");
}

TEST_F(Output, KeepsOddTextsInItsMetadata) {
  bench_.Write("it's \xC3\xA4.vcf", SmallPerson());
  bench_.MustRun({"annotate", "it's \xC3\xA4.vcf", "-s", "demo", "-o", "o.parquet"});
  EXPECT_THAT(Metadata()["source_vcf"], HasSubstr("it's \xC3\xA4.vcf"));
}

class Compression : public Output, public ::testing::WithParamInterface<std::string> {};

TEST_P(Compression, IsTheOneAskedFor) {
  const Outcome outcome = bench_.Annotate({"-s", "demo", "--compression", GetParam()});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(ToLower(Value("SELECT DISTINCT compression FROM parquet_metadata('" + OutputPath() + "')")),
              ::testing::StartsWith(GetParam()));
  EXPECT_THAT(bench_.Output("count(*)"), ElementsAre("5"));
}

INSTANTIATE_TEST_SUITE_P(, Compression, ::testing::Values("zstd", "snappy", "gzip", "lz4", "uncompressed"),
                         [](const auto& info) { return info.param; });

TEST(TheCommand, HelpsOnOneScreenWithExamples) {
  constexpr ptrdiff_t kScreen = 42;  // lines
  const Workbench bench;
  for (const Words& command : {Words{},
                               {"annotate"},
                               {"convert"},
                               {"query"},
                               {"lookup"},
                               {"show"},
                               {"system"},
                               {"source"},
                               {"source", "add"},
                               {"source", "import"},
                               {"source", "fetch"},
                               {"source", "index"},
                               {"source", "check"},
                               {"source", "list"},
                               {"source", "show"},
                               {"source", "remove"},
                               {"runs"},
                               {"runs", "list"},
                               {"runs", "show"},
                               {"runs", "compare"},
                               {"runs", "prune"},
                               {"plan"},
                               {"run-shard"},
                               {"merge"},
                               {"status"}}) {
    Words words = command;
    words.push_back("--help");
    const std::string help = bench.MustRun(words).out;
    const std::string of = Join(command, " ");
    EXPECT_LE(std::count(help.begin(), help.end(), '\n'), kScreen) << of;
    EXPECT_THAT(help, HasSubstr("\n  varjoin " + of)) << of;
    words.back() = "--help-all";
    EXPECT_GE(bench.MustRun(words).out.size(), help.size()) << of;
  }
}

TEST(TheCommand, ListsItsCommandsAndVersion) {
  const Workbench bench;
  EXPECT_THAT(bench.MustRun({}).out, AllOf(HasSubstr("annotate"), HasSubstr("source"), HasSubstr("system")));
  EXPECT_THAT(bench.MustRun({"--version"}).out, AllOf(HasSubstr("varjoin "), HasSubstr("DuckDB v")));
  EXPECT_THAT(bench.MustRun({"annotate", "--help"}).out, AllOf(HasSubstr("--duplicates"), HasSubstr("Examples:")));
}

TEST(TheCommand, DrawsAQuerysRows) {
  const SmallBench bench;
  const std::string drawn =
      bench.MustRun({"query", "SELECT chrom, alt FROM read_vcf('person.vcf') WHERE start = 150"}).out;
  EXPECT_THAT(drawn, AllOf(HasSubstr("chr1"), HasSubstr("T"), EndsWith("\n")));
  const Outcome bad = bench.Varjoin({"query", "SELECT nothing FROM demo"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, HasSubstr("nothing"));
}

TEST_F(Output, WhoseNameHasAnUnknownEndingIsAnErrorThatListsTheKnownOnes) {
  for (const std::string name : {"q.xls", "out.d/q.txt", "q.arrow"}) {
    const Outcome outcome = bench_.Varjoin({"annotate", "person.vcf", "-s", "demo", "-o", name});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(name), HasSubstr(".parquet, .vcf, .vcf.gz, .bcf, .csv, .tsv or .json")));
  }
  EXPECT_EQ(bench_.Varjoin({"annotate", "person.vcf", "-s", "demo", "-o", "plain"}).exit_code, 0);
  EXPECT_THAT(bench_.WorkNames(), ElementsAre("demo.vcf", "person.vcf", "plain"));
}

TEST_F(Output, IsParquetOfTheLevelAndRowGroupsThatAreAskedFor) {
  std::string text = Vcf({}, {});
  for (int i = 1; i <= 6'000; ++i) {
    text += "chr1\t" + std::to_string(i * 7919 % 100'003) + "\trs" + std::to_string(i * 31) + "\tA\tG\t.\t.\t.\n";
  }
  bench_.Write("long.vcf", text);
  uintmax_t before = UINTMAX_MAX;
  for (const std::string level : {"1", "19"}) {
    for (const std::string command : {"annotate", "convert"}) {
      bench_.MustRun({command, "long.vcf", "-o", "o.parquet", "--force", "--compression-level", level,
                      "--row-group-size", "2048"});
      EXPECT_EQ(Value("SELECT max(row_group_num_rows) || ' ' || max(row_group_id) FROM parquet_metadata('" +
                      OutputPath() + "')"),
                "2048 2");
    }
    EXPECT_LT(fs::file_size(OutputPath()), before);
    before = fs::file_size(OutputPath());
  }
  for (const Words& wrong :
       {Words{"-O", "csv", "--compression-level", "3"}, Words{"-O", "vcf.gz", "--compression-level", "13"},
        Words{"--compression", "snappy", "--compression-level", "3"}}) {
    Words arguments = {"annotate", "long.vcf", "-o", "wrong"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    const Outcome outcome = bench_.Varjoin(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("vcf.gz and bcf have levels 0 to 12, Parquet with zstd has 1 to 22"));
  }
  const std::string configuration =
      bench_.MustRun({"annotate", "long.vcf", "--compression-level", "3", "--print-run-config"}).out;
  bench_.Write("run.yaml", configuration);
  bench_.MustRun({"annotate", "--run-config", "run.yaml", "-o", "o.parquet", "--force"});
}

TEST_F(Output, OfListsInCsvAndTsvIsPlain) {
  bench_.Write("lists.vcf", Vcf({"INFO=<ID=AC,Number=.,Type=Integer,Description=\"a\">",
                                 "FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">"},
                                {"chr1 100 . A G . . AC=1,.,3 GT 0/1 1/1", "chr1 200 . A G . . . GT 0/0 ./."},
                                "\tFORMAT\tann\tben"));
  const std::string tail = "chr1\t100\t100\t\tA\tG\t\t\t1\t1\ttrue\t1,.,3\t";
  const std::string genotypes =
      "[{\"\"sample\"\":\"\"ann\"\",\"\"GT\"\":\"\"0/1\"\"},"
      "{\"\"sample\"\":\"\"ben\"\",\"\"GT\"\":\"\"1/1\"\"}]";
  bench_.MustRun({"convert", "lists.vcf", "-o", "c.tsv"});
  EXPECT_THAT(ReadFile(bench_.Path("c.tsv")), HasSubstr(tail + "\"" + genotypes + "\"\n"));
  bench_.MustRun({"annotate", "lists.vcf", "-s", "demo:SIG", "--duplicates", "list", "-o", "a.tsv"});
  EXPECT_THAT(ReadFile(bench_.Path("a.tsv")), HasSubstr(tail + "\"" + genotypes + "\"\tbad,worse\t2\n"));
  bench_.MustRun({"annotate", "lists.vcf", "-s", "demo:SIG", "--duplicates", "list", "-o", "a.csv"});
  EXPECT_THAT(ReadFile(bench_.Path("a.csv")), HasSubstr(",true,\"1,.,3\",\"" + genotypes + "\",\"bad,worse\",2\n"));
}

/// Records of three contigs that take turns, so that no contig is in one piece.
std::string MixedPerson(int records) {
  std::string text = Vcf({"INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">"}, {});
  for (int i = 0; i < records; ++i) {
    const std::string contig = i % 3 == 0 ? "chr1" : i % 3 == 1 ? "chrX" : "HLA-A*01:01";
    text += contig + "\t" + std::to_string(100 + i) + "\t.\tA\tG\t.\t.\tDP=" + std::to_string(i) + "\n";
  }
  return text;
}

/// What RFC 8259 calls JSON, without the numbers that many programs write all the same: nlohmann's parser is strict.
TEST_F(Output, InJsonIsJsonWhateverTheNumbers) {
  bench_.Write(
      "odd.vcf",
      Vcf({"INFO=<ID=F,Number=1,Type=Float,Description=\"f\">", "INFO=<ID=A,Number=A,Type=Float,Description=\"a\">",
           "INFO=<ID=L,Number=.,Type=Float,Description=\"l\">", "INFO=<ID=T,Number=1,Type=String,Description=\"t\">",
           "FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">",
           "FORMAT=<ID=X,Number=1,Type=Float,Description=\"x\">"},
          {"1 1 . A C nan . F=inf;A=-nan;L=1.5,NaN,-Infinity,.;T=NaN,\"Infinity\",\\ GT:X 0/1:nan 0/1:2",
           "1 2 . A C,G 7 . F=1.5;A=-inf,0.5 GT:X 0/1:-inf 0/1:."},
          "\tFORMAT\ta\tb"));
  bench_.Write("db.vcf", ReplaceAll(Vcf({"INFO=<ID=S,Number=A,Type=Float,Description=\"s\">"}, {"1 1 . A C . . S=Inf"}),
                                    "\tFORMAT", ""));
  bench_.MustRun({"source", "import", "db", "db.vcf"});
  bench_.MustRun({"annotate", "odd.vcf", "-s", "db", "-o", "o.json"});
  bench_.MustRun({"convert", "odd.vcf", "-o", "c.json"});
  fs::copy(bench_.Path("odd.vcf"), bench_.Path("odd2.vcf"));
  bench_.MustRun({"annotate", "odd.vcf", "odd2.vcf", "-s", "db", "--one-table", "one.json"});
  for (const char* const name : {"o.json", "c.json"}) {
    std::vector<json> rows;
    const std::string text = ReadFile(bench_.Path(name));
    for (const std::string_view line : Split(text, '\n')) {
      if (!line.empty()) {
        rows.push_back(json::parse(line));
      }
    }
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].at("qual"), "NaN");
    EXPECT_EQ(rows[0].at("F"), "Infinity");
    EXPECT_EQ(rows[0].at("L"), json::parse(R"([1.5, "NaN", "-Infinity", null])"));
    EXPECT_EQ(rows[0].at("T"), R"(NaN,"Infinity",\)");
    EXPECT_EQ(rows[0].at("genotypes")[0].at("X"), "NaN");
    EXPECT_EQ(rows[1].at("A"), "-Infinity");
    EXPECT_EQ(rows[1].at("F"), 1.5);
    EXPECT_EQ(rows[2].at("A"), 0.5);
  }
  const std::string one_table = ReadFile(bench_.Path("one.json"));
  for (const std::string_view line : Split(one_table, '\n')) {
    EXPECT_TRUE(line.empty() || json::accept(line)) << line;
  }
  EXPECT_THAT(Rows("SELECT qual, F, A, db_S FROM read_json('" + bench_.Path("o.json") +
                   "', columns = {qual: 'DOUBLE', F: 'DOUBLE', A: 'DOUBLE', db_S: 'DOUBLE'})"),
              ElementsAre("nan|inf|nan|inf", "7.0|1.5|-inf|NULL", "7.0|1.5|0.5|NULL"));
}

TEST_F(Output, ByChromosomesIsAFolderEachInTheInputsOrder) {
  constexpr int kRecords = 90'000;
  bench_.Write("mixed.vcf", MixedPerson(kRecords));
  bench_.MustRun({"annotate", "mixed.vcf", "-s", "demo:SIG", "-o", "whole.parquet"});
  const Outcome outcome = bench_.MustRun({"annotate", "mixed.vcf", "-s", "demo:SIG", "-o", "parts", "--partition-by",
                                          "chrom", "--threads", "2", "--json"});
  EXPECT_THAT(NamesIn(bench_.Path("parts")),
              ElementsAre("_varjoin.json", "chrom=HLA-A%2A01%3A01", "chrom=chr1", "chrom=chrX"));
  const std::string parts = "read_parquet('" + bench_.Path("parts") + "/*/*.parquet', hive_partitioning = true)";
  EXPECT_EQ(Rows("SELECT chrom, count(*), bool_and(DP = 3 * file_row_number + 1) FROM " + parts +
                 " WHERE chrom = 'chrX' GROUP BY chrom"),
            Words{"chrX|30000|true"});
  const std::string sum = "SELECT count(*), sum(hash(chrom, start, DP, demo_SIG, record, demo_hits)) FROM ";
  EXPECT_EQ(Rows(sum + parts), Rows(sum + "read_parquet('" + bench_.Path("whole.parquet") + "')"));
  const json report = json::parse(outcome.out);
  EXPECT_EQ(report.at("output").at("num_rows"), kRecords + 1);
  EXPECT_EQ(json::parse(ReadFile(bench_.Path("parts/_varjoin.json"))).at("partition_by"), "chrom");
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
}

TEST_F(Output, ByChromosomesReplacesOnlyAFolderOfVarjoins) {
  const Words run = {"annotate", "person.vcf", "-s", "demo", "--partition-by", "chrom"};
  const auto to = [&](const std::string& output, bool force) {
    Words arguments = run;
    arguments.insert(arguments.end(), {"-o", output});
    if (force) {
      arguments.emplace_back("--force");
    }
    return bench_.Varjoin(arguments);
  };
  ASSERT_EQ(to("parts", false).exit_code, 0);
  EXPECT_THAT(to("parts", false).err, HasSubstr("exists; use --force"));
  bench_.Write("parts/chrom=chr1/old.txt", "old");
  EXPECT_EQ(to("parts", true).exit_code, 0);
  EXPECT_THAT(NamesIn(bench_.Path("parts/chrom=chr1")), ElementsAre("data_0.parquet"));
  fs::create_directory(bench_.Path("empty"));
  EXPECT_EQ(to("empty", false).exit_code, 0);
  fs::create_directory(bench_.Path("other"));
  bench_.Write("other/mine.txt", "mine");
  for (const std::string output : {"other", "demo.vcf", ".", "nowhere/parts"}) {
    const Outcome refused = to(output, true);
    EXPECT_EQ(refused.exit_code, 2) << output;
  }
  EXPECT_EQ(ReadFile(bench_.Path("other/mine.txt")), "mine");
  EXPECT_EQ(bench_.Varjoin({"annotate", "person.vcf", "--partition-by", "chrom"}).exit_code, 2) << "without -o";
  bench_.Write("person.vcf", SmallPerson() + "chr3\tbad\n");
  EXPECT_EQ(to("parts", true).exit_code, 2);
  EXPECT_THAT(NamesIn(bench_.Path("parts")), ElementsAre("_varjoin.json", "chrom=chr1", "chrom=chr2"));
  EXPECT_THAT(bench_.WorkNames(), ElementsAre("demo.vcf", "empty", "other", "parts", "person.vcf"));
}

TEST_F(Output, ToStandardOutputLeavesWhatIsBeforeItInAFile) {
  for (const std::string command : {"annotate", "convert"}) {
    for (const std::string type : {"csv", "tsv", "json"}) {
      const std::string line =
          "{ echo before; \"$0\" " + command + " person.vcf -o - -O " + type + " 2>err; echo after; } > out.txt";
      const Outcome outcome = RunProcess({"sh", "-c", line, Executable()}, bench_.Options());
      const std::string text = ReadFile(bench_.Path("out.txt"));
      EXPECT_TRUE(text.starts_with("before\n") && text.ends_with("after\n")) << text;
      EXPECT_GE(CountOf(text, "chr1"), 3) << text;
      EXPECT_THAT(ReadFile(bench_.Path("err")), Not(HasSubstr(" 0 B")));
    }
  }
}

}  // namespace
}  // namespace varjoin::test
