// summary.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/summary.h"

#include "base/text.h"
#include "cli/console.h"

namespace varjoin::cli {
namespace {

constexpr size_t kContigsShown = 10;

std::string Percent(int64_t part, int64_t whole) {
  return whole == 0 ? "0 %" : fmt::format("{:.2f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

/// "1 row", "2,000 rows"
std::string Rows(int64_t count) {
  return fmt::format("{} row{}", WithCommas(count), count == 1 ? "" : "s");
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

std::string SourceText(const SourceMatches& source, int64_t alleles) {
  std::string text = fmt::format("  {:<12} {:>12} matched ({})", source.name, WithCommas(source.matched),
                                 Percent(source.matched, alleles));
  if (source.rows > source.matched) {
    text += fmt::format(", {} rows: the source has duplicates", WithCommas(source.rows));
  }
  text += fmt::format("; {}\n", AssemblyText(source.assembly));
  if (!source.missing_contigs.empty()) {
    int64_t missing = 0;
    for (const auto& [contig, count] : source.missing_contigs) {
      missing += count;
    }
    text += fmt::format("  {:<12} {:>12} alleles on contigs that it lacks: {}\n", "", WithCommas(missing),
                        MissingText(source));
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
    text += SourceText(source, report.alleles);
  }
  const bool records = report.format.starts_with("vcf") || report.format == "bcf";
  text += fmt::format("{} {}\n  {:<12} {:>12}\n  {:<12} {:>12}\n  {:<12} {:>12}  ({})\n", Bold("output"),
                      report.output == "-" ? "standard output" : report.output, records ? "records" : "rows",
                      WithCommas(report.output_rows), records ? "new fields" : "columns",
                      WithCommas(report.output_columns), "size", HumanBytes(report.output_bytes),
                      report.format == "parquet" ? report.compression : report.format);
  text += fmt::format("{} engine {} ({}), {} threads, memory limit {}\n", Bold("cost"), report.engine,
                      report.engine_reason, limits.threads.value, limits.memory_text);
  text += fmt::format("  {:<12} {:>12}\n  {:<12} {:>12}\n  {:<12} {:>12}\n", "wall time",
                      fmt::format("{:.2f} s", report.total.wall_seconds), "CPU",
                      fmt::format("{:.0f} %", report.total.CpuPercent()), "peak RAM",
                      HumanBytes(report.total.peak_rss_bytes));
  text.pop_back();
  return text;
}

std::string Summary(const Imported& imported, double seconds) {
  const Source& source = imported.source;
  std::string text = fmt::format("{} source '{}': {} rows from {} records in {:.1f} s ({} rows/s), {} columns, {}\n",
                                 imported.replaced ? "replaced" : "imported", source.name, WithCommas(source.rows),
                                 WithCommas(imported.records), seconds,
                                 WithCommas(static_cast<int64_t>(static_cast<double>(source.rows) / seconds)),
                                 source.columns.size(), HumanBytes(imported.bytes));
  text += fmt::format("  {}, {} contigs\n", AssemblyText(source.assembly), source.contigs.size());
  if (imported.duplicates > 0) {
    text += fmt::format("  {} with the allele of a row before: kept, all of them\n", Rows(imported.duplicates));
  }
  if (imported.unmatchable > 0) {
    text += fmt::format("  {} without an ALT, or with a symbolic one: kept, and matching nothing\n",
                        Rows(imported.unmatchable));
  }
  if (imported.dashed > 0) {
    text += fmt::format(
        "  of these, {} with `-` for a missing base, which could not be placed: that takes --reference genome.fa, and "
        "of "
        "insertions a column `end`; or a VCF of the same database\n",
        Rows(imported.dashed));
  }
  if (imported.samples_dropped > 0) {
    text += fmt::format("  the genotypes of {} sample{} were left out\n", imported.samples_dropped,
                        imported.samples_dropped == 1 ? "" : "s");
  }
  return text + fmt::format("  use it: varjoin annotate person.vcf.gz -s {}", source.name);
}

std::string Summary(const index::IndexFile& file, const ResourceUsage& usage) {
  const double rows = static_cast<double>(file.counts().rows);
  return fmt::format(
      "indexed source '{}': {} rows, {} ({:.1f} bytes a row) in {:.1f} s ({} rows/s), CPU {:.0f} %, peak RAM {}",
      file.Fact("source"), WithCommas(file.counts().rows), HumanBytes(file.size()),
      rows > 0 ? static_cast<double>(file.size()) / rows : 0, usage.wall_seconds,
      WithCommas(static_cast<int64_t>(rows / usage.wall_seconds)), usage.CpuPercent(),
      HumanBytes(usage.peak_rss_bytes));
}

std::string IndexProgress(const Source& source, int64_t rows, double seconds) {
  const double rate = static_cast<double>(rows) / std::max(seconds, 1e-3);
  std::string text = fmt::format("indexing {}: {} rows, {} rows/s", source.name, WithCommas(rows),
                                 WithCommas(static_cast<int64_t>(rate)));
  if (source.rows > rows && rate > 0) {
    text += fmt::format(", {:.0f} s left", static_cast<double>(source.rows - rows) / rate);
  }
  return text;
}

std::string Summary(const Registered& registered) {
  const Source& source = registered.source;
  return fmt::format(
      "{} source '{}': {} rows, {} columns, {} contigs, {}\n  use it: varjoin annotate person.vcf.gz -s {}",
      registered.replaced ? "replaced" : "added", source.name, WithCommas(source.rows), source.columns.size(),
      source.contigs.size(), AssemblyText(source.assembly), source.name);
}

}  // namespace varjoin::cli
