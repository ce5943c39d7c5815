// contig_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/contig.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "genome/assembly.h"

namespace varjoin {
namespace {

TEST(CanonicalContig, KnowsAContigByAnyOfItsNames) {
  struct Case {
    const char* name;
    const char* canonical;
  };
  for (const Case& c : {
           Case{"1", "1"},
           {"chr1", "1"},
           {"Chr1", "1"},
           {"CHR1", "1"},
           {"cHr22", "22"},
           {"x", "X"},
           {"chrX", "X"},
           {"CHRy", "Y"},
           {"M", "MT"},
           {"m", "MT"},
           {"chrM", "MT"},
           {"CHRMT", "MT"},
           {"mt", "MT"},
           {"Mt", "MT"},
           {"NC_000001.10", "1"},
           {"NC_000001.11", "1"},
           {"NC_000023.11", "X"},
           {"NC_000024.9", "Y"},
           {"NC_012920.1", "MT"},
           {"chr1_KI270706v1_random", "1_KI270706v1_random"},
           {"1_KI270706v1_random", "1_KI270706v1_random"},
           {"chrUn_GL000220v1", "Un_GL000220v1"},
       }) {
    EXPECT_EQ(CanonicalContig(c.name), c.canonical) << c.name;
  }
}

TEST(CanonicalContig, LeavesEveryOtherNameAsItIs) {
  for (const char* name : {"",
                           "chr",
                           "Chr",
                           "ch1",
                           "01",
                           "0",
                           "26",
                           "scaffold_7",
                           "HLA-A*01:01:01:01",
                           "XY",
                           "GL000220.1",
                           "MTX",
                           "Xa",
                           "NC_000001",
                           "NC_000001.",
                           "NC_000001.9",
                           "NC_000001.12",
                           "NC_000025.1",
                           "NC_000000.1",
                           "NC_001807.4",
                           "nc_000001.11",
                           "NC_-00001.11",
                           "NC_00001x.11",
                           "NC_000001.11x",
                           "NC_000001.1 1",
                           "NC_012920.2",
                           "NT_167244.2",
                           "1 ",
                           " 1",
                           "Ménière"}) {
    EXPECT_EQ(CanonicalContig(name), name) << name;
  }
}

TEST(CanonicalContig, NeverTakesAnAlternativeForAChromosome) {
  for (const char* name : {"chr1_KI270706v1_random", "chr01", "01", "chrUn_1", "1_random", "HLA-A*01:01",
                           "chrX_KI270880v1_alt", "chrEBV", "chr1_1"}) {
    const auto canonical = CanonicalContig(name);
    ASSERT_TRUE(canonical.has_value());
    EXPECT_EQ(PrimaryNumber(*canonical), 0) << name << " is taken for " << *canonical;
  }
}

TEST(CanonicalContig, TakesOnlyTheRevisedCambridgeSequenceForTheMitochondrion) {
  for (const char* name : {"M", "MT", "chrM", "ChrMT", "NC_012920.1"}) {
    EXPECT_EQ(CanonicalContig(name, 16569), "MT") << name;
    EXPECT_EQ(CanonicalContig(name, std::nullopt), "MT") << name;
    EXPECT_EQ(CanonicalContig(name, 16571), std::nullopt) << name;
    EXPECT_EQ(CanonicalContig(name, 0), std::nullopt) << name;
  }
}

TEST(CanonicalContig, DoesNotAskTheLengthOfAnyOther) {
  EXPECT_EQ(CanonicalContig("chr1", 16571), "1");
  EXPECT_EQ(CanonicalContig("chrX", 5), "X");
  EXPECT_EQ(CanonicalContig("HLA-A", 16571), "HLA-A");
}

TEST(PrimaryNumber, CountsFromOneToTheMitochondrion) {
  for (int number = 1; number <= kPrimaryContigs; ++number) {
    EXPECT_EQ(PrimaryNumber(PrimaryName(number)), number);
  }
  for (const char* name : {"", "0", "23", "26", "x", "M", "chr1", "01", "1_random"}) {
    EXPECT_EQ(PrimaryNumber(name), 0) << name;
  }
}

TEST(ContigSortKey, PutsThePrimaryContigsByNumberBeforeTheOthersByName) {
  std::vector<std::string> order;
  for (int number = 1; number <= kPrimaryContigs; ++number) {
    order.push_back(PrimaryName(number));
  }
  for (const char* name : {"", "01", "0a", "10_random", "1_KI270706v1_random", "HLA-A*01:01", "Un_GL000220v1",
                           "scaffold_7", "~", "\xc3\xa9"}) {
    order.push_back(name);
  }
  std::vector<std::string> shuffled(order.rbegin(), order.rend());
  std::sort(shuffled.begin(), shuffled.end(),
            [](const std::string& a, const std::string& b) { return ContigSortKey(a) < ContigSortKey(b); });
  EXPECT_EQ(shuffled, order);
  const std::set<std::string> keys = [&] {
    std::set<std::string> all;
    for (const std::string& name : order) {
      all.insert(ContigSortKey(name));
    }
    return all;
  }();
  EXPECT_EQ(keys.size(), order.size());
}

}  // namespace
}  // namespace varjoin
