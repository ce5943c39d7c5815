// schema_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parse_text.h"

namespace varjoin::vcf {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string TypeName(const Column& column) {
  const char* const names[] = {"BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "VARCHAR", "BLOB", "STRUCT"};
  std::string text = names[static_cast<int>(column.type)];
  if (column.type == ValueType::kStruct) {
    text += "(";
    for (const Column& field : column.fields) {
      text += (&field == &column.fields.front() ? "" : ", ") + field.name + " " + TypeName(field);
    }
    text += ")";
  }
  return text + (column.list ? "[]" : "");
}

std::vector<std::string> Columns(const std::vector<Header>& headers, size_t from, SchemaOptions options = {}) {
  std::vector<std::string> texts;
  const std::vector<Column> columns = MakeSchema(headers, options);
  for (size_t i = from; i < columns.size(); ++i) {
    texts.push_back(columns[i].name + " " + TypeName(columns[i]));
  }
  return texts;
}

constexpr size_t kFixed = 11;

TEST(MakeSchema, BeginsWithTheFixedColumns) {
  EXPECT_THAT(Columns({HeaderOf({}, {})}, 0),
              ElementsAre("chrom VARCHAR", "start BIGINT", "end BIGINT", "id VARCHAR", "ref VARCHAR", "alt VARCHAR",
                          "qual DOUBLE", "filter VARCHAR", "record BIGINT", "alt_index INTEGER", "carried BOOLEAN"));
  EXPECT_THAT(Columns({HeaderOf({}, {})}, 0, {.split = false}),
              ElementsAre("chrom VARCHAR", "start BIGINT", "end BIGINT", "id VARCHAR", "ref VARCHAR", "alts VARCHAR[]",
                          "qual DOUBLE", "filter VARCHAR", "record BIGINT"));
  EXPECT_EQ(TypeName(RecordTextColumn()), "BLOB");
}

TEST(MakeSchema, NamesThatOnlyDifferInBytesThatAreNoUtf8StayApart) {
  EXPECT_THAT(
      Columns({HeaderOf({"INFO=<ID=K\xFF,Number=1,Type=Integer>", "INFO=<ID=K\xFE,Number=1,Type=Integer>"}, {})},
              kFixed),
      ElementsAre("K\uFFFD INTEGER", "info_K\uFFFD INTEGER"));
}

TEST(MakeSchema, TypesFollowTypeAndNumber) {
  const Header header = HeaderOf(
      {"INFO=<ID=I1,Number=1,Type=Integer>", "INFO=<ID=IA,Number=A,Type=Integer>", "INFO=<ID=FR,Number=R,Type=Float>",
       "INFO=<ID=FG,Number=G,Type=Float>", "INFO=<ID=S,Number=.,Type=String>", "INFO=<ID=C2,Number=2,Type=Character>",
       "INFO=<ID=B,Number=0,Type=Flag>", "INFO=<ID=B1,Number=1,Type=Flag>", "FORMAT=<ID=GT,Number=.,Type=Integer>",
       "FORMAT=<ID=SA,Number=A,Type=String>"},
      {"x"});
  EXPECT_THAT(Columns({header}, kFixed),
              ElementsAre("I1 INTEGER", "IA INTEGER", "FR DOUBLE[]", "FG DOUBLE[]", "S VARCHAR[]", "C2 VARCHAR[]",
                          "B BOOLEAN", "B1 BOOLEAN", "GT VARCHAR", "SA VARCHAR"));
  EXPECT_THAT(Columns({header}, kFixed - 2, {.split = false}),
              ElementsAre("I1 INTEGER", "IA INTEGER[]", "FR DOUBLE[]", "FG DOUBLE[]", "S VARCHAR[]", "C2 VARCHAR[]",
                          "B BOOLEAN", "B1 BOOLEAN", "GT VARCHAR", "SA VARCHAR[]"));
}

TEST(MakeSchema, NamesThatAreTakenGetAPrefix) {
  const std::vector<std::string> meta = {
      "INFO=<ID=END,Number=1,Type=Integer>",    "INFO=<ID=info_end,Number=1,Type=Integer>",
      "INFO=<ID=DP,Number=1,Type=Integer>",     "INFO=<ID=dp,Number=1,Type=Integer>",
      "INFO=<ID=Alt,Number=1,Type=String>",     "INFO=<ID=genotypes,Number=1,Type=String>",
      "FORMAT=<ID=DP,Number=1,Type=Integer>",   "FORMAT=<ID=Dp,Number=1,Type=Integer>",
      "FORMAT=<ID=sample,Number=1,Type=String>"};
  EXPECT_THAT(
      Columns({HeaderOf(meta, {"x"})}, kFixed),
      ElementsAre("info_END BIGINT", "info_info_end INTEGER", "DP INTEGER", "info_dp INTEGER", "info_Alt VARCHAR",
                  "genotypes VARCHAR", "fmt_DP INTEGER", "fmt_fmt_Dp INTEGER", "sample VARCHAR"));
  EXPECT_THAT(Columns({HeaderOf(meta, {"x", "y"})}, kFixed),
              ElementsAre("info_END BIGINT", "info_info_end INTEGER", "DP INTEGER", "info_dp INTEGER",
                          "info_Alt VARCHAR", "info_genotypes VARCHAR",
                          "genotypes STRUCT(sample VARCHAR, DP INTEGER, fmt_Dp INTEGER, fmt_sample VARCHAR)[]"));
}

TEST(MakeSchema, TakesTheUnionOfSeveralFiles) {
  const Header one = HeaderOf({"INFO=<ID=X,Number=1,Type=Integer>", "INFO=<ID=Y,Number=A,Type=Integer>",
                               "INFO=<ID=Z,Number=1,Type=Integer>", "FORMAT=<ID=GT,Number=1,Type=String>"},
                              {"a"});
  const Header two = HeaderOf(
      {"INFO=<ID=W,Number=1,Type=String>", "INFO=<ID=X,Number=1,Type=Float>", "INFO=<ID=Y,Number=R,Type=Integer>",
       "INFO=<ID=Z,Number=1,Type=String>", "FORMAT=<ID=GQ,Number=1,Type=Integer>"},
      {"b"});
  EXPECT_THAT(Columns({one, two}, kFixed),
              ElementsAre("X DOUBLE", "Y INTEGER[]", "Z VARCHAR", "W VARCHAR", "GT VARCHAR", "GQ INTEGER"));
}

TEST(MakeSchema, PutsFormatInAListWhereOneFileHasSeveralSamples) {
  const std::vector<std::string> meta = {"FORMAT=<ID=GT,Number=1,Type=String>"};
  EXPECT_THAT(Columns({HeaderOf(meta, {"a"}), HeaderOf(meta, {"a", "b"})}, kFixed),
              ElementsAre("genotypes STRUCT(sample VARCHAR, GT VARCHAR)[]"));
  EXPECT_THAT(Columns({HeaderOf(meta, {"a"}), HeaderOf(meta, {})}, kFixed), ElementsAre("GT VARCHAR"));
  EXPECT_THAT(Columns({HeaderOf(meta, {})}, kFixed), IsEmpty());
}

TEST(MakeSchema, HasAColumnForTheSampleInLongRows) {
  const std::vector<std::string> meta = {"INFO=<ID=Sample,Number=1,Type=String>", "INFO=<ID=DP,Number=1,Type=Integer>",
                                         "FORMAT=<ID=GT,Number=1,Type=String>", "FORMAT=<ID=DP,Number=1,Type=Integer>",
                                         "FORMAT=<ID=sample,Number=1,Type=String>"};
  for (const std::vector<std::string>& samples : {std::vector<std::string>{"x"}, {"x", "y"}}) {
    EXPECT_THAT(Columns({HeaderOf(meta, samples)}, kFixed, {.long_rows = true}),
                ElementsAre("info_Sample VARCHAR", "DP INTEGER", "sample VARCHAR", "GT VARCHAR", "fmt_DP INTEGER",
                            "fmt_sample VARCHAR"));
  }
  EXPECT_THAT(Columns({HeaderOf(meta, {})}, kFixed, {.long_rows = true}),
              ElementsAre("info_Sample VARCHAR", "DP INTEGER", "sample VARCHAR"));
}

TEST(MakeSchema, PutsTheNumbersOfTheGenotypeAfterItOnRequest) {
  const std::vector<std::string> meta = {"INFO=<ID=gt_phased,Number=1,Type=String>",
                                         "FORMAT=<ID=DP,Number=1,Type=Integer>", "FORMAT=<ID=GT,Number=1,Type=String>",
                                         "FORMAT=<ID=GT_alleles,Number=1,Type=String>"};
  EXPECT_THAT(Columns({HeaderOf(meta, {"x"})}, kFixed, {.gt_numbers = true}),
              ElementsAre("gt_phased VARCHAR", "DP INTEGER", "GT VARCHAR", "GT_alleles INTEGER[]",
                          "fmt_GT_phased BOOLEAN", "fmt_GT_alleles VARCHAR"));
  EXPECT_THAT(Columns({HeaderOf(meta, {"x", "y"})}, kFixed, {.gt_numbers = true}),
              ElementsAre("gt_phased VARCHAR",
                          "genotypes STRUCT(sample VARCHAR, DP INTEGER, GT VARCHAR, GT_alleles INTEGER[], GT_phased "
                          "BOOLEAN, fmt_GT_alleles VARCHAR)[]"));
  EXPECT_THAT(Columns({HeaderOf({meta[1]}, {"x"})}, kFixed, {.gt_numbers = true}), ElementsAre("DP INTEGER"));
}

TEST(MakeSchema, AFieldWithoutAHeaderLineHasNoSayBesideOneWith) {
  Header undeclared = HeaderOf({}, {});
  EXPECT_THAT(DeclareFieldsSeen("1\t1\t.\tA\tC\t.\t.\tAF=0.5\n", undeclared), ElementsAre("INFO/AF"));
  const Header declared = HeaderOf({"INFO=<ID=AF,Number=A,Type=Float>"}, {});
  EXPECT_THAT(Columns({undeclared}, kFixed), ElementsAre("AF VARCHAR"));
  EXPECT_THAT(Columns({undeclared, declared}, kFixed), ElementsAre("AF DOUBLE"));
  EXPECT_THAT(Columns({declared, undeclared}, kFixed), ElementsAre("AF DOUBLE"));
}

TEST(DeclareFieldsSeen, AddsEachKeyOnce) {
  Header header = HeaderOf({"INFO=<ID=DP,Number=1,Type=Integer>", "FORMAT=<ID=GT,Number=1,Type=String>"}, {"x"});
  const std::string_view text =
      "1\t1\t.\tA\tC\t.\t.\tDP=1;NEW=a=b;FLAG;;NEW=2\tGT:GQ:\t0/1\r\n"
      "\n"
      "1\t2\t.\tA\tC\t.\t.\t.\t.\t.\n"
      "1\t3\t.\tA\tC\t.\t.\tLAST\r\n"
      "short\n"
      "1\t4\t.\tA\tC\t.\t.\tNEW=3\tGQ:AD\t1";
  EXPECT_THAT(DeclareFieldsSeen(text, header),
              ElementsAre("INFO/NEW", "INFO/FLAG", "FORMAT/GQ", "INFO/LAST", "FORMAT/AD"));
  EXPECT_THAT(DeclareFieldsSeen(text, header), IsEmpty());
  EXPECT_FALSE(header.info.back().declared);
  EXPECT_EQ(header.info.back().type, FieldType::kString);
  EXPECT_THAT(Columns({header}, kFixed), ElementsAre("DP INTEGER", "NEW VARCHAR", "FLAG VARCHAR", "LAST VARCHAR",
                                                     "GT VARCHAR", "GQ VARCHAR", "AD VARCHAR"));
}

TEST(DeclareFieldsSeen, PassesOverFormatWithoutSamples) {
  Header header = HeaderOf({}, {});
  EXPECT_THAT(DeclareFieldsSeen("1\t1\t.\tA\tC\t.\t.\t.\tGT\n", header), IsEmpty());
}

}  // namespace
}  // namespace varjoin::vcf
