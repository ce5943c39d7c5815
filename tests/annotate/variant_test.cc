// variant_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/variant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::HasSubstr;

TEST(ParseVariant, ReadsFromTheRightSinceContigsMayHaveSeparators) {
  struct Case {
    const char* text;
    const char* chrom;
    int64_t start;
    const char* ref;
    const char* alt;
  };
  for (const Case& c : {Case{"chr7:55191822:T:G", "chr7", 55191822, "T", "G"},
                        {"1-100-A-G", "1", 100, "A", "G"},
                        {"HLA-A*01:01:100:AC:A", "HLA-A*01:01", 100, "AC", "A"},
                        {"GL000192-1-5-a-g", "GL000192-1", 5, "a", "g"},
                        {"7:55,191,822:T:G", "7", 55191822, "T", "G"},
                        {"1:0:N:A", "1", 0, "N", "A"},
                        {"1:9223372036854775807:A:G", "1", INT64_MAX, "A", "G"}}) {
    const Variant variant = Value(ParseVariant(c.text));
    EXPECT_EQ(variant.chrom, c.chrom) << c.text;
    EXPECT_EQ(variant.start, c.start) << c.text;
    EXPECT_EQ(variant.ref, c.ref) << c.text;
    EXPECT_EQ(variant.alt, c.alt) << c.text;
  }
}

TEST(ParseVariant, RefusesWhatCouldFindNothing) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& c : {Case{"", "expected CONTIG:POSITION:REF:ALT"},
                        {"1:100:A", "expected CONTIG:POSITION:REF:ALT"},
                        {":100:A:G", "expected CONTIG:POSITION:REF:ALT"},
                        {"1:x:A:G", "expected CONTIG:POSITION:REF:ALT"},
                        {"1:1.5:A:G", "expected CONTIG:POSITION:REF:ALT"},
                        {"1:-5:A:G", "expected CONTIG:POSITION:REF:ALT"},
                        {"1:9223372036854775808:A:G", "expected CONTIG:POSITION:REF:ALT"},
                        {"1:100::G", "'' is no sequence of bases"},
                        {"1:100:A:<DEL>", "'<DEL>' is no sequence of bases"},
                        {"1:100:A:G,T", "'G,T' is no sequence of bases"},
                        {"RS429358", "WHERE id = 'rs429358'"}}) {
    const std::string error = ErrorText(ParseVariant(c.text));
    EXPECT_THAT(error, HasSubstr(c.message)) << c.text;
    EXPECT_THAT(error, ::testing::StartsWith("2: ")) << c.text;
  }
}

TEST(CheckVariant, HoldsPartsToTheSameRules) {
  EXPECT_OK(CheckVariant({"chrUn", 0, "A", "GT"}));
  struct Case {
    Variant variant;
    const char* message;
  };
  for (const Case& c : {Case{{"", 1, "A", "G"}, "its contig has no name"},
                        {{"1", -1, "A", "G"}, "'1:-1:A:G' is not a variant: its position is negative"},
                        {{"1", 1, "", "G"}, "'' is no sequence of bases"},
                        {{"1", 1, "A", "*"}, "'*' is no sequence of bases"}}) {
    EXPECT_THAT(ErrorText(CheckVariant(c.variant)), HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace varjoin
