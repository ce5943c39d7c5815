// rows_kept_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "duck/database.h"

namespace varjoin::duck {
namespace {

/// What was counted since the last call.
std::string Taken(Database& database) {
  return database
      .Query(
          "SELECT coalesce(string_agg(c.kind || ' ' || c.name || ' ' || c.number, ', '), '') "
          "FROM (SELECT unnest(rows_counted()) AS c)")
      ->Text(0, 0);
}

TEST(RowsKept, CountsARowForTheFirstConditionThatLeavesItOut) {
  const auto database = *Database::Open({});
  const auto kept = database->Query(
      "SELECT count(*), min(i), max(i) FROM range(100000) r(i) "
      "WHERE rows_kept(['even', 'low', 'known'], i % 2 = 0, i < 1000, CASE WHEN i > 10 THEN true END)");
  ASSERT_TRUE(kept.ok()) << kept.status().message();
  EXPECT_EQ(kept->Integer(0, 0), 494);
  EXPECT_EQ(kept->Integer(0, 1), 12);
  EXPECT_EQ(kept->Integer(0, 2), 998);
  EXPECT_EQ(Taken(*database), "condition even 50000, condition known 6, condition low 49500");
  EXPECT_EQ(Taken(*database), "") << "once";
}

TEST(RowsKept, WantsANameForEachCondition) {
  const auto database = *Database::Open({});
  EXPECT_FALSE(database->Query("SELECT rows_kept(['a'], true, false)").ok());
  EXPECT_FALSE(database->Query("SELECT kept_of_sources(true, 1, 1, ['a'], true, false)").ok());
}

TEST(RowsKept, CountsByContigWhatIsLeftOut) {
  const auto database = *Database::Open({});
  const auto kept = database->Query(
      "SELECT count(*) FROM range(100000) r(i) WHERE kept_of_contig(CASE WHEN i % 10 > 0 THEN i % 2 = 0 END, "
      "'chr' || (i % 5))");
  ASSERT_TRUE(kept.ok()) << kept.status().message();
  EXPECT_EQ(kept->Integer(0, 0), 40000);
  EXPECT_EQ(Taken(*database),
            "contig chr0 20000, contig chr1 10000, contig chr2 10000, contig chr3 10000, contig chr4 10000");
}

TEST(RowsKept, CountsAnAlleleOfManyHitsOnceForEachSource) {
  const auto database = *Database::Open({});
  // 1,000 alleles of 7,000 hits each, which many vectors have: `a` has hits of every other one, `b` of what is kept.
  const auto kept = database->Query(
      "SELECT count(*) FROM (SELECT i // 2 AS record, (i % 2)::INTEGER AS alt_index, unnest(range(7000)) AS hit "
      "FROM range(1000) r(i)) "
      "WHERE kept_of_sources(hit >= 6998 OR alt_index = 1, record, alt_index, ['a', 'b', 'never'], alt_index = 0, "
      "hit >= 6998, NULL)");
  ASSERT_TRUE(kept.ok()) << kept.status().message();
  EXPECT_EQ(kept->Integer(0, 0), 500 * 2 + 500 * 7000);
  EXPECT_EQ(Taken(*database), "source a 500, source b 1000, source never 0");
}

}  // namespace
}  // namespace varjoin::duck
