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
