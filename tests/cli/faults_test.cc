// faults_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Full disks, quotas, failing disks, kills and read-only folders: what is found afterwards is the complete new file or
// the complete old one, and the exit code and the message say which. The suites that end in Long try every one of the
// cases, the others a tenth.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include "base/text.h"
#include "fault_bench.h"
#include "support/failing_calls.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kKinds[] = {"parquet", "csv", "vcf", "vcf.gz", "bcf", "index", "import"};
constexpr int kCalls = 200;    ///< that write
constexpr int kLevels = 20;    ///< of a disk's or a file's room
constexpr int kMoments = 100;  ///< of signals, over all kinds
constexpr const char* kPiece = "4096";

Words Command(const FaultBench& bench) {
  Words command = {Executable()};
  command.insert(command.end(), bench.command().begin(), bench.command().end());
  return command;
}

/// What was to be written is there, and something after it failed: its index, the sync of its folder.
bool SaysNew(const Outcome& outcome) {
  const Words words = {"is complete", "is written", "replaced source"};
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return outcome.err.find(word) != std::string::npos; });
}

/// A failure left the old file, or says that the new one is there.
void ExpectOldOrNew(const FaultBench& bench, const Outcome& outcome, int code, const std::string& reason) {
  const Found found = bench.Look();
  if (outcome.exit_code == 0) {
    EXPECT_EQ(found, Found::kNew) << outcome.err;
  } else {
    EXPECT_EQ(outcome.exit_code, code) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(reason));
    EXPECT_THAT(outcome.err, AnyOf(HasSubstr(bench.target()), HasSubstr("catalog"), HasSubstr("temp")));
    const bool is_new = found == Found::kNew || found == Found::kNewWithoutIndex;
    EXPECT_TRUE(SaysNew(outcome) ? is_new : found == Found::kOld) << ::testing::PrintToString(found) << "\n"
                                                                  << outcome.err;
  }
  EXPECT_THAT(bench.Leftovers(), IsEmpty());
}

struct Failure {
  int error;
  bool goes_on;  ///< every call from then on fails
  int code;
  const char* reason;
};

constexpr Failure kFailures[] = {{EIO, false, 1, "Input/output error"},
                                 {ENOSPC, true, 75, "the disk is full"},
                                 {EDQUOT, true, 75, "your disk quota is used up"}};

/// Lets each call that writes fail in turn, until a run has no more of them.
void FailEachCall(const std::string& kind, int step) {
  if (VARJOIN_SANITIZED) {
    GTEST_SKIP() << "a sanitizer must be loaded first";
  }
  const FaultBench bench(kind);
  int injected = 0;
  for (int call = 1; call <= kCalls; call += step) {
    const Failure& failure = kFailures[call / step % std::size(kFailures)];
    SCOPED_TRACE(kind + ", call " + std::to_string(call) + ": " + failure.reason);
    const Outcome outcome = bench.Varjoin(bench.command(), {{"LD_PRELOAD", FailingCalls()},
                                                            {"FAIL_AT", std::to_string(call)},
                                                            {"FAIL_WITH", std::to_string(failure.error)},
                                                            {"FAIL_ON", failure.goes_on ? "1" : "0"},
                                                            {"FAIL_PIECES", kPiece}});
    ExpectOldOrNew(bench, outcome, failure.code, failure.reason);
    bench.Reset();
    if (outcome.err.find("injected: ") == std::string::npos) {
      EXPECT_EQ(outcome.exit_code, 0);
      break;
    }
    ++injected;
  }
  EXPECT_GT(injected, 20 / step) << "the input is too small to tell";
}

/// Runs the command in a mount namespace of its own, where its folder is a file system of `bytes` more than it holds,
/// or one that can't be written. What is in it afterwards is copied back.
Outcome RunOnSmallDisk(const FaultBench& bench, uint64_t bytes, const std::string& then = "true") {
  const std::string script =
      "folder=$1 more=$2 then=$3 work=$4; shift 4; real=$(mktemp -d) && mount --bind \"$folder\" \"$real\" || exit 99; "
      "size=$(du -s --block-size=4096 --apparent-size \"$real\" | cut -f1); files=$(find \"$real\" | wc -l); "
      "mount -t tmpfs -o size=$(((size + files) * 4096 + more)) tmpfs \"$folder\" && cp -a \"$real/.\" \"$folder\" || "
      "exit 99; eval \"$then\"; cd \"$work\"; \"$@\"; code=$?; cd /; "
      "find \"$real\" -mindepth 1 -delete; cp -a \"$folder/.\" \"$real\"; umount \"$real\"; rmdir \"$real\"; exit "
      "$code";
  Words command = {"unshare", "-m",        "sh", "-c", script, "sh", bench.folder(), std::to_string(bytes),
                   then,      bench.work()};
  const Words varjoin = Command(bench);
  command.insert(command.end(), varjoin.begin(), varjoin.end());
  return RunProcess(command, bench.Options());
}

