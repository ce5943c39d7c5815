// settings_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Limits and settings reach DuckDB: read back from it, by `varjoin system` and by SQL in `varjoin query`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

const auto kName = [](const auto& info) { return info.param.applied; };
INSTANTIATE_TEST_SUITE_P(, Settings, ::testing::ValuesIn(kSettings), kName);
// All but the last: every text is the name of a folder.
INSTANTIATE_TEST_SUITE_P(, SettingsOfFewValues, ::testing::ValuesIn(std::begin(kSettings), std::end(kSettings) - 1),
                         kName);

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
