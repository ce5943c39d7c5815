// page.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "report/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.h"
#include "base/text.h"
#include "report/chart.h"

namespace varjoin {
namespace {

constexpr size_t kMostBars = 30;

// Nothing but this page's own style is allowed to work, whatever a file's names hold.
constexpr const char* kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<style>
:root { --back: #fff; --card: #f4f6f8; --text: #1c2126; --soft: #59636e; --line: #d5dbe1; --part: #1f6feb; --whole: #c6d4e6; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14181c; --card: #1e242a; --text: #e6eaee; --soft: #9aa6b2; --line: #353d46; --part: #58a6ff; --whole: #35465c; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--back); color: var(--text); font: 16px/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .7rem; font-size: 1.25rem; border-bottom: 1px solid var(--line); }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
p { margin: .2rem 0; color: var(--soft); overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .7rem; margin: 1rem 0 0; }
.cards div, figure { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem; }
dt { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1rem; align-items: start; }
figure { margin: 0; min-width: 0; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
.part { fill: var(--part); }
.whole { fill: var(--whole); }
summary { cursor: pointer; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .4rem 0; font-size: .9rem; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .8rem .2rem 0; text-align: right; vertical-align: top; }
th:first-child { text-align: left; min-width: 6rem; font-weight: 500; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
</style>
)";

std::string Seconds(double seconds) {
  return seconds < 100 ? fmt::format("{:.2f} s", seconds)
                       : fmt::format("{} min {:.0f} s", static_cast<int>(seconds) / 60,
                                     seconds - 60 * (static_cast<int>(seconds) / 60));
}

std::vector<Bar> BarsOf(const std::vector<Tally>& tallies) {
  std::vector<Bar> bars;
  for (const Tally& tally : tallies) {
    bars.push_back({.label = tally.label, .value = tally.alleles});
  }
  return bars;
}

/// The first bars; those after them as one.
std::vector<Bar> Limited(std::vector<Bar> bars) {
  if (bars.size() <= kMostBars) {
    return bars;
  }
  Bar others{.label = fmt::format("{} others", bars.size() - kMostBars + 1)};
  for (size_t i = kMostBars - 1; i < bars.size(); ++i) {
    others.value += bars[i].value;
    if (bars[i].part) {
      others.part = others.part.value_or(0) + *bars[i].part;
    }
  }
  bars.resize(kMostBars - 1);
  bars.push_back(std::move(others));
  return bars;
}

/// Without the bins at both ends that nothing is in.
std::vector<Bar> Trimmed(std::vector<Bar> bars) {
  const auto has_any = [](const Bar& bar) { return bar.value > 0; };
  bars.erase(bars.begin(), std::find_if(bars.begin(), bars.end(), has_any));
  bars.erase(std::find_if(bars.rbegin(), bars.rend(), has_any).base(), bars.end());
  return bars;
}

/// Writes a page from top to bottom.
class Page {
 public:
  Page(const AnnotateReport& report, const OutputCounts& counts, const RunOrigin& origin)
      : report_(report), counts_(counts), origin_(origin) {}

  std::string Write() {
    Top();
    Sources();
    Alleles();
    Values();
    LeftOut();
    Resources();
    Origin();
    html_ += "</body>\n</html>\n";
    return std::move(html_);
  }

 private:
  void Top();
  void Sources();
  void Alleles();
  void Values();
  void LeftOut();
  void Resources();
  void Origin();
  void Card(const std::string& name, const std::string& value) {
    html_ += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", EscapeHtml(name), EscapeHtml(value));
  }
  void Heading(const char* text) { html_ += fmt::format("<h2>{}</h2>\n", text); }
  void Draw(Chart chart) {
    chart.bars = Limited(std::move(chart.bars));
    html_ += DrawChart(chart, ++charts_);
  }
  void DrawSource(size_t source);
  void DrawValues(const std::string& column, const char* bar_name, const std::vector<Tally>& values);

  const AnnotateReport& report_;
  const OutputCounts& counts_;
  const RunOrigin& origin_;
  std::string html_ = kHead;
  int charts_ = 0;
};

void Page::Top() {
  const std::string title = fmt::format("{}: annotated by varjoin", report_.sample_name);
  html_ += fmt::format("<title>{}</title>\n</head>\n<body>\n<h1>{}</h1>\n<p>{}<br>{}; {}</p>\n<dl class=\"cards\">\n",
                       EscapeHtml(title), EscapeHtml(title), EscapeHtml(report_.output), EscapeHtml(origin_.made_at),
                       EscapeHtml(report_.input_assembly.empty() ? "assembly unknown" : report_.input_assembly));
  Card("records read", WithCommas(report_.records));
  Card("alleles read", WithCommas(report_.alleles));
  Card("alleles in the output", WithCommas(counts_.alleles));
  for (const SourceMatches& source : report_.sources) {
    Card("matched in " + source.name, PercentText(source.matched, report_.alleles - report_.filtered_alleles));
  }
  Card("time", Seconds(report_.total.wall_seconds));
  Card("most memory", HumanBytes(report_.total.peak_rss_bytes));
  html_ += "</dl>\n";
}

void Page::DrawSource(size_t source) {
  Chart chart{.title = "Matched in " + report_.sources[source].name,
              .about = "alleles of the output by contig, and those that the source has",
              .bar_name = "contig",
              .part_name = "matched",
              .bars = {}};
  for (const Tally& tally : counts_.contigs) {
    if (source < tally.matched.size()) {
      chart.bars.push_back({.label = tally.label, .value = tally.alleles, .part = tally.matched[source]});
    }
  }
  Draw(std::move(chart));
}

void Page::Sources() {
  Heading("Sources");
  if (report_.sources.empty()) {
    html_ += "<p>No source was asked for.</p>\n<div class=\"charts\">\n";
    Draw({.title = "Alleles by contig",
          .about = "",
          .bar_name = "contig",
          .part_name = "",
          .bars = BarsOf(counts_.contigs)});
    html_ += "</div>\n";
    return;
  }
  std::vector<std::vector<std::string>> rows = {{"source", "kind", "assembly", "matched alleles",
                                                 report_.filtered_alleles == 0 ? "of all" : "of what filters left",
                                                 "rows found", "alleles on contigs that it lacks"}};
  for (const SourceMatches& source : report_.sources) {
    int64_t missing = 0;
    for (const auto& [contig, alleles] : source.missing_contigs) {
      missing += alleles;
    }
    rows.push_back({source.name, source.kind, source.assembly.empty() ? "unknown" : source.assembly,
                    WithCommas(source.matched), PercentText(source.matched, report_.alleles - report_.filtered_alleles),
                    WithCommas(source.rows), WithCommas(missing)});
  }
  html_ += HtmlTable(rows) + "<div class=\"charts\">\n";
  for (size_t i = 0; i < report_.sources.size(); ++i) {
    DrawSource(i);
  }
  html_ += "</div>\n";
}

void Page::Alleles() {
  int64_t transitions = 0;
  int64_t transversions = 0;
  for (const Tally& change : counts_.changes) {
    (IsTransition(change.label) ? transitions : transversions) += change.alleles;
  }
  Heading("Alleles of the output");
  html_ += "<div class=\"charts\">\n";
  Chart changes{.title = transversions == 0
                             ? "Changes of a single base"
                             : fmt::format("Changes of a single base: Ts/Tv {:.2f}",
                                           static_cast<double>(transitions) / static_cast<double>(transversions)),
                .about = fmt::format("{} transitions (Ts: A–G, C–T), {} transversions (Tv)", WithCommas(transitions),
                                     WithCommas(transversions)),
                .bar_name = "change",
                .part_name = "",
                .bars = BarsOf(counts_.changes)};
  std::sort(changes.bars.begin(), changes.bars.end(), [](const Bar& a, const Bar& b) { return a.label < b.label; });
  for (Bar& bar : changes.bars) {
    bar.label = ReplaceAll(bar.label, ">", " → ") + (IsTransition(bar.label) ? " (Ts)" : "");
  }
  Draw(std::move(changes));
  Draw({.title = "Lengths",
        .about = "bases that the ALT has more or less than REF",
        .bar_name = "bases",
        .part_name = "",
        .bars = Trimmed(BarsOf(counts_.lengths))});
  html_ += "</div>\n";
}

/// Alleles without a value are told in words: of a whole genome they are so many that no other bar would be seen.
void Page::DrawValues(const std::string& column, const char* bar_name, const std::vector<Tally>& values) {
  Chart chart{.title = column, .about = "every allele has one", .bar_name = bar_name, .part_name = "", .bars = {}};
  for (const Tally& tally : values) {
    if (tally.label == kNoValue && tally.alleles > 0) {
      chart.about = WithCommas(tally.alleles) + (tally.alleles == 1 ? " allele has none" : " alleles have none");
    } else if (tally.label != kNoValue) {
      chart.bars.push_back({.label = tally.label, .value = tally.alleles});
    }
  }
  chart.bars = Trimmed(std::move(chart.bars));
  Draw(std::move(chart));
}

void Page::Values() {
  Heading("Values");
  html_ += "<p>Of several values of an allele, the first is counted.</p>\n<div class=\"charts\">\n";
  for (const Distribution& classes : counts_.classes) {
    DrawValues(classes.column, "class", classes.values);
  }
  for (const Distribution& frequencies : counts_.frequencies) {
    DrawValues(frequencies.column, "frequency", frequencies.values);
  }
  DrawValues("QUAL", "QUAL", counts_.qualities);
  DrawValues("FILTER", "FILTER", counts_.filters);
  html_ += "</div>\n";
}

void Page::LeftOut() {
  Heading("What was left out");
  std::vector<std::vector<std::string>> rows = {{"by", "count"}};
  for (const auto& [filter, count] : report_.dropped) {
    rows.push_back({filter, WithCommas(count)});
  }
  rows.push_back({"records that could not be read", WithCommas(report_.bad_records)});
  rows.push_back({"fields that could not be read", WithCommas(report_.bad_fields)});
  html_ += HtmlTable(rows);
  if (!report_.notes.empty()) {
    html_ += "<ul>\n";
    for (const std::string& note : report_.notes) {
      html_ += fmt::format("<li>{}</li>\n", EscapeHtml(note));
    }
    html_ += "</ul>\n";
  }
}

void Page::Resources() {
  Heading("Resources");
  std::vector<std::vector<std::string>> rows = {{"phase", "time", "CPU", "most memory", "read", "written"}};
  const auto add = [&](const std::string& name, const ResourceUsage& usage) {
    rows.push_back({name, Seconds(usage.wall_seconds), fmt::format("{:.0f} %", usage.CpuPercent()),
                    HumanBytes(usage.peak_rss_bytes), HumanBytes(usage.bytes_read), HumanBytes(usage.bytes_written)});
  };
  for (const PhaseCost& phase : report_.phases) {
    add(phase.name, phase.usage);
  }
  add("all", report_.total);
  html_ += HtmlTable(rows);
  html_ += fmt::format("<p>Engine {} ({}); {}, memory limit {}. The output has {} and {} in {}.</p>\n",
                       EscapeHtml(report_.engine), EscapeHtml(report_.engine_reason),
                       Counted(report_.limits.threads.value, "thread"), EscapeHtml(report_.limits.memory_text),
                       Counted(report_.output_rows, "row"), Counted(report_.output_columns, "column"),
                       HumanBytes(report_.output_bytes));
}

void Page::Origin() {
  Heading("How it was made");
  html_ += fmt::format("<p>varjoin {}</p>\n<p><code>{}</code></p>\n<ul>\n", EscapeHtml(origin_.version),
                       EscapeHtml(origin_.command));
  for (const std::string& input : report_.inputs) {
    html_ += fmt::format("<li>input: {}</li>\n", EscapeHtml(input));
  }
  for (const SourceMatches& source : report_.sources) {
    html_ +=
        fmt::format("<li>source {}: fingerprint {}</li>\n", EscapeHtml(source.name), EscapeHtml(source.fingerprint));
  }
  html_ += "</ul>\n";
}

}  // namespace

std::string ReportPage(const AnnotateReport& report, const OutputCounts& counts, const RunOrigin& origin) {
  return Page(report, counts, origin).Write();
}

}  // namespace varjoin