bool MayMount() {
  return RunProcess({"unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"}).exit_code == 0;
}

void FillTheDisk(const std::string& kind, int step) {
  if (!MayMount()) {
    GTEST_SKIP() << "needs a mount namespace (unshare -m)";
  }
  const FaultBench bench(kind);
  int full = 0;
  int complete = 0;
  for (int level = 0; level <= kLevels; level += step) {
    // From nothing to three times what is needed: a catalog is copied, and a folder has entries.
    const uint64_t bytes = level == kLevels ? 64 << 20 : bench.needed() * static_cast<uint64_t>(level) * 3 / kLevels;
    SCOPED_TRACE(kind + ", room for " + std::to_string(bytes) + " of " + std::to_string(bench.needed()) + " bytes");
    const Outcome outcome = RunOnSmallDisk(bench, bytes);
    ASSERT_NE(outcome.exit_code, 99) << outcome.err;
    ExpectOldOrNew(bench, outcome, 75, "the disk is full");
    bench.Reset();
    ++(outcome.exit_code == 0 ? complete : full);
  }
  EXPECT_GT(full, 0);
  EXPECT_GT(complete, 0);
}

void LimitTheFile(const std::string& kind, int step) {
  const FaultBench bench(kind);
  int limited = 0;
  for (int level = 0; level < kLevels; level += step) {
    const uint64_t kilobytes = 4 + bench.needed() / 1024 * static_cast<uint64_t>(level) / kLevels;
    SCOPED_TRACE(kind + ", files of " + std::to_string(kilobytes) + " KiB at most");
    Words command = {"bash", "-c", "ulimit -f $1; shift; exec \"$@\"", "bash", std::to_string(kilobytes)};
    const Words varjoin = Command(bench);
    command.insert(command.end(), varjoin.begin(), varjoin.end());
    const Outcome outcome = RunProcess(command, bench.Options());
    ExpectOldOrNew(bench, outcome, 75, "ulimit -f");
    bench.Reset();
    limited += outcome.exit_code == 0 ? 0 : 1;
  }
  EXPECT_GT(limited, 0);
}

class Fault : public ::testing::TestWithParam<const char*> {};
class FaultLong : public Fault {};

TEST_P(Fault, AtACallThatWritesLeavesTheOldOrTheNew) {
  FailEachCall(GetParam(), 10);
}

TEST_P(FaultLong, AtAnyCallThatWritesLeavesTheOldOrTheNew) {
  FailEachCall(GetParam(), 1);
}

TEST_P(Fault, OfAFullDiskLeavesTheOldOrTheNew) {
  FillTheDisk(GetParam(), 10);
}

TEST_P(FaultLong, OfADiskThatIsFullAtAnyLevelLeavesTheOldOrTheNew) {
  FillTheDisk(GetParam(), 1);
}

TEST_P(Fault, OfALimitOfFileSizesLeavesTheOldOrTheNew) {
  LimitTheFile(GetParam(), 10);
}

TEST_P(FaultLong, OfAnyLimitOfFileSizesLeavesTheOldOrTheNew) {
  LimitTheFile(GetParam(), 1);
}

TEST_P(Fault, OfAFolderThatCannotBeWrittenLeavesTheOld) {
  if (!MayMount()) {
    GTEST_SKIP() << "needs a mount namespace (unshare -m)";
  }
  const FaultBench bench(GetParam());
  const Outcome outcome = RunOnSmallDisk(bench, 64 << 20, "mount -o remount,ro \"$folder\"");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("Read-only file system"));
  EXPECT_EQ(bench.Look(), Found::kOld);
}

INSTANTIATE_TEST_SUITE_P(, Fault, ::testing::ValuesIn(kKinds),
                         [](const auto& info) { return ReplaceAll(info.param, ".", "_"); });
INSTANTIATE_TEST_SUITE_P(, FaultLong, ::testing::ValuesIn(kKinds),
                         [](const auto& info) { return ReplaceAll(info.param, ".", "_"); });

