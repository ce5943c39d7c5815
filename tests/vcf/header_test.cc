// header_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace varjoin::vcf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kColumns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";

Header Parsed(const std::string& text) {
  Result<Header> header = ParseHeader("a.vcf", text);
  EXPECT_TRUE(header.ok()) << header.status().message();
  return header.ok() ? *header : Header();
}

std::string ErrorOf(const std::string& text) {
  return ParseHeader("a.vcf", text).status().message();
}

TEST(Header, ReadsEveryKindOfLine) {
  const Header header = Parsed(
      "##fileformat=VCFv4.2\n"
      "##reference=file:///ref/hg38.fa\n"
      "##FILTER=<ID=LowQual,Description=\"Low quality\">\n"
      "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">\n"
      "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
      "##contig=<ID=chr1,length=248956422,assembly=GRCh38>\n"
      "##contig=<ID=HLA-A*01:01:01:01>\n" +
      kColumns + "\tFORMAT\tNA12878\tNA 2\n");
  EXPECT_EQ(header.version, "VCFv4.2");
  EXPECT_EQ(header.reference, "file:///ref/hg38.fa");
  ASSERT_EQ(header.filters.size(), 1u);
  EXPECT_EQ(header.filters[0].id, "LowQual");
  EXPECT_EQ(header.filters[0].description, "Low quality");
  ASSERT_EQ(header.info.size(), 1u);
  EXPECT_EQ(header.info[0].type, FieldType::kFloat);
  EXPECT_EQ(header.info[0].number, NumberKind::kPerAlt);
  EXPECT_TRUE(header.info[0].declared);
  ASSERT_EQ(header.format.size(), 1u);
  EXPECT_EQ(header.format[0].id, "GT");
  ASSERT_EQ(header.contigs.size(), 2u);
  EXPECT_EQ(header.contigs[0].name, "chr1");
  EXPECT_EQ(header.contigs[0].length, 248956422);
  EXPECT_EQ(header.contigs[0].assembly, "GRCh38");
  EXPECT_EQ(header.contigs[1].name, "HLA-A*01:01:01:01");
  EXPECT_EQ(header.contigs[1].length, std::nullopt);
  EXPECT_THAT(header.samples, ElementsAre("NA12878", "NA 2"));
  EXPECT_TRUE(header.has_format);
}

TEST(Header, IsTheSameWithCarriageReturnsAndWithoutAFinalNewline) {
  for (const std::string& text :
       {"##fileformat=VCFv4.3\r\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\r\n" + kColumns + "\r\n",
        "##fileformat=VCFv4.3\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\n" + kColumns,
        "##fileformat=VCFv4.3\n\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\n\r\n" + kColumns + "\r"}) {
    const Header header = Parsed(text);
    EXPECT_EQ(header.version, "VCFv4.3");
    ASSERT_EQ(header.info.size(), 1u);
    EXPECT_EQ(header.info[0].description, "Depth");
    EXPECT_FALSE(header.has_format);
  }
}

struct FieldCase {
  std::string line;  ///< between the angle brackets
  std::string id;
  FieldType type;
  NumberKind number;
  int count;
  std::string number_text;
  std::string description;
};

