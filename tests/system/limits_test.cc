// limits_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "system/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "base/text.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr uint64_t kMb = 1'000'000;
constexpr uint64_t kGb = 1'000 * kMb;
constexpr uint64_t kMib = uint64_t{1} << 20;
constexpr uint64_t kGib = uint64_t{1} << 30;

Machine MachineOf(uint64_t memory, int cpus) {
  return {memory, memory, "host", cpus, cpus, "host"};
}

/// As a flag says it.
Setting<std::string> Flag(const std::string& name, const std::string& value) {
  return {value, name};
}

Limits Decide(const Machine& machine, const LimitOptions& options = {}) {
  Result<Limits> limits = DecideLimits(machine, options);
  EXPECT_TRUE(limits.ok()) << limits.status().message();
  return limits.ok() ? *limits : Limits();
}

TEST(Limits, DefaultsFollowTheDesignsTable) {
  struct Case {
    uint64_t memory;
    int cpus;
    const char* wanted;
    int threads;
    const char* applied;
  };
  const Case cases[] = {
      {4 * kGib, 2, "8GB", 2, "3435MB"},
      {16 * kGib, 8, "12GB", 6, "12GB"},
      {64 * kGib, 24, "48GB", 16, "48GB"},
      {94 * kGib, 32, "70GB", 16, "70GB"},
      {256 * kGib, 64, "128GB", 16, "128GB"},
      // What a machine sold as 16 GB reports.
      {16357784 * uint64_t{1024}, 8, "11GB", 6, "11GB"},
      {10 * kGib, 3, "8GB", 2, "8GB"},
      {12 * kGib, 4, "9GB", 3, "9GB"},
      {8 * kGib, 1, "8GB", 2, "6871MB"},
      {1024 * kGib, 1000, "128GB", 16, "128GB"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::Message() << c.memory << " bytes, " << c.cpus << " CPUs");
    const Limits limits = Decide(MachineOf(c.memory, c.cpus));
    EXPECT_EQ(limits.memory.value, c.wanted);
    EXPECT_EQ(limits.memory.source, "default");
    EXPECT_EQ(limits.memory_text, c.applied);
    EXPECT_EQ(limits.memory_note.empty(), limits.memory_text == c.wanted);
    EXPECT_EQ(limits.threads.value, c.threads);
    EXPECT_EQ(limits.threads.source, "default");
    EXPECT_EQ(limits.temp_directory.value, "/tmp/duckdb_temp");
    EXPECT_EQ(limits.temp_directory.source, "default");
  }
}

TEST(Limits, NeverExceedWhatTheMachineCanGive) {
  struct Case {
    uint64_t memory;
    const char* applied;
    const char* reason;
  };
  const Case cases[] = {
      {9 * kGb, "7200MB", "80 % of the "},
      {1 * kGib, "817MB", "all but 256 MB of the "},
      {512 * kMib, "280MB", "all but 256 MB of the "},
      {300 * kMb, "128MB", "the run may be killed"},
      {64 * kMb, "128MB", "the run may be killed"},
      {0, "128MB", "the run may be killed"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.memory);
    const Limits limits = Decide(MachineOf(c.memory, 2));
    EXPECT_EQ(limits.memory_text, c.applied);
    EXPECT_THAT(limits.memory_note,
                AllOf(HasSubstr(std::string("is ") + c.applied + ", not 8GB (default)"), HasSubstr(c.reason),
                      HasSubstr(HumanBytes(c.memory) + " of RAM allowed here (host)")));
  }
}

TEST(Limits, CapWhatTheUserAsksForToo) {
  const Limits limits = Decide(MachineOf(4 * kGib, 4), {.memory_limit = Flag("--memory-limit", "1.5 TB")});
  EXPECT_EQ(limits.memory.value, "1.5 TB");
  EXPECT_EQ(limits.memory_text, "3435MB");
  EXPECT_EQ(limits.memory_bytes, 3435 * kMb);
  EXPECT_THAT(limits.memory_note, HasSubstr("is 3435MB, not 1.5 TB (--memory-limit)"));
}