/// Other moments with each run of the tests; the printed seed in the environment gives the same ones again.
uint32_t Seed() {
  const char* const given = std::getenv("VARJOIN_TEST_SEED");
  const uint32_t seed = given == nullptr ? std::random_device()() : static_cast<uint32_t>(std::stoul(given));
  std::cout << "moments of VARJOIN_TEST_SEED=" << seed << std::endl;
  return seed;
}

/// Sends a signal at random moments of a run.
void SignalAtRandom(const std::string& kind, int signal, int moments) {
  const FaultBench bench(kind);
  std::mt19937 random(Seed());
  std::uniform_real_distribution<double> delay(0, bench.seconds());
  for (int moment = 0; moment < moments; ++moment) {
    const double seconds = delay(random);
    SCOPED_TRACE(kind + ", after " + std::to_string(seconds) + " s");
    const auto process = bench.Start(bench.command());
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    process->Signal(signal);
    const Outcome outcome = process->Wait();
    if (signal == SIGKILL) {
      EXPECT_NE(bench.Look(), Found::kBroken);
      bench.MustRun(bench.command());  // sweeps
      EXPECT_EQ(bench.Look(), Found::kNew);
    } else if (outcome.signal == signal) {  // before it was minded
      EXPECT_EQ(bench.Look(), Found::kOld);
    } else if (outcome.exit_code != 0) {
      EXPECT_EQ(outcome.exit_code, 130);
      EXPECT_THAT(outcome.err, HasSubstr("interrupted"));
      EXPECT_EQ(bench.Look(), SaysNew(outcome) ? Found::kNew : Found::kOld);
    } else {
      EXPECT_EQ(bench.Look(), Found::kNew);
    }
    EXPECT_THAT(bench.Leftovers(), IsEmpty());
    bench.Reset();
  }
}

class Signalled : public ::testing::TestWithParam<std::tuple<const char*, int>> {};
class SignalledLong : public Signalled {};

constexpr int kMomentsOfKind =
    (kMoments + static_cast<int>(std::size(kKinds)) - 1) / static_cast<int>(std::size(kKinds));

TEST_P(Signalled, AtAMomentLeavesTheOldOrTheNewAndTheNextRunSweeps) {
  SignalAtRandom(std::get<0>(GetParam()), std::get<1>(GetParam()), kMomentsOfKind / 10 + 1);
}

TEST_P(SignalledLong, AtAnyMomentLeavesTheOldOrTheNewAndTheNextRunSweeps) {
  SignalAtRandom(std::get<0>(GetParam()), std::get<1>(GetParam()), kMomentsOfKind);
}

const auto kNameOfSignal = [](const auto& info) {
  return ReplaceAll(std::get<0>(info.param), ".", "_") +
         (std::get<1>(info.param) == SIGKILL ? "_killed" : "_interrupted");
};
INSTANTIATE_TEST_SUITE_P(, Signalled,
                         ::testing::Combine(::testing::ValuesIn(kKinds), ::testing::Values(SIGKILL, SIGINT)),
                         kNameOfSignal);
INSTANTIATE_TEST_SUITE_P(, SignalledLong,
                         ::testing::Combine(::testing::ValuesIn(kKinds), ::testing::Values(SIGKILL, SIGINT)),
                         kNameOfSignal);

/// The output is a link to a file of another file system, which is replaced there.
TEST(OutputElsewhere, OnAnotherFileSystemIsReplacedThere) {
  if (!MayMount()) {
    GTEST_SKIP() << "needs a mount namespace (unshare -m)";
  }
  const std::string script =
      "mkdir other && mount -t tmpfs tmpfs other && mv \"$1\" other/it && ln -s other/it \"$1\" || exit 99; "
      "target=$1; shift; \"$@\"; code=$?; test -L \"$target\" && rm \"$target\" && cp other/it \"$target\"; "
      "ls -A other; umount other; rmdir other; exit $code";
  for (const char* const kind : {"parquet", "vcf.gz"}) {
    const FaultBench bench(kind);
    Words command = {"unshare", "-m", "sh", "-c", script, "sh", bench.target()};
    const Words varjoin = Command(bench);
    command.insert(command.end(), varjoin.begin(), varjoin.end());
    const Outcome outcome = RunProcess(command, bench.Options());
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "it\n") << "what is left there";
    EXPECT_EQ(bench.Look(), Found::kNew);
    EXPECT_THAT(bench.Leftovers(), IsEmpty());
  }
}

}  // namespace
}  // namespace varjoin::test
