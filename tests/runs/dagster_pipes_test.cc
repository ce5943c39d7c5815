// dagster_pipes_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/dagster_pipes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/files.h"
#include "base/text.h"
#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// base64(zlib(json)), as Python makes them: {"path": "messages"} and {"path": "context"}.
constexpr const char* kMessages = "eJyrVipILMlQslJQyk0tLk5MTy1WqgUARiYG4A==";
constexpr const char* kContext = "eJyrVipILMlQslJQSs7PK0mtKFGqBQA/XQaN";

DagsterPipes::GetEnv Environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

/// Runs in a folder of the test's own, where the parameters' relative paths point.
class Pipes : public ::testing::Test {
 protected:
  Pipes() : before_(std::filesystem::current_path()) { std::filesystem::current_path(scratch_.path()); }
  ~Pipes() override { std::filesystem::current_path(before_); }

  Result<std::unique_ptr<DagsterPipes>> Open(const std::string& context) {
    scratch_.Write("context", context);
    return DagsterPipes::Open(
        Environment({{"DAGSTER_PIPES_CONTEXT", kContext}, {"DAGSTER_PIPES_MESSAGES", kMessages}}));
  }

  std::vector<RunJson> Messages() {
    std::vector<RunJson> messages;
    const std::string text = *ReadWholeFile(scratch_.Path("messages"));
    for (const std::string_view line : Split(text, '\n')) {
      if (!line.empty()) {
        messages.push_back(RunJson::parse(line));
        EXPECT_EQ(messages.back().at("__dagster_pipes_version"), "0.1");
      }
    }
    return messages;
  }

  std::vector<std::string> Methods() {
    std::vector<std::string> methods;
    for (const RunJson& message : Messages()) {
      methods.push_back(message.at("method"));
    }
    return methods;
  }

  const Scratch scratch_;
  const std::filesystem::path before_;
};

RunJson Record() {
  return {
      {"id", "20260101-000000-000000"},
      {"alleles", 100},
      {"bad_records", 2},
      {"sources",
       {{{"name", "clin|var"},
         {"matched", 90},
         {"matched_percent", 90.0},
         {"hits", 1091},
         {"missing_contigs", RunJson::array()}},
        {{"name", "empty"},
         {"matched", 0},
         {"matched_percent", 0.0},
         {"hits", 0},
         {"missing_contigs", {{{"contig", "chr1"}, {"alleles", 100}}}}}}},
      {"output", {{"columns", {{{"name", "chrom"}, {"type", "VARCHAR"}}}}}},
      {"metadata", {{"duration_sec", 2.0}, {"num_rows", 5}, {"engine", "index"}, {"output_file", "/data/o.parquet"}}}};
}

TEST_F(Pipes, AreThereOnlyWhereDagsterHasStartedTheProcess) {
  EXPECT_EQ(*DagsterPipes::Open(Environment({})), nullptr);
  EXPECT_EQ(*DagsterPipes::Open(Environment({{"DAGSTER_PIPES_CONTEXT", kContext}})), nullptr);
}

TEST_F(Pipes, ReportAMaterialisationWithTypedMetadata) {
  auto pipes = Open(R"({"asset_keys": ["annotated"], "extras": {}})");
  ASSERT_TRUE(pipes.ok()) << pipes.status().message();
  (*pipes)->ReportRun(Record());
  (*pipes)->Close(Status::Ok());
  (*pipes)->Log("nothing may come after");
  pipes->reset();
  EXPECT_THAT(Methods(), ElementsAre("opened", "report_asset_materialization", "log", "log", "log", "closed"));
  const RunJson materialization = Messages()[1].at("params");
  EXPECT_EQ(materialization.at("asset_key"), "annotated");
  const RunJson& metadata = materialization.at("metadata");
  EXPECT_EQ(metadata.at("duration_sec"), RunJson::parse(R"({"type": "float", "raw_value": 2.0})"));
  EXPECT_EQ(metadata.at("num_rows"), RunJson::parse(R"({"type": "int", "raw_value": 5})"));
  EXPECT_EQ(metadata.at("dagster/row_count"), RunJson::parse(R"({"type": "int", "raw_value": 5})"));
  EXPECT_EQ(metadata.at("engine"), RunJson::parse(R"({"type": "text", "raw_value": "index"})"));
  EXPECT_EQ(metadata.at("output_file").at("type"), "path");
  EXPECT_EQ(metadata.at("dagster/column_schema").at("type"), "table_schema");
  EXPECT_EQ(metadata.at("dagster/column_schema").at("raw_value").at("columns")[0].at("name"), "chrom");
  EXPECT_THAT(metadata.at("matches").at("raw_value").get<std::string>(), HasSubstr("| clin\\|var | 90 | 90 | 1,091 |"));
  EXPECT_EQ(Messages().back().at("params"), RunJson::object());
}

