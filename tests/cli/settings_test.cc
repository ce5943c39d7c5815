// settings_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Limits and settings reach DuckDB: read back from it, by `varjoin system` and by SQL in `varjoin query`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Setting {
  std::string applied;  ///< as DuckDB names it
  std::string decided;  ///< as varjoin names it
  std::string flag;
  std::string variable;
  std::string of_flag, seen_of_flag;          ///< a value for the flag, and how DuckDB gives it back
  std::string of_variable, seen_of_variable;  ///< likewise for the environment

  /// In the group duckdb_config.
  std::string variable_key() const { return ToLower(variable.substr(std::string("VARJOIN_").size())); }
};

void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.applied;
}

const Setting kSettings[] = {
    {"memory_limit", "memory limit", "--memory-limit", "VARJOIN_MEMORY_LIMIT", "500MB", "476.8 MiB", "256MiB",
     "256.0 MiB"},
    {"threads", "threads", "--threads", "VARJOIN_THREADS", "1", "1", "3", "3"},
    {"preserve_insertion_order", "preserve_insertion_order", "--preserve-insertion-order",
     "VARJOIN_PRESERVE_INSERTION_ORDER", "false", "false", "true", "true"},
    {"parquet_metadata_cache", "enable_object_cache", "--enable-object-cache", "VARJOIN_ENABLE_OBJECT_CACHE", "true",
     "true", "false", "false"},
    {"temp_directory", "temp directory", "--temp-directory", "VARJOIN_TEMP_DIRECTORY", "flagged", "flagged/varjoin-",
     "said", "said/varjoin-"},
};

class Settings : public ::testing::TestWithParam<Setting> {
 protected:
  json System(const Words& arguments, const std::map<std::string, std::string>& environment = {}) {
    Words command = {"system", "--json"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Outcome outcome = bench_.Varjoin(command, environment);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out, nullptr, false);
  }

  void Expect(const json& system, const std::string& seen, const std::string& source) {
    EXPECT_THAT(system["applied"][GetParam().applied]["value"].get<std::string>(), StartsWith(seen));
    EXPECT_EQ(system["decided"][GetParam().decided]["source"], source);
  }

  Workbench bench_;
};

TEST_P(Settings, ComeFromTheFlag) {
  const Setting& setting = GetParam();
  Expect(System({setting.flag, setting.of_flag}), setting.seen_of_flag, setting.flag);
}

TEST_P(Settings, ComeFromTheEnvironment) {
  const Setting& setting = GetParam();
  Expect(System({}, {{setting.variable, setting.of_variable}}), setting.seen_of_variable, setting.variable);
}

TEST_P(Settings, ComeFromTheFlagRatherThanTheEnvironment) {
  const Setting& setting = GetParam();
  Expect(System({setting.flag, setting.of_flag}, {{setting.variable, setting.of_variable}}), setting.seen_of_flag,
         setting.flag);
}

TEST_P(Settings, ComeFromTheStrongestOfFourThatContradictEachOther) {
  const Setting& setting = GetParam();
  const auto config = [&](const std::string& value) {
    return json{{"duckdb_config", {{setting.variable_key(), value}}}}.dump();
  };
  const std::string user = bench_.Home(".config/varjoin/config.json", config(setting.of_flag));
  const std::string run = bench_.Write("run.json", config(setting.of_variable));
  Expect(System({}), setting.variable == "VARJOIN_TEMP_DIRECTORY" ? bench_.temp() : setting.seen_of_flag,
         setting.variable == "VARJOIN_TEMP_DIRECTORY" ? setting.variable : user);
  Expect(System({}, {{setting.variable, ""}}), setting.seen_of_flag, user);
  Expect(System({"--run-config", run}, {{setting.variable, ""}}), setting.seen_of_variable, run);
  Expect(System({"--run-config", run}, {{setting.variable, setting.of_flag}}), setting.seen_of_flag, setting.variable);
  Expect(System({"--run-config", run, setting.flag, setting.of_variable}, {{setting.variable, setting.of_flag}}),
         setting.seen_of_variable, setting.flag);
}

