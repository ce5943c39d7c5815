// text_table_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/text_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::HasSubstr;

/// "lines DELIMITER columns", or "no table".
std::string HeaderOf(const std::string& text) {
  const auto table = FindTableHeader(text);
  return table ? fmt::format("{} {} {}", table->header_lines, table->delimiter == '\t' ? 'T' : table->delimiter,
                             Join(table->columns, "/"))
               : "no table";
}

TEST(FindTableHeader, FindsTheLineThatNamesTheColumns) {
  struct Case {
    const char* text;
    const char* expected;
  };
  for (const Case& c : {
           Case{"chrom\tpos\tref\talt\n1\t2\tA\tC\n", "1 T chrom/pos/ref/alt"},
           {"#chrom\tpos\tref\talt\n1\t2\tA\tC\n", "1 T chrom/pos/ref/alt"},
           {"## CADD v1.6, 2020\n#Chrom\tPos\tRef\tAlt\tPHRED\n1\t2\tA\tC\t9\n", "2 T Chrom/Pos/Ref/Alt/PHRED"},
           {"# made by X, on a Monday\nchrom\tpos\tref\talt\n1\t2\tA\tC\n", "2 T chrom/pos/ref/alt"},
           {"# Copyright\n#\n# Licence\n#CHROM\tPOS\tREF\tALT\n", "4 T CHROM/POS/REF/ALT"},
           {"chrom,pos,ref,alt\r\n1,2,A,C\r\n", "1 , chrom/pos/ref/alt"},
           {"chrom;pos;ref;alt;\"a;\"\"b\"\"\"\n", "1 ; chrom/pos/ref/alt/a;\"b\""},
           {"chr|pos|ref|alt", "1 | chr/pos/ref/alt"},
           {"\"chr\",\" pos \",,alt\n", "1 , chr/pos/column3/alt"},
           {"\xEF\xBB\xBF"
            "chrom,pos,ref,alt\n",
            "1 , chrom/pos/ref/alt"},
           {"a,b,c\n", "1 , a/b/c"},
           {"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n", "no table"},
           {"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t2\t.\tA\tC\t.\t.\t.\n", "no table"},
           {"chr1\t0\t10\n", "0 T chrom/start/end"},
           {"track name=x\nbrowser hide all\n#c\nchr1\t0\t10\tgene\t5\t+\n", "3 T chrom/start/end/name/score/strand"},
           {"#chrom\tstart\tend\tgene\nchr1\t0\t10\tx\n", "1 T chrom/start/end/gene"},
           {"one word\n", "no table"},
           {"", "no table"},
           {"<html>,</html>", "no table"},
       }) {
    EXPECT_EQ(HeaderOf(c.text), c.expected) << c.text;
  }
  EXPECT_EQ(HeaderOf(std::string("a,b\0c\n", 6)), "no table") << "no text at all";
}

TEST(LookAtInput, GoesByTheContentAndRefusesWhatCantBeReadTwice) {
  const Scratch scratch;
  const auto kind = [&](const std::string& content) {
    return static_cast<int>(Value(LookAtInput(scratch.Write("x.csv", content))).kind);
  };
  EXPECT_EQ(kind("PAR1 and more"), static_cast<int>(InputKind::kParquet));
  EXPECT_EQ(kind("chrom,pos,ref,alt\n"), static_cast<int>(InputKind::kTable));
  EXPECT_EQ(kind("##fileformat=VCFv4.2\n"), static_cast<int>(InputKind::kVcf));
  EXPECT_TRUE(Value(LookAtInput(scratch.Write("x", "1\t0\t5\n"))).table.is_bed);
  EXPECT_TRUE(Value(LookAtInput(scratch.Write("x.bed", "#chrom\tstart\tend\n1\t0\t5\n"))).table.is_bed);
  EXPECT_TRUE(Value(LookAtInput(scratch.Write("y.bed", "#chrom\tstart\tend\n1\t0\t5\n#\n"))).table.by_lines);
  EXPECT_FALSE(Value(LookAtInput(scratch.Write("x", "chrom\tpos\tref\n1\t0\tA\n"))).table.is_bed);
  EXPECT_THAT(ErrorText(LookAtInput("/dev/null")), HasSubstr("/dev/null"));
}

}  // namespace
}  // namespace varjoin
