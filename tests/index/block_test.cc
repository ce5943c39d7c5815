// block_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/block.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "index/allele_code.h"

namespace varjoin::index {
namespace {

/// Code and packed bits as one number.
uint64_t CodeOf(std::string_view ref, std::string_view alt) {
  const AlleleCode allele = EncodeAllele(ref, alt);
  return uint64_t{allele.code} << 32 | allele.packed;
}

TEST(EncodeAllele, GivesTheTwelveSingleBaseChangesACodeEachInAnyCase) {
  std::set<uint64_t> codes;
  for (const char ref : std::string("ACGT")) {
    for (const char alt : std::string("ACGT")) {
      const std::string r(1, ref);
      const std::string a(1, alt);
      const std::string low_r(1, static_cast<char>(ref | 0x20));
      const std::string low_a(1, static_cast<char>(alt | 0x20));
      EXPECT_EQ(CodeOf(r, a), CodeOf(low_r, a));
      EXPECT_EQ(CodeOf(r, a), CodeOf(r, low_a));
      EXPECT_EQ(EncodeAllele(r, a).code < AlleleCode::kShort, ref != alt) << r << a;
      codes.insert(CodeOf(r, a));
    }
  }
  EXPECT_EQ(codes.size(), 16U);
}

TEST(EncodeAllele, TellsAllShortPairsApart) {
  std::vector<std::string> words = {""};
  for (size_t i = 0; words[i].size() < 5; ++i) {
    for (const char base : std::string("ACGT")) {
      words.push_back(words[i] + base);
    }
  }
  std::map<uint64_t, std::string> seen;
  for (const std::string& ref : words) {
    for (const std::string& alt : words) {
      if (ref.empty() || alt.empty() || ref.size() + alt.size() > 8) {
        continue;
      }
      const auto [at, is_new] = seen.emplace(CodeOf(ref, alt), ref + ">" + alt);
      ASSERT_TRUE(is_new) << at->second << " and " << ref << ">" << alt;
      ASSERT_LE(EncodeAllele(ref, alt).code, AlleleCode::kShort);
    }
  }
}

TEST(EncodeAllele, PacksUpToTwelveBasesAndNothingButBases) {
  const std::string a(11, 'T');
  EXPECT_EQ(EncodeAllele(a, "G").code, AlleleCode::kShort);
  EXPECT_EQ(EncodeAllele("G", a).code, AlleleCode::kShort);
  EXPECT_NE(CodeOf("G", a), CodeOf(a, "G"));
  EXPECT_EQ(RefLengthOf(EncodeAllele(a, "G").packed), 11U);
  EXPECT_EQ(EncodeAllele(a + "T", "G").code, AlleleCode::kLong);
  EXPECT_EQ(EncodeAllele("T", a + "T").code, AlleleCode::kLong);
  EXPECT_EQ(EncodeAllele("TTTTTT", "GGGGGG").code, AlleleCode::kShort);
  for (const char* odd : {"N", "n", "R", "AN", "NA", "@", "`"}) {
    EXPECT_EQ(EncodeAllele(odd, "A").code, AlleleCode::kLong) << odd;
    EXPECT_EQ(EncodeAllele("A", odd).code, AlleleCode::kLong) << odd;
  }
}

TEST(FindBytes, FindTheSameInEveryWay) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") == 0) {
    GTEST_SKIP() << "this processor has no AVX2";
  }
#endif
  std::mt19937_64 random(3);
  for (int time = 0; time < 20'000; ++time) {
    const size_t end = random() % (kMostRowsOfBlock + 1);
    const size_t begin = end == 0 ? 0 : random() % (end + 1);
    const unsigned different = 1 + random() % 256;
    std::vector<uint8_t> low(end + 31);  // no more than may be read
    std::generate(low.begin(), low.end(), [&] { return static_cast<uint8_t>(random() % different); });
    const auto wanted = static_cast<uint8_t>(random() % different);
    std::vector<uint16_t> expected;
    for (size_t i = begin; i < end; ++i) {
      if (low[i] == wanted) {
        expected.push_back(static_cast<uint16_t>(i));
      }
    }
    for (const auto find : {FindBytesScalar, FindBytesAvx2, FindBytes}) {
      std::vector<uint16_t> found(end - begin);  // no more room than needed
      found.resize(find(low.data(), begin, end, wanted, found.data()));
      ASSERT_EQ(found, expected) << "time " << time;
    }
  }
}

}  // namespace
}  // namespace varjoin::index
