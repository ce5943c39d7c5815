// row_groups_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/row_groups.h"

#include <gtest/gtest.h>

namespace varjoin {
namespace {

vcf::Inspection Input(uint64_t record_bytes, size_t samples) {
  vcf::Inspection input;
  input.record_bytes = record_bytes;
  input.headers.resize(1);
  for (size_t i = 0; i < samples; ++i) {
    input.headers[0].samples.push_back("s" + std::to_string(i));
  }
  return input;
}

TEST(RowsOfGroup, AreFewerWhereRowsAreWide) {
  const struct {
    size_t columns;
    uint64_t record_bytes;
    size_t samples;
    std::vector<std::string> chosen;
    size_t rows;
  } cases[] = {
      {20, 0, 0, {}, 30'720},              // nothing is known of the records
      {20, 300, 1, {}, 30'720},            // a person
      {1'200, 300, 1, {}, 2'048},          // very many columns
      {30, 3'300, 200, {}, 2'048},         // a cohort
      {30, 3'300, 200, {"s1"}, 8'192},     // one of it: its records are as long
      {30, 50'000, 2'504, {}, 197},        // a large one: a batch is a group
      {30, uint64_t{1} << 30, 1, {}, 64},  // not a group a record
  };
  for (const auto& [columns, record_bytes, samples, chosen, rows] : cases) {
    EXPECT_EQ(RowsOfGroup(columns, Input(record_bytes, samples), chosen), rows) << record_bytes << " " << samples;
  }
}

TEST(RowsOfGroup, AreWideBelowWhatIsWorthAThread) {
  EXPECT_TRUE(AreWideRows(RowsOfGroup(30, Input(3'300, 200), {})));
  EXPECT_FALSE(AreWideRows(RowsOfGroup(30, Input(300, 1), {})));
}

}  // namespace
}  // namespace varjoin
