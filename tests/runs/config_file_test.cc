// config_file_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.h"
#include "runs/config_keys.h"
#include "scratch.h"
#include "support/places.h"

namespace varjoin {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const ConfigValues kExpected = {{"vcf_path", {"person.vcf.gz"}},
                                {"user_name", {"maria"}},
                                {"sample_name", {"007"}},
                                {"compression", {"zstd"}},
                                {"join_columns", {"chrom,start"}},
                                {"force", {"true"}},
                                {"duckdb_config.memory_limit", {"16GB"}},
                                {"duckdb_config.threads", {"4"}},
                                {"duckdb_config.preserve_insertion_order", {"false"}}};

struct Example {
  const char* name;
  const char* text;
};

const Example kSame[] = {
    {"run.yaml",
     "# a comment\nvcf_path: person.vcf.gz\nuser_name: maria\nsample_name: 007\nspecies: ~\ncompression: zstd\n"
     "join_columns: [chrom, start]\nforce: true\nduckdb_config:\n  memory_limit: 16GB\n  threads: 4\n"
     "  temp_directory: null\n  preserve_insertion_order: false\n"},
    {"RUN.YML",
     "resources: {io: 1}\nops:\n  other_op: {config: {anything: 1}}\n  user_annotated_vcf_duckdb:\n    config:\n"
     "      vcf_path: person.vcf.gz\n      user_name: maria\n      sample_name: '007'\n      compression: zstd\n"
     "      join_columns: chrom,start\n      force: true\n      duckdb_config: {memory_limit: 16GB, threads: 4, "
     "preserve_insertion_order: false}\n"},
    {"run.json",
     R"({"vcf_path": ["person.vcf.gz"], "user_name": "maria", "sample_name": "007", "species": null,
         "compression": "zstd", "join_columns": ["chrom", "start"], "force": true,
         "duckdb_config": {"memory_limit": "16GB", "threads": 4, "preserve_insertion_order": false}})"},
    {"run.toml",
     "vcf_path = 'person.vcf.gz'\nuser_name = 'maria'\nsample_name = '007'\ncompression = 'zstd'\n"
     "join_columns = ['chrom', 'start']\nforce = true\n[duckdb_config]\nmemory_limit = '16GB'\nthreads = 4\n"
     "preserve_insertion_order = false\n"},
    {"nested.toml",
     "[ops.user_annotated_vcf_duckdb.config]\nvcf_path = 'person.vcf.gz'\nuser_name = 'maria'\nsample_name = '007'\n"
     "compression = 'zstd'\njoin_columns = 'chrom,start'\nforce = true\n"
     "[ops.user_annotated_vcf_duckdb.config.duckdb_config]\nmemory_limit = '16GB'\nthreads = 4\n"
     "preserve_insertion_order = false\n"}};

TEST(RunConfig, MeansTheSameInEachFormatAndNestedAsDagsterDoes) {
  const Scratch scratch;
  for (const auto& [name, text] : kSame) {
    SCOPED_TRACE(name);
    const auto values = ReadConfigFile(scratch.Write(name, text));
    ASSERT_TRUE(values.ok()) << values.status().message();
    EXPECT_EQ(*values, kExpected);
  }
}

TEST(RunConfig, MayBeEmpty) {
  const Scratch scratch;
  for (const char* name : {"a.yaml", "a.toml"}) {
    const auto values = ReadConfigFile(scratch.Write(name, "# nothing\n"));
    ASSERT_TRUE(values.ok()) << values.status().message();
    EXPECT_EQ(*values, ConfigValues());
  }
}

TEST(RunConfig, WhatItCantMeanIsAnErrorThatNamesTheFileAndTheKey) {
  const struct {
    const char* name;
    const char* text;
    const char* message;
  } cases[] = {
      {"a.yaml", "vcf_pth: x\n", "there is no key 'vcf_pth'; did you mean 'vcf_path'?"},
      {"a.yaml", "zzzzzzzz: x\n", "there is no key 'zzzzzzzz'; there are vcf_path, "},
      {"a.yaml", "threads: 4\n", "'threads' belongs into the group duckdb_config"},
      {"a.yaml", "duckdb_config: {user_name: x}\n", "'user_name' does not belong into the group duckdb_config"},
      {"a.yaml", "duckdb_config: {thread: 4}\n", "'thread' in duckdb_config; did you mean 'threads'?"},
      {"a.yaml", "duckdb_config: 4\n", "duckdb_config is no group of keys and values"},
      {"a.yaml", "force: yes\n", "force is 'yes', expected true or false"},
      {"a.yaml", "engine: duckbd\n", "engine is 'duckbd', expected one of auto, index, duckdb; did you mean 'duckdb'?"},
      {"a.yaml", "engine: [duckdb]\n", "engine is a list, expected one value"},
      {"a.yaml", "user_name: {a: b}\n", "user_name is a group, expected one value"},
      {"a.yaml", "sources: [[a]]\n", "sources: each part of the list is to be one value"},
      {"a.yaml", "user_name: a\nuser_name: b\n", "the key 'user_name' is there twice"},
      {"a.json", R"({"user_name": "a", "user_name": "b"})", "the key 'user_name' is there twice"},
      {"a.yaml", "[1, 2]\n", "it is no group of keys and values"},
      {"a.yaml", "user_name: [a\nb: c\n", "line "},
      {"a.yaml", "--- {}\n--- {}\n", "several YAML documents"},
      {"a.json", "{\"user_name\": }", "line 1"},
      {"a.toml", "user_name = \n", "line 1: "},
      {"a.toml", "user_name = 'a'\nuser_name = 'b'\n", "line 2: "},
      {"a.txt", "user_name: x\n", "ends in none of .yaml, .yml, .json and .toml"},
      {"a.yaml", "ops: {user_annotated_vcf_duckdb: {config: {vcf_pth: x}}}\n", "did you mean 'vcf_path'?"},
      {"a.yaml", "ops: {user_annotated_vcf: {config: {}}}\n", "it has user_annotated_vcf"},
      {"a.yaml", "ops: {user_annotated_vcf_duckdb: {}}\n", "has no config"},
      {"a.yaml", "ops: {user_annotated_vcf_duckdb: {config: {}}}\nvcf_path: x\n", "stands beside Dagster's ops"},
  };
  const Scratch scratch;
  for (const auto& [name, text, message] : cases) {
    SCOPED_TRACE(text);
    const std::string path = scratch.Write(name, text);
    const auto values = ReadConfigFile(path);
    ASSERT_FALSE(values.ok());
    EXPECT_EQ(values.status().code(), StatusCode::kBadInput);
    EXPECT_THAT(values.status().message(), AllOf(StartsWith(path + ": "), HasSubstr(message)));
  }
}

