// interruption_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Runs that are killed or stopped on the way: no partial output, and the next run cleans up.
//
// A moment is told by what the run has made so far, never by the clock: the run is stopped, looked at, and goes on
// until the moment has come. If it is over before, it is tried again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string_view>
#include <thread>
#include <tuple>

#include "small_files.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kTries = 20;
constexpr int kRecords = 150'000;

uint64_t SizeOf(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

/// The hidden file in `folder`, "" if there is none.
std::string HiddenFile(const std::string& folder) {
  for (const std::string& name : NamesIn(folder)) {
    if (name.starts_with('.')) {
      return folder + "/" + name;
    }
  }
  return "";
}

/// Large enough to take a while.
std::string LargePerson() {
  std::string text = Vcf({"INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">"}, {});
  for (int i = 1; i <= kRecords; ++i) {
    text += "chr1\t" + std::to_string(i * 5) + "\t.\tA\tG\t.\t.\tDP=" + std::to_string(i * 7919LL % 1000003) + "\n";
  }
  return text;
}

struct Moment {
  std::string name;
  std::function<bool(const Workbench&)> has_come;
};

void PrintTo(const Moment& moment, std::ostream* out) {
  *out << moment.name;
}

std::vector<Moment> Moments() {
  return {
      {"with_its_temp_folder",
       [](const Workbench& bench) {
         const Words folders = NamesIn(bench.temp());
         return !folders.empty() && fs::exists(bench.temp() + "/" + folders[0] + "/in-use");
       }},
      {"with_its_hidden_output", [](const Workbench& bench) { return !HiddenFile(bench.work()).empty(); }},
      {"with_part_of_the_output_written", [](const Workbench& bench) { return SizeOf(HiddenFile(bench.work())) > 4; }}};
}

class Interrupted : public ::testing::TestWithParam<Moment> {
 protected:
  Interrupted() { bench_.Write("large.vcf", LargePerson()); }

  const Words kCommand = {"annotate", "large.vcf", "-s", "demo", "--duplicates", "first", "-o", "o.parquet", "--force"};

  /// Starts `command` and stops it at a moment. Null: it was over before.
  std::unique_ptr<Process> StopAt(const Words& command, const std::function<bool(const Workbench&)>& has_come) {
    for (int i = 0; i < kTries; ++i) {
      auto process = bench_.Start(command);
      while (process->Stop()) {
        if (has_come(bench_)) {
          return process;
        }
        process->Signal(SIGCONT);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      EXPECT_EQ(process->Wait().exit_code, 0);
    }
    return nullptr;
  }

  void ExpectACompleteRun() {
    const Outcome outcome = bench_.MustRun(kCommand);
    EXPECT_EQ(bench_.Output("count(*)"), Words{std::to_string(kRecords)});
    EXPECT_THAT(bench_.WorkNames(), ElementsAre("demo.vcf", "large.vcf", "o.parquet", "person.vcf"));
    EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
    EXPECT_THAT(bench_.Sources(), ElementsAre("demo"));
  }

  SmallBench bench_;
};

TEST_P(Interrupted, ByKillLeavesNoPartialOutputAndTheNextRunSweeps) {
  for (const std::string& old : {std::string(), std::string("old")}) {
    fs::remove(bench_.Path("o.parquet"));
    if (!old.empty()) {
      bench_.Write("o.parquet", old);
    }
    const auto process = StopAt(kCommand, [&](const Workbench& bench) {
      // An output of an earlier try must be gone.
      return GetParam().has_come(bench) && ReadFile(bench.Path("o.parquet")) == old;
    });
    if (process == nullptr) {
      GTEST_SKIP() << "the run was never seen at this moment";
    }
    process->Signal(SIGKILL);
    EXPECT_EQ(process->Wait().signal, SIGKILL);
    EXPECT_EQ(fs::exists(bench_.Path("o.parquet")), !old.empty());
    EXPECT_EQ(ReadFile(bench_.Path("o.parquet")), old);
    EXPECT_THAT(NamesIn(bench_.temp()), SizeIs(1)) << "the leftovers that are to be swept";
    ExpectACompleteRun();
  }
}

TEST_P(Interrupted, BySignalCleansUpAndEndsWith130) {
  for (const int signal : {SIGINT, SIGTERM}) {
    bench_.Write("o.parquet", "old");
    const auto process = StopAt(kCommand, GetParam().has_come);
    if (process == nullptr) {
      GTEST_SKIP() << "the run was never seen at this moment";
    }
    process->Signal(signal);
    process->Signal(SIGCONT);
    const Outcome outcome = process->Wait();
    if (outcome.exit_code == 0) {
      continue;  // it was all but complete
    }
    EXPECT_EQ(outcome.exit_code, 130);
    EXPECT_EQ(outcome.err, "varjoin: interrupted\n");
    EXPECT_EQ(ReadFile(bench_.Path("o.parquet")), "old");
    EXPECT_THAT(bench_.WorkNames(), ElementsAre("demo.vcf", "large.vcf", "o.parquet", "person.vcf"));
    EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
    EXPECT_THAT(bench_.Sources(), ElementsAre("demo"));
  }
}

INSTANTIATE_TEST_SUITE_P(, Interrupted, ::testing::ValuesIn(Moments()),
                         [](const auto& info) { return info.param.name; });

using ImportInterrupted = Interrupted;

TEST_F(ImportInterrupted, ByKillKeepsTheOldSourceAndTheNextImportSweeps) {
  const std::string folder = bench_.home() + "/sources/demo";
  const auto process = StopAt({"source", "import", "demo", "large.vcf"},
                              [&](const Workbench&) { return SizeOf(HiddenFile(folder)) > 4; });
  if (process == nullptr) {
    GTEST_SKIP() << "the import was never seen at this moment";
  }
  process->Signal(SIGKILL);
  process->Wait();
  EXPECT_NE(HiddenFile(folder), "");
  EXPECT_THAT(bench_.Sources(), ElementsAre("demo"));
  EXPECT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
  bench_.MustRun({"source", "import", "demo", "demo.vcf"});
  EXPECT_THAT(NamesIn(folder), SizeIs(1));
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
}

TEST_F(ImportInterrupted, BySignalLeavesNothing) {
  const std::string folder = bench_.home() + "/sources/new";
  const auto process =
      StopAt({"source", "import", "new", "large.vcf"}, [&](const Workbench&) { return HiddenFile(folder) != ""; });
  if (process == nullptr) {
    GTEST_SKIP() << "the import was never seen at this moment";
  }
  process->Signal(SIGINT);
  process->Signal(SIGCONT);
  const Outcome outcome = process->Wait();
  if (outcome.exit_code != 0) {
    EXPECT_EQ(outcome.exit_code, 130);
    EXPECT_THAT(NamesIn(folder), IsEmpty());
    EXPECT_THAT(bench_.Sources(), ElementsAre("demo"));
  }
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
}

/// By a signal, and with an engine.
class WaitingForInput : public ::testing::TestWithParam<std::tuple<int, const char*>> {};

TEST_P(WaitingForInput, CanBeInterrupted) {
  const auto [signal, engine] = GetParam();
  const SmallBench bench;
  ProcessOptions options = bench.Options();
  options.input = SmallPerson();
  options.close_input = false;
  Process process({Executable(), "annotate", "-", "-s", "demo", "-o", "o.parquet", "--engine", engine}, options);
  const auto waits = [&] {
    const Words folders = NamesIn(bench.temp());
    return !folders.empty() && (engine == std::string_view("index") ||
                                SizeOf(bench.temp() + "/" + folders[0] + "/standard-input") == options.input->size());
  };
  while (process.Running() && !waits()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // nothing tells that it waits for a pipe as it comes
  process.Signal(signal);
  while (process.Running()) {  // its input is still open
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const Outcome outcome = process.Wait();
  if (signal == SIGKILL) {
    EXPECT_EQ(outcome.signal, SIGKILL);
    EXPECT_THAT(NamesIn(bench.temp()), SizeIs(1));
    EXPECT_EQ(bench.Annotate({"-s", "demo"}).exit_code, 0);
    fs::remove(bench.Path("o.parquet"));
  } else {
    EXPECT_EQ(outcome.exit_code, 130);
  }
  EXPECT_THAT(bench.WorkNames(), ElementsAre("demo.vcf", "person.vcf"));
  EXPECT_THAT(NamesIn(bench.temp()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(, WaitingForInput,
                         ::testing::Combine(::testing::Values(SIGINT, SIGTERM, SIGHUP, SIGKILL),
                                            ::testing::Values("index", "duckdb")),
                         [](const auto& info) {
                           return "by_signal_" + std::to_string(std::get<0>(info.param)) + "_" +
                                  std::get<1>(info.param);
                         });

TEST(TwoRuns, ToTheSameOutputDoNotSweepEachOthersFiles) {
  SmallBench bench;
  bench.Write("large.vcf", LargePerson());
  std::vector<std::unique_ptr<Process>> runs;
  for (int i = 0; i < 3; ++i) {
    runs.push_back(
        bench.Start({"annotate", "large.vcf", "-s", "demo", "--duplicates", "first", "-o", "o.parquet", "--force"}));
  }
  for (const auto& run : runs) {
    const Outcome outcome = run->Wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  EXPECT_EQ(bench.Output("count(*)"), Words{std::to_string(kRecords)});
  EXPECT_THAT(NamesIn(bench.temp()), IsEmpty());
}

TEST(SeveralWriters, OfTheCatalogAllGetTheirTurn) {
  SmallBench bench;
  std::vector<std::unique_ptr<Process>> writers;
  const Words names = {"a", "b", "c", "d"};
  for (const std::string& name : names) {
    writers.push_back(bench.Start({"source", "import", name, "demo.vcf"}));
  }
  Words made = {"demo"};
  for (size_t i = 0; i < writers.size(); ++i) {
    const Outcome outcome = writers[i]->Wait();
    // On a machine that is slow enough, one may give up waiting for the others, in plain words.
    EXPECT_THAT(outcome.exit_code, ::testing::AnyOf(0, 75)) << outcome.err;
    if (outcome.exit_code == 0) {
      made.push_back(names[i]);
    }
  }
  EXPECT_THAT(bench.Sources(), ::testing::UnorderedElementsAreArray(made));
}

}  // namespace
}  // namespace varjoin::test
