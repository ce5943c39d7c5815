// run_settings_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/run_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Keys below duckdb_config and what --flags of theirs say.
SettingOf Saying(const std::map<std::string, std::string>& said) {
  return [said](const std::string& key) -> std::optional<Setting<std::string>> {
    const auto found = said.find(key.substr(key.find('.') + 1));
    if (found == said.end()) {
      return std::nullopt;
    }
    return Setting<std::string>{found->second, "--" + found->first};
  };
}

TEST(RunSettings, WhatNobodySaysIsDecidedByTheMachine) {
  const EffectiveSettings settings = Value(DecideSettings(Saying({})));
  EXPECT_EQ(settings.limits.memory.source, "default");
  EXPECT_EQ(settings.limits.threads.source, "default");
  EXPECT_GE(settings.limits.threads.value, 2);
  EXPECT_EQ(settings.preserve_insertion_order.value, "unset");
  EXPECT_EQ(settings.enable_object_cache.value, "false");
}

TEST(RunSettings, WhatIsSaidReachesTheDatabase) {
  struct Case {
    std::map<std::string, std::string> said;
    const char* setting;
    const char* value;
  };
  const Scratch scratch;
  for (const Case& c : {Case{{{"memory_limit", "200MB"}}, "memory_limit", "190.7 MiB"},
                        {{{"threads", "1"}}, "threads", "1"},
                        {{}, "preserve_insertion_order", "true"},
                        {{{"preserve_insertion_order", "True"}}, "preserve_insertion_order", "true"},
                        {{{"preserve_insertion_order", "false"}}, "preserve_insertion_order", "false"},
                        {{}, "parquet_metadata_cache", "false"},
                        {{{"enable_object_cache", "TRUE"}}, "parquet_metadata_cache", "true"}}) {
    const EffectiveSettings settings = Value(DecideSettings(Saying(c.said)));
    const auto database = Value(OpenDatabase(settings, scratch.path(), /*track_progress=*/false));
    EXPECT_EQ(Value(database->Setting(c.setting)), c.value) << c.setting;
    EXPECT_EQ(Value(database->Setting("temp_directory")), scratch.path());
  }
}

TEST(RunSettings, WhatCantBeReadNamesWhoSaidIt) {
  for (const auto& [key, value] : std::map<std::string, std::string>{{"memory_limit", "lots"},
                                                                     {"threads", "0"},
                                                                     {"preserve_insertion_order", "unset"},
                                                                     {"enable_object_cache", "2"}}) {
    EXPECT_THAT(ErrorText(DecideSettings(Saying({{key, value}}))), AllOf(StartsWith("2: --" + key), HasSubstr(value)))
        << key;
  }
}

}  // namespace
}  // namespace varjoin
