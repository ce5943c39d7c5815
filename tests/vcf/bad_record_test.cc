// bad_record_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Records and fields that cannot be read. In the lines a space stands for a tab.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parse_text.h"
#include "vcf/record_parser.h"

namespace varjoin::vcf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A record that cannot be read, and what is said about it.
struct BadCase {
  std::string line;
  std::string message;
};

void CheckBad(const Header& header, const std::vector<BadCase>& cases, const std::vector<std::string>& columns) {
  for (const BadCase& c : cases) {
    HowToParse how;
    how.columns = columns;
    const std::string body = Body("1 1 . A C . . . GT 0/1\n" + c.line + "\n1 9 . A C . . . GT 0/1");
    Parsed parsed = ParseText(header, body, how);
    EXPECT_EQ(parsed.status.code(), StatusCode::kBadInput) << c.line;
    EXPECT_EQ(parsed.status.message(), c.message);

    how.on_bad_record = OnBadRecord::kSkip;
    how.columns.push_back("record");
    parsed = ParseText(header, body, how);
    EXPECT_TRUE(parsed.status.ok());
    ASSERT_EQ(parsed.rows.size(), 2u) << c.line;
    EXPECT_THAT(parsed.rows[1], HasSubstr(" | 3")) << c.line;
    EXPECT_EQ(parsed.report.records, 3);
    EXPECT_EQ(parsed.report.rows, 2);
    EXPECT_THAT(parsed.report.Sentences(), ElementsAre("1 bad record was left out; the first: " + c.message));
  }
}

TEST(BadRecord, StopsTheScanOrIsLeftOut) {
  CheckBad(
      OneSample(),
      {
          {"1 5 .", "t.vcf: record 2 (1:5): 3 columns, expected at least 8; is it separated by tabs?"},
          {"rubbish", "t.vcf: record 2: 1 column, expected at least 8; is it separated by tabs?"},
          {"#CHROM POS",
           "t.vcf: record 2: the line begins with '#'; were several VCFs joined by cat? (bcftools concat keeps one "
           "header)"},
          {" 5 . A C . . . GT 0/1", "t.vcf: record 2: CHROM: found \"\", expected a contig's name"},
          {". 5 . A C . . . GT 0/1", "t.vcf: record 2: CHROM: found \".\", expected a contig's name"},
          {"1 x . A C . . . GT 0/1", "t.vcf: record 2 (1): POS: found \"x\", expected a whole number of at least 0"},
          {"1 . . A C . . . GT 0/1", "t.vcf: record 2 (1): POS: found \".\", expected a whole number of at least 0"},
          {"1 -1 . A C . . . GT 0/1", "t.vcf: record 2 (1): POS: found \"-1\", expected a whole number of at least 0"},
          {"1 99999999999999999999 . A C . . . GT 0/1",
           "t.vcf: record 2 (1): POS: found \"99999999999999999999\", expected a whole number of at least 0"},
          {"1 5 .  C . . . GT 0/1", "t.vcf: record 2 (1:5): REF: found nothing, expected bases"},
          {"1 5 . A C,,T . . . GT 0/1",
           "t.vcf: record 2 (1:5): ALT: found \"C,,T\", expected alleles separated by commas"},
          {"1 5 . A  . . . GT 0/1", "t.vcf: record 2 (1:5): ALT: found \"\", expected alleles separated by commas"},
          {"1 5 . A C . . .", "t.vcf: record 2 (1:5): 8 columns, expected 10"},
          {"1 5 . A C . . . GT", "t.vcf: record 2 (1:5): 9 columns, expected 10"},
          {"1 5 . A C . . . GT 0/1 0/1", "t.vcf: record 2 (1:5): 11 columns, expected 10"},
          {"1 5 . A C . . . GT 0/1:5",
           "t.vcf: record 2 (1:5): sample \"NA1\": 2 values, expected at most 1, as FORMAT has"},
      },
      {"chrom", "GT"});
}

TEST(BadRecord, IsALineWithANulByte) {
  const std::string line = Body("1 5 . A C . . S=x") + Body("1 6 . A C . . S=y");
  std::string body = line;
  body[body.find('x')] = '\0';
  HowToParse how;
  how.columns = {"S"};
  EXPECT_EQ(ParseText(NoSample(), body, how).status.message(), "t.vcf: record 1 (1:5): the line has a NUL byte in it");
}

TEST(BadRecord, WithColumnsThatTheHeaderLacks) {
  HowToParse how;
  how.columns = {"start"};
  EXPECT_EQ(ParseText(NoSample(), Body("1 5 . A C . . . GT 0/1"), how).status.message(),
            "t.vcf: record 1 (1:5): 10 columns, expected 8");
  EXPECT_THAT(ParseText(NoSample(), Body("1 5 . A C . . . "), how).rows, ElementsAre("5"));
}

