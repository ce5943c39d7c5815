// rows_kept_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "duck/database.h"

namespace varjoin::duck {
namespace {

TEST(RowsKept, CountsARowForTheFirstConditionThatLeavesItOut) {
  const auto database = *Database::Open({});
  const auto kept = database->Query(
      "SELECT count(*), min(i), max(i) FROM range(100000) r(i) "
      "WHERE rows_kept(['even', 'low', 'known'], i % 2 = 0, i < 1000, CASE WHEN i > 10 THEN true END)");
  ASSERT_TRUE(kept.ok()) << kept.status().message();
  EXPECT_EQ(kept->Integer(0, 0), 494);
  EXPECT_EQ(kept->Integer(0, 1), 12);
  EXPECT_EQ(kept->Integer(0, 2), 998);
  const std::string taken = "SELECT rows_dropped()::VARCHAR";
  EXPECT_EQ(database->Query(taken)->Text(0, 0),
            "[{'name': even, 'dropped': 50000}, {'name': known, 'dropped': 6}, {'name': low, 'dropped': 49500}]");
  EXPECT_EQ(database->Query(taken)->Text(0, 0), "[]");
}

TEST(RowsKept, WantsANameForEachCondition) {
  const auto database = *Database::Open({});
  EXPECT_FALSE(database->Query("SELECT rows_kept(['a'], true, false)").ok());
}

}  // namespace
}  // namespace varjoin::duck
