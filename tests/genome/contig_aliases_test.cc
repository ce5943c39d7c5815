// contig_aliases_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/contig_aliases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

TEST(ReadContigAliases, ReadsTwoNamesALine) {
  const Scratch scratch;
  const std::string file = scratch.Write("a.txt", "# UCSC\nchr_A\t1\r\n\n  ctg2   X \nchr_A 1\n");
  EXPECT_THAT(Value(ReadContigAliases(file)), ElementsAre(Pair("chr_A", "1"), Pair("ctg2", "X")));
}

TEST(ReadContigAliases, NamesTheLineThatIsWrong) {
  const Scratch scratch;
  for (const auto& [content, text] :
       {std::pair{"a 1\nb\n", "line 2: expected two names"}, std::pair{"a 1 2\n", "line 1: expected two names"},
        std::pair{"a 1\na 2\n", "line 2: contig a is 2 here and 1 before"},
        std::pair{"# none\n", "has no contig names"}}) {
    EXPECT_THAT(ErrorText(ReadContigAliases(scratch.Write("a.txt", content))),
                AllOf(StartsWith("2: "), HasSubstr("a.txt: "), HasSubstr(text)));
  }
  EXPECT_THAT(ErrorText(ReadContigAliases(scratch.Path("absent"))), AllOf(StartsWith("2: "), HasSubstr("absent")));
}

TEST(AliasSql, IsOneExpressionWhateverTheNames) {
  EXPECT_EQ(AliasSql({}, "chrom"), "chrom");
  EXPECT_EQ(AliasSql({{"it's", "1"}}, "chrom"), "CASE chrom WHEN 'it''s' THEN '1' ELSE chrom END");
}

}  // namespace
}  // namespace varjoin