TEST(BadField, StopsTheScanOrLeavesTheRecordOut) {
  CheckBad(
      OneSample(),
      {
          {"1 5 . A C x . . GT 0/1", "t.vcf: record 2 (1:5): QUAL: found \"x\", expected a Float"},
          {"1 5 . A C,G . . AF=0.5,0.1.2 GT 0/1", "t.vcf: record 2 (1:5): INFO/AF: found \"0.1.2\", expected a Float"},
          {"1 5 . A C . . I=1.0 GT 0/1", "t.vcf: record 2 (1:5): INFO/I: found \"1.0\", expected an Integer"},
          {"1 5 . A C . . I=3000000000 GT 0/1",
           "t.vcf: record 2 (1:5): INFO/I: found \"3000000000\", expected an Integer of 32 bits"},
          {"1 5 . A C . . I=1,2 GT 0/1", "t.vcf: record 2 (1:5): INFO/I: found \"1,2\", expected one Integer"},
          {"1 5 . A C . . F=1,2 GT 0/1", "t.vcf: record 2 (1:5): INFO/F: found \"1,2\", expected one Float"},
          {"1 5 . A C . . LI=1,,2 GT 0/1", "t.vcf: record 2 (1:5): INFO/LI: found \"\", expected an Integer"},
          {"1 5 . A C . . I=a_very_long_text_that_is_no_number_at_all_and_goes_on GT 0/1",
           "t.vcf: record 2 (1:5): INFO/I: found \"a_very_long_text_that_is_no_number_at_al…\", expected an Integer"},
          {"1 5 . A C . . END=x GT 0/1", "t.vcf: record 2 (1:5): INFO/END: found \"x\", expected an Integer"},
          {"1 5 . A <DEL> . . SVLEN=x GT 0/1", "t.vcf: record 2 (1:5): INFO/SVLEN: found \"x\", expected an Integer"},
          {"1 5 . A <*> . . . GT:LEN 0/0:x", "t.vcf: record 2 (1:5): FORMAT/LEN: found \"x\", expected an Integer"},
          {"1 5 . A C . . . GT:GQ 0/1:x", "t.vcf: record 2 (1:5): FORMAT/GQ: found \"x\", expected an Integer"},
          {"1 5 . A C . . . GT 0/x",
           "t.vcf: record 2 (1:5): FORMAT/GT: found \"0/x\", expected a genotype such as 0/1"},
      },
      {"qual", "end", "I", "F", "AF", "LI", "GQ", "carried"});
}

TEST(BadField, NamesTheSample) {
  HowToParse how;
  EXPECT_EQ(ParseText(HeaderOf(kFieldsOfEachKind, {"a", "b"}), Body("1 5 . A C . . . GT:GQ 0/1:3 0/1:x"), how)
                .status.message(),
            "t.vcf: record 1 (1:5): FORMAT/GQ of \"b\": found \"x\", expected an Integer");
}

TEST(BadField, IsNullWhereThatIsAskedFor) {
  HowToParse how;
  how.on_bad_record = OnBadRecord::kNull;
  const std::vector<std::string> all = {"start", "qual", "end", "I", "LI", "GT", "GQ", "carried"};
  Check(
      OneSample(),
      {
          {"fields", all, "1 5 . A C x . I=x;LI=1,x GT:GQ 0/1:x", {"5 | NULL | 5 | NULL | NULL | 0/1 | NULL | true"}},
          {"the end", all, "1 5 . A C 3 . END=x;I=1 GT 0/1", {"5 | 3 | NULL | 1 | NULL | 0/1 | NULL | true"}},
          {"the genotype", all, "1 5 . A C 3 . . GT 0/x", {"5 | 3 | 5 | NULL | NULL | 0/x | NULL | NULL"}},
          {"sample columns that don't fit",
           all,
           "1 5 . A C 3 . I=7 GT:GQ 0/1:5:6\n1 6 . A C 3 . I=7\n1 7 . A C 3 . I=7 GT 0/1 0/1\n1 8 . A C 3 . I=7 GT 0/1",
           {"5 | 3 | 5 | 7 | NULL | NULL | NULL | NULL", "6 | 3 | 6 | 7 | NULL | NULL | NULL | NULL",
            "7 | 3 | 7 | 7 | NULL | NULL | NULL | NULL", "8 | 3 | 8 | 7 | NULL | 0/1 | NULL | true"}},
          {"a record without place or alleles is left out",
           {"start", "record"},
           "1 x . A C . . . GT 0/1\n1 6 . A C, . . . GT 0/1\n1 7 . A C . . . GT 0/1",
           {"7 | 3"}},
      },
      how);
  how.columns = {"genotypes"};
  const Header two =
      HeaderOf({"FORMAT=<ID=GQ,Number=1,Type=Integer>", "FORMAT=<ID=AD,Number=R,Type=Integer>"}, {"a", "b"});
  EXPECT_THAT(ParseText(two, Body("1 5 . A C . . . GQ:AD x:1,2 6:3,x\n1 5 . A C . . . GQ 7"), how).rows,
              ElementsAre("[{sample:a,GQ:NULL,AD:[1,2]},{sample:b,GQ:6,AD:NULL}]",
                          "[{sample:a,GQ:NULL,AD:NULL},{sample:b,GQ:NULL,AD:NULL}]"));
}

TEST(BadField, TheFirstTenAreKept) {
  std::string lines;
  for (int i = 1; i <= 25; ++i) {
    lines += (i == 1 ? "" : "\n") + std::string("1 ") + std::to_string(i) + " . A C . . I=x";
  }
  HowToParse how;
  how.columns = {"I"};
  how.lines_per_batch = 3;
  how.on_bad_record = OnBadRecord::kNull;
  const Parsed parsed = ParseText(NoSample(), Body(lines), how);
  EXPECT_EQ(parsed.rows.size(), 25u);
  const Note& note = parsed.report.notes.at({NoteKind::kBadRecord, "t.vcf\tINFO/I"});
  EXPECT_EQ(note.count, 25u);
  ASSERT_EQ(note.bad_records.size(), 10u);
  EXPECT_EQ(note.bad_records[9], "t.vcf: record 10 (1:10): INFO/I: found \"x\", expected an Integer");
  EXPECT_THAT(parsed.report.Sentences(),
              ElementsAre("25 bad values of INFO/I made NULL; the first: t.vcf: record 1 (1:1): INFO/I: "
                          "found \"x\", expected an Integer"));
}

}  // namespace
}  // namespace varjoin::vcf
