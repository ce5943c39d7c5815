// cohort_faults_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever happens to a change of a cohort: there is the old cohort, or the new one, and nothing lies about.
#include <csignal>
#include <filesystem>
#include <thread>

#include "cohort_bench.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

constexpr int kMoments = 120;

/// The Parquet files below the cohort's folder.
Words FilesOf(const CohortBench& bench) {
  Words files;
  for (const auto& entry : fs::recursive_directory_iterator(bench.Path("c"))) {
    if (entry.is_regular_file() && entry.path().extension() == ".parquet") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Those that the manifest names.
Words FilesNamed(const CohortBench& bench) {
  const nlohmann::json manifest = nlohmann::json::parse(ReadFile(bench.Path("c/cohort.json")));
  Words files;
  for (const auto& sample : manifest.at("samples")) {
    files.push_back(bench.Path("c/" + sample.at("calls").at("path").get<std::string>()));
  }
  for (const auto& part : manifest.at("sites")) {
    for (const auto& file : part.at("files")) {
      files.push_back(bench.Path("c/" + file.at("path").get<std::string>()));
    }
  }
  for (const auto& file : manifest.at("counts")) {
    files.push_back(bench.Path("c/" + file.at("path").get<std::string>()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Person(const std::string& name, int first) {
  Words records;
  for (int i = first; i < first + 300; ++i) {
    records.push_back(fmt::format("1 {} . A {} . . . GT 0/1", 10 * i, i % 2 == 0 ? "G" : "GT"));
  }
  return People(name, records);
}

/// What there is of the cohort, by all its views.
Words Content(const CohortBench& bench) {
  return bench.Look(
      "SELECT sample, count(*), sum(start), count(demo_hits) FROM cohort_variants GROUP BY ALL UNION ALL SELECT "
      "'sites', "
      "count(*), sum(start), count(DISTINCT site) FROM cohort_sites UNION ALL SELECT 'counts', sum(AC), sum(AN), "
      "sum(carriers) FROM cohort_frequencies ORDER BY ALL");
}

/// A cohort of `a`, and a change of it that is killed at a random moment, again and again.
void KillAtRandom(int moments) {
  std::mt19937 random(Seed());
  const CohortBench bench;
  bench.Write("a.vcf", Person("a", 10));
  bench.Write("b.vcf", Person("b", 100));
  bench.Write("many.vcf", People("x y", {"1 100 . A T . . . GT 0/1 1/1"}));
  bench.MustCohort("add", {"a.vcf", "-s", "demo"});
  const Words old = Content(bench);
  const std::vector<Words> changes = {{"cohort", "add", "c", "b.vcf", "many.vcf"},
                                      {"cohort", "annotate", "c", "-s", "demo"},
                                      {"cohort", "remove", "c", "a"}};
  int kept = 0;
  for (int moment = 0; moment < moments; ++moment) {
    const Words& change = changes[static_cast<size_t>(moment) % changes.size()];
    fs::remove_all(bench.Path("saved"));
    fs::copy(bench.Path("c"), bench.Path("saved"), fs::copy_options::recursive);
    const auto began = std::chrono::steady_clock::now();
    bench.MustRun(change);
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - began;
    const Words anew = Content(bench);
    fs::remove_all(bench.Path("c"));
    fs::copy(bench.Path("saved"), bench.Path("c"), fs::copy_options::recursive);
    const double seconds = std::uniform_real_distribution<double>(0, whole.count())(random);
    SCOPED_TRACE(change[1] + ", killed after " + std::to_string(seconds) + " s");
    const auto process = bench.Start(change);
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    process->Signal(SIGKILL);
    process->Wait();
    const Words found = Content(bench);
    EXPECT_THAT(found, AnyOf(old, anew));
    kept += found == old ? 1 : 0;
    if (found == old) {
      bench.MustRun(change);
      EXPECT_EQ(Content(bench), anew);
    }
    // The next change sweeps, whatever it is.
    bench.Write("last.vcf", People("last", {"1 100 . A T . . . GT 0/1"}));
    bench.MustCohort("add", {"last.vcf"});
    EXPECT_EQ(FilesOf(bench), FilesNamed(bench));
    fs::remove_all(bench.Path("c"));
    fs::copy(bench.Path("saved"), bench.Path("c"), fs::copy_options::recursive);
  }
  std::cout << kept << " of " << moments << " left the old cohort" << std::endl;
}

TEST(CohortKilled, IsTheOldOrTheNewOne) {
  KillAtRandom(kMoments / 10);
}

TEST(CohortKilledLong, IsTheOldOrTheNewOne) {
  KillAtRandom(kMoments);
}

TEST(CohortFirst, KilledOnesFolderCanBeUsedAgain) {
  const CohortBench bench;
  bench.Write("a.vcf", Person("a", 10));
  fs::create_directories(bench.Path("c/sites"));
  bench.Write("c/sites/varjoin-1-1.parquet", "half a fi");
  bench.Write("c/cohort.unfinished", "");
  bench.Write("c/cohort.lock", "");
  bench.MustCohort("add", {"a.vcf", "-s", "demo"});
  EXPECT_EQ(FilesOf(bench), FilesNamed(bench));
}

TEST(CohortAtOnce, AddsAreOneAfterTheOtherOrTryAgain) {
  const CohortBench bench;
  constexpr int kProcesses = 4;
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < kProcesses; ++i) {
    const std::string name = fmt::format("p{}", i);
    bench.Write(name + ".vcf", Person(name, 10 + 50 * i));
    processes.push_back(bench.Start({"cohort", "add", "c", name + ".vcf", "-s", "demo"}));
  }
  for (int i = 0; i < kProcesses; ++i) {
    const Outcome outcome = processes[static_cast<size_t>(i)]->Wait();
    EXPECT_THAT(outcome.exit_code, AnyOf(0, 75)) << outcome.err;
    if (outcome.exit_code == 75) {
      EXPECT_THAT(outcome.err, HasSubstr("try again"));
      bench.MustCohort("add", {fmt::format("p{}.vcf", i)});
    }
  }
  EXPECT_THAT(bench.Look("SELECT sample, count(*) FROM cohort_variants GROUP BY ALL ORDER BY ALL"),
              ElementsAre("p0|300", "p1|300", "p2|300", "p3|300"));
  EXPECT_THAT(bench.Look("SELECT count(*) FROM cohort_sites"), ElementsAre("450"));
  EXPECT_EQ(FilesOf(bench), FilesNamed(bench));
}

TEST(CohortInUse, KeepsTheFilesThatAReaderReads) {
  const CohortBench bench;
  bench.Write("a.vcf", Person("a", 10));
  bench.Write("b.vcf", Person("b", 10));
  bench.MustCohort("add", {"a.vcf", "b.vcf", "-s", "demo"});
  const Words before = FilesOf(bench);
  const auto reader =
      bench.Start({"query", "--cohort", "c", "SELECT count(*) FROM cohort_calls, range(100000), range(100000)"});
  // It reads once its temporary folder is there; only a held file tells.
  for (int i = 0; i < 500; ++i) {
    const Outcome held = RunProcess({"flock", "-n", "-x", bench.Path("c/cohort.readers"), "true"});
    if (held.exit_code != 0) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_TRUE(reader->Running());
  bench.MustCohort("remove", {"a"});
  EXPECT_THAT(FilesOf(bench), IsSupersetOf(before)) << "is being read";
  reader->Signal(SIGKILL);
  reader->Wait();
  bench.MustCohort("remove", {"b"});
  EXPECT_EQ(FilesOf(bench), FilesNamed(bench));
}

}  // namespace
}  // namespace varjoin::test
