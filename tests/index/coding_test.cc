// coding_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/coding.h"

#include <gtest/gtest.h>

#include "source.h"

namespace varjoin::index {
namespace {

TEST(NumberBehind, IsThereOnlyIfTheSameTextComesBack) {
  struct Case {
    std::string_view prefix;
    std::string_view text;
    std::optional<uint64_t> number;
  };
  const std::vector<Case> cases = {{"rs", "rs123", 123},
                                   {"rs", "rs0", 0},
                                   {"", "7", 7},
                                   {"rs", "rs999999999999999999", 999'999'999'999'999'999},
                                   {"rs", "rs1000000000000000000", std::nullopt},  // 19 digits
                                   {"rs", "rs", std::nullopt},
                                   {"rs", "r", std::nullopt},
                                   {"rs", "", std::nullopt},
                                   {"", "", std::nullopt},
                                   {"rs", "rs01", std::nullopt},
                                   {"rs", "rs00", std::nullopt},
                                   {"rs", "RS1", std::nullopt},
                                   {"rs", "rs1;rs2", std::nullopt},
                                   {"rs", "rs-1", std::nullopt},
                                   {"rs", "rs+1", std::nullopt},
                                   {"rs", "rs 1", std::nullopt},
                                   {"rs", " rs1", std::nullopt},
                                   {"rs", std::string_view("rs1\0", 4), std::nullopt},
                                   {"rs", "rs1.0", std::nullopt}};
  for (const Case& one : cases) {
    EXPECT_EQ(NumberBehind(one.prefix, one.text), one.number) << one.prefix << " " << one.text;
    if (one.number) {
      EXPECT_EQ(std::string(one.prefix) + std::to_string(*one.number), one.text);
    }
  }
}

TEST(ValueTable, KeepsPlacesAndKnowsOnlyWhatItHasWhenItIsFull) {
  ValueTable table({"a", "b", "a", ""});
  EXPECT_EQ(table.PlaceOf("b"), 1U);
  EXPECT_EQ(table.PlaceOf(""), 2U);
  for (size_t i = 3; i < ValueTable::kMostValues; ++i) {
    ASSERT_EQ(table.PlaceOf("value " + std::to_string(i)), i);
  }
  EXPECT_EQ(table.PlaceOf("one too many"), ValueTable::kNone);
  for (size_t i = 3; i < ValueTable::kMostValues; ++i) {
    ASSERT_EQ(table.PlaceOf("value " + std::to_string(i)), i);
  }
  const std::vector<std::string> values = table.TakeValues();
  ASSERT_EQ(values.size(), ValueTable::kMostValues);
  EXPECT_EQ(values[0], "a");
  EXPECT_EQ(values[1], "b");
  EXPECT_EQ(values[2], "");
  EXPECT_EQ(values.back(), "value 65535");
}

TEST(ValueTable, TakesNoMoreBytesThanItMay) {
  ValueTable table({});
  EXPECT_EQ(table.PlaceOf(std::string(ValueTable::kMostBytes + 1, 'x')), ValueTable::kNone);
  EXPECT_EQ(table.PlaceOf(std::string(ValueTable::kMostBytes - 10, 'x')), 0U);
  EXPECT_EQ(table.PlaceOf("12345678901"), ValueTable::kNone);
  EXPECT_EQ(table.PlaceOf("1234567890"), 1U);
  EXPECT_EQ(table.PlaceOf("1"), ValueTable::kNone);
  EXPECT_EQ(table.PlaceOf(""), 2U);
}

TEST(Columns, ComeBackFromTheirBytesAndACutEndIsRefused) {
  const std::vector<ColumnCoding> columns = {{.schema = {"n", "BIGINT", ValueKind::kSigned},
                                              .coding = Coding::kPlain,
                                              .prefix = {},
                                              .dictionary = {},
                                              .frames = {}},
                                             {.schema = {"f", "DOUBLE", ValueKind::kFloat},
                                              .coding = Coding::kDictionary,
                                              .prefix = {},
                                              .dictionary = {std::string(8, '\0'), "12345678"},
                                              .frames = {}},
                                             {.schema = {"id", "VARCHAR", ValueKind::kText},
                                              .coding = Coding::kPrefix,
                                              .prefix = "rs",
                                              .dictionary = {},
                                              .frames = {}},
                                             {.schema = {"", "", ValueKind::kText},
                                              .coding = Coding::kDictionary,
                                              .prefix = {},
                                              .dictionary = {"", std::string("a\0b", 3)},
                                              .frames = "frames"}};
  std::string bytes;
  AppendColumns(columns, bytes);
  const auto read = ReadColumns(bytes);
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->size(), columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    EXPECT_EQ((*read)[i].schema, columns[i].schema);
    EXPECT_EQ((*read)[i].coding, columns[i].coding);
    EXPECT_EQ((*read)[i].prefix, columns[i].prefix);
    EXPECT_EQ((*read)[i].dictionary, columns[i].dictionary);
    EXPECT_EQ((*read)[i].frames, columns[i].frames);
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(ReadColumns(std::string_view(bytes).substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(ReadColumns(bytes + "x").has_value());
}

/// What a Profiler decides for one column of text.
ColumnCoding DecisionFor(const std::vector<std::string>& texts) {
  Source source = KeysOnly({});
  source.schema = {{"t", "VARCHAR", ValueKind::kText}};
  for (const std::string& text : texts) {
    source.rows.push_back(Row("1", 1, "A", "C", {Text(text)}));
  }
  Profiler profiler(source.schema);
  profiler.Add(BatchOf(source.rows, source.schema));
  return profiler.Decide()[0];
}

TEST(Profiler, ChoosesByWhatTheSampleHas) {
  std::vector<std::string> ids;
  std::vector<std::string> words;
  std::vector<std::string> unique;
  std::vector<std::string> sentences;
  for (int i = 0; i < 2000; ++i) {
    ids.push_back(i % 10 == 0 ? "COSV" + std::to_string(i) : "rs" + std::to_string(i * 7919));
    words.push_back(i % 3 == 0 ? "often" : "w" + std::to_string(i % 100));
    unique.push_back(std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i));
    sentences.push_back("the consequence of variant " + std::to_string(i) + " is a missense of gene " +
                        std::to_string(i % 97) + " in transcript ENST0000" + std::to_string(i * 31));
  }
  EXPECT_EQ(DecisionFor(ids).coding, Coding::kPrefix);
  EXPECT_EQ(DecisionFor(words).coding, Coding::kDictionary);
  EXPECT_EQ(DecisionFor(words).dictionary.front(), "often");
  EXPECT_EQ(DecisionFor(unique).coding, Coding::kPlain);
  EXPECT_EQ(DecisionFor(sentences).coding, Coding::kPlain);
  EXPECT_FALSE(DecisionFor(sentences).frames.empty());
  EXPECT_TRUE(DecisionFor(words).frames.empty());
}

}  // namespace
}  // namespace varjoin::index
