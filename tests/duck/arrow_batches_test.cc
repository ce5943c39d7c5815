// arrow_batches_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What StreamArrow() gives out, read as the Arrow C data interface describes it.
#include "duck/arrow_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/text.h"
#include "duck/arrow_abi.h"
#include "duck/query.h"
#include "scratch.h"

namespace varjoin::duck {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::StartsWith;

/// Released with its content.
template <typename T>
struct Held : T {
  Held() : T() {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { Release(); }
  void Release() {
    if (this->release != nullptr) {
      this->release(this);
    }
  }
};
using Batch = Held<ArrowArray>;
using Schema = Held<ArrowSchema>;

std::vector<std::string> FormatsOf(Database& database, const std::string& sql, bool string_views = false) {
  const auto batches = Value(database.StreamArrow(sql, string_views));
  Schema schema;
  EXPECT_OK(batches->Schema(&schema));
  std::vector<std::string> formats;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    formats.push_back(std::string(schema.children[i]->name) + " " + schema.children[i]->format);
  }
  return formats;
}

/// The lengths of all batches, and the sum of the first column, BIGINT.
std::vector<int64_t> LengthsOf(ArrowBatches& batches, int64_t& sum) {
  std::vector<int64_t> lengths;
  for (Batch batch; Value(batches.Next(&batch)); batch.Release()) {
    const ArrowArray& column = *batch.children[0];
    for (int64_t row = 0; row < batch.length; ++row) {
      sum += static_cast<const int64_t*>(column.buffers[1])[column.offset + row];
    }
    lengths.push_back(batch.length);
  }
  return lengths;
}

TEST(ArrowBatches, TypesAreArrows) {
  const auto database = OpenDatabase({.threads = 2});
  const std::string sql =
      "SELECT 1::BIGINT AS n, 'a' AS t, 0.5::DOUBLE AS d, true AS b, ['a'] AS l, NULL::INTEGER AS i";
  EXPECT_THAT(FormatsOf(*database, sql), ElementsAre("n l", "t u", "d g", "b b", "l +l", "i i"));
  EXPECT_THAT(FormatsOf(*database, sql, /*string_views=*/true),
              ElementsAre("n l", "t vu", "d g", "b b", "l +l", "i i"));
  EXPECT_THAT(FormatsOf(*database, sql), ElementsAre("n l", "t u", "d g", "b b", "l +l", "i i"));
}

TEST(ArrowBatches, HaveAllRowsAndEndAt16384) {
  const auto database = OpenDatabase({.threads = 2});
  const auto batches = Value(database->StreamArrow("SELECT range AS n FROM range(100000)"));
  int64_t sum = 0;
  const std::vector<int64_t> lengths = LengthsOf(*batches, sum);
  EXPECT_THAT(lengths, Each(Le(16'384)));
  EXPECT_EQ(lengths.size(), 7U);
  EXPECT_EQ(sum, 100'000LL * 99'999 / 2);
  Batch after;
  EXPECT_FALSE(Value(batches->Next(&after)));  // and again at the end
  EXPECT_EQ(after.release, nullptr);
}

TEST(ArrowBatches, OfWideRowsEndBySize) {
  const auto database = OpenDatabase({.threads = 1});
  for (const char* wide : {"repeat('x', 20000)", "[repeat('x', 20000)]", "{'a': [{'b': repeat('x', 20000)}]}",
                           "CASE WHEN range < 4000 THEN repeat('x', 20000) END", "repeat('x', 20000)::BLOB"}) {
    const auto batches = Value(database->StreamArrow(fmt::format("SELECT range AS n, {} AS t FROM range(6000)", wide)));
    int64_t sum = 0;
    EXPECT_THAT(LengthsOf(*batches, sum), Each(Le(2'048))) << wide;
    EXPECT_EQ(sum, 6'000LL * 5'999 / 2);
  }
}

TEST(ArrowBatches, NothingIsARowlessTableWithColumns) {
  const auto database = OpenDatabase();
  const auto batches = Value(database->StreamArrow("SELECT 1::BIGINT AS n WHERE false"));
  Schema schema;
  ASSERT_OK(batches->Schema(&schema));
  EXPECT_EQ(schema.n_children, 1);
  Batch batch;
  EXPECT_FALSE(Value(batches->Next(&batch)));
}

TEST(ArrowBatches, WhatIsGivenOutOutlivesTheStreamAndTheDatabase) {
  Schema schema;
  Batch batch;
  {
    const auto database = OpenDatabase();
    const auto batches = Value(database->StreamArrow("SELECT range AS n FROM range(10)"));
    ASSERT_OK(batches->Schema(&schema));
    ASSERT_TRUE(Value(batches->Next(&batch)));
  }
  EXPECT_STREQ(schema.children[0]->name, "n");
  EXPECT_EQ(static_cast<const int64_t*>(batch.children[0]->buffers[1])[9], 9);
}

TEST(ArrowBatches, ErrorsComeBeforeTheStreamOrFromTheBatchThatHasThem) {
  const auto database = OpenDatabase({.threads = 1});
  EXPECT_THAT(ErrorText(database->StreamArrow("SELECT nosuch")), AllOf(StartsWith("2: "), HasSubstr("nosuch")));
  const auto batches = Value(database->StreamArrow(
      "SELECT CASE WHEN range = 900000 THEN error('at ' || range)::BIGINT ELSE range END AS n FROM range(1000000)"));
  std::string error;
  for (Batch batch; error.empty(); batch.Release()) {
    const Result<bool> more = batches->Next(&batch);
    ASSERT_TRUE(!more.ok() || *more) << "the end without an error";
    error = more.ok() ? "" : ErrorText(more);
  }
  EXPECT_THAT(error, HasSubstr("at 900000"));
}

TEST(ArrowBatches, AnInterruptEndsThemFromAnotherThread) {
  const auto database = OpenDatabase({.threads = 1});
  const auto batches = Value(database->StreamArrow("SELECT range AS n FROM range(1000000000000)"));
  Batch first;
  ASSERT_TRUE(Value(batches->Next(&first)));
  std::thread([&] { database->Interrupt(); }).join();
  std::string error;
  for (Batch batch; error.empty(); batch.Release()) {
    const Result<bool> more = batches->Next(&batch);
    error = more.ok() ? "" : ErrorText(more);
  }
  EXPECT_THAT(error, StartsWith("130: "));
  EXPECT_THAT(ErrorText(database->StreamArrow("SELECT 1")), StartsWith("130: "));
}

}  // namespace
}  // namespace varjoin::duck
