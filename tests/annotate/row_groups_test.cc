// row_groups_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/row_groups.h"

#include <gtest/gtest.h>

#include "scratch.h"

namespace varjoin {
namespace {

/// Of a pipe, whose records can't be seen.
vcf::Inspection Input(size_t samples) {
  vcf::Inspection input;
  input.paths = {"-"};
  input.headers.resize(1);
  for (size_t i = 0; i < samples; ++i) {
    input.headers[0].samples.push_back("s" + std::to_string(i));
  }
  return input;
}

TEST(RowsOfGroup, AreFewerWhereRowsAreWide) {
  const struct {
    size_t columns;
    size_t samples;
    std::vector<std::string> chosen;
    size_t rows;
  } cases[] = {
      {20, 0, {}, 30'720},        // no samples
      {20, 1, {}, 30'720},        // a person
      {1'200, 1, {}, 2'048},      // very many columns
      {30, 200, {}, 2'048},       // a cohort
      {30, 200, {"s1"}, 30'720},  // one of it
      {30, 2'504, {}, 276},       // a large one: a batch is a group
      {30, 1'000'000, {}, 64},    // not a group a record
  };
  for (const auto& [columns, samples, chosen, rows] : cases) {
    EXPECT_EQ(RowsOfGroup(columns, Input(samples), chosen), rows) << columns << " " << samples;
  }
}

TEST(RowsOfGroup, AreFewerWhereTheRecordsOfTheFileAreLong) {
  const Scratch scratch;
  std::string text = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
  for (int i = 1; i <= 3; ++i) {
    text += "1\t" + std::to_string(i) + "\t.\tA\tC\t.\t.\tX=" + std::string(100'000, 'x') + "\n";
  }
  vcf::Inspection input = Input(0);
  input.paths = {scratch.Write("long.vcf", text)};
  EXPECT_EQ(RowsOfGroup(10, input, {}), (size_t{32} << 20) / 100'020);
  EXPECT_TRUE(AreWideRows(RowsOfGroup(10, input, {})));
  EXPECT_FALSE(AreWideRows(RowsOfGroup(10, Input(0), {})));
}

}  // namespace
}  // namespace varjoin
