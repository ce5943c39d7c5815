// row_sorter_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/row_sorter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "allocations.h"
#include "scratch.h"
#include "source.h"

namespace varjoin::index {
namespace {

const std::vector<ColumnSchema> kSchema = {{"place", "BIGINT", ValueKind::kUnsigned},
                                           {"text", "VARCHAR", ValueKind::kText}};

/// Rows at few starts of few contigs, whose first column tells in which order they were made.
Source ManyRows(size_t count, size_t text_size) {
  Source source{.schema = kSchema, .rows = {}, .lengths = {}};
  RandomSource random(5);
  for (size_t i = 0; i < count; ++i) {
    const std::vector<std::optional<std::string>> names = {"2", "chr1", "1", "X", std::nullopt, ""};
    SourceRow row = Row("", static_cast<int64_t>(random.Below(20)) - 2, "A", "C",
                        {Number(i), Text(std::string(random.Below(text_size), 'x'))});
    row.chrom = names[random.Below(names.size())];
    if (random.Below(30) == 0) {
      row.start.reset();
      row.values[1].reset();
      row.ref.reset();
      row.alt = "";
    }
    source.rows.push_back(row);
  }
  return source;
}

struct Outcome {
  Status status = Status::Ok();
  std::vector<SourceRow> rows;
};

std::optional<std::string> Copied(std::string_view text) {
  return text.data() == nullptr ? std::nullopt : std::optional(std::string(text));
}

Outcome SortAll(RowSorter& sorter, const Source& source, size_t batch_size) {
  Outcome outcome;
  for (size_t at = 0; at < source.rows.size() && outcome.status.ok(); at += batch_size) {
    const size_t count = std::min(batch_size, source.rows.size() - at);
    outcome.status = sorter.Add(BatchOf(std::span(source.rows).subspan(at, count), source.schema));
  }
  if (outcome.status.ok()) {
    outcome.status = sorter.Sort();
  }
  RowBatch batch;
  for (bool more = outcome.status.ok(); more;) {
    const Result<bool> next = sorter.Next(batch_size, batch);
    outcome.status = next.status();
    more = next.ok() && *next;
    EXPECT_EQ(more, batch.rows() > 0);
    for (size_t i = 0; more && i < batch.rows(); ++i) {
      SourceRow& row = outcome.rows.emplace_back();
      row.chrom = Copied(batch.chrom[i]);
      row.start = batch.start[i] == RowBatch::kNoStart ? std::nullopt : std::optional(batch.start[i]);
      row.ref = Copied(batch.ref[i]);
      row.alt = Copied(batch.alt[i]);
      row.values.push_back(batch.columns[0].valid[i] != 0 ? std::optional(Number(batch.columns[0].numbers[i]))
                                                          : std::nullopt);
      row.values.push_back(batch.columns[1].valid[i] != 0 ? std::optional(Text(std::string(batch.columns[1].texts[i])))
                                                          : std::nullopt);
    }
  }
  return outcome;
}

bool Same(const SourceRow& a, const SourceRow& b) {
  return a.chrom == b.chrom && a.start == b.start && a.ref == b.ref && a.alt == b.alt && a.values == b.values;
}

TEST(RowSorter, GivesTheSameRowsInTheSameOrderWithMuchAndWithLittleMemory) {
  const Scratch scratch;
  const Source source = ManyRows(20'000, 60);
  Source expected = source;
  SortRows(expected);
  for (const size_t memory : {size_t{1} << 30, size_t{1} << 20, size_t{50'000}}) {
    for (const size_t batch : {1, 1000, 2048}) {
      SCOPED_TRACE(testing::Message() << "memory " << memory << ", batches of " << batch);
      RowSorter sorter(kSchema, {}, scratch.path(), memory);
      const Outcome outcome = SortAll(sorter, source, batch);
      ASSERT_OK(outcome.status);
      ASSERT_EQ(outcome.rows.size(), source.rows.size());
      for (size_t i = 0; i < outcome.rows.size(); ++i) {
        ASSERT_TRUE(Same(outcome.rows[i], expected.rows[i])) << "row " << i;
      }
    }
  }
  EXPECT_TRUE(scratch.Names().empty());  // the temporary files have no names
}

TEST(RowSorter, SortsRowsThatAreEachLargerThanItsMemory) {
  const Scratch scratch;
  const Source source = ManyRows(50, 300'000);
  Source expected = source;
  SortRows(expected);
  RowSorter sorter(kSchema, {}, scratch.path(), 1);
  const Outcome outcome = SortAll(sorter, source, 7);
  ASSERT_OK(outcome.status);
  ASSERT_EQ(outcome.rows.size(), source.rows.size());
  for (size_t i = 0; i < outcome.rows.size(); ++i) {
    ASSERT_TRUE(Same(outcome.rows[i], expected.rows[i])) << "row " << i;
  }
}

TEST(RowSorter, GivesBackItsMemoryBeforeItMerges) {
  const Scratch scratch;
  const Source source = ManyRows(20'000, 1000);
  const size_t before = BytesInUse();
  RowSorter sorter(kSchema, {}, scratch.path(), 4'000'000);
  ASSERT_OK(sorter.Add(BatchOf(source.rows, source.schema)));
  ASSERT_OK(sorter.Sort());
  EXPECT_LT(BytesInUse(), before + 2'000'000);  // of some runs a buffer each
}

TEST(RowSorter, StaysWithinItsMemoryWhileRowsAreAdded) {
  const Scratch scratch;
  for (const size_t text_size : {1, 1000}) {
    const Source source = ManyRows(100'000, text_size);
    constexpr size_t kMemory = 3'000'000;
    constexpr size_t kRows = 500;
    const size_t before = BytesInUse();
    RowSorter sorter(kSchema, {}, scratch.path(), kMemory);
    size_t most = 0;
    for (size_t at = 0; at < source.rows.size(); at += kRows) {
      ASSERT_OK(sorter.Add(BatchOf(std::span(source.rows).subspan(at, kRows), source.schema)));
      most = std::max(most, BytesInUse() - before);
    }
    EXPECT_GT(most, kMemory / 2) << "too few rows to tell";
    EXPECT_LT(most, kMemory + 300'000) << "texts of up to " << text_size;
  }
}

TEST(RowSorter, HasNoRowsWhereNoneWereAdded) {
  RowSorter sorter(kSchema, {}, "", 1000);
  const Outcome outcome = SortAll(sorter, {.schema = kSchema, .rows = {}, .lengths = {}}, 10);
  EXPECT_OK(outcome.status);
  EXPECT_TRUE(outcome.rows.empty());
}

TEST(RowSorter, NamesTheFolderWhereNoTemporaryFileCanBeMade) {
  const Scratch scratch;
  RowSorter sorter(kSchema, {}, scratch.Path("missing"), 1000);
  const Outcome outcome = SortAll(sorter, ManyRows(1000, 60), 100);
  EXPECT_THAT(ErrorText(outcome.status),
              testing::AllOf(testing::HasSubstr(scratch.Path("missing")), testing::HasSubstr("--temp-directory")));
}

TEST(RowSorter, SaysThatTheTemporaryFileCantGrow) {
  const Scratch scratch;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 100'000, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  RowSorter sorter(kSchema, {}, scratch.path(), 50'000);
  const Outcome outcome = SortAll(sorter, ManyRows(20'000, 60), 1000);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(ErrorText(outcome.status),
              testing::AllOf(testing::HasSubstr(scratch.path()), testing::HasSubstr("the largest size"),
                             testing::HasSubstr("--temp-directory")));
}

}  // namespace
}  // namespace varjoin::index
