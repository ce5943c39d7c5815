// summary.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/summary.h"

#include "base/counted.h"
#include "base/text.h"
#include "cli/console.h"

namespace varjoin::cli {
namespace {

constexpr size_t kContigsShown = 10;

std::string Percent(int64_t part, int64_t whole) {
  return whole == 0 ? "0 %" : fmt::format("{:.2f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string AssemblyText(const std::string& assembly) {
  return assembly.empty() ? "assembly unknown" : assembly;
}

/// "chrUn_1 (12 alleles), …"
std::string MissingText(const SourceMatches& source) {
  std::string text;
  for (size_t i = 0; i < std::min(kContigsShown, source.missing_contigs.size()); ++i) {
    const auto& [contig, alleles] = source.missing_contigs[i];
    text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", contig, WithCommas(alleles));
  }
  if (source.missing_contigs.size() > kContigsShown) {
    text += fmt::format(" and {} more", source.missing_contigs.size() - kContigsShown);
  }
  return text;
}

/// What percentages of matches are of, if filters left some alleles only.
std::string LookedUpText(const AnnotateReport& report) {
  return report.filtered_alleles == 0 ? ""
                                      : fmt::format(" of {} that the filters on the input left",
                                                    WithCommas(report.alleles - report.filtered_alleles));
}

std::string SourceText(const SourceMatches& source, const AnnotateReport& report) {
  std::string text =
      fmt::format("  {:<12} {:>12} matched ({}{})", source.name, WithCommas(source.matched),
                  Percent(source.matched, report.alleles - report.filtered_alleles), LookedUpText(report));
  if (source.matched_left && *source.matched_left != source.matched) {
    text += fmt::format(", {} of them in the output", WithCommas(*source.matched_left));
  }
  if (source.rows > source.matched) {
    text += fmt::format(", {}: the source has duplicates", Counted(source.rows, "row"));
  }
  text += fmt::format("; {}\n", AssemblyText(source.assembly));
  if (!source.missing_contigs.empty()) {
    int64_t missing = 0;
    for (const auto& [contig, count] : source.missing_contigs) {
      missing += count;
    }
    text += fmt::format("  {:<12} {:>12} allele{} on contigs that it lacks: {}\n", "", WithCommas(missing),
                        missing == 1 ? "" : "s", MissingText(source));
  }
  return text;
}

}  // namespace

std::string Summary(const AnnotateReport& report) {
  const Limits& limits = report.limits;
  std::string text =
      fmt::format("{} {}  {}\n", Bold("input"), Join(report.inputs, ", "), AssemblyText(report.input_assembly));
  text += fmt::format("  {:<12} {:>12}\n  {:<12} {:>12}\n", "records", WithCommas(report.records), "alleles",
                      WithCommas(report.alleles));
  for (const auto& [filter, count] : report.dropped) {
    text += fmt::format("  {:<12} {:>12} left out\n", filter, WithCommas(count));
  }
  if (!report.sources.empty()) {
    text += Bold("sources") + "\n";
  }
  for (const SourceMatches& source : report.sources) {
    text += SourceText(source, report);
  }
  const bool records = report.format.starts_with("vcf") || report.format == "bcf";
  text += fmt::format("{} {}\n  {:<12} {:>12}\n  {:<12} {:>12}\n  {:<12} {:>12}  ({})\n", Bold("output"),
                      report.output == "-" ? "standard output" : report.output, records ? "records" : "rows",
                      WithCommas(report.output_rows), records ? "new fields" : "columns",
                      WithCommas(report.output_columns), "size", HumanBytes(report.output_bytes),
                      report.format == "parquet" ? report.compression : report.format);
  text += fmt::format("{} engine {} ({}), {}, memory limit {}\n", Bold("cost"), report.engine, report.engine_reason,
                      Counted(limits.threads.value, "thread"), limits.memory_text);
  text += fmt::format("  {:<12} {:>12}\n  {:<12} {:>12}\n  {:<12} {:>12}\n", "wall time",
                      fmt::format("{:.2f} s", report.total.wall_seconds), "CPU",
                      fmt::format("{:.0f} %", report.total.CpuPercent()), "peak RAM",
                      HumanBytes(report.total.peak_rss_bytes));
  text.pop_back();
  return text;
}

std::string Summary(const Imported& imported, double seconds) {
  const Source& source = imported.source;
  std::string text = fmt::format("{} source '{}': {} from {} in {:.1f} s ({} rows/s), {}, {}\n",
                                 imported.replaced ? "replaced" : "imported", source.name, Counted(source.rows, "row"),
                                 Counted(imported.records, "record"), seconds,
                                 WithCommas(static_cast<int64_t>(static_cast<double>(source.rows) / seconds)),
                                 Counted(source.columns.size(), "column"), HumanBytes(imported.bytes));
  text += fmt::format("  {}, {}\n", AssemblyText(source.assembly), Counted(source.contigs.size(), "contig"));
  if (imported.duplicates > 0) {
    text +=
        fmt::format("  {} with the allele of a row before: kept, all of them\n", Counted(imported.duplicates, "row"));
  }
  if (imported.unmatchable > 0) {
    text += fmt::format("  {} without an ALT, or with a symbolic one: kept, and matching nothing\n",
                        Counted(imported.unmatchable, "row"));
  }
  if (imported.dashed > 0) {
    text += fmt::format(
        "  of these, {} with `-` for a missing base, which could not be placed: that takes --reference genome.fa, and "
        "of "
        "insertions a column `end`; or a VCF of the same database\n",
        Counted(imported.dashed, "row"));
  }
  if (imported.samples_dropped > 0) {
    text += fmt::format("  the genotypes of {} were left out\n", Counted(imported.samples_dropped, "sample"));
  }
  return text + fmt::format("  use it: varjoin annotate person.vcf.gz -s {}", source.name);
}

std::string Summary(const index::IndexFile& file, const ResourceUsage& usage) {
  const double rows = static_cast<double>(file.counts().rows);
  return fmt::format(
      "indexed source '{}': {}, {} ({:.1f} bytes a row) in {:.1f} s ({} rows/s), CPU {:.0f} %, peak RAM {}",
      file.Fact("source"), Counted(file.counts().rows, "row"), HumanBytes(file.size()),
      rows > 0 ? static_cast<double>(file.size()) / rows : 0, usage.wall_seconds,
      WithCommas(static_cast<int64_t>(rows / usage.wall_seconds)), usage.CpuPercent(),
      HumanBytes(usage.peak_rss_bytes));
}

std::string IndexProgress(const Source& source, int64_t rows, double seconds) {
  const double rate = static_cast<double>(rows) / std::max(seconds, 1e-3);
  std::string text = fmt::format("indexing {}: {}, {} rows/s", source.name, Counted(rows, "row"),
                                 WithCommas(static_cast<int64_t>(rate)));
  if (source.rows > rows && rate > 0) {
    text += fmt::format(", {:.0f} s left", static_cast<double>(source.rows - rows) / rate);
  }
  return text;
}

std::string Summary(const Registered& registered) {
  const Source& source = registered.source;
  return fmt::format("{} source '{}': {}, {}, {}, {}\n  use it: varjoin annotate person.vcf.gz -s {}",
                     registered.replaced ? "replaced" : "added", source.name, Counted(source.rows, "row"),
                     Counted(source.columns.size(), "column"), Counted(source.contigs.size(), "contig"),
                     AssemblyText(source.assembly), source.name);
}

}  // namespace varjoin::cli