TEST(Header, ReadsFieldsAsTheyAreInTheWild) {
  using enum FieldType;
  using enum NumberKind;
  const FieldCase cases[] = {
      {"ID=A,Number=1,Type=Integer,Description=\"x\"", "A", kInteger, kFixed, 1, "1", "x"},
      {"ID=A,Number=2,Type=Float,Description=\"x\"", "A", kFloat, kFixed, 2, "2", "x"},
      {"ID=A,Number=A,Type=String,Description=\"x\"", "A", kString, kPerAlt, 1, "A", "x"},
      {"ID=A,Number=R,Type=Character,Description=\"x\"", "A", kString, kPerAllele, 1, "R", "x"},
      {"ID=A,Number=G,Type=Integer,Description=\"x\"", "A", kInteger, kPerGenotype, 1, "G", "x"},
      {"ID=A,Number=.,Type=Integer,Description=\"x\"", "A", kInteger, kOther, 1, ".", "x"},
      {"ID=A,Number=LA,Type=Integer,Description=\"x\"", "A", kInteger, kOther, 1, "LA", "x"},
      {"ID=A,Number=-1,Type=Integer,Description=\"x\"", "A", kInteger, kOther, 1, "-1", "x"},
      {"ID=A,Number=99999999999,Type=Integer,Description=\"x\"", "A", kInteger, kOther, 1, "99999999999", "x"},
      {"ID=A,Number=0,Type=String,Description=\"x\"", "A", kString, kOther, 1, "0", "x"},
      {"ID=A,Number=0,Type=Flag,Description=\"x\"", "A", kFlag, kFixed, 0, "0", "x"},
      {"ID=A,Number=1,Type=Flag,Description=\"x\"", "A", kFlag, kFixed, 0, "1", "x"},
      {"ID=A,Type=Flag", "A", kFlag, kFixed, 0, "0", ""},
      {"ID=A,Type=Integer,Description=\"no number\"", "A", kInteger, kOther, 1, ".", "no number"},
      {"ID=A,Number=1,Description=\"no type\"", "A", kString, kFixed, 1, "1", "no type"},
      {"ID=A,Number=1,Type=Text,Description=\"x\"", "A", kString, kFixed, 1, "1", "x"},
      {"ID=A,Number=1,Type=integer,Description=\"x\"", "A", kInteger, kFixed, 1, "1", "x"},
      {"ID=A", "A", kString, kOther, 1, ".", ""},
      // Order, spaces, further keys.
      {"Description=\"x\",Type=Float,Number=1,ID=A", "A", kFloat, kFixed, 1, "1", "x"},
      {" ID = A , Number=1 , Type= Float, Description= \"x\" ", "A", kFloat, kFixed, 1, "1", "x"},
      {"ID=A,Number=1,Type=Float,Description=\"x\",Source=\"dbSNP, 156\",Version=\"3\"", "A", kFloat, kFixed, 1, "1",
       "x"},
      {"ID=A,Source=\"ID=B,Number=A\",Number=1,Type=Float,Description=\"x\"", "A", kFloat, kFixed, 1, "1", "x"},
      {"ID=A,Number=1,Type=Float,Description=\"x\",", "A", kFloat, kFixed, 1, "1", "x"},
      {"ID=A,Number=1,,Type=Float,Description=\"x\"", "A", kFloat, kFixed, 1, "1", "x"},
      {"ID=A,ID=B,Number=1,Type=Float,Description=\"x\"", "A", kFloat, kFixed, 1, "1", "x"},
      {"ID=1000G,Number=1,Type=Float,Description=\"x\"", "1000G", kFloat, kFixed, 1, "1", "x"},
      // What stands in a description.
      {"ID=A,Number=1,Type=Float,Description=\"a, b=c > d\"", "A", kFloat, kFixed, 1, "1", "a, b=c > d"},
      {"ID=A,Number=1,Type=Float,Description=\"a <b,Type=String>\"", "A", kFloat, kFixed, 1, "1", "a <b,Type=String>"},
      {R"(ID=A,Description="say \"a, b\" \\ \n",Number=1,Type=Float)", "A", kFloat, kFixed, 1, "1",
       R"(say "a, b" \ \n)"},
      {R"(ID=A,Description="say "a" or "b", c",Number=1,Type=Float)", "A", kFloat, kFixed, 1, "1",
       R"(say "a" or "b", c)"},
      {R"(ID=A,Number=1,Type=Float,Description="C:\temp\")", "A", kFloat, kFixed, 1, "1", R"(C:\temp\)"},
      {"ID=A,Number=1,Type=Float,Description=\"not closed", "A", kFloat, kFixed, 1, "1", "not closed"},
      {"ID=A,Number=1,Type=Float,Description=\"\"", "A", kFloat, kFixed, 1, "1", ""},
      {"ID=A,Number=1,Type=Float,Description=no quotes, and a comma", "A", kFloat, kFixed, 1, "1", "no quotes"},
      {"ID=A,Number=1,Type=\"Float\",Description=\"x\"", "A", kFloat, kFixed, 1, "1", "x"},
  };
  for (const FieldCase& expected : cases) {
    for (const char* const end : {">", "> ", ""}) {
      const std::string line = "<" + expected.line + end;
      SCOPED_TRACE(line);
      const Header header = Parsed(fmt::format("##INFO={0}\n##FORMAT={0}\n{1}", line, kColumns));
      ASSERT_EQ(header.info.size(), 1u);
      ASSERT_EQ(header.format.size(), 1u);
      const FieldDefinition& field = header.info[0];
      EXPECT_EQ(field.id, expected.id);
      EXPECT_EQ(field.type, expected.type);
      EXPECT_EQ(field.number, expected.number);
      EXPECT_EQ(field.count, expected.count);
      EXPECT_EQ(field.number_text, expected.number_text);
      EXPECT_EQ(field.description, expected.description);
    }
  }
}

