// annotated_line_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/annotated_line.h"

#include <gtest/gtest.h>

#include "vcf/annotated_header.h"

namespace varjoin::vcf {
namespace {

std::string Encoded(std::string_view text) {
  std::string out;
  AppendInfoValue(text, out);
  return out;
}

TEST(InfoValue, IsEncodedWhereVcfHasAnotherUseForAByte) {
  EXPECT_EQ(Encoded("a;b=c,d%e|f&g\th\n\x7f"), "a%3Bb%3Dc%2Cd%25e%7Cf%26g%09h%0A%7F");
  EXPECT_EQ(Encoded("spaces stay, Ménière’s too"), "spaces stay%2C Ménière’s too");
  EXPECT_EQ(Encoded(""), ".");
  EXPECT_TRUE(IsPlainInfoValue("two words"));
  EXPECT_FALSE(IsPlainInfoValue("two,words"));
  EXPECT_FALSE(IsPlainInfoValue("")) << "becomes a dot";
}

TEST(LineAnnotator, CountsAllelesAndNoneForADot) {
  LineAnnotator annotator({"X"}, ExistingInfo::kReplace, "\n");
  EXPECT_EQ(annotator.Start("1\t5\t.\tA\tC,G,<DEL>\t.\t.\t."), 3U);
  EXPECT_EQ(annotator.Start("1\t5\t.\tA\tC\t.\t.\t."), 1U);
  EXPECT_EQ(annotator.Start("1\t5\t.\tA\t.\t.\t.\t."), 0U);
  EXPECT_EQ(annotator.Start("1\t5\t.\tA"), 0U);
}

struct LineCase {
  const char* what;
  ExistingInfo existing;
  std::string info;
  std::vector<std::string_view> values;  ///< of the keys X and AB
  std::string expected;
};

void PrintTo(const LineCase& the_case, std::ostream* out) {
  *out << the_case.what;
}

class AnnotatedInfo : public ::testing::TestWithParam<LineCase> {};

TEST_P(AnnotatedInfo, IsTheOldOneWithTheNewValues) {
  const LineCase& the = GetParam();
  for (const std::string rest : {"", "\tGT:AD\t0/1:3,4\t./.:."}) {
    LineAnnotator annotator({"X", "AB"}, the.existing, "\n");
    std::string out = "before\n";
    const std::string line = "chr1\t5\trs1\tA\tC,G\t3.5\tPASS\t" + the.info + rest;
    annotator.Start(line);
    annotator.Append(the.values, "", out);
    EXPECT_EQ(out, "before\nchr1\t5\trs1\tA\tC,G\t3.5\tPASS\t" + the.expected + rest + "\n");
  }
}

constexpr auto kReplace = ExistingInfo::kReplace;
constexpr auto kKeep = ExistingInfo::kKeep;
constexpr auto kAppend = ExistingInfo::kAppend;

INSTANTIATE_TEST_SUITE_P(
    , AnnotatedInfo,
    ::testing::Values(
        LineCase{"added", kReplace, "DP=3;DB", {"1,.", "a"}, "DP=3;DB;X=1,.;AB=a"},
        LineCase{"nothing_new", kReplace, "DP=3;DB", {"", ""}, "DP=3;DB"},
        LineCase{"no_info", kReplace, ".", {"1,2", ""}, "X=1,2"},
        LineCase{"no_info_at_all", kReplace, ".", {"", ""}, "."},
        LineCase{"replaced", kReplace, "X=9;DP=3", {"1,2", "b"}, "DP=3;X=1,2;AB=b"},
        LineCase{"stale_value_goes", kReplace, "X=9;DP=3;AB", {"", ""}, "DP=3"},
        LineCase{"only_a_stale_value", kReplace, "X=9", {"", ""}, "."},
        LineCase{"keys_that_begin_alike_stay", kReplace, "XY=9;ABC=1;aX=2", {"1,2", ""}, "XY=9;ABC=1;aX=2;X=1,2"},
        LineCase{"value_that_looks_like_a_key", kReplace, "DP=X;Q=AB", {"1", ""}, "DP=X;Q=AB;X=1"},
        LineCase{"many_entries_the_last_replaced",
                 kReplace,
                 "A=1;B;C=3,4;D=;DP=12345678;X=9",
                 {"1,2", ""},
                 "A=1;B;C=3,4;D=;DP=12345678;X=1,2"},
        LineCase{"many_entries_of_other_keys",
                 kReplace,
                 "A=1;B;C=3,4;D=;DP=12345678;XX;A=X=9;AX",
                 {"1,2", "c"},
                 "A=1;B;C=3,4;D=;DP=12345678;XX;A=X=9;AX;X=1,2;AB=c"},
        LineCase{"key_without_a_value", kReplace, "LONGKEY=1234567890;AB", {"", "c"}, "LONGKEY=1234567890;AB=c"},
        LineCase{"empty_entries", kReplace, ";;DP=3;;", {"1,2", ""}, ";;DP=3;;;X=1,2"},
        LineCase{"kept", kKeep, "X=9;DP=3", {"1,2", "b"}, "X=9;DP=3;AB=b"},
        LineCase{"appended_by_allele", kAppend, "X=9,.;DP=3", {"1,2", ""}, "X=9|1,2;DP=3"},
        LineCase{"appended_where_lengths_differ", kAppend, "X=9", {"1,2", ""}, "X=9|1,2"},
        LineCase{"nothing_to_append", kAppend, "X=9", {"", ""}, "X=9"}),
    [](const auto& info) { return info.param.what; });

TEST(LineAnnotator, FillsAnEmptyIdOnly) {
  LineAnnotator annotator({"X"}, kReplace, "\r\n");
  std::string out;
  annotator.Start("1\t5\t.\tA\tC\t.\t.\tDP=1");
  annotator.Append(std::vector<std::string_view>{"7"}, "rs1;rs2", out);
  annotator.Start("1\t5\trs9\tA\tC\t.\t.\tDP=1");
  annotator.Append(std::vector<std::string_view>{"7"}, "rs1", out);
  EXPECT_EQ(out, "1\t5\trs1;rs2\tA\tC\t.\t.\tDP=1;X=7\r\n1\t5\trs9\tA\tC\t.\t.\tDP=1;X=7\r\n");
}

const std::string kColumns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

TEST(AnnotatedHeader, HasTheNewFieldsAfterTheOldOnes) {
  const std::string header = "##fileformat=VCFv4.3\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n##foo=1\n";
  const NewField field{"X", "A", "Float", "a \"b\" \\c", "db", "7"};
  EXPECT_EQ(AnnotatedHeader(header + kColumns, {&field, 1}, std::vector<std::string>{"##m=1"}, kReplace),
            "##fileformat=VCFv4.3\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n"
            "##INFO=<ID=X,Number=A,Type=Float,Description=\"a \\\"b\\\" \\\\c\",Source=\"db\",Version=\"7\">\n"
            "##foo=1\n##m=1\n" +
                kColumns);
}

TEST(AnnotatedHeader, DeclaresAFieldOnceHoweverItsOldValuesAreTreated) {
  const std::string header = "##fileformat=VCFv4.3\n##INFO=<ID=X,Number=1,Type=Integer,Description=\"old\">\n";
  const NewField field{"X", "A", "Float", "new", "", ""};
  const auto line = [&](ExistingInfo existing) {
    const std::string text = AnnotatedHeader(header + kColumns, {&field, 1}, {}, existing);
    return text.substr(text.find("##INFO"), text.find("\n#CHROM") - text.find("##INFO"));
  };
  EXPECT_EQ(line(kReplace), "##INFO=<ID=X,Number=A,Type=Float,Description=\"new\">");
  EXPECT_EQ(line(kKeep), "##INFO=<ID=X,Number=.,Type=String,Description=\"new\">");
  EXPECT_EQ(line(kAppend), "##INFO=<ID=X,Number=.,Type=String,Description=\"new\">");
}

TEST(AnnotatedHeader, IsUntouchedWhereNothingIsNew) {
  const std::string odd = "##fileformat=VCFv4.3\r\n##INFO=<ID=X\n" + kColumns;
  EXPECT_EQ(AnnotatedHeader(odd, {}, {}, kReplace), odd);
}

TEST(InfoKey, IsWhatVcfAllows) {
  EXPECT_EQ(InfoKey("gnomad_AF-popmax é"), "gnomad_AF_popmax___");
  EXPECT_EQ(InfoKey("1kg_AF"), "_1kg_AF");
  EXPECT_EQ(InfoKey("clinvar_CLNSIG.1"), "clinvar_CLNSIG.1");
}

}  // namespace
}  // namespace varjoin::vcf
