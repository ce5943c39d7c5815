// views.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cohort/views.h"

#include "base/text.h"
#include "cohort/counts.h"
#include "sources/source.h"

namespace varjoin {
namespace {

std::string Names(const std::vector<CohortColumn>& columns, const std::string& row) {
  std::string sql;
  for (const CohortColumn& column : columns) {
    sql += fmt::format(", {}{}", row, SqlName(column.name));
  }
  return sql;
}

std::string SourceNames(const CohortManifest& manifest, const std::string& row) {
  std::string sql;
  for (const CohortSource& source : manifest.sources) {
    sql += Names(source.columns, row);
  }
  return sql;
}

/// A table of these columns without rows.
std::string NoRows(const std::vector<CohortColumn>& columns) {
  std::string sql;
  for (const CohortColumn& column : columns) {
    sql += fmt::format("{}CAST(NULL AS {}) AS {}", sql.empty() ? "" : ", ", column.type, SqlName(column.name));
  }
  return fmt::format("(SELECT {} WHERE false)", sql);
}

std::string SitesFiles(const CohortManifest& manifest) {
  if (!manifest.sites.empty()) {
    return ReadParquetSql(manifest.SitesPaths());
  }
  std::vector<CohortColumn> columns = {{"allele", "BIGINT"}, {"site", "BIGINT"}, {"chrom", "VARCHAR"},
                                       {"start", "BIGINT"},  {"end", "BIGINT"},  {"ref", "VARCHAR"},
                                       {"alt", "VARCHAR"}};
  for (const CohortSource& source : manifest.sources) {
    columns.insert(columns.end(), source.columns.begin(), source.columns.end());
  }
  return NoRows(columns);
}

std::string CallsFiles(const CohortManifest& manifest) {
  if (manifest.samples.empty()) {
    std::vector<CohortColumn> columns = {{"sample", "VARCHAR"},    {"site", "BIGINT"},     {"spelling", "BIGINT"},
                                         {"alt_index", "INTEGER"}, {"GT", "VARCHAR"},      {"copies", "UTINYINT"},
                                         {"called", "UTINYINT"},   {"ploidy", "UTINYINT"}, {"filter", "VARCHAR"}};
    columns.insert(columns.end(), manifest.fields.begin(), manifest.fields.end());
    columns.push_back({"repeated", "BOOLEAN"});
    return NoRows(columns);
  }
  std::string paths;
  for (const std::string& path : manifest.CallsPaths()) {
    paths += (paths.empty() ? "" : ", ") + SqlString(path);
  }
  return fmt::format("read_parquet([{}], hive_partitioning=true, hive_types={{'sample': VARCHAR}})", paths);
}

std::string SamplesTable(const CohortManifest& manifest) {
  if (manifest.samples.empty()) {
    return NoRows({{"sample", "VARCHAR"}, {"calls", "BIGINT"}, {"input", "VARCHAR"}, {"added_at", "VARCHAR"}});
  }
  std::string values;
  for (const CohortSample& sample : manifest.samples) {
    values += fmt::format("{}({}, {}, {}, {})", values.empty() ? "" : ", ", SqlString(sample.name), sample.calls.rows,
                          SqlString(sample.input.path), SqlString(sample.added_at));
  }
  return fmt::format("(VALUES {}) s(sample, calls, input, added_at)", values);
}

}  // namespace

std::string CohortViewsSql(const CohortManifest& manifest) {
  const std::string sites = SitesFiles(manifest);
  const std::string calls = CallsFiles(manifest);
  std::string sql = fmt::format(
      "CREATE OR REPLACE TEMP VIEW cohort_samples AS\n"
      "SELECT sample, CAST(calls AS BIGINT) AS calls, input, added_at FROM {};\n\n",
      SamplesTable(manifest));
  sql += fmt::format(
      "CREATE OR REPLACE TEMP VIEW cohort_sites AS\n"
      "SELECT site, chrom, \"start\", \"end\", ref, alt{}\n FROM {} WHERE allele = site;\n\n",
      SourceNames(manifest, ""), sites);
  sql += fmt::format(
      "CREATE OR REPLACE TEMP VIEW cohort_calls AS\n"
      "SELECT sample, site, coalesce(spelling, site) AS allele, alt_index, GT, copies, called, ploidy, filter{}, "
      "repeated\n FROM {};\n\n",
      Names(manifest.fields, ""), calls);
  // The sites' ids are equal too: files of calls have theirs in order, and most of them need not be read for a few.
  sql += fmt::format(
      "CREATE OR REPLACE TEMP VIEW cohort_variants AS\n"
      "SELECT c.sample, s.chrom, s.\"start\", s.\"end\", s.ref, s.alt, c.site, c.alt_index, c.GT, c.copies, c.called, "
      "c.ploidy, c.filter{}, c.repeated{}\n"
      " FROM cohort_calls c JOIN {} s ON c.site = s.site AND c.allele = s.allele;\n\n",
      Names(manifest.fields, "c."), SourceNames(manifest, "s."), sites);
  sql += fmt::format(
      "CREATE OR REPLACE TEMP VIEW cohort_frequencies AS\n"
      "SELECT f.site, s.chrom, s.\"start\", s.\"end\", s.ref, s.alt, AC, AN_called + AN_assumed AS AN,\n"
      "  AC / nullif(AN_called + AN_assumed, 0) AS AF, AN_called, AN_assumed, carriers, homozygotes, incomplete,\n"
      "  assumed, calls\n"
      " FROM (SELECT *, {0} - calls AS assumed, ({0} - calls) * largest AS AN_assumed FROM ({1})) f\n"
      " JOIN cohort_sites s USING (site);\n",
      manifest.samples.size(), CountsSql(manifest));
  return sql;
}

}  // namespace varjoin
