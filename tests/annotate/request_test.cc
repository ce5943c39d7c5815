// request_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Columns = std::vector<std::pair<std::string, std::string>>;

TEST(ParseSourceRequest, ReadsASourceItsColumnsAndTheirNewNames) {
  struct Case {
    const char* text;
    const char* name;
    Columns columns;
  };
  for (const Case& c :
       {Case{"clinvar", "clinvar", {}},
        {"clinvar:CLNSIG", "clinvar", {{"CLNSIG", ""}}},
        {"clinvar:CLNSIG,id", "clinvar", {{"CLNSIG", ""}, {"id", ""}}},
        {"clinvar:CLNSIG=significance,id,AF=f", "clinvar", {{"CLNSIG", "significance"}, {"id", ""}, {"AF", "f"}}},
        {"s:a b=c d", "s", {{"a b", "c d"}}},
        {"s:a:b", "s", {{"a:b", ""}}},
        {"s:a=b=c", "s", {{"a", "b=c"}}},
        {"s:é=Ü", "s", {{"é", "Ü"}}}}) {
    const SourceRequest request = Value(ParseSourceRequest(c.text));
    EXPECT_EQ(request.name, c.name) << c.text;
    EXPECT_EQ(request.columns, c.columns) << c.text;
  }
}

TEST(ParseSourceRequest, TakesFilesThatExist) {
  const Scratch scratch;
  struct Case {
    const char* file;
    const char* name;
  };
  for (const Case& c : {Case{"clinvar.vcf.gz", "clinvar"},
                        {"a-b 2026.tsv", "a_b_2026"},
                        {"1.bcf", "s_1"},
                        {"x:y.vcf", "x_y"},
                        {"sources.csv.zst", "s_sources"},
                        {"it's*.parquet", "it_s_"}}) {
    const std::string path = scratch.Write(c.file, "");
    const SourceRequest whole = Value(ParseSourceRequest(path));
    EXPECT_EQ(whole.name, c.name);
    EXPECT_EQ(whole.file, path);
    EXPECT_EQ(whole.columns, Columns{});
    const SourceRequest some = Value(ParseSourceRequest(path + ":AF=f,x:y"));
    EXPECT_EQ(some.file, path);
    EXPECT_EQ(some.columns, (Columns{{"AF", "f"}, {"x:y", ""}}));
  }
  EXPECT_THAT(ErrorText(ParseSourceRequest(scratch.Path("clinva.vcf.gz") + ":AF")),
              AllOf(StartsWith("2: "), HasSubstr("no such file"), HasSubstr("clinvar.vcf.gz")));
  EXPECT_THAT(ErrorText(ParseSourceRequest(scratch.Path("*.tsv"))), HasSubstr("one file"));
  EXPECT_THAT(ErrorText(ParseSourceRequest("https://x/y.vcf.gz")), HasSubstr("download"));
}

TEST(ParseSourceRequest, SaysWhatItExpected) {
  for (const char* text : {"", ":", ":a", "s:", "s:,", "s:a,", "s:,a", "s:a,,b", "s:=x", "s:a=", "s:a=b,=c"}) {
    EXPECT_THAT(ErrorText(ParseSourceRequest(text)), AllOf(StartsWith("2: "), HasSubstr("expected SOURCE"))) << text;
  }
}

}  // namespace
}  // namespace varjoin
