// source_check_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/source_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.h"
#include "sources/parquet.h"
#include "sources/register.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class SourceCheckTest : public ::testing::Test {
 protected:
  SourceCheckTest() : catalog(scratch.Path("home")), database(duck::OpenDatabase({.threads = 2})) {}

  Source Register(const std::string& values, bool zero_based = false) {
    const std::string file = WriteParquet(*database, scratch.Path("x.parquet"), AlleleRows(values));
    return Value(RegisterSource(*database, catalog,
                                {.name = "s",
                                 .files = {file},
                                 .mapping = {},
                                 .assembly = {},
                                 .zero_based = zero_based,
                                 .as_is = true}))
        .source;
  }

  SourceCheck Check(const std::string& values) { return Value(CheckSource(*database, Register(values))); }

  Scratch scratch;
  Catalog catalog;
  std::unique_ptr<duck::Database> database;
};

TEST_F(SourceCheckTest, CountsWhatIsAmiss) {
  const SourceCheck check = Check(
      "('1', 5, 'A', 'C', 1), ('chr1', 5, 'a', 'c', 1), ('1', 5, 'A', 'G', 1), ('1', 6, 'AT', 'GT', 1), "
      "('1', 6, 'A', '<DEL>', 1), ('1', 6, 'A', 'C|G', 1), ('1', 6, '-', 'G', 1), ('2', 0, 'A', 'C', 1), "
      "(NULL, 1, 'A', 'C', 1), ('2', NULL, 'A', 'C', 1), ('2', 1, NULL, 'C', 1), ('2', 1, 'A', NULL, 1)");
  EXPECT_EQ(check.rows, 12);
  EXPECT_EQ(check.null_keys, 4);
  EXPECT_EQ(check.low_starts, 1);
  EXPECT_EQ(check.not_minimal, 1);
  EXPECT_EQ(check.unmatchable, 3);
  EXPECT_EQ(check.unsorted, "");
  EXPECT_EQ(check.repeated, 1) << "1:5 A>C under two names and in two cases";
  EXPECT_THAT(check.contigs, ElementsAre(Pair("1", 6), Pair("chr1", 1), Pair("2", 4)));
  EXPECT_FALSE(check.files_changed);
  EXPECT_EQ(check.files, 1);
}

TEST_F(SourceCheckTest, SaysWhereTheOrderBreaks) {
  EXPECT_THAT(Check("('1', 9, 'A', 'C', 1), ('1', 5, 'A', 'C', 1)").unsorted, "row 2: 1:5 after 1:9");
  const SourceCheck again = Check("('2', 9, 'A', 'C', 1), ('1', 5, 'A', 'C', 1), ('chr2', 9, 'A', 'C', 1)");
  EXPECT_EQ(again.unsorted, "row 3: 2:9 after 1:5");
  EXPECT_EQ(again.repeated, std::nullopt) << "what is not side by side is not counted";
  EXPECT_EQ(Check("('X', 9, 'A', 'C', 1), ('2', 5, 'A', 'C', 1), ('2', 5, 'A', 'C', 1)").unsorted, "")
      << "contigs may come in any order";
}

TEST_F(SourceCheckTest, OfManyRowsKeepsTheirOrder) {
  const std::string file =
      WriteParquet(*database, scratch.Path("m.parquet"),
                   "SELECT '1' AS chrom, (i // 2) AS \"start\", 'A' AS ref, 'C' AS alt FROM range(2, 400002) t(i)",
                   ", ROW_GROUP_SIZE 4096");
  const Source source =
      Value(RegisterSource(*database, catalog, {.name = "m", .files = {file}, .mapping = {}, .assembly = {}})).source;
  EXPECT_OK(database->Execute("SET preserve_insertion_order = false"));
  const SourceCheck check = Value(CheckSource(*database, source));
  EXPECT_EQ(check.unsorted, "");
  EXPECT_EQ(check.repeated, 200'000);
  EXPECT_EQ(duck::Row(*database, "SELECT current_setting('preserve_insertion_order')"), "false");
}

TEST_F(SourceCheckTest, NoticesFilesThatHaveChanged) {
  const Source source = Register("('1', 5, 'A', 'C', 1)");
  WriteParquet(*database, scratch.Path("x.parquet"), AlleleRows("('1', 5, 'A', 'C', 1), ('1', 6, 'A', 'C', 1)"));
  const SourceCheck check = Value(CheckSource(*database, source));
  EXPECT_TRUE(check.files_changed);
  EXPECT_EQ(check.rows, 2);
}

TEST_F(SourceCheckTest, IsKeptInTheCatalogUnlessTheSourceIsAnotherOne) {
  Source source = Register("('1', 5, 'A', 'C', 1)");
  EXPECT_OK(catalog.MarkChecked(source, "2026-01-02T03:04:05Z"));
  EXPECT_EQ(Value(catalog.Find("s")).checked_at, "2026-01-02T03:04:05Z");
  source.made_at = "1999";
  EXPECT_OK(catalog.MarkChecked(source, "2027"));
  EXPECT_EQ(Value(catalog.Find("s")).checked_at, "2026-01-02T03:04:05Z");
}

}  // namespace
}  // namespace varjoin
