// record_parser_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Records as lines, rows as text. In the lines a space stands for a tab.
#include "vcf/record_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parse_text.h"

namespace varjoin::vcf {
namespace {

using ::testing::ElementsAre;

TEST(FixedColumns, AreWhatTheLineSays) {
  const std::vector<std::string> all = {"chrom", "start", "id", "ref", "alt", "qual", "filter", "record", "alt_index"};
  Check(NoSample(),
        {
            {"plain", all, "1 100 rs1 A C 50 PASS .", {"1 | 100 | rs1 | A | C | 50 | PASS | 1 | 1"}},
            {"a dot is NULL", all, "1 100 . A . . . .", {"1 | 100 | NULL | A | NULL | NULL | NULL | 1 | 0"}},
            {"REF and one of the ALTs too",
             all,
             "1 100 . . A,. . . .",
             {"1 | 100 | NULL | NULL | A | NULL | NULL | 1 | 1", "1 | 100 | NULL | NULL | NULL | NULL | NULL | 1 | 2"}},
            {"several filters as written", {"filter"}, "1 1 . A C . q10;s50 .", {"q10;s50"}},
            {"a percent sign is not decoded outside INFO and FORMAT",
             {"id", "filter"},
             "1 1 a%3Bb A C . x%3By .",
             {"a%3Bb | x%3By"}},
            {"positions from 0 to beyond 32 bits",
             {"start"},
             "1 0 . A C . . .\n1 4294967297 . A C . . .",
             {"0", "4294967297"}},
            {"one row an ALT, with the alleles as they are",
             {"alt", "alt_index", "record"},
             "1 5 . a c,<DEL>,*,N[2:7[,<*>,R . . .\n1 6 . A T . . .",
             {"c | 1 | 1", "<DEL> | 2 | 1", "* | 3 | 1", "N[2:7[ | 4 | 1", "<*> | 5 | 1", "R | 6 | 1", "T | 1 | 2"}},
            {"long text",
             {"chrom", "ref"},
             "a_contig_with_a_long_name:1 5 . ACGTACGTACGTACGT C . . .",
             {"a_contig_with_a_long_name:1 | ACGTACGTACGTACGT"}},
            {"quality",
             {"qual"},
             "1 1 . A C inf . .\n1 1 . A C -NaN . .\n1 1 . A C 1e-3 . .\n1 1 . A C 1e999 . .",
             {"inf", "nan", "0.001", "inf"}},
            {"CRLF and empty lines",
             {"start", "record"},
             "1 1 . A C . . .\r\n\n\r\n1 2 . A C . . .\r",
             {"1 | 1", "2 | 2"}},
        });
}

TEST(FixedColumns, RecordsCountOverAllFiles) {
  HowToParse how;
  how.records_before = 1000;
  Check(NoSample(), {{"", {"record"}, "1 1 . A C . . .\n1 2 . A C . . .", {"1001", "1002"}}}, how);
}

TEST(FixedColumns, RecordTextIsTheLineWithoutItsEnd) {
  Check(NoSample(), {{"",
                      {"record_text"},
                      "1 1 . A C,T . . LI=1,2\r",
                      {"1\t1\t.\tA\tC,T\t.\t.\tLI=1,2", "1\t1\t.\tA\tC,T\t.\t.\tLI=1,2"}}});
}

TEST(End, FollowsItsSources) {
  const std::vector<std::string> end = {"end"};
  Check(OneSample(),
        {
            {"INFO/END", end, "1 100 . A <DEL> . . END=150;SVLEN=-7 GT 0/1", {"150"}},
            {"END equal to POS", end, "1 100 . AC T . . END=100 GT 0/1", {"100"}},
            {"a smaller END is ignored", end, "1 100 . AC T . . END=99 GT 0/1", {"101"}},
            {"a missing END", end, "1 100 . AC T . . END=. GT 0/1", {"101"}},
            {"an END beyond 32 bits", end, "1 5000000000 . A <DEL> . . END=5000000010 GT 0/1", {"5000000010"}},
            {"the length of REF", end, "1 100 . ACGT A . . . GT 0/1", {"103"}},
            {"a record without ALT", end, "1 100 . ACGT . . . . GT 0/0", {"103"}},
            {"SVLEN of the allele, either sign, subtypes",
             end,
             "1 100 . A <DEL>,<DUP:TANDEM>,<INV>,<CNV>,<DEL:ME:ALU>,<INS>,C,<DELX> . . SVLEN=-10,20,30,-40,50,60,70,80 "
             "GT 0/1",
             {"110", "120", "130", "140", "150", "100", "100", "100"}},
            {"a missing SVLEN", end, "1 100 . AC <DEL>,<DUP> . . SVLEN=.,5 GT 0/1", {"101", "105"}},
            {"no SVLEN", end, "1 100 . AC <DEL> . . . GT 0/1", {"101"}},
            {"FORMAT/LEN for a reference block", end, "1 100 . A <*>,C . . . GT:LEN 0/0:50", {"149", "100"}},
            {"LEN is for blocks only", end, "1 100 . A C . . . GT:LEN 0/0:50", {"100"}},
            {"END before LEN", end, "1 100 . A <*> . . END=120 GT:LEN 0/0:50", {"120"}},
            {"a missing LEN", end, "1 100 . A <*> . . . GT:LEN 0/0:.\n1 100 . A <*> . . . GT:LEN 0/0", {"100", "100"}},
        });
}

TEST(End, OfSeveralSamplesTakesTheLongestBlock) {
  Check(HeaderOf(kFieldsOfEachKind, {"a", "b", "c"}),
        {{"", {"end"}, "1 100 . A <*> . . . GT:LEN 0/0:5 0/0:70 0/0", {"169"}}});
}

TEST(End, IsTheLargestOfAllAllelesWithoutSplit) {
  Check(NoSample(), {{"", {"end"}, "1 100 . A C,<DEL>,<DUP> . . SVLEN=.,-10,7", {"110"}}}, {.split = false});
}

TEST(End, CountsWhatItIgnores) {
  HowToParse how;
  how.columns = {"end"};
  const Parsed parsed = ParseText(
      NoSample(), Body("1 100 . A C,T . . END=9\n1 101 . A C . . END=8\n1 102 . A <DEL>,<DEL> . . SVLEN=5"), how);
  EXPECT_THAT(parsed.rows, ElementsAre("100", "100", "101", "102", "102"));
  EXPECT_THAT(parsed.report.Sentences(),
              ElementsAre("t.vcf: 1 value of INFO/SVLEN made NULL, because the number of entries "
                          "does not fit the alleles; first in record 3 (1:102)",
                          "t.vcf: INFO/END smaller than POS ignored in 2 records; first in record 1 "
                          "(1:100)"));
}

TEST(Info, HasTheTypesOfTheHeader) {
  Check(NoSample(),
        {
            {"numbers", {"I", "F", "S", "C"}, "1 1 . A C . . I=-5;F=1e-3;S=x;C=y", {"-5 | 0.001 | x | y"}},
            {"missing values",
             {"I", "F", "S", "C", "DB"},
             "1 1 . A C . . I=.;F=.;S=.;C=.",
             {"NULL | NULL | NULL | NULL | false"}},
            {"no INFO",
             {"I", "F", "S", "DB", "LI", "AC"},
             "1 1 . A C . . .",
             {"NULL | NULL | NULL | false | NULL | NULL"}},
            {"whole numbers as Float", {"F"}, "1 1 . A C . . F=12", {"12"}},
            {"lists",
             {"LI", "LF", "LS"},
             "1 1 . A C . . LI=1,.,3;LF=0.5,.,nan;LS=a,.,b",
             {"[1,NULL,3] | [0.5,NULL,nan] | [a,NULL,b]"}},
            {"a single dot is NULL", {"LI", "LS"}, "1 1 . A C . . LI=.;LS=.", {"NULL | NULL"}},
            {"text keeps its commas", {"S"}, "1 1 . A C . . S=3,4,5", {"3,4,5"}},
            {"empty pieces of text", {"LS"}, "1 1 . A C . . LS=a,,b", {"[a,,b]"}},
            {"flags",
             {"DB"},
             "1 1 . A C . . DB\n1 1 . A C . . DB=1\n1 1 . A C . . DB=0\n1 1 . A C . . I=5",
             {"true", "true", "true", "false"}},
            {"a fixed number of values is not enforced",
             {"TWO"},
             "1 1 . A C . . TWO=1,2\n1 1 . A C . . TWO=1,2,3",
             {"[1,2]", "[1,2,3]"}},
            {"LA is left as written", {"LAI"}, "1 1 . A C,T . . LAI=7", {"[7]", "[7]"}},
            {"keys without a value",
             {"AC", "I", "S", "LS"},
             "1 1 . A C . . AC;I;S;LS\n1 1 . A C . . AC=;I=;S=;LS=",
             {"NULL | NULL | NULL | NULL", "NULL | NULL | NULL | NULL"}},
            {"empty entries", {"I", "F"}, "1 1 . A C . . ;;I=1;;F=2;\n1 1 . A C . . ;", {"1 | 2", "NULL | NULL"}},
            {"the first of a repeated key", {"I", "LI"}, "1 1 . A C . . I=1;LI=5;I=2;LI=6,7", {"1 | [5]"}},
            {"keys that begin alike, in any order",
             {"S", "SA", "SVLEN", "I", "IG"},
             "1 1 . A C . . S=a;SA=b;SVLEN=3;I=1;IG=1,2,3\n1 1 . A C . . SVLEN=4;SA=c;IG=.;S=d\n1 1 . A C . . "
             "I=5;S=e;SA=f",
             {"a | b | 3 | 1 | [1,2,3]", "d | c | 4 | NULL | NULL", "e | f | NULL | 5 | NULL"}},
            {"a value with an equals sign", {"S"}, "1 1 . A C . . S=a=b", {"a=b"}},
        });
}

TEST(Info, HasKeysOfAnyLengthAlsoWhereOneIsTheBeginningOfAnother) {
  std::vector<std::string> lines;
  std::string info;
  std::string expected;
  HowToParse how;
  for (size_t length = 1; length <= 70; ++length) {
    const std::string key = "K" + std::string(length - 1, 'x');
    lines.push_back("INFO=<ID=" + key + ",Number=1,Type=Integer>");
    info += (length == 1 ? "" : ";") + key + "=" + std::to_string(length);
    expected += (length == 1 ? "" : " | ") + std::to_string(length);
    how.columns.push_back(key);
  }
  const std::string line = "1 1 . A C . . " + info;
  EXPECT_THAT(ParseText(HeaderOf(lines, {}), Body(line + "\n" + line), how).rows, ElementsAre(expected, expected));
}

TEST(Info, IsCutDownToTheAllele) {
  Check(NoSample(),
        {
            {"A",
             {"alt", "AC", "AF", "SA"},
             "1 1 . A C,G,T . . AC=1,.,3;AF=0.1,0.2,0.3;SA=x,y,.",
             {"C | 1 | 0.1 | x", "G | NULL | 0.2 | y", "T | 3 | 0.3 | NULL"}},
            {"A of the wrong length", {"AC", "SA"}, "1 1 . A C,G . . AC=1;SA=x,y,z", {"NULL | NULL", "NULL | NULL"}},
            {"R", {"RD", "RS"}, "1 1 . A C,G . . RD=1,2,3;RS=r,.,t", {"[1,2] | [r,NULL]", "[1,3] | [r,t]"}},
            {"R of the wrong length", {"RD"}, "1 1 . A C,G . . RD=1,2", {"NULL", "NULL"}},
            {"diploid G", {"IG"}, "1 1 . A C,G,T . . IG=0,1,2,3,4,5,6,7,8,9", {"[0,1,2]", "[0,3,5]", "[0,6,9]"}},
            {"haploid G", {"IG"}, "1 1 . A C,G . . IG=0,1,2", {"[0,1]", "[0,2]"}},
            {"G above ploidy 2",
             {"IG"},
             "1 1 . A C . . IG=0,1,2,3\n1 1 . A C,G . . IG=0,1,2,3,4,5,6,7,8,9",
             {"NULL", "NULL", "NULL"}},
            {"G of no ploidy", {"IG"}, "1 1 . A C,G . . IG=0,1,2,3", {"NULL", "NULL"}},
            {"a single dot",
             {"AC", "RD", "IG"},
             "1 1 . A C,G . . AC=.;RD=.;IG=.",
             {"NULL | NULL | NULL", "NULL | NULL | NULL"}},
            {"dots for all",
             {"AC", "RD", "IG"},
             "1 1 . A C . . AC=.;RD=.,.;IG=.,.,.",
             {"NULL | [NULL,NULL] | [NULL,NULL,NULL]"}},
            {"without ALT",
             {"alt_index", "AC", "RD", "IG"},
             "1 1 . A . . . AC=.;RD=7;IG=8\n1 1 . A . . . AC=5",
             {"0 | NULL | [7] | [8]", "0 | NULL | NULL | NULL"}},
        });
}

TEST(Info, StaysWholeWithoutSplit) {
  Check(NoSample(),
        {
            {"",
             {"alts", "AC", "RD", "IG"},
             "1 1 . A C,G . . AC=1,2;RD=1,2,3;IG=0,1,2,3,4,5",
             {"[C,G] | [1,2] | [1,2,3] | [0,1,2,3,4,5]"}},
            {"any length", {"AC", "IG"}, "1 1 . A C,G . . AC=1;IG=0,1,2,3", {"[1] | [0,1,2,3]"}},
            {"without ALT", {"alts", "AC"}, "1 1 . A . . . AC=.", {"NULL | NULL"}},
        },
        {.split = false});
}

TEST(Info, CountsWrongLengthsOnceAField) {
  HowToParse how;
  how.columns = {"AC", "IG"};
  const Parsed parsed = ParseText(
      NoSample(), Body("1 1 . A C,G,T . . AC=1;IG=1,2\n1 2 . A C . . AC=1,2;IG=1,2,3,4\n2 3 . A . . . AC=0"), how);
  EXPECT_THAT(
      parsed.report.Sentences(),
      ElementsAre("t.vcf: 3 values of INFO/AC made NULL, because the number of entries does not fit the "
                  "alleles; first in record 1 (1:1)",
                  "t.vcf: 1 value of INFO/IG made NULL, because the number of entries does not fit the "
                  "alleles; first in record 1 (1:1)",
                  "t.vcf: 1 value of INFO/IG made NULL, because the ploidy is above 2; first in record 2 (1:2)"));
}

TEST(Text, IsDecodedAfterSplitting) {
  Check(OneSample(),
        {
            {"percent",
             {"S", "LS"},
             "1 1 . A C . . S=a%2Cb%3Bc%25;LS=a%2Cb,100%,%zz,%2 GT 0/1",
             {"a,b;c% | [a,b,100%,%zz,%2]"}},
            {"a coded dot is a dot", {"S"}, "1 1 . A C . . S=%2E GT 0/1", {"."}},
            {"in FORMAT too, GT as written", {"GT", "TX"}, "1 1 . A C . . . TX:GT a%3Ab:0%2F1", {"0%2F1 | a:b"}},
            {"long, in several rows",
             {"S", "LS"},
             "1 1 . A C,T . . S=a%20long%20text%20of%2020;LS=another%20long%20one,x GT 1/2",
             {"a long text of 20 | [another long one,x]", "a long text of 20 | [another long one,x]"}},
            {"keys are not decoded", {"S"}, "1 1 . A C . . S%3D=1;S=2 GT 0/1", {"2"}},
        });
}

TEST(Text, ThatIsNotUtf8IsRepairedAndCounted) {
  HowToParse how;
  how.columns = {"id", "S", "LS", "TX"};
  const Parsed parsed = ParseText(OneSample(),
                                  Body("1 1 caf\xE9 A C . . S=na\xEFve;LS=\xFF,%FF,\xC3\xA9 TX a_long_text_with\xE9\n1 "
                                       "2 . A C . . S=\xC3\xA9 GT 0/1"),
                                  how);
  EXPECT_THAT(parsed.rows, ElementsAre("caf\uFFFD | na\uFFFDve | [\uFFFD,\uFFFD,é] | a_long_text_with\uFFFD",
                                       "NULL | é | NULL | NULL"));
  EXPECT_THAT(
      parsed.report.Sentences(),
      ElementsAre(
          "t.vcf: 1 value of FORMAT/TX with bytes that are not UTF-8, replaced by U+FFFD; first in record 1 (1:1)",
          "t.vcf: 1 value of ID with bytes that are not UTF-8, replaced by U+FFFD; first in record 1 (1:1)",
          "t.vcf: 1 value of INFO/LS with bytes that are not UTF-8, replaced by U+FFFD; first in record 1 (1:1)",
          "t.vcf: 1 value of INFO/S with bytes that are not UTF-8, replaced by U+FFFD; first in record 1 (1:1)"));
}

TEST(Undeclared, FieldsThatTheLookAheadMetAreText) {
  const std::string lines =
      "1 1 . A C . . NEW=1,2;BARE;I=5 GT:ODD 0/1:x\n1 2 . A C . . NEW=;LATE=7 GT:LATER 0/1:y\n1 3 . A C . . LATE=8 GT "
      "0/1";
  Header header = OneSample();
  const std::string first_line = lines.substr(0, lines.find('\n'));
  EXPECT_THAT(DeclareFieldsSeen(Body(first_line), header), ElementsAre("INFO/NEW", "INFO/BARE", "FORMAT/ODD"));
  HowToParse how;
  how.columns = {"NEW", "BARE", "ODD", "I"};
  const Parsed parsed = ParseText(header, Body(lines), how);
  EXPECT_THAT(parsed.rows, ElementsAre("1,2 |  | x | 5", " | NULL | NULL | NULL", "NULL | NULL | NULL | NULL"));
  EXPECT_THAT(
      parsed.report.Sentences(),
      ElementsAre(
          "t.vcf: FORMAT/ODD has no header line and is read as text, in 1 record; first in record 1 (1:1)",
          "t.vcf: INFO/BARE has no header line and is read as text, in 1 record; first in record 1 (1:1)",
          "t.vcf: INFO/NEW has no header line and is read as text, in 2 records; first in record 1 (1:1)",
          "t.vcf: FORMAT/LATER has no header line, appears late in the file and is NOT read, in 1 record; first "
          "in record 2 (1:2); give it a header line: bcftools annotate --header-lines",
          "t.vcf: INFO/LATE has no header line, appears late in the file and is NOT read, in 2 records; first in "
          "record 2 (1:2); read_vcf(…, info_other := true) has it in the column info_other"));
}

/// The key that is expected after another one is not taken for the beginning of a longer one.
TEST(Undeclared, KeysMayGoOnWithColonsAndCommasWhateverCameBefore) {
  const Header header = HeaderOf({"INFO=<ID=DP,Number=1,Type=Integer>", "INFO=<ID=DB,Number=0,Type=Flag>",
                                  "INFO=<ID=AF,Number=A,Type=Float>", "INFO=<ID=END,Number=1,Type=Integer>"},
                                 {});
  HowToParse how;
  how.columns = {"end", "DP", "DB", "AF"};
  const Parsed parsed = ParseText(header,
                                  Body("1 1 . A C . . DP=1;DB\n1 2 . A C . . DP:x=3;DP=5;DB\n"
                                       "1 3 . A C . . DP=4;DB,x=1;AF=0.5\n1 4 . A C . . DP=4;AF=0.5\n"
                                       "1 5 . A C . . DP=4;AF,x=0.25;AF=0.5\n1 6 . A C . . END=50\n"
                                       "1 7 . A C . . END:x=9;END=60\n1 8 . A C . . DP:y"),
                                  how);
  EXPECT_THAT(parsed.rows, ElementsAre("1 | 1 | true | NULL", "2 | 5 | true | NULL", "3 | 4 | false | 0.5",
                                       "4 | 4 | false | 0.5", "5 | 4 | false | 0.5", "50 | NULL | false | NULL",
                                       "60 | NULL | false | NULL", "8 | NULL | false | NULL"));
}

TEST(Repeated, KeysAreCounted) {
  HowToParse how;
  how.columns = {"I", "GQ"};
  const Parsed parsed =
      ParseText(OneSample(), Body("1 1 . A C . . I=1;I=2 GQ:GQ 1:2\n1 2 . A C . . I=1;I=2 GT 0/1"), how);
  EXPECT_THAT(parsed.report.Sentences(),
              ElementsAre("t.vcf: FORMAT/GQ given more than once in 1 record, the first one counts; "
                          "first in record 1 (1:1)",
                          "t.vcf: INFO/I given more than once in 2 records, the first one counts; "
                          "first in record 1 (1:1)"));
}

TEST(Projection, OnlyAskedForColumnsCanBeBad) {
  Check(OneSample(), {
                         {"", {"start", "alt"}, "1 5 . A C x . I=x;LI=1,y GT:GQ 0/x:z:7", {"5 | C"}},
                         {"", {"F"}, "1 5 . A C x . I=x;F=2 GT:GQ 0/x:z:7", {"2"}},
                         {"", {"GT"}, "1 5 . A C x . I=x GT:GQ 0/x:z", {"0/x"}},
                     });
  EXPECT_EQ(ParseText(OneSample(), Body("1 5 . A C,G . . . GT 0/1"), {.columns = {"start"}}).report.rows, 2);
}

TEST(Report, CountsContigsInOrderOfAppearance) {
  HowToParse how;
  how.columns = {"start"};
  how.lines_per_batch = 2;
  how.records_before = 100;
  const Parsed parsed = ParseText(
      NoSample(), Body("2 1 . A C . . .\n2 2 . A C,G . . .\n1 1 . A . . . .\n2 3 . A C . . .\nX 1 . A C . . ."), how);
  EXPECT_EQ(parsed.report.records, 5);
  EXPECT_EQ(parsed.report.rows, 6);
  ASSERT_EQ(parsed.report.contigs.size(), 3u);
  const auto& two = parsed.report.contigs.at("2");
  EXPECT_EQ(two.records, 3);
  EXPECT_EQ(two.rows, 4);
  EXPECT_EQ(two.first_record, 101);
  EXPECT_EQ(parsed.report.contigs.at("1").first_record, 103);
  EXPECT_EQ(parsed.report.contigs.at("X").first_record, 105);
}

TEST(Chunks, EndAtTheirLimits) {
  const std::string body = Body("1 1 . A C,G,T . . LI=1,2,3;S=twelve_bytes\n1 2 . A C . . LI=1;S=twelve_bytes");
  HowToParse how;
  how.columns = {"LI", "S"};
  how.limits.rows = 3;
  EXPECT_THAT(ParseText(NoSample(), body, how).chunks, ElementsAre(3, 1));
  how.limits = {.elements = 4};
  EXPECT_THAT(ParseText(NoSample(), body, how).chunks, ElementsAre(2, 2));
  how.limits = {.text_bytes = 13};
  EXPECT_THAT(ParseText(NoSample(), body, how).chunks, ElementsAre(2, 2));
  how.limits = {.text_bytes = 1};
  EXPECT_THAT(ParseText(NoSample(), body, how).chunks, ElementsAre(1, 1, 1, 1));
}

TEST(Chunks, WithoutColumnsHaveRows) {
  auto plan = std::make_shared<ParsePlan>();
  plan->header = NoSample();
  RecordParser parser(plan);
  const std::string body = Body("1 1 . A C,G . . .\n1 2 . A C . . .");
  Batch batch;
  batch.first_record = 1;
  batch.text = body;
  parser.Begin(batch);
  Result<uint64_t> rows = parser.Fill({}, {});
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(*rows, 3u);
  rows = parser.Fill({}, {});
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(*rows, 0u);
}

TEST(InfoOther, HoldsTheKeysThatHaveNoColumn) {
  HowToParse how;
  how.info_other = true;
  Check(NoSample(),
        {
            {"text, nothing, a dot, codes; of a key given twice the first",
             {"I", "info_other"},
             "1 1 . A C,G . . NEW=1;I=5;BARE;DOT=.;PCT=a%3Bb;NEW=2\n1 2 . A C . . I=6",
             {"5 | [{key:NEW,value:1},{key:BARE,value:},{key:DOT,value:NULL},{key:PCT,value:a;b}]",
              "5 | [{key:NEW,value:1},{key:BARE,value:},{key:DOT,value:NULL},{key:PCT,value:a;b}]", "6 | NULL"}},
            {"a text longer than a value holds",
             {"info_other"},
             "1 1 . A C . . NEW=a_text_that_is_long,with:all=separators",
             {"[{key:NEW,value:a_text_that_is_long,with:all=separators}]"}},
        },
        how);
  const Parsed parsed = ParseText(NoSample(), Body("1 1 . A C . . NEW=1\n1 2 . A C . . NEW=1"), how);
  EXPECT_THAT(
      parsed.report.Sentences(),
      ElementsAre("t.vcf: INFO/NEW has no header line, appears late in the file and is in the column info_other, "
                  "in 2 records; first in record 1 (1:1)"));
}

TEST(InfoFields, EndGoesAsFarAsPositionsAndNumbersMayHaveSpacesAfterThem) {
  Check(
      NoSample(),
      {
          {"END beyond 32 bits", {"info_END", "end"}, "1 1 . A <DEL> . . END=5000000000", {"5000000000 | 5000000000"}},
      });
  const std::string body = "1\t1\t.\tA\tC\t.\t.\tI=5  ;F=1.5 ;LI=1 ,2 ;S=x \n";
  HowToParse how;
  how.columns = {"I", "F", "LI", "S"};
  EXPECT_THAT(ParseText(NoSample(), body, how).rows, ElementsAre("5 | 1.5 | [1,2] | x "));
  const Parsed in_format = ParseText(OneSample(), "1\t1\t.\tA\tC\t.\t.\t.\tGQ\t5 \n", {.columns = {"GQ"}});
  EXPECT_THAT(in_format.status.message(), ::testing::HasSubstr("GQ"));
}

}  // namespace
}  // namespace varjoin::vcf