TEST_F(Pipes, ReportTheChecksThatTheStepDeclares) {
  auto pipes = Open(R"({"asset_keys": ["a"], "extras": {"varjoin_least_match_percent": 95,
                        "varjoin_checks": ["contigs_in_common", "bad_records", "match_rate"]}})");
  RunJson good = Record();
  good["bad_records"] = 0;
  good["sources"].erase(1);
  (*pipes)->ReportRun(Record());
  (*pipes)->ReportRun(good);
  std::vector<std::pair<std::string, bool>> checks;
  for (const RunJson& message : Messages()) {
    if (message.at("method") == "report_asset_check") {
      checks.emplace_back(message.at("params").at("check_name"), message.at("params").at("passed"));
      EXPECT_EQ(message.at("params").at("severity"), "WARN");
    }
  }
  EXPECT_THAT(checks, ElementsAre(std::pair("contigs_in_common", false), std::pair("bad_records", false),
                                  std::pair("match_rate", false), std::pair("contigs_in_common", true),
                                  std::pair("bad_records", true), std::pair("match_rate", false)));
}

TEST_F(Pipes, CloseWithTheFiveKeysOfAnExceptionWhenTheRunHasFailed) {
  auto pipes = Open(R"({"asset_keys": ["a"]})");
  (*pipes)->Close(BadInput("nosuch.vcf: no such file"));
  EXPECT_EQ(Messages().back().at("params").at("exception"),
            RunJson::parse(R"({"message": "nosuch.vcf: no such file", "stack": [], "name": "varjoin.BadInput",
                               "cause": null, "context": null})"));
}

TEST_F(Pipes, OfAStepWithoutExactlyOneAssetOnlyLog) {
  for (const char* context : {R"({"asset_keys": null})", R"({"asset_keys": ["a", "b"]})"}) {
    std::filesystem::remove("messages");
    auto pipes = Open(context);
    (*pipes)->ReportRun(Record());
    EXPECT_THAT(Methods(), ElementsAre("opened", "log"));
  }
}

TEST_F(Pipes, ThatCantBeReadAreAnErrorThatNamesTheVariable) {
  scratch_.Write("context", "no json");
  const std::pair<std::map<std::string, std::string>, const char*> cases[] = {
      {{{"DAGSTER_PIPES_CONTEXT", kContext}, {"DAGSTER_PIPES_MESSAGES", "?"}}, "DAGSTER_PIPES_MESSAGES: is not base64"},
      {{{"DAGSTER_PIPES_CONTEXT", kContext}, {"DAGSTER_PIPES_MESSAGES", "eJyr"}}, "is not compressed as zlib does"},
      {{{"DAGSTER_PIPES_CONTEXT", kContext}, {"DAGSTER_PIPES_MESSAGES", kMessages}},
       "DAGSTER_PIPES_CONTEXT: is no JSON object"},
  };
  for (const auto& [variables, message] : cases) {
    EXPECT_THAT(DagsterPipes::Open(Environment(variables)).status().message(), HasSubstr(message));
  }
}

}  // namespace
}  // namespace varjoin
