// known_starts_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/known_starts.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace varjoin::index {
namespace {

TEST(KnownStarts, HoldsEveryStartThatWasAddedWhateverItIs) {
  KnownStarts starts;
  std::mt19937_64 random(1);
  std::vector<std::pair<int, int64_t>> added;
  for (const int64_t start : {INT64_MIN, int64_t{-1}, int64_t{0}, int64_t{1}, int64_t{5'000'000'000}, INT64_MAX}) {
    added.emplace_back(KnownStarts::ContigNumber("1"), start);
  }
  for (int i = 0; i < 100'000; ++i) {
    added.emplace_back(KnownStarts::ContigNumber(std::to_string(i % 25)), static_cast<int64_t>(random() >> (i % 64)));
  }
  for (const auto& [contig, start] : added) {
    starts.Add(contig, start);
  }
  for (const auto& [contig, start] : added) {
    ASSERT_TRUE(starts.MayHold(contig, start)) << contig << ":" << start;
    ASSERT_TRUE(starts.MayHold(start)) << start;
  }
}

/// Of the starts around those that are added, the share that is taken for one and is none.
double WrongShare(int64_t alleles, int64_t apart) {
  KnownStarts starts;
  std::set<std::pair<int, int64_t>> added;
  std::mt19937_64 random(2);
  for (int64_t i = 0; i < alleles; ++i) {
    const int contig = KnownStarts::ContigNumber(i % 2 == 0 ? "1" : "2");
    const int64_t start = i * apart + static_cast<int64_t>(random() % static_cast<uint64_t>(apart));
    starts.Add(contig, start);
    added.emplace(contig, start);
  }
  int64_t wrong = 0;
  int64_t asked = 0;
  for (int64_t start = 0; start < alleles * apart; start += 7) {
    for (const char* const contig : {"1", "2"}) {
      const int number = KnownStarts::ContigNumber(contig);
      if (!added.contains({number, start})) {
        ++asked;
        wrong += starts.MayHold(number, start) ? 1 : 0;
      }
    }
  }
  return static_cast<double>(wrong) / static_cast<double>(asked);
}

TEST(KnownStarts, TellsOfAnyContigWhereNothingBegins) {
  KnownStarts starts;
  starts.Add(KnownStarts::ContigNumber("1"), 1'000);
  starts.Add(KnownStarts::ContigNumber("2"), 2'000);
  int found = 0;
  for (int64_t start = 1; start <= 10'000; ++start) {
    found += starts.MayHold(start) ? 1 : 0;
  }
  EXPECT_TRUE(starts.MayHold(1'000) && starts.MayHold(2'000));
  EXPECT_LT(found, 10);
}

TEST(KnownStarts, TakesFewOthersForOne) {
  EXPECT_LT(WrongShare(200'000, 600), 0.001);  // a person's variants
  EXPECT_LT(WrongShare(2'000'000, 3), 0.01);   // every third position of a chromosome
  EXPECT_GT(WrongShare(2'000'000, 3), 0);      // or the starts that are asked for tell nothing
}

}  // namespace
}  // namespace varjoin::index
