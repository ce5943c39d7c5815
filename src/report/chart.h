// chart.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// report/ shows what a run did as a page of HTML. It may include base/, system/ and annotate/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varjoin {

/// As HTML has it in text and in quoted attributes. Control characters, which HTML can't have, become U+FFFD.
std::string EscapeHtml(std::string_view text);

/// "24.7 %"; of nothing "0 %".
std::string PercentText(int64_t part, int64_t whole);

struct Bar {
  std::string label;
  int64_t value = 0;
  std::optional<int64_t> part = {};  ///< of the value, drawn over it
};

/// Horizontal bars.
struct Chart {
  std::string title;
  std::string about;      ///< a sentence below the title; ""
  std::string bar_name;   ///< what the labels are: "chromosome"
  std::string part_name;  ///< what the parts are: "matched"; "": there are none
  std::vector<Bar> bars;
};

/// A <figure>: the chart as inline SVG with a text alternative, and its numbers as a table that can be unfolded. "" for
/// no bars. `number` is another one for each chart of a page.
std::string DrawChart(const Chart& chart, int number);

/// A <table> of texts, which are escaped; the first row is its head, the first column its row heads.
std::string HtmlTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace varjoin
