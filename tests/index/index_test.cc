// index_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "index/index_writer.h"
#include "index/lookup.h"
#include "scratch.h"

namespace varjoin::index {
namespace {

/// A few rows with one column of each kind.
RowBatch FewRows() {
  RowBatch rows;
  rows.chrom = {"chr1", "1", "chr1", "chr2"};
  rows.start = {100, 100, 250, 7};
  rows.ref = {"A", "a", "AT", "G"};
  rows.alt = {"C", "c", "A", "<DEL>"};
  rows.columns = {{.numbers = {1, static_cast<uint64_t>(-5), 0, 9}, .texts = {}, .valid = {1, 1, 0, 1}},
                  {.numbers = {}, .texts = {"rs12", "", "COSV1", "rs7"}, .valid = {1, 1, 1, 1}}};
  return rows;
}

std::vector<ColumnSchema> FewColumns() {
  return {{"score", "BIGINT", ValueKind::kSigned}, {"id", "VARCHAR", ValueKind::kText}};
}

std::shared_ptr<const IndexFile> Build(const std::string& path, const RowBatch& rows,
                                       const std::vector<ColumnSchema>& schema) {
  Profiler profiler(schema);
  profiler.Add(rows);
  auto writer = IndexWriter::Begin(path, profiler.Decide(), {});
  EXPECT_TRUE(writer.ok()) << writer.status().message();
  const auto added = writer->Add(rows);
  EXPECT_TRUE(added.ok() && *added);
  const Status finished = writer->Finish({{"source", "test"}});
  EXPECT_TRUE(finished.ok()) << finished.message();
  auto file = IndexFile::Open(path);
  EXPECT_TRUE(file.ok()) << file.status().message();
  return file.ok() ? *file : nullptr;
}

TEST(Index, FindsEveryRowOfAnAlleleInTheSourcesOrder) {
  const Scratch scratch;
  const auto file = Build(scratch.Path("few.vji"), FewRows(), FewColumns());
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->counts(), (IndexCounts{.rows = 4, .unmatchable = 1, .repeated = 1, .not_minimal = 0}));
  Lookup lookup(file, {1, 0});
  const int contig = file->FindContig("1");
  const std::vector<Query> queries = {
      {contig, {250, "ATG", "AG"}}, {contig, {100, "A", "C"}}, {contig, {100, "A", "G"}}};
  const Status found = lookup.Find(queries);
  ASSERT_TRUE(found.ok()) << found.message();
  ASSERT_EQ(lookup.hits().size(), 3U);
  const auto id = [&](size_t hit) { return lookup.values()[0].texts[lookup.hits()[hit].row]; };
  EXPECT_EQ(lookup.hits()[0].query, 0U);
  EXPECT_EQ(lookup.hits()[0].form, 1U);
  EXPECT_EQ(id(0), "COSV1");
  EXPECT_EQ(lookup.values()[1].valid[lookup.hits()[0].row], 0);
  EXPECT_EQ(id(1), "rs12");
  EXPECT_EQ(id(2), "");
  EXPECT_EQ(static_cast<int64_t>(lookup.values()[1].numbers[lookup.hits()[2].row]), -5);
}

}  // namespace
}  // namespace varjoin::index
