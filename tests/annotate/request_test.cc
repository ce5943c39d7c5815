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

TEST(ParseSourceRequest, SaysWhatItExpected) {
  for (const char* text : {"", ":", ":a", "s:", "s:,", "s:a,", "s:,a", "s:a,,b", "s:=x", "s:a=", "s:a=b,=c"}) {
    EXPECT_THAT(ErrorText(ParseSourceRequest(text)), AllOf(StartsWith("2: "), HasSubstr("expected SOURCE"))) << text;
  }
}

}  // namespace
}  // namespace varjoin
