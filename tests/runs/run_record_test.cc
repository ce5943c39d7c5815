// run_record_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/run_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "runs/compare.h"
#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

RunRecord Begin(const RunStore& store, const RunJson& facts = {{"kind", "annotate"}}) {
  auto record = RunRecord::Begin(store, facts);
  EXPECT_TRUE(record.ok()) << record.status().message();
  return *std::move(record);
}

std::string IdOf(const RunJson& record) {
  return record.at("id");
}

TEST(RunRecord, SaysRunningWhileItsRunLivesThenHowItEnded) {
  const Scratch scratch;
  const RunStore store(scratch.path());
  RunRecord record = Begin(store);
  ASSERT_THAT(store.List(), SizeIs(1));
  EXPECT_EQ(store.List()[0].at("state"), "running");
  EXPECT_EQ(store.List()[0].at("kind"), "annotate");
  record.json()["records"] = 3;
  ASSERT_TRUE(record.End(run_state::kDone).ok());
  EXPECT_EQ(store.List()[0].at("state"), "done");
  EXPECT_EQ(store.List()[0].at("records"), 3);
  EXPECT_THAT(scratch.Names("runs"), ElementsAre(IdOf(record.json()) + ".json"));
}

TEST(RunRecord, WithoutAnEndIsFoundDeadAndStaysSo) {
  const Scratch scratch;
  const RunStore store(scratch.path());
  const std::string id = IdOf(Begin(store).json());
  EXPECT_THAT(scratch.Names("runs"), ElementsAre(id + ".json", id + ".lock"));
  EXPECT_EQ(store.List()[0].at("state"), "died");
  EXPECT_THAT(scratch.Names("runs"), ElementsAre(id + ".json"));
  EXPECT_EQ(store.List()[0].at("state"), "died");
}

TEST(RunRecord, IsFoundByTheBeginningOfItsIdOrAsTheLast) {
  const Scratch scratch;
  const RunStore store(scratch.path());
  EXPECT_THAT(store.Find("last").status().message(), HasSubstr("there is no run last; `varjoin runs list`"));
  scratch.Write("runs/20260101-000000-aaaaaa.json", R"({"state": "done"})");
  scratch.Write("runs/20260101-000000-aabbbb.json", R"({"state": "failed"})");
  scratch.Write("runs/20270101-000000-cccccc.json", "{ cut of");
  EXPECT_EQ(store.Find("20260101-000000-aaa")->at("state"), "done");
  EXPECT_EQ(store.Find("20260101-000000-aabbbb")->at("state"), "failed");
  EXPECT_THAT(store.Find("2026").status().message(), HasSubstr("2 runs have an id that begins with 2026"));
  EXPECT_EQ(store.Find("last")->at("state"), "unreadable");
  EXPECT_FALSE(store.Find("").ok());
}

TEST(RunRecord, OfARunUnderWayCantBeRemoved) {
  const Scratch scratch;
  const RunStore store(scratch.path());
  RunRecord record = Begin(store);
  const std::string id = IdOf(record.json());
  EXPECT_THAT(store.Remove(id).message(), HasSubstr("is under way"));
  ASSERT_TRUE(record.End(run_state::kFailed).ok());
  EXPECT_TRUE(store.Remove(id).ok());
  EXPECT_THAT(scratch.Names("runs"), IsEmpty());
}

TEST(RunRecord, KeepsBytesThatAreNotUtf8AsReplacements) {
  const Scratch scratch;
  const RunStore store(scratch.path());
  RunRecord record = Begin(store, {{"command", "varjoin annotate \xFF.vcf"}});
  ASSERT_TRUE(record.End(run_state::kDone).ok());
  EXPECT_EQ(store.List()[0].at("command"), "varjoin annotate \xEF\xBF\xBD.vcf");
}

