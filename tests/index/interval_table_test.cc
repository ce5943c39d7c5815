// interval_table_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/interval_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "scratch.h"

namespace varjoin::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Row {
  std::string_view contig;
  int64_t start;
  int64_t end;
};

/// With the row's number as text in a column.
RowBatch BatchOf(const std::vector<Row>& rows, std::vector<std::string>& texts) {
  RowBatch batch;
  batch.columns.resize(2);
  for (size_t i = 0; i < rows.size(); ++i) {
    texts.push_back(std::to_string(i));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    batch.chrom.push_back(rows[i].contig);
    batch.start.push_back(rows[i].start);
    batch.columns[0].numbers.push_back(static_cast<uint64_t>(rows[i].end));
    batch.columns[0].valid.push_back(rows[i].end != RowBatch::kNoStart);
    batch.columns[1].texts.push_back(texts[i]);
    batch.columns[1].valid.push_back(1);
  }
  return batch;
}

IntervalTable TableOf(const std::vector<Row>& rows) {
  IntervalTable table({{"name", "VARCHAR", ValueKind::kText}});
  std::vector<std::string> texts;
  EXPECT_OK(table.Add(BatchOf(rows, texts)));
  table.Finish();
  return table;
}

std::vector<uint32_t> Found(const IntervalTable& table, const std::string& contig, int64_t start, int64_t end) {
  std::vector<uint32_t> rows;
  table.Find(table.FindContig(contig), start, end, rows);
  return rows;
}

TEST(IntervalTable, FindsWhatSharesABase) {
  const IntervalTable table = TableOf({{"chr1", 10, 20}, {"1", 15, 15}, {"2", 10, 20}, {"1", 21, 30}});
  EXPECT_THAT(Found(table, "1", 1, 9), IsEmpty());
  EXPECT_THAT(Found(table, "1", 1, 10), ElementsAre(0));
  EXPECT_THAT(Found(table, "1", 15, 15), ElementsAre(0, 1));
  EXPECT_THAT(Found(table, "1", 20, 21), ElementsAre(0, 3));
  EXPECT_THAT(Found(table, "1", 31, 99), IsEmpty());
  EXPECT_THAT(Found(table, "2", 1, 99), ElementsAre(2));
  EXPECT_THAT(Found(table, "3", 1, 99), IsEmpty());
  EXPECT_EQ(table.values()[0].texts[3], "3");
}

TEST(IntervalTable, CountsRowsWithoutAPlace) {
  const IntervalTable table =
      TableOf({{{}, 1, 2}, {"1", RowBatch::kNoStart, 2}, {"1", 5, RowBatch::kNoStart}, {"1", 9, 8}, {"1", 9, 9}});
  EXPECT_EQ(table.without_place(), 4);
  EXPECT_EQ(table.rows(), 5U);
  EXPECT_THAT(Found(table, "1", INT64_MIN, INT64_MAX), ElementsAre(4));
}

TEST(IntervalTable, FindsWhatAComparisonWithEveryRowFinds) {
  std::mt19937 random(7);
  for (size_t count = 0; count < 200; count = count < 20 ? count + 1 : count + 37) {
    std::vector<Row> rows;
    for (size_t i = 0; i < count; ++i) {
      const auto start = static_cast<int64_t>(random() % 300);
      rows.push_back({"1", start, start + static_cast<int64_t>(random() % (random() % 9 == 0 ? 200 : 8))});
    }
    const IntervalTable table = TableOf(rows);
    for (int query = 0; query < 300; ++query) {
      const auto start = static_cast<int64_t>(random() % 320) - 5;
      const int64_t end = start + static_cast<int64_t>(random() % 20);
      std::vector<uint32_t> expected;
      for (uint32_t i = 0; i < rows.size(); ++i) {
        if (rows[i].start <= end && rows[i].end >= start) {
          expected.push_back(i);
        }
      }
      ASSERT_EQ(Found(table, "1", start, end), expected) << count << " intervals, " << start << ".." << end;
    }
  }
}

}  // namespace
}  // namespace varjoin::index