TEST_P(Settings, AreInForceInAQuery) {
  const Setting& setting = GetParam();
  const Outcome outcome = bench_.Varjoin(
      {"query", "SELECT current_setting('" + setting.applied + "') AS it", setting.flag, setting.of_flag});
  EXPECT_THAT(outcome.out, HasSubstr(setting.seen_of_flag)) << outcome.err;
}

class SettingsOfFewValues : public Settings {};

TEST_P(SettingsOfFewValues, AreRefusedWithTheirSourceWhenTheyCantBeRead) {
  const Setting& setting = GetParam();
  for (const auto& [arguments, environment, source] :
       {std::tuple<Words, std::map<std::string, std::string>, std::string>{
            {"system", setting.flag, "lots"}, {}, setting.flag},
        {{"system"}, {{setting.variable, "lots"}}, setting.variable}}) {
    const Outcome outcome = bench_.Varjoin(arguments, environment);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(source), HasSubstr("lots")));
  }
}

TEST(AMisspeltVariable, IsToldOf) {
  const SmallBench bench;
  EXPECT_THAT(bench.Varjoin({"system"}, {{"VARJOIN_MEMORY_LIMT", "4GB"}}).err,
              HasSubstr("no variable VARJOIN_MEMORY_LIMT; did you mean VARJOIN_MEMORY_LIMIT?"));
  EXPECT_EQ(bench.Varjoin({"system"}, {{"VARJOIN_THREADS", "1"}, {"VARJOIN_DATA", "x"}}).err, "");
}

const auto kName = [](const auto& info) { return info.param.applied; };
INSTANTIATE_TEST_SUITE_P(, Settings, ::testing::ValuesIn(kSettings), kName);
// All but the last: every text is the name of a folder.
INSTANTIATE_TEST_SUITE_P(, SettingsOfFewValues, ::testing::ValuesIn(std::begin(kSettings), std::end(kSettings) - 1),
                         kName);

TEST(ARun, TakesItsInputSourcesAndOutputFromARunConfig) {
  SmallBench bench;
  bench.Write("run.yaml",
              "vcf_path: person.vcf\nsources: [\"demo:SIG=sense\"]\noutput_path: from-config.parquet\n"
              "duplicates: first\nbare_names: true\nduckdb_config: {threads: 1}\n");
  const json report = json::parse(bench.MustRun({"annotate", "--run-config", "run.yaml", "--json"}).out);
  EXPECT_EQ(report.at("limits").at("threads"), 1);
  EXPECT_EQ(report.at("output").at("path"), "from-config.parquet");
  EXPECT_EQ(bench.Output("DISTINCT sense", "from-config.parquet").size(), 3U);
  EXPECT_EQ(report.at("output").at("num_rows"), 4);
  EXPECT_EQ(bench.MustRun({"annotate", "--run-config", "run.yaml", "-o", "o.parquet", "--duplicates", "all"}).exit_code,
            0);
  EXPECT_EQ(bench.Output("count(*)"), Words{"5"});
}

TEST(ARun, RefusesARunConfigThatItCantFollow) {
  SmallBench bench;
  for (const auto& [text, message] :
       {std::pair{"vcf_pth: x\n", "run.yaml: there is no key 'vcf_pth'; did you mean 'vcf_path'?"},
        {"vcf_path: nosuch.vcf\noutput_path: x.parquet\n", "nosuch.vcf: no such file"},
        {"sources: demo\n", "there is nothing to annotate"},
        {"duckdb_config: {threads: many}\nvcf_path: person.vcf\n", "run.yaml: \"many\" is not a number of threads"}}) {
    bench.Write("run.yaml", text);
    const Outcome outcome = bench.Varjoin({"annotate", "--run-config", "run.yaml"});
    EXPECT_EQ(outcome.exit_code, 2) << text;
    EXPECT_THAT(outcome.err, HasSubstr(message));
  }
  EXPECT_THAT(bench.Varjoin({"annotate", "person.vcf"}, {{"VARJOIN_ENGINE", "duckbd"}}).err,
              HasSubstr("VARJOIN_ENGINE is 'duckbd', expected one of auto, index, duckdb; did you mean 'duckdb'?"));
}