TEST(Limits, GiveDuckDbATextThatMeansTheAppliedBytes) {
  const Machine machine = MachineOf(16 * kGib, 8);
  const std::pair<const char*, const char*> cases[] = {
      {"2GB", "2GB"},        {"2GiB", "2GiB"},     {"500mb", "500MB"}, {"1000 MB", "1GB"},
      {"1.5 GB", "1500MB"},  {"512mib", "512MiB"}, {"50%", "8589MB"},  {"300.000001MB", "300000001B"},
      {"100.5KB", "100500B"}};
  for (const auto& [wanted, text] : cases) {
    SCOPED_TRACE(wanted);
    const Limits limits = Decide(machine, {.memory_limit = Flag("--memory-limit", wanted)});
    EXPECT_EQ(limits.memory_text, text);
    const Result<uint64_t> meant = ParseMemory(limits.memory_text, machine.memory);
    ASSERT_TRUE(meant.ok());
    EXPECT_EQ(*meant, limits.memory_bytes);
    EXPECT_EQ(limits.memory_note, "");
  }
}

TEST(Limits, AreWhatWasAskedForAndNameWhoAsked) {
  const Limits limits = Decide(MachineOf(64 * kGib, 24), {.memory_limit = Flag("VARJOIN_MEMORY_LIMIT", "2GiB"),
                                                          .threads = Flag("run.yaml", "1024"),
                                                          .temp_directory = Flag("--temp-directory", "/scratch")});
  EXPECT_EQ(limits.memory_bytes, 2 * kGib);
  EXPECT_EQ(limits.memory.source, "VARJOIN_MEMORY_LIMIT");
  EXPECT_EQ(limits.threads.value, 1024);
  EXPECT_EQ(limits.threads.source, "run.yaml");
  EXPECT_EQ(limits.temp_directory.value, "/scratch");
  EXPECT_EQ(limits.temp_directory.source, "--temp-directory");
}

TEST(Limits, SayWhenTheTempDirectoryHasLessSpaceThanARunMaySpill) {
  EXPECT_EQ(LittleSpaceNote("/scratch", 4 * kGb, 100 * kGb), "");
  EXPECT_EQ(LittleSpaceNote("/scratch", 500 * kMb, 500 * kMb), "");
  EXPECT_THAT(LittleSpaceNote("/scratch", 499 * kMb, 500 * kMb),
              AllOf(HasSubstr("/scratch has 499"), HasSubstr("limit of 500"), HasSubstr("--temp-directory")));
  EXPECT_THAT(LittleSpaceNote("/scratch", 3 * kGb, 100 * kGb), HasSubstr("/scratch has 3"));
}

TEST(Limits, FreeSpaceIsThatOfTheFoldersFileSystem) {
  EXPECT_GT(FreeSpace("/"), 0U);
  EXPECT_EQ(FreeSpace("/no/such/folder"), 0U);
}

TEST(Limits, AnUnreadableValueIsAnErrorThatNamesItsSource) {
  const auto memory = [](const std::string& text) {
    return LimitOptions{.memory_limit = Flag("--memory-limit", text)};
  };
  const auto threads = [](const std::string& text) { return LimitOptions{.threads = Flag("run.yaml", text)}; };
  const std::pair<LimitOptions, const char*> cases[] = {
      {memory("16"), "--memory-limit: \"16\" is not a memory size: it has no unit"},
      {memory(""), "--memory-limit: "},
      {memory("lots"), "--memory-limit: \"lots\" is not a memory size"},
      {threads("0"), "run.yaml: \"0\" is not a number of threads; write a whole number from 1 to 1024"},
      {threads("1025"), "from 1 to 1024"},
      {threads("-2"), "from 1 to 1024"},
      {threads("2.5"), "from 1 to 1024"},
      {threads("99999999999999999999"), "from 1 to 1024"},
      {threads(""), "from 1 to 1024"},
      {threads("all"), "run.yaml: \"all\""},
      {{.temp_directory = Flag("--temp-directory", "")}, "--temp-directory: the name of a folder is missing"},
  };
  for (const auto& [options, message] : cases) {
    SCOPED_TRACE(message);
    const Result<Limits> limits = DecideLimits(MachineOf(16 * kGib, 8), options);
    ASSERT_FALSE(limits.ok());
    EXPECT_EQ(limits.status().code(), StatusCode::kBadInput);
    EXPECT_THAT(limits.status().message(), HasSubstr(message));
  }
}

