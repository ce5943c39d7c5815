// nearly_sorted_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/text.h"
#include "duck/database.h"
#include "duck/query.h"
#include "scratch.h"

namespace varjoin::duck {
namespace {

using ::testing::HasSubstr;

/// 400,000 rows of every kind of type; each may stand a few hundred places too early or too late.
constexpr const char* kRows =
    "SELECT i, CASE WHEN i % 7 > 0 THEN 'text ' || i || repeat('x', (i % 50)::INT) END AS t, "
    "CASE WHEN i % 5 > 0 THEN [i, NULL, i * 2] END AS l, CASE WHEN i % 3 > 0 THEN {'a': i, 'b': [i || 'b']} END AS s, "
    "i / 3 AS d, i + hash(i) % 300 AS place FROM range(400000) r(i)";

std::string NearlySorted(const std::string& rows) {
  return fmt::format("nearly_sorted({})",
                     SqlString(fmt::format("SELECT * EXCLUDE (place), create_sort_key(place, 'ASC NULLS LAST', i, "
                                           "'ASC NULLS LAST') FROM ({})",
                                           rows)));
}

/// Compares with a full sort.
void ExpectInOrder(const std::string& rows, int threads, const std::string& expected_count) {
  const Scratch scratch;
  const auto database = OpenDatabase({.threads = threads});
  const std::string sorted = scratch.Path("sorted.parquet");
  const std::string expected = scratch.Path("expected.parquet");
  ASSERT_OK(database->Execute(fmt::format("COPY (FROM {}) TO {}", NearlySorted(rows), SqlString(sorted))));
  ASSERT_OK(database->Execute(
      fmt::format("COPY (SELECT * EXCLUDE (place) FROM ({}) ORDER BY place, i) TO {}", rows, SqlString(expected))));
  const auto rows_of = [&](const std::string& path) {
    return Row(*database,
               fmt::format("SELECT count(*), bit_xor(hash(t)) FROM read_parquet({}, file_row_number = true) t",
                           SqlString(path)));
  };
  EXPECT_EQ(rows_of(sorted), rows_of(expected)) << threads;
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + SqlString(sorted)), expected_count);
}

TEST(NearlySorted, GivesTheRowsInOrderWithAnyNumberOfThreads) {
  for (const int threads : {1, 2, 5}) {
    ExpectInOrder(kRows, threads, "400000");
  }
}

TEST(NearlySorted, LeavesSortedRowsAsTheyAre) {
  ExpectInOrder(ReplaceAll(kRows, "hash(i) % 300", "0"), 2, "400000");
}

TEST(NearlySorted, SortsRowsThatLieTogetherButForAFew) {
  ExpectInOrder(ReplaceAll(kRows, "hash(i) % 300", "CASE WHEN i % 3000 < 3 THEN 4 - (i % 3000) * 2 ELSE 0 END"), 2,
                "400000");
}

TEST(NearlySorted, TakesWhatAFilterLeaves) {
  ExpectInOrder(fmt::format("SELECT * FROM ({}) WHERE i % 20 = 0", kRows), 2, "20000");
}

TEST(NearlySorted, RefusesRowsThatComeTooLate) {
  const auto database = OpenDatabase({});
  const Status refused = database->Execute(fmt::format(
      "CREATE TABLE t AS FROM {}", NearlySorted("SELECT i, (i + 1) % 400000 AS place FROM range(400000) r(i)")));
  EXPECT_TRUE(IsNotNearlySorted(refused)) << ErrorText(refused);
  EXPECT_EQ(Row(*database, "SELECT 1"), "1");
}

TEST(NearlySorted, OfNoRowsOrOfAStatementThatFailsIsThat) {
  const auto database = OpenDatabase({});
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + NearlySorted("SELECT i, i AS place FROM range(0) r(i)")), "0");
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + NearlySorted("SELECT i, i AS place FROM range(1) r(i)")), "1");
  EXPECT_THAT(
      ErrorText(database->Execute("FROM " + NearlySorted("SELECT i, error('went wrong at ' || i)::BIGINT AS place "
                                                         "FROM range(9) r(i)"))),
      HasSubstr("went wrong at 0"));
  EXPECT_THAT(ErrorText(database->Execute("FROM nearly_sorted('SELECT nothing')")), HasSubstr("nothing"));
  EXPECT_THAT(ErrorText(database->Execute("FROM nearly_sorted('SELECT 1, 2')")), HasSubstr("has to be its key"));
}

TEST(NearlySorted, CanBeInterrupted) {
  const auto database = OpenDatabase({});
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    database->Interrupt();
  });
  EXPECT_EQ(ErrorText(database->Execute("CREATE TABLE t AS FROM " +
                                        NearlySorted("SELECT i, i AS place FROM range(1000000000000) r(i)"))),
            "130: interrupted");
  other.join();
}

}  // namespace
}  // namespace varjoin::duck