TEST(RunConfig, ThatIsNoFileOfAFewLinesIsRefused) {
  const Scratch scratch;
  EXPECT_THAT(ReadConfigFile(scratch.Path("run.yaml")).status().message(), HasSubstr("no such file"));
  EXPECT_THAT(ReadConfigFile(scratch.Write("large.yaml", std::string(2 << 20, '#'))).status().message(),
              HasSubstr("files of a few lines"));
  for (const char* name : {"deep.yaml", "deep.json"}) {
    for (const size_t depth : {100, 5'000}) {
      const std::string deep = std::string(depth, '[') + std::string(depth, ']');
      EXPECT_THAT(ReadConfigFile(scratch.Write(name, deep)).status().message(), HasSubstr("nested deeper")) << name;
    }
  }
  std::string dotted = "a";
  for (int i = 0; i < 200'000; ++i) {
    dotted += ".a";
  }
  for (const std::string& key : {dotted, "[" + dotted + "]\nb", ReplaceAll(dotted, "a", "'a'")}) {
    EXPECT_THAT(ReadConfigFile(scratch.Write("deep.toml", key + " = 1\n")).status().message(),
                HasSubstr("nested deeper"));
  }
}

TEST(RunConfig, OfAFewAliasesThatStandForBillionsOfValuesIsRefusedAtOnce) {
  const Scratch scratch;
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    text += fmt::format("a{}: &a{} [{}, {}, {}, {}, {}, {}, {}, {}, {}, {}]\n", i, i, alias, alias, alias, alias, alias,
                        alias, alias, alias, alias, alias);
  }
  EXPECT_THAT(ReadConfigFile(scratch.Write("run.yaml", text)).status().message(),
              HasSubstr("has more in it than any run configuration"));
}

TEST(RunConfig, PrintedReadsTheSameAgain) {
  const std::vector<ConfigChoice> choices = {
      {"vcf_path", {"a b.vcf", "it's #2.vcf"}, "command line"},
      {"user_name", {"null"}, "run.yaml"},
      {"sample_name", {"true: \"x\"\n- y"}, "VARJOIN_SAMPLE_NAME"},
      {"species", {}, "default"},
      {"force", {"TRUE"}, "--force"},
      {"duckdb_config.threads", {"4"}, "default"},
  };
  const Scratch scratch;
  const std::string yaml = ConfigYaml(choices);
  const auto values = ReadConfigFile(scratch.Write("a.yaml", yaml));
  ASSERT_TRUE(values.ok()) << values.status().message() << "\n" << yaml;
  EXPECT_EQ(*values, (ConfigValues{{"vcf_path", {"a b.vcf", "it's #2.vcf"}},
                                   {"user_name", {"null"}},
                                   {"sample_name", {"true: \"x\"\n- y"}},
                                   {"force", {"true"}},
                                   {"duckdb_config.threads", {"4"}}}));
  EXPECT_THAT(yaml, AllOf(HasSubstr("# VARJOIN_SAMPLE_NAME"), HasSubstr("# run.yaml"), HasSubstr("# default")));
}

TEST(ConfigSchema, HasEachKeyInItsGroupAndAllowsNoOther) {
  const json schema = json::parse(ConfigSchema());
  EXPECT_EQ(schema.at("additionalProperties"), false);
  const json& group = schema.at("properties").at("duckdb_config");
  EXPECT_EQ(group.at("additionalProperties"), false);
  for (const ConfigKey& key : ConfigKeys()) {
    const json& place = key.name == key.LastName() ? schema : group;
    const json& property = place.at("properties").at(std::string(key.LastName()));
    EXPECT_EQ(property.at("description"), std::string(key.description));
    EXPECT_EQ(property.contains("enum"), !key.values.empty()) << key.name;
  }
}

TEST(ConfigSchema, IsTheOneThatTheDocumentationHas) {
  std::ifstream file(test::ProjectRoot() + "/docs/run-config.schema.json");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), ConfigSchema()) << "varjoin annotate --run-config-schema > docs/run-config.schema.json";
}

}  // namespace
}  // namespace varjoin