TEST(ParseMemory, ReadsWhatDuckDbReads) {
  constexpr uint64_t kRam = 8 * kGib;
  const std::pair<const char*, uint64_t> cases[] = {
      {"16GB", 16 * kGb},
      {"16gb", 16 * kGb},
      {"16 g", 16 * kGb},
      {"500MB", 500 * kMb},
      {"2GiB", 2 * kGib},
      {"2gIb", 2 * kGib},
      {"300M", 300 * kMb},
      {"3mib", 3 * kMib},
      {"7KB", 7'000},
      {"7K", 7'000},
      {"7KiB", 7 * 1024},
      {"1.5 TB", 1'500 * kGb},
      {"2T", 2'000 * kGb},
      {"0.5TiB", 512 * kGib},
      {".5GB", 500 * kMb},
      {"1.GB", kGb},
      {"  4GB ", 4 * kGb},
      {"4GB\t", 4 * kGb},
      {"123456789B", 123'456'789},
      {"1.9b", 1},
      {"50%", 4294 * kMb},
      {"50 %", 4294 * kMb},
      {"100%", 8589 * kMb},
      {"0.001%", 85'899},
      {"8000000TB", 8'000'000'000 * kGb},
  };
  for (const auto& [text, bytes] : cases) {
    const Result<uint64_t> parsed = ParseMemory(text, kRam);
    ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.status().message();
    EXPECT_EQ(*parsed, bytes) << text;
  }
}

TEST(ParseMemory, RefusesTheRestAndShowsTheForms) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "it does not start with a number"},
      {"   ", "it does not start with a number"},
      {"GB", "it does not start with a number"},
      {".GB", "it does not start with a number"},
      {"1.2.3GB", "it does not start with a number"},
      {"+1GB", "it does not start with a number"},
      {"nanGB", "it does not start with a number"},
      {"infGB", "it does not start with a number"},
      {"none", "it does not start with a number"},
      {"-1", "it is negative"},
      {"-2GB", "it is negative"},
      {"16", "it has no unit"},
      {"0", "it has no unit"},
      {"1.5", "it has no unit"},
      {"0GB", "it is less than one byte"},
      {"0.0%", "it is less than one byte"},
      {"0.4B", "it is less than one byte"},
      {"16PB", "\"PB\" is no unit"},
      {"16 GBytes", "\"GBytes\" is no unit"},
      {"1,5GB", "\",5GB\" is no unit"},
      {"1e3MB", "\"e3MB\" is no unit"},
      {"16GB 2", "\"GB 2\" is no unit"},
      {"101%", "it is more than all RAM"},
      {"9223373TB", "it is too large"},
      {"99999999999999999999999TB", "it is too large"},
  };
  for (const auto& [text, why] : cases) {
    const Result<uint64_t> parsed = ParseMemory(text, 8 * kGib);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.status().code(), StatusCode::kBadInput) << text;
    EXPECT_THAT(parsed.status().message(), AllOf(HasSubstr(why), HasSubstr("write it like 16GB, 500MB, 2GiB or 50%")));
  }
  EXPECT_FALSE(ParseMemory(std::string(400, '9') + "B", kGib).ok());
}

}  // namespace
}  // namespace varjoin