TEST(ARun, OfAnotherCommandTakesOnlyResourcesOfTheUsersConfiguration) {
  SmallBench bench;
  bench.Home(".config/varjoin/config.yaml",
             "reference_genome: GRCh37\nreference: nosuch.fa\nsources: demo\nduckdb_config: {threads: 1}\n");
  bench.MustRun({"source", "import", "other", "demo.vcf"});
  const json run = json::parse(bench.MustRun({"runs", "show", "last", "--json"}).out);
  EXPECT_EQ(run.at("metadata").at("reference_genome"), "");
  EXPECT_EQ(run.at("configuration").at("duckdb_config.threads").at("value"), "1");
  EXPECT_THAT(bench.Varjoin({"annotate", "person.vcf", "-o", "o.parquet"}).err, HasSubstr("nosuch.fa"));
}

TEST(ARun, PrintsAConfigurationThatMakesTheSameRunAgain) {
  SmallBench bench;
  const Words run = {"annotate",     "person.vcf", "-s",      "demo:SIG=sense", "-o",          "a.parquet",
                     "--duplicates", "list",       "--force", "--threads",      "1",           "--sample-description",
                     "it's: #1",     "--engine",   "duckdb",  "--species",      "Homo sapiens"};
  Words print = run;
  print.push_back("--print-run-config");
  const Outcome printed = bench.MustRun(print);
  EXPECT_THAT(bench.WorkNames(), ::testing::Not(::testing::Contains("a.parquet")));
  EXPECT_THAT(printed.out, AllOf(HasSubstr("engine: duckdb  # --engine"), HasSubstr("on_bad_record: fail  # default")));
  bench.Write("run.yaml", printed.out);
  const json report = json::parse(bench.MustRun({"annotate", "--run-config", "run.yaml", "--json"}).out);
  EXPECT_EQ(report.at("output").at("path"), "a.parquet");
  EXPECT_EQ(report.at("limits").at("threads"), 1);
  EXPECT_EQ(bench.Output("list(sense)", "a.parquet").size(), 1U);
  const Outcome again = bench.MustRun({"annotate", "--run-config", "run.yaml", "--print-run-config"});
  EXPECT_THAT(again.out, HasSubstr("engine: duckdb  # run.yaml"));
}

TEST(ARun, ReportsTheLimitsThatWereApplied) {
  SmallBench bench;
  const Outcome outcome = bench.Annotate({"-s", "demo", "--json", "--memory-limit", "500MB", "--threads", "1"});
  const json limits = json::parse(outcome.out).at("limits");
  EXPECT_EQ(limits.at("memory_limit"), "500MB");
  EXPECT_EQ(limits.at("memory_limit_bytes"), 500'000'000);
  EXPECT_EQ(limits.at("threads"), 1);
  EXPECT_EQ(limits.at("temp_directory"), bench.temp());
}

TEST(ARun, AppliesLessThanAllTheRamAndSaysSo) {
  SmallBench bench;
  const Outcome outcome = bench.Annotate({"-s", "demo", "--memory-limit", "100%"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("not 100% (--memory-limit)"));
}

TEST(ARun, LeavesNothingInTheTempDirectory) {
  SmallBench bench;
  ASSERT_EQ(bench.Annotate({"-s", "demo"}).exit_code, 0);
  EXPECT_THAT(NamesIn(bench.temp()), IsEmpty());
}

}  // namespace
}  // namespace varjoin::test
