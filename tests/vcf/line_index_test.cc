// line_index_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/line_index.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "vcf/field_values.h"

namespace varjoin::vcf {
namespace {

std::string RandomText(std::mt19937& random, size_t size, std::string_view letters) {
  std::string text(size, ' ');
  for (char& c : text) {
    c = letters.empty() ? static_cast<char>(random()) : letters[random() % letters.size()];
  }
  return text;
}

TEST(ScanBlock, IsTheSameWithAndWithoutAvx2AndByteByByte) {
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = RandomText(random, 64, i % 2 == 0 ? "" : "\t,:;=%\x80 A\x09\x19\x2C\x3E");
    ScannedBlock expected{0, 0, 0};
    for (size_t at = 0; at < text.size(); ++at) {
      const char c = text[at];
      const uint64_t bit = uint64_t{1} << at;
      expected.separators |= std::strchr("\t,:;=", c) != nullptr && c != 0 ? bit : 0;
      expected.tabs |= c == '\t' ? bit : 0;
      expected.odd |= c == 0 || c == '%' || (c & 0x80) != 0 ? bit : 0;
    }
    const ScannedBlock plain = ScanBlockPlain(text.data());
    const ScannedBlock wide = HasAvx2() ? ScanBlockAvx2(text.data()) : plain;
    for (const ScannedBlock& found : {plain, wide}) {
      ASSERT_EQ(found.separators, expected.separators);
      ASSERT_EQ(found.tabs, expected.tabs);
      ASSERT_EQ(found.odd, expected.odd);
    }
  }
}

TEST(LineIndex, HasEverySeparatorOfALineOfAnyLength) {
  std::mt19937 random(6);
  LineIndex index;
  for (size_t size = 0; size < 700; ++size) {
    const std::string line = RandomText(random, size, "\t,:;=ABCDE");
    const std::string padded = line + "\n" + std::string(64, ';');
    std::vector<uint32_t> expected;
    for (size_t at = 0; at < size; ++at) {
      if (line[at] < 'A') {
        expected.push_back(static_cast<uint32_t>(at));
      }
    }
    expected.push_back(static_cast<uint32_t>(size));
    index.Start(std::string_view(padded).substr(0, size), 3);
    const size_t first = index.count();
    EXPECT_TRUE(std::equal(index.positions(), index.positions() + first, expected.begin()));
    index.ScanAll();
    ASSERT_EQ(index.count() + 1, expected.size());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), index.positions())) << size;
  }
}

/// A text as it stands in a batch: something follows it.
std::string Padded(const std::string& text, std::mt19937& random) {
  return text + RandomText(random, 40, "0123456789.e,;");
}

TEST(ParsePadded, GivesWhatTheParserOfAnyTextGives) {
  std::mt19937 random(7);
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string text = RandomText(random, 1 + random() % 20,
                                        i % 3 == 0   ? "0123456789"
                                        : i % 3 == 1 ? "0123456789.-+e"
                                                     : "0159..-e");
    const std::string padded = Padded(text, random);
    const std::string_view view = std::string_view(padded).substr(0, text.size());
    int32_t integer = 0;
    int32_t expected_integer = 0;
    const bool is_integer = ParseInteger(text, expected_integer);
    ASSERT_EQ(ParsePaddedInteger(view, integer), is_integer) << text;
    ASSERT_TRUE(!is_integer || integer == expected_integer) << text;
    double number = 0;
    double expected = 0;
    const bool is_float = ParseFloat(text, expected);
    ASSERT_EQ(ParsePaddedFloat(view, number), is_float) << text;
    ASSERT_TRUE(!is_float || std::memcmp(&number, &expected, sizeof(number)) == 0) << text << " " << number;
  }
}

TEST(ParsePadded, RoundsAsPrintfsNumbersAreRounded) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 300'000; ++i) {
    char text[64];
    const double drawn = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 120) - 100);
    const char* const formats[] = {"%.5e", "%.3f", "%g", "%.9g", "%.8e", "%.10f"};
    std::snprintf(text, sizeof(text), formats[random() % 6], drawn);
    double number = 0;
    ASSERT_TRUE(ParsePaddedFloat({text, std::strlen(text)}, number)) << text;
    ASSERT_EQ(number, std::strtod(text, nullptr)) << text;
  }
}

}  // namespace
}  // namespace varjoin::vcf
