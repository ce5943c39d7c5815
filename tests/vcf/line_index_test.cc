// line_index_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/line_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

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

/// What this machine can do.
std::vector<ScanLevel> Levels() {
  std::vector<ScanLevel> levels{ScanLevel::kPlain, ScanLevel::kAvx2, ScanLevel::kAvx512};
  levels.resize(static_cast<size_t>(BestScanLevel()) + 1);
  return levels;
}

TEST(LineIndex, HasEverySeparatorOfALineOfAnyLengthAtEveryLevel) {
  std::mt19937 random(6);
  for (const ScanLevel level : Levels()) {
    LineIndex index(level);
    for (size_t size = 0; size < 700; ++size) {
      const std::string line = RandomText(random, size, size % 3 == 0 ? "\t,:;=" : "\t,:;=ABCDE\x19\x2D\x3E\x49");
      const std::string padded = line + "\n" + std::string(64, ';');
      std::vector<uint32_t> expected;
      for (size_t at = 0; at < size; ++at) {
        if (std::strchr("\t,:;=", line[at]) != nullptr) {
          expected.push_back(static_cast<uint32_t>(at));
        }
      }
      expected.push_back(static_cast<uint32_t>(size));
      index.Start(std::string_view(padded).substr(0, size), 3);
      const size_t first = index.count();
      EXPECT_TRUE(std::equal(index.positions(), index.positions() + first, expected.begin()));
      EXPECT_GE(std::count(line.begin(), line.begin() + expected[first], '\t'),
                std::min<ptrdiff_t>(3, std::count(line.begin(), line.end(), '\t')));
      index.ScanAll();
      ASSERT_EQ(index.count() + 1, expected.size());
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), index.positions())) << size;
      EXPECT_FALSE(index.MayBeOdd());
    }
  }
}

TEST(LineIndex, KnowsEveryByteAtEveryLevelAndPlace) {
  for (const ScanLevel level : Levels()) {
    LineIndex index(level);
    for (int byte = 0; byte < 256; ++byte) {
      const char c = static_cast<char>(byte);
      for (const size_t place : {0, 15, 16, 31, 32, 63, 64, 77}) {
        std::string line(78, 'A');
        line[place] = c;
        const std::string padded = line + "\n" + std::string(64, '%');
        index.Start(std::string_view(padded).substr(0, line.size()), SIZE_MAX);
        const bool is_separator = c != 0 && std::strchr("\t,:;=", c) != nullptr;
        ASSERT_EQ(index.count(), is_separator ? 1 : 0) << byte;
        ASSERT_EQ(index.positions()[0], is_separator ? place : line.size()) << byte;
        ASSERT_EQ(index.MayBeOdd(), c == 0 || c == '%' || byte > 127) << byte;
      }
    }
  }
}

TEST(ParseDecimal, IsTheSameOnThisMachineAndByteByByteAndForAWord) {
  std::mt19937 random(8);
  for (int i = 0; i < 300'000; ++i) {
    const size_t size = 1 + random() % 16;
    std::string text = RandomText(random, size, i % 3 == 0 ? "0123456789." : "0123456789");
    if (i % 3 == 1) {
      text[random() % size] = '.';
    } else if (i % 7 == 0) {
      text[random() % size] = static_cast<char>(random());
    }
    const std::string padded = text + RandomText(random, 16, "0123456789.,;\x80");
    uint64_t expected = 0;
    uint64_t digits = 0;
    size_t expected_fraction = 0;
    size_t fraction = 0;
    const bool good = ParseDecimalPlain(padded.data(), size, expected, expected_fraction);
    ASSERT_EQ(ParseDecimal(padded.data(), size, digits, fraction), good) << text;
    if (good) {
      ASSERT_EQ(digits, expected) << text;
      ASSERT_EQ(fraction, expected_fraction) << text;
    }
    const bool has_point = text.find('.') != std::string::npos;
    if (size <= 8) {
      ASSERT_EQ(ParseDigits(padded.data(), size, digits), good && !has_point) << text;
      ASSERT_TRUE(!good || has_point || digits == expected) << text;
    }
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
