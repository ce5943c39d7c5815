// vcf_value_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "duck/database.h"

namespace varjoin::duck {
namespace {

struct ValueCase {
  const char* sql;
  const char* text;  ///< null: NULL
};

TEST(VcfValue, IsTheTextOfAnInfoEntry) {
  const auto database = *Database::Open({});
  for (const ValueCase& the_case : {ValueCase{"true", "1"},
                                    {"false", "0"},
                                    {"42", "42"},
                                    {"'-9223372036854775808'::BIGINT", "-9223372036854775808"},
                                    {"0.1::DOUBLE", "0.1"},
                                    {"0.1::FLOAT", "0.1"},
                                    {"1e-300::DOUBLE", "1e-300"},
                                    {"'nan'::DOUBLE", "nan"},
                                    {"'a;b, c'", "a%3Bb%2C c"},
                                    {"''", "."},
                                    {"NULL::VARCHAR", nullptr},
                                    {"['a&b', NULL, 'c|d']", "a%26b&.&c%7Cd"},
                                    {"[true, false]", "1&0"},
                                    {"[1.5, 2]::DOUBLE[]", "1.5&2.0"},
                                    {"[]::INTEGER[]", "."},
                                    {"NULL::INTEGER[]", nullptr},
                                    {"DATE '2026-01-02'", "2026-01-02"}}) {
    const auto table = database->Query("SELECT vcf_value(" + std::string(the_case.sql) + ")");
    ASSERT_TRUE(table.ok()) << the_case.sql << ": " << table.status().message();
    const auto& value = table->rows[0][0];
    EXPECT_EQ(value.value_or("NULL"), the_case.text == nullptr ? "NULL" : the_case.text) << the_case.sql;
  }
}

TEST(VcfValue, OfANumberIsTheTextThatDuckDbGivesIt) {
  const auto database = *Database::Open({});
  ASSERT_TRUE(database->Execute("SELECT setseed(0.25)").ok());
  for (const std::string type : {"DOUBLE", "FLOAT"}) {
    for (const std::string number :
         {"random()",                            // all digits
          "(i - 50000) / 1000",                  // few digits, whole numbers, 0
          "(i - 50000) * pow(10, i % 40 - 20)",  // with and without an exponent
          "9 + i / 65536",                       // half-way between two texts
          "i / pow(10, i % 12)",                 // near the least
          "pow(2, i % 2000 - 1000)",             // nearly or more than infinite
          "pow(10, i % 60 - 30) * (1 + (random() - 0.5) * 1e-15)",
          "CASE i % 4 WHEN 0 THEN -0.0 WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN '-inf'::DOUBLE END"}) {
      const auto wrong = database->Query(
          "SELECT count(*), any_value(x) FROM (SELECT CAST(CASE WHEN abs(n) > 1e38 AND '" + type +
          "' = 'FLOAT' AND isfinite(n) THEN 1 ELSE n END AS " + type + ") AS x FROM (SELECT (" + number +
          ")::DOUBLE AS n FROM range(100000) r(i))) "
          "WHERE vcf_value(x) IS DISTINCT FROM x::VARCHAR");
      ASSERT_TRUE(wrong.ok()) << wrong.status().message();
      EXPECT_EQ(wrong->Integer(0, 0), 0) << type << " " << number << ": " << wrong->Text(0, 1);
    }
  }
}

TEST(VcfValue, FollowsRowsThatWereChosenAndListsThatWereSliced) {
  const auto database = *Database::Open({});
  const auto wrong = database->Query(
      "SELECT count(*) FROM (SELECT i, vcf_value(list) AS l, vcf_value(text) AS t, vcf_value(number) AS n FROM "
      "(SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE [i, i + 1] END AS list, 'x;' || i AS text, i % 2 = 0 AS number "
      "FROM range(10000) r(i)) WHERE i % 7 <> 1) "
      "WHERE l IS DISTINCT FROM CASE WHEN i % 3 = 0 THEN NULL ELSE i || '&' || (i + 1) END OR t <> 'x%3B' || i OR "
      "n <> CASE WHEN i % 2 = 0 THEN '1' ELSE '0' END");
  ASSERT_TRUE(wrong.ok()) << wrong.status().message();
  EXPECT_EQ(wrong->Integer(0, 0), 0);
}

}  // namespace
}  // namespace varjoin::duck