TEST(Header, SkipsLinesThatMakeNoSense) {
  const Header header = Parsed(
      "##\n"
      "##nothing\n"
      "##INFO=\n"
      "##INFO=<>\n"
      "##INFO=<ID=>\n"
      "##INFO=DP,1,Integer,\"old\"\n"
      "##INFO=<Number=1,Type=Integer>\n"
      "##contig=<length=5>\n"
      "##contig=<ID=1,length=five>\n"
      "##contig=<ID=2,length=-5>\n"
      "# a comment\n" +
      kColumns);
  EXPECT_EQ(header.version, "");
  EXPECT_THAT(header.info, IsEmpty());
  ASSERT_EQ(header.contigs.size(), 2u);
  EXPECT_EQ(header.contigs[0].length, std::nullopt);
  EXPECT_EQ(header.contigs[1].length, std::nullopt);
}

TEST(Header, TakesTheFirstOfARepeatedId) {
  const Header header = Parsed(
      "##INFO=<ID=DP,Number=1,Type=Integer>\n"
      "##INFO=<ID=DP,Number=1,Type=Float>\n"
      "##INFO=<ID=dp,Number=1,Type=Float>\n"
      "##FORMAT=<ID=DP,Number=1,Type=Float>\n"
      "##contig=<ID=1,length=5>\n"
      "##contig=<ID=1,length=6>\n" +
      kColumns);
  ASSERT_EQ(header.info.size(), 2u);
  EXPECT_EQ(header.info[0].type, FieldType::kInteger);
  EXPECT_EQ(header.info[1].id, "dp");
  EXPECT_EQ(header.format.size(), 1u);
  ASSERT_EQ(header.contigs.size(), 1u);
  EXPECT_EQ(header.contigs[0].length, 5);
}

TEST(Header, RefusesAColumnLineThatWouldBeReadWrong) {
  const std::string start = "##fileformat=VCFv4.2\n";
  const struct {
    std::string line;
    std::string message;
  } cases[] = {
      {"", "a.vcf: the header has no #CHROM line"},
      {"#CHROM POS ID REF ALT QUAL FILTER INFO",
       "a.vcf: line 2: the columns of the #CHROM line are separated by spaces"},
      {"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER", "column 8 of the #CHROM line is '', expected 'INFO'"},
      {"#CHROM\tPOS\tID\tALT\tREF\tQUAL\tFILTER\tINFO", "column 4 of the #CHROM line is 'ALT', expected 'REF'"},
      {"#chrom\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO", "column 1 of the #CHROM line is '#chrom', expected '#CHROM'"},
      {kColumns + "\tNA12878", "column 9 of the #CHROM line is 'NA12878', expected 'FORMAT'"},
      {kColumns + "\t", "column 9 of the #CHROM line is '', expected 'FORMAT'"},
      {kColumns + "\tFORMAT\tA\tB\tA", "a.vcf: line 2: the sample name 'A' is there twice"},
      {kColumns + "\tFORMAT\tA\t", "sample 2 of the #CHROM line has no name"},
  };
  for (const auto& [line, message] : cases) {
    EXPECT_THAT(ErrorOf(start + line + "\n"), HasSubstr(message));
    EXPECT_EQ(ParseHeader("a.vcf", start + line).status().code(), StatusCode::kBadInput);
  }
}

TEST(Header, MayHaveFormatWithoutSamples) {
  const Header header = Parsed(kColumns + "\tFORMAT\n");
  EXPECT_TRUE(header.has_format);
  EXPECT_THAT(header.samples, IsEmpty());
}

TEST(Header, OfManyLinesOrHostileOnesIsReadInLinearTime) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) {
    text.append("##contig=<ID=scaffold_").append(std::to_string(i)).append(",length=1000>\n");
  }
  std::string quotes;
  for (int i = 0; i < 300'000; ++i) {
    quotes += "\",";
  }
  text += "##INFO=<ID=Q,Description=\"" + quotes + std::string(1'000'000, ' ') + ">\n" + kColumns;
  const auto start = std::chrono::steady_clock::now();
  const Header header = Parsed(text);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_EQ(header.contigs.size(), 100'000u);
  EXPECT_EQ(header.contigs.back().name, "scaffold_99999");
}

}  // namespace
}  // namespace varjoin::vcf