TEST(RunRecord, OfManyRunsAtOnceAreAllKept) {
  constexpr int kThreads = 8;
  constexpr int kRuns = 5;
  const Scratch scratch;
  const RunStore store(scratch.path());
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int run = 0; run < kRuns; ++run) {
        RunRecord record = Begin(store);
        for (const RunJson& seen : store.List()) {
          EXPECT_NE(seen.at("state"), run_state::kDied) << seen.dump();
          EXPECT_NE(seen.at("state"), "unreadable");
        }
        EXPECT_TRUE(record.End(run_state::kDone).ok());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  std::set<std::string> ids;
  for (const RunJson& record : store.List()) {
    ids.insert(IdOf(record));
    EXPECT_EQ(record.at("state"), "done");
  }
  EXPECT_THAT(ids, SizeIs(kThreads * kRuns));
}

TEST(RunRecord, OfWhichOnlyALockWasMadeLeavesItForAMinuteAtMost) {
  const Scratch scratch;
  const RunStore store(scratch.path());
  RunRecord alive = Begin(store);
  const std::string fresh = scratch.Write("runs/20260101-000000-000001.lock", "");
  const std::string old = scratch.Write("runs/20260101-000000-000002.lock", "");
  const std::string hidden = scratch.Write("runs/.20260101-000000-000002.json.varjoin-abcdef", "{");
  for (const std::string& path : {old, hidden, store.LockPath(IdOf(alive.json()))}) {
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(2));
  }
  EXPECT_THAT(store.List(), SizeIs(1));
  EXPECT_TRUE(FileExists(fresh));
  EXPECT_FALSE(FileExists(old));
  EXPECT_FALSE(FileExists(hidden));
  EXPECT_EQ(store.List()[0].at("state"), "running");
}

TEST(RunRecord, ThatCantBeWrittenIsAnError) {
  const Scratch scratch;
  const std::string file = scratch.Write("home", "a file, no folder");
  EXPECT_THAT(RunRecord::Begin(RunStore(file), {}).status().message(), HasSubstr("runs"));
}

TEST(CompareRuns, TellsWhatWentInOtherwiseAndWhatCameOut) {
  const RunJson a = {
      {"id", "A"},
      {"versions", {{"varjoin", "1"}}},
      {"configuration",
       {{"engine", {{"value", "auto"}, {"source", "default"}}}, {"threads", {{"value", "2"}, {"source", "default"}}}}},
      {"sources", {{{"name", "clinvar"}, {"fingerprint", "1:a"}, {"matched", 90}}}},
      {"metadata", {{"duration_sec", 2.0}, {"engine", "index"}, {"num_rows", 0}}}};
  RunJson b = a;
  b["id"] = "B";
  b["configuration"]["threads"] = {{"value", "4"}, {"source", "--threads"}};
  b["configuration"]["engine"]["source"] = "run.yaml";  // the same value: not a change
  b["sources"][0]["fingerprint"] = "1:b";
  b["sources"][0]["matched"] = 99;
  b["sources"].push_back({{"name", "dbsnp"}, {"fingerprint", "1:c"}, {"matched", 1}});
  b["metadata"]["duration_sec"] = 1.5;
  const RunJson difference = CompareRuns(a, b);
  std::vector<std::string> changed;
  for (const RunJson& entry : difference.at("changed")) {
    changed.push_back(entry.at("what"));
  }
  EXPECT_THAT(changed, ElementsAre("threads", "files of source clinvar", "files of source dbsnp"));
  EXPECT_EQ(difference.at("figures"), RunJson::parse(R"([
      {"what": "duration_sec", "a": 2.0, "b": 1.5, "percent": -25.0},
      {"what": "num_rows", "a": 0, "b": 0, "percent": null},
      {"what": "matched in clinvar", "a": 90, "b": 99, "percent": 10.0},
      {"what": "matched in dbsnp", "a": null, "b": 1, "percent": null}])"));
  EXPECT_THAT(CompareRuns(a, a).at("changed"), IsEmpty());
}

}  // namespace
}  // namespace varjoin
