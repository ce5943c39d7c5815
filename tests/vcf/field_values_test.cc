// field_values_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/field_values.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <random>

#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

std::string Integer(std::string_view text) {
  int32_t value = 0;
  return ParseInteger(text, value) ? fmt::format("{}", value) : "bad";
}

std::string Float(std::string_view text) {
  double value = 0;
  if (!ParseFloat(text, value)) {
    return "bad";
  }
  return std::isnan(value) ? "nan" : fmt::format("{}", value);
}

TEST(ParseInteger, TakesWholeNumbersOf32BitsOnly) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"0", "0"},
      {"7", "7"},
      {"-7", "-7"},
      {"+7", "7"},
      {"007", "7"},
      {"999999999", "999999999"},
      {"-999999999", "-999999999"},
      {"0000000000012", "12"},
      {"2147483647", "2147483647"},
      {"-2147483648", "-2147483648"},
      {"2147483648", "bad"},
      {"-2147483649", "bad"},
      {"99999999999999999999", "bad"},
      {"", "bad"},
      {"-", "bad"},
      {"+", "bad"},
      {"+-5", "bad"},
      {"--5", "bad"},
      {"1.0", "bad"},
      {"1e3", "bad"},
      {"0x10", "bad"},
      {"5 ", "bad"},
      {" 5", "bad"},
      {"1,2", "bad"},
      {"abc", "bad"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(Integer(text), expected) << text;
  }
}

TEST(ParseFloat, TakesDecimalNumbersInfinitiesAndNan) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"0", "0"},
      {"-0", "-0"},
      {"1", "1"},
      {"+1", "1"},
      {"0.1", "0.1"},
      {"-741.25", "-741.25"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1e-5", "1e-05"},
      {"1E+5", "100000"},
      {"+1.5e3", "1500"},
      {"3.4028235e+39", "3.4028235e+39"},
      {"123456789012345678", "1.2345678901234568e+17"},
      {"0.12345678901234567890123", "0.12345678901234568"},
      {"1e400", "inf"},
      {"-1e400", "-inf"},
      {"1e-400", "0"},
      {"-1e-400", "-0"},
      {"1e-310", "1e-310"},
      {"1e99999999999999999999", "inf"},
      {"1e-99999999999999999999", "0"},
      {"inf", "inf"},
      {"-INF", "-inf"},
      {"+Infinity", "inf"},
      {"NaN", "nan"},
      {"nan", "nan"},
      {"", "bad"},
      {".", "bad"},
      {"-", "bad"},
      {"+-1", "bad"},
      {"0.1.2", "bad"},
      {"1e", "bad"},
      {"e5", "bad"},
      {"0x1p3", "bad"},
      {"nan(1)", "bad"},
      {"info", "bad"},
      {"1,5", "bad"},
      {"1 ", "bad"},
      {" 1", "bad"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(Float(text), expected) << text;
  }
}

TEST(ParseFloat, TellsTooLargeFromTooSmallWithoutLookingAtTheExponentAlone) {
  const std::string zeros(500, '0');
  EXPECT_EQ(Float("1" + zeros), "inf");
  EXPECT_EQ(Float("1" + zeros + "e-5"), "inf");
  EXPECT_EQ(Float("0." + zeros + "1e5"), "0");
  EXPECT_EQ(Float("0." + zeros + "1"), "0");
}

TEST(ParseFloat, RoundsAsTheStandardLibraryDoes) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    std::string text = std::to_string(random() >> random() % 64);
    if (random() % 4 != 0) {
      text.insert(random() % (text.size() + 1), ".");
    }
    double expected = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), expected);
    double value = 0;
    ASSERT_EQ(ParseFloat(text, value), parsed.ec == std::errc()) << text;
    ASSERT_EQ(value, expected) << text;
  }
}

std::string Decoded(std::string_view text) {
  std::string out(text.size(), '\0');
  out.resize(DecodePercent(text, out.data()));
  return out;
}

TEST(DecodePercent, DecodesTwoHexDigitsAndLeavesAllElse) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},         {"abc", "abc"},     {"a%3Bb", "a;b"}, {"%3a%3D", ":="}, {"100%", "100%"}, {"%", "%"},
      {"%4", "%4"},     {"%zz", "%zz"},     {"%4g", "%4g"},   {"50%25", "50%"}, {"%2", "%2"},     {"%%41", "%A"},
      {"%25%32", "%2"}, {"a%00b", "a%00b"}, {"%C3%A9", "é"},  {"%253B", "%3B"}, {"%0A", "\n"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(Decoded(text), expected) << text;
  }
}

TEST(RepairUtf8, ReplacesWhatIsIllFormedOnly) {
  const std::string r = "\xEF\xBF\xBD";
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"é€𝄞", "é€𝄞"},
      {"\xE9", r},                          // Latin-1
      {"caf\xE9.", "caf" + r + "."},        //
      {"\x80", r},                          // a lone continuation
      {"\xC0\xAF", r + r},                  // overlong
      {"\xE0\x80\xAF", r + r + r},          // overlong
      {"\xED\xA0\x80", r + r + r},          // a surrogate
      {"\xF4\x90\x80\x80", r + r + r + r},  // beyond U+10FFFF
      {"\xF0\x9D\x84", r},                  // cut short: one for the whole
      {"\xE2\x82"
       "A",
       r + "A"},  //
      {"\xF1\x80\x80\xE1\x80\xC2"
       "b",
       r + r + r + "b"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(RepairUtf8(text), expected) << text;
    EXPECT_EQ(IsUtf8(text), text == expected) << text;
  }
}

TEST(TextArena, KeepsWhatItGaveUntilItIsCleared) {
  TextArena arena;
  for (int round = 0; round < 3; ++round) {
    std::vector<char*> pieces;
    for (int i = 0; i < 100; ++i) {
      pieces.push_back(arena.Allocate(5000));
      std::fill_n(pieces.back(), 5000, static_cast<char>(i));
    }
    char* const large = arena.Allocate(3'000'000);
    std::fill_n(large, 3'000'000, 'x');
    for (int i = 0; i < 100; ++i) {
      EXPECT_EQ(std::count(pieces[i], pieces[i] + 5000, static_cast<char>(i)), 5000);
    }
    arena.Clear();
  }
}

TEST(FindByte, FindsTheFirstAtAnyDistance) {
  for (size_t length = 0; length < 40; ++length) {
    for (size_t at = 0; at <= length; ++at) {
      std::string text(length, '\x01');
      if (at < length) {
        text[at] = '\0';
        text[length - 1] = at + 1 == length ? '\0' : ':';
      }
      const char* const end = text.data() + length;
      EXPECT_EQ(FindByte(text.data(), end, '\0') - text.data(), static_cast<std::ptrdiff_t>(at));
      EXPECT_EQ(FindEither(text.data(), end, ':', '\0') - text.data(), static_cast<std::ptrdiff_t>(at));
    }
  }
}

}  // namespace
}  // namespace varjoin::vcf
