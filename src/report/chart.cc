// chart.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "report/chart.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace varjoin {
namespace {

// In the SVG's own units, which a page scales to its width.
constexpr int kWidth = 404;
constexpr int kLabelEnd = 142;
constexpr int kBarBegin = 148;
constexpr int kLongestBar = 140;
constexpr int kRowHeight = 20;
constexpr size_t kLongestLabel = 18;  ///< characters

/// The beginning of a text, at most so many characters of UTF-8.
std::string Shortened(const std::string& text, size_t most) {
  size_t characters = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<uint8_t>(text[at]) & 0xc0) != 0x80;
    if (begins && ++characters > most) {
      return text.substr(0, at) + "…";
    }
  }
  return text;
}

std::string ValueText(const Bar& bar) {
  return bar.part ? fmt::format("{} of {}", PercentText(*bar.part, bar.value), WithCommas(bar.value))
                  : WithCommas(bar.value);
}

/// What a pointer that rests on the bar is told.
std::string BarTitle(const Chart& chart, const Bar& bar) {
  return bar.part
             ? fmt::format("{}: {} {} of {}", bar.label, WithCommas(*bar.part), chart.part_name, WithCommas(bar.value))
             : fmt::format("{}: {}", bar.label, WithCommas(bar.value));
}

double LengthOf(int64_t value, int64_t largest) {
  return largest == 0 ? 0 : kLongestBar * static_cast<double>(value) / static_cast<double>(largest);
}

std::string DrawBar(const Chart& chart, const Bar& bar, int64_t largest, int row) {
  const int top = row * kRowHeight;
  const double length = LengthOf(bar.value, largest);
  std::string svg = fmt::format("<g><title>{}</title><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                                EscapeHtml(BarTitle(chart, bar)), kLabelEnd, top + 14,
                                EscapeHtml(Shortened(bar.label, kLongestLabel)));
  svg += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{:.1f}\" height=\"14\"/>",
                     bar.part ? "whole" : "part", kBarBegin, top + 3, length);
  if (bar.part) {
    svg += fmt::format("<rect class=\"part\" x=\"{}\" y=\"{}\" width=\"{:.1f}\" height=\"14\"/>", kBarBegin, top + 3,
                       LengthOf(*bar.part, largest));
  }
  return svg +
         fmt::format("<text x=\"{:.1f}\" y=\"{}\">{}</text></g>\n", kBarBegin + length + 5, top + 14, ValueText(bar));
}

std::string NumbersOf(const Chart& chart) {
  std::vector<std::vector<std::string>> rows = {{chart.bar_name, "alleles"}};
  if (!chart.part_name.empty()) {
    rows[0].push_back(chart.part_name);
  }
  for (const Bar& bar : chart.bars) {
    rows.push_back({bar.label, WithCommas(bar.value)});
    if (bar.part) {
      rows.back().push_back(WithCommas(*bar.part));
    }
  }
  return HtmlTable(rows);
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char byte : text) {
    switch (byte) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        const bool is_control = (static_cast<uint8_t>(byte) < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
        if (is_control) {
          escaped += "\ufffd";
        } else {
          escaped += byte;
        }
    }
  }
  return escaped;
}

std::string PercentText(int64_t part, int64_t whole) {
  return whole == 0 ? "0 %" : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string DrawChart(const Chart& chart, int number) {
  if (chart.bars.empty()) {
    return "";
  }
  const int64_t largest = std::max_element(chart.bars.begin(), chart.bars.end(), [](const Bar& a, const Bar& b) {
                            return a.value < b.value;
                          })->value;
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"chart{}-title\" aria-describedby=\"chart{}-about\">\n"
      "<title id=\"chart{}-title\">{}</title><desc id=\"chart{}-about\">Bars; the longest is {} with {}. The numbers "
      "are in the table below.</desc>\n",
      kWidth, static_cast<int>(chart.bars.size()) * kRowHeight + 4, number, number, number, EscapeHtml(chart.title),
      number,
      EscapeHtml(
          std::find_if(chart.bars.begin(), chart.bars.end(), [&](const Bar& bar) { return bar.value == largest; })
              ->label),
      WithCommas(largest));
  for (size_t i = 0; i < chart.bars.size(); ++i) {
    svg += DrawBar(chart, chart.bars[i], largest, static_cast<int>(i));
  }
  return fmt::format(
      "<figure><figcaption><h3>{}</h3>{}</figcaption>\n{}</svg>\n<details><summary>the numbers</summary>{}</details>"
      "</figure>\n",
      EscapeHtml(chart.title), chart.about.empty() ? "" : "<p>" + EscapeHtml(chart.about) + "</p>", svg,
      NumbersOf(chart));
}

std::string HtmlTable(const std::vector<std::vector<std::string>>& rows) {
  std::string html = "<div class=\"scroll\"><table>";
  for (size_t row = 0; row < rows.size(); ++row) {
    html += "<tr>";
    for (size_t column = 0; column < rows[row].size(); ++column) {
      const std::string text = EscapeHtml(rows[row][column]);
      html += row == 0      ? fmt::format("<th scope=\"col\">{}</th>", text)
              : column == 0 ? fmt::format("<th scope=\"row\">{}</th>", text)
                            : fmt::format("<td>{}</td>", text);
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace varjoin
