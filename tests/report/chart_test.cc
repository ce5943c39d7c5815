// chart_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "report/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(EscapeHtml, LeavesNothingThatHtmlWouldTakeForMarkup) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\" b='y'>&amp;"), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(EscapeHtml(std::string("a\0b\x1b\tc", 6)), "a\ufffdb\ufffd\tc");
  EXPECT_EQ(EscapeHtml("Müller"), "Müller");
}

TEST(DrawChart, HasEveryBarItsPartAndItsNumbers) {
  const std::string html = DrawChart({.title = "T",
                                      .about = "",
                                      .bar_name = "contig",
                                      .part_name = "matched",
                                      .bars = {{"chr1", 2000, 500}, {"chr2", 1000, 0}}},
                                     7);
  EXPECT_THAT(html, AllOf(HasSubstr("<title>chr1: 500 matched of 2,000</title>"), HasSubstr("25.0 % of 2,000"),
                          HasSubstr("0.0 % of 1,000"), HasSubstr("<th scope=\"row\">chr2</th><td>1,000</td><td>0</td>"),
                          HasSubstr("width=\"140.0\""), HasSubstr("width=\"70.0\""), HasSubstr("width=\"35.0\""),
                          HasSubstr("id=\"chart7-title\"")));
}

TEST(DrawChart, IsNothingWithoutBarsAndHasNoLengthWithoutValues) {
  EXPECT_EQ(DrawChart({.title = "T", .about = "", .bar_name = "b", .part_name = "", .bars = {}}, 1), "");
  EXPECT_THAT(DrawChart({.title = "T", .about = "", .bar_name = "b", .part_name = "", .bars = {{"x", 0}}}, 1),
              AllOf(HasSubstr("width=\"0.0\""), Not(HasSubstr("nan"))));
}

TEST(DrawChart, ShortensALongLabelBetweenCharactersAndKeepsItInTheNumbers) {
  const std::string label = "aaaaaaaaaaaaaaaaaééé";
  const std::string html =
      DrawChart({.title = "T", .about = "", .bar_name = "b", .part_name = "", .bars = {{label, 1}}}, 1);
  EXPECT_THAT(html, AllOf(HasSubstr(">aaaaaaaaaaaaaaaaaé…</text>"), HasSubstr("<th scope=\"row\">" + label + "</th>")));
}

}  // namespace
}  // namespace varjoin
