// shards_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// plan, run-shard, merge and status, through the real binary: what shards make together is what one run makes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "packing.h"
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

constexpr const char* kManifest = "out/varjoin-shards.json";

/// The lines below the header of a VCF, in any packing.
std::string Body(const std::string& path) {
  const Outcome unpacked = RunProcess({"gzip", "-dc", path});
  EXPECT_EQ(unpacked.exit_code, 0) << unpacked.err;
  const size_t chrom = unpacked.out.find("\n#CHROM");
  return unpacked.out.substr(unpacked.out.find('\n', chrom + 1) + 1);
}

std::string Header(const std::string& path) {
  const Outcome unpacked = RunProcess({"gzip", "-dc", path});
  return unpacked.out.substr(0, unpacked.out.size() - Body(path).size());
}

/// A person with so many records on two contigs, some of them of SmallSource(), of uneven length.
std::string ManyRecords(int count) {
  Words records;
  for (int i = 1; i <= count; ++i) {
    const bool first = i <= count / 2;
    const int position = (first ? i : i - count / 2) * 10;
    const std::string alts = position == 100 ? "G,T" : "C";
    records.push_back(fmt::format("{} {} . A {} {} PASS DP={};AF={};X={} GT 0/1", first ? "chr1" : "chr2", position,
                                  alts, i % 60, i, alts == "C" ? "0.5" : "0.5,0.1", std::string(i * 37 % 400, 'x')));
  }
  return Vcf({"INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">",
              "INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">",
              "INFO=<ID=X,Number=1,Type=String,Description=\"Filling\">",
              "FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">", "contig=<ID=chr1>", "contig=<ID=chr2>"},
             records, "\tFORMAT\tann");
}

class Shards : public ::testing::Test {
 protected:
  Shards() { bench_.Write("many.vcf.gz", vcf::Bgzf(ManyRecords(400), 5'000)); }

  Outcome Plan(const Words& inputs, const Words& more) const {
    Words arguments = {"plan"};
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    arguments.insert(arguments.end(), {"--out-dir", "out", "--no-trial"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return bench_.Varjoin(arguments);
  }

  void MustPlan(const Words& inputs, const Words& more) const {
    const Outcome outcome = Plan(inputs, more);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }

  Outcome Run(size_t shard) const { return bench_.Varjoin({"run-shard", kManifest, std::to_string(shard)}); }
  Outcome Merge(const Words& more = {}) const {
    Words arguments = {"merge", kManifest};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return bench_.Varjoin(arguments);
  }
  json Manifest() const { return json::parse(ReadFile(bench_.Path(kManifest))); }
  json Status() const { return json::parse(bench_.Varjoin({"status", kManifest, "--json"}).out); }
  Words States() const {
    Words states;
    const json status = Status();
    for (const json& shard : status.at("shards")) {
      states.push_back(shard.at("state"));
    }
    return states;
  }

  /// In another order than theirs, as a scheduler may.
  void RunAll() const {
    for (size_t shard = Manifest().at("shards").size(); shard > 0; --shard) {
      const Outcome outcome = Run(shard);
      ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    }
  }

  /// Cut like this, shards make of `input` what one run with `options` makes.
  void ExpectSame(const std::string& input, const std::string& type, const Words& cut, Words options = {}) const {
    SCOPED_TRACE(input + " to " + type + " by " + cut.back());
    fs::remove_all(bench_.Path("out"));
    options.insert(options.end(), {"-O", type, "--no-version", "--allow-no-overlap"});
    Words one = {"annotate", input, "-o", "one." + type, "--force"};
    one.insert(one.end(), options.begin(), options.end());
    bench_.MustRun(one);
    options.insert(options.end(), cut.begin(), cut.end());
    MustPlan({input}, options);
    RunAll();
    const Outcome merged = Merge();
    ASSERT_EQ(merged.exit_code, 0) << merged.err;
    const std::string made = bench_.Path(Manifest().at("inputs").at(0).at("output"));
    if (type == "parquet") {
      const std::string both =
          fmt::format("(FROM '{}') AS a POSITIONAL JOIN (FROM '{}') AS b", made, bench_.Path("one.parquet"));
      EXPECT_EQ(Value("SELECT count(*) FROM '" + made + "'"),
                Value("SELECT count(*) FROM '" + bench_.Path("one.parquet") + "'"));
      EXPECT_EQ(Value("SELECT count(*) FILTER (a IS DISTINCT FROM b) FROM " + both), "0");
      EXPECT_EQ(Rows("DESCRIBE FROM '" + made + "'"), Rows("DESCRIBE FROM '" + bench_.Path("one.parquet") + "'"));
      return;
    }
    const std::string expected = bench_.Path("one.vcf.gz");
    EXPECT_TRUE(Body(made) == Body(expected));
    EXPECT_EQ(Header(made), Header(expected));
    EXPECT_EQ(FileExists(made + ".tbi"), FileExists(expected + ".tbi")) << merged.err;
  }

  SmallBench bench_;
};

TEST_F(Shards, MakeTogetherWhatOneRunMakes) {
  bench_.Write("plain.vcf", ManyRecords(60));
  bench_.Write("long.vcf.gz",
               vcf::Bgzf(Vcf({"INFO=<ID=X,Number=1,Type=String,Description=\"x\">"},
                             {"chr1 100 . A G . . X=" + std::string(150'000, 'y'), "chr1 150 . C T . . ."})));
  const std::tuple<std::string, std::string, Words> cases[] = {
      {"many.vcf.gz", "parquet", {"--shards", "7"}}, {"many.vcf.gz", "vcf.gz", {"--shards", "7"}},
      {"many.vcf.gz", "vcf.gz", {"--shards", "1"}},  {"plain.vcf", "parquet", {"--shards", "3"}},
      {"long.vcf.gz", "vcf.gz", {"--shards", "5"}},  {"person.vcf", "parquet", {"--shards", "6"}},
  };
  for (const auto& [input, type, cut] : cases) {
    ExpectSame(input, type, cut, {"-s", "demo"});
  }
}

TEST_F(Shards, MakeTogetherWhatOneRunMakesWithFilters) {
  ExpectSame("many.vcf.gz", "parquet", {"--shards", "4"}, {"-s", "demo:SIG", "--min-qual", "30"});
  ExpectSame("many.vcf.gz", "parquet", {"--shards", "4"}, {"-s", "demo", "--regions", "chr1:500-1500,chr2:90-110"});
  ExpectSame("many.vcf.gz", "parquet", {"--shards", "3"},
             {"-s", "demo", "--bare-names", "--duplicates", "list", "--row-group-size", "50"});
}

TEST_F(Shards, AreOfWholeContigsByAnIndex) {
  const Outcome without = Plan({"many.vcf.gz"}, {"--by", "chrom"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, AllOf(HasSubstr("its index is missing"), HasSubstr("bcftools index")));
  bench_.MustRun({"convert", "many.vcf.gz", "-o", "indexed.vcf.gz"});
  for (const std::string type : {"parquet", "vcf.gz"}) {
    ExpectSame("indexed.vcf.gz", type, {"--by", "chrom"}, {"-s", "demo"});
  }
  const json shards = Manifest().at("shards");
  ASSERT_EQ(shards.size(), 2U);
  EXPECT_EQ(shards.at(1).at("pieces").at(0).at("contig"), "chr2");
}

TEST_F(Shards, OfManyInputsBecomeAnOutputOfEach) {
  bench_.Write("plain.vcf", ManyRecords(60));
  for (const Words& cut : {Words{"--shards", "2"}, Words{"--by", "sample"}}) {
    fs::remove_all(bench_.Path("out"));
    MustPlan({"person.vcf", "many.vcf.gz", "plain.vcf"}, {"-s", "demo", cut[0], cut[1]});
    EXPECT_EQ(Manifest().at("shards").size(), cut[1] == "2" ? 2U : 3U);
    RunAll();
    ASSERT_EQ(Merge({"--clean"}).exit_code, 0);
    for (const std::string name : {"person", "many", "plain"}) {
      const std::string input = name + (name == "many" ? ".vcf.gz" : ".vcf");
      bench_.MustRun({"annotate", input, "-s", "demo", "-o", "one.parquet", "--force"});
      EXPECT_EQ(bench_.Output("*", "out/" + name + ".parquet"), bench_.Output("*", "one.parquet"));
    }
    EXPECT_THAT(NamesIn(bench_.Path("out/varjoin-shards.parts")), Not(Contains(HasSubstr(".parquet"))));
    EXPECT_EQ(bench_.Varjoin({"status", kManifest}).exit_code, 0);
    EXPECT_THAT(Run(1).err, HasSubstr("nothing to do"));
  }
}

TEST_F(Shards, BecomeADatasetWhoseRecordsAreNumberedThrough) {
  MustPlan({"many.vcf.gz"}, {"-s", "demo", "--shards", "4"});
  RunAll();
  ASSERT_EQ(Merge({"--dataset"}).exit_code, 0);
  bench_.MustRun({"annotate", "many.vcf.gz", "-s", "demo", "-o", "one.parquet"});
  EXPECT_EQ(Rows("FROM '" + bench_.Path("out/many/*.parquet") + "'"),
            Rows("FROM '" + bench_.Path("one.parquet") + "'"));
  EXPECT_THAT(NamesIn(bench_.Path("out/many")), Contains("part-00004.parquet"));
}

TEST_F(Shards, ThatAreDoneAreNotRunAgain) {
  MustPlan({"many.vcf.gz"}, {"-s", "demo", "--shards", "2"});
  EXPECT_THAT(States(), ElementsAre("waiting", "waiting"));
  ASSERT_EQ(Run(2).exit_code, 0);
  EXPECT_THAT(States(), ElementsAre("waiting", "done"));
  EXPECT_EQ(bench_.Varjoin({"status", kManifest}).exit_code, 75);
  const std::string part = bench_.Path("out/varjoin-shards.parts/shard-00002-1.parquet");
  const auto written = fs::last_write_time(part);
  const Outcome again = Run(2);
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("shard 2 is done; nothing to do"));
  EXPECT_EQ(fs::last_write_time(part), written);
  fs::remove(part);
  EXPECT_THAT(States(), ElementsAre("waiting", "changed"));
  ASSERT_EQ(Run(2).exit_code, 0);
  EXPECT_TRUE(FileExists(part));
  const Outcome planned = Plan({"many.vcf.gz"}, {"-s", "demo", "--shards", "2"});
  EXPECT_EQ(planned.exit_code, 0);
  EXPECT_THAT(planned.err, HasSubstr("nothing has changed"));
  EXPECT_THAT(States(), ElementsAre("waiting", "done"));
  EXPECT_EQ(Plan({"many.vcf.gz"}, {"-s", "demo", "--shards", "3"}).exit_code, 2);
}

TEST_F(Shards, OfWhatHasChangedAreAnError) {
  MustPlan({"many.vcf.gz"}, {"-s", "demo", "--shards", "2"});
  ASSERT_EQ(Run(1).exit_code, 0);
  bench_.Write("demo.vcf", SmallSource() + "2\t500\ta5\tG\tC\t.\t.\tSIG=new\n");
  bench_.MustRun({"source", "import", "demo", "demo.vcf"});
  for (const size_t shard : {1, 2}) {
    const Outcome outcome = Run(shard);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("source 'demo': was changed since the shards were planned; plan anew"));
  }
  MustPlan({"many.vcf.gz"}, {"-s", "demo", "--shards", "2", "--force"});
  EXPECT_THAT(States(), ElementsAre("changed", "waiting"));
  bench_.Write("many.vcf.gz", vcf::Bgzf(ManyRecords(401), 5'000));
  const Outcome outcome = Run(1);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("many.vcf.gz"), HasSubstr("was changed since the shards were planned")));
  EXPECT_EQ(Merge().exit_code, 2);
}

TEST_F(Shards, ThatAreMissingOrFailedAreNamedAndNothingIsMerged) {
  const std::string bad = ManyRecords(100) + "chr2\tno number\t.\tA\tG\t.\t.\t.\n" + "chr2\t5000\t.\tA\tG\t.\t.\t.\n";
  bench_.Write("bad.vcf.gz", vcf::Bgzf(bad, 5'000));
  MustPlan({"bad.vcf.gz"}, {"-s", "demo", "--shards", "3"});
  const Outcome none = Merge();
  EXPECT_EQ(none.exit_code, 75);
  EXPECT_THAT(none.err, AllOf(HasSubstr("3 of 3 shards are not done"),
                              HasSubstr("1 (waiting), 2 (waiting), 3 (waiting)"), HasSubstr("varjoin run-shard")));
  ASSERT_EQ(Run(1).exit_code, 0);
  const Outcome failed = Run(3);
  EXPECT_EQ(failed.exit_code, 2);
  EXPECT_THAT(failed.err, AllOf(HasSubstr("bad.vcf.gz: record "), HasSubstr("POS"),
                                HasSubstr("records are counted within the part of the file that was read")));
  const Outcome merged = Merge();
  EXPECT_EQ(merged.exit_code, 1);
  EXPECT_THAT(merged.err, AllOf(HasSubstr("2 of 3 shards are not done"), HasSubstr("2 (waiting), 3 (failed: "),
                                Not(HasSubstr("1 ("))));
  EXPECT_FALSE(FileExists(bench_.Path("out/bad.parquet")));
  EXPECT_EQ(bench_.Varjoin({"status", kManifest}).exit_code, 1);
  EXPECT_THAT(States(), ElementsAre("done", "waiting", "failed"));
  EXPECT_THAT(Status().at("shards").at(2).at("error").get<std::string>(), HasSubstr("bad.vcf.gz: record"));
}

TEST_F(Shards, RunByTwoProcessesAtOnceAreDoneOnce) {
  bench_.Write("large.vcf.gz", vcf::Bgzf(ManyRecords(20'000)));
  MustPlan({"large.vcf.gz"}, {"-s", "demo", "--shards", "1"});
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 4; ++i) {
    processes.push_back(bench_.Start({"run-shard", kManifest, "1"}));
  }
  for (const auto& process : processes) {
    const Outcome outcome = process->Wait();
    EXPECT_THAT(outcome.exit_code, ::testing::AnyOf(0, 75)) << outcome.err;
    if (outcome.exit_code == 75) {
      EXPECT_THAT(outcome.err, HasSubstr("is being run by another process"));
    }
  }
  EXPECT_THAT(States(), ElementsAre("done"));
  ASSERT_EQ(Merge().exit_code, 0);
  EXPECT_EQ(Value("SELECT count(DISTINCT record) FROM '" + bench_.Path("out/large.parquet") + "'"), "20000");
}

TEST_F(Shards, OfAProcessThatWasKilledAreToldAndRunAgain) {
  bench_.Write("large.vcf.gz", vcf::Bgzf(ManyRecords(100'000)));
  MustPlan({"large.vcf.gz"}, {"-s", "demo", "--shards", "2"});
  const auto process = bench_.Start({"run-shard", kManifest, "1"});
  while (process->Running() && !FileExists(bench_.Path("out/varjoin-shards.parts/shard-00001.json"))) {
  }
  ASSERT_TRUE(process->Stop()) << "it ended before it could be killed";
  EXPECT_EQ(States()[0], "running");
  process->Signal(SIGKILL);
  EXPECT_EQ(process->Wait().signal, SIGKILL);
  EXPECT_EQ(States()[0], "died");
  RunAll();
  ASSERT_EQ(Merge().exit_code, 0);
  EXPECT_EQ(Value("SELECT count(DISTINCT record) FROM '" + bench_.Path("out/large.parquet") + "'"), "100000");
  EXPECT_THAT(NamesIn(bench_.Path("out/varjoin-shards.parts")), Not(Contains(HasSubstr(".varjoin-"))));
}

TEST_F(Shards, HaveWhatCanNotBeCutInOneOfThem) {
  bench_.Write("gzip.vcf.gz", vcf::Gzip(ManyRecords(100)));
  const Outcome planned = Plan({"gzip.vcf.gz"}, {"-s", "demo", "--shards", "3"});
  ASSERT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_THAT(planned.err,
              AllOf(HasSubstr("gzip.vcf.gz is gzip, which can only be read from its beginning"), HasSubstr("bgzip")));
  ExpectSame("gzip.vcf.gz", "parquet", {"--shards", "3"}, {"-s", "demo"});
  const Outcome piped = Plan({"-"}, {"-s", "demo"});
  EXPECT_EQ(piped.exit_code, 2);
  EXPECT_THAT(piped.err, HasSubstr("standard input is read once"));
  const Outcome counted = Plan({"many.vcf.gz"}, {"-s", "demo", "--shards", "2", "--where", "Record < 10"});
  EXPECT_EQ(counted.exit_code, 2);
  EXPECT_THAT(counted.err, HasSubstr("names `record`"));
}

TEST_F(Shards, OfAnInputWithoutAContigInCommonAreNotMerged) {
  bench_.Write("other.vcf", Vcf({}, {"chrQ 100 . A G . . .", "chrQ 200 . A G . . ."}));
  MustPlan({"other.vcf"}, {"-s", "demo", "--shards", "2"});
  RunAll();
  const Outcome merged = Merge();
  EXPECT_EQ(merged.exit_code, 2);
  EXPECT_THAT(merged.err, AllOf(HasSubstr("no contig in common"), HasSubstr("--allow-no-overlap")));
  EXPECT_FALSE(FileExists(bench_.Path("out/other.parquet")));
}

TEST_F(Shards, AreMergedOnceAndOverNothingOfOthers) {
  MustPlan({"person.vcf"}, {"-s", "demo", "--shards", "2"});
  RunAll();
  bench_.Write("out/person.parquet", "precious");
  const Outcome refused = Merge();
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("exists; use --force"));
  EXPECT_EQ(ReadFile(bench_.Path("out/person.parquet")), "precious");
  ASSERT_EQ(Merge({"--force"}).exit_code, 0);
  EXPECT_THAT(Merge().err, HasSubstr("nothing to do"));
  fs::remove(bench_.Path("out/person.parquet"));
  ASSERT_EQ(Merge().exit_code, 0);
  EXPECT_EQ(Value("SELECT count(*) FROM '" + bench_.Path("out/person.parquet") + "'"), "5");
}

TEST_F(Shards, SayWhatIsAmissWithAManifest) {
  bench_.Write("no.json", "{\"a\": 1}");
  EXPECT_THAT(bench_.Varjoin({"status", "no.json"}).err, HasSubstr("no.json: is no manifest of shards"));
  EXPECT_EQ(bench_.Varjoin({"merge", "absent.json"}).exit_code, 2);
  MustPlan({"person.vcf"}, {"-s", "demo", "--shards", "2"});
  EXPECT_THAT(Run(3).err, HasSubstr("has the shards 1 to 2, and no shard 3"));
  std::string text = ReadFile(bench_.Path(kManifest));
  bench_.Write("older.json", text.replace(text.find("\"varjoin_version\": \"") + 20, 1, "9"));
  EXPECT_THAT(bench_.Varjoin({"status", "older.json"}).err, HasSubstr("was made by varjoin"));
}

TEST_F(Shards, KnowTheirCostByATrial) {
  bench_.Write("large.vcf.gz", vcf::Bgzf(ManyRecords(20'000)));
  const Outcome outcome = bench_.Varjoin({"plan", "large.vcf.gz", "-s", "demo", "--out-dir", "out", "--shards", "3"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("CPU seconds in all"));
  const json manifest = Manifest();
  EXPECT_THAT(manifest.at("cost").at("basis").get<std::string>(), HasSubstr("large.vcf.gz, which took"));
  EXPECT_GT(manifest.at("shards").at(0).at("expected_cpu_seconds"), 0.0);
  EXPECT_GT(manifest.at("shards").at(0).at("expected_memory_mb"), 50.0);
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
}

TEST_F(Shards, AreSubmittedToSlurmByAScript) {
  bench_.Write("it's.vcf.gz", vcf::Bgzf(ManyRecords(40)));
  const Outcome planned = Plan({"it's.vcf.gz"}, {"-s", "demo", "--shards", "3", "--slurm", "--threads", "2"});
  ASSERT_EQ(planned.exit_code, 0) << planned.err;
  bench_.Write("sbatch", "#!/bin/bash\nprintf '%s\\n' \"$@\" >> submitted; echo 7\n");
  fs::permissions(bench_.Path("sbatch"), fs::perms::owner_all);
  bench_.Write("script", planned.out);
  ProcessOptions options = bench_.Options();
  options.folder = bench_.work();
  options.environment["PATH"] = bench_.work() + ":/usr/bin:/bin";
  const Outcome submitted = RunProcess({"bash", "script"}, options);
  ASSERT_EQ(submitted.exit_code, 0) << submitted.err;
  EXPECT_THAT(ReadFile(bench_.Path("submitted")),
              AllOf(HasSubstr("--array=1-3%100\n"), HasSubstr("--cpus-per-task=2\n"), HasSubstr("--requeue\n"),
                    HasSubstr("--dependency=afterok:7\n"), HasSubstr(" run-shard "), HasSubstr(" merge ")));
  RunAll();
  const Outcome merged = RunProcess({"bash", "script"}, options);
  EXPECT_THAT(merged.err, HasSubstr("all 3 shards are done"));
  EXPECT_TRUE(FileExists(bench_.Path("out/it's.parquet")));
}

class ShardsLong : public Shards {};

TEST_F(ShardsLong, OfRealFilesMakeWhatOneRunMakes) {
  if (RealData().empty()) {
    GTEST_SKIP() << "the real files skipped: there is no ../shared/data";
  }
  // Whatever the files are of: the answers do not matter here, only that they are the same.
  const Words source = {"-s", RealData() + "/databases/mtdna_plp.vcf"};  // of either assembly
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(RealData())) {
    const std::string path = entry.path().string();
    if (path.find(".vcf") == std::string::npos || path.ends_with(".tbi") || path.ends_with(".xz")) {
      continue;
    }
    ++files;
    for (const std::string count : {"1", "2", "7", "64"}) {
      for (const std::string type : {"parquet", "vcf.gz"}) {
        ExpectSame(path, type, {"--shards", count}, source);
      }
    }
  }
  EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace varjoin::test
