// filters.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/filters.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace varjoin {
namespace {

std::string ListSql(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) {
    quoted.push_back(SqlString(text));
  }
  return "[" + Join(quoted, ", ") + "]";
}

/// The name of the column that has a field of the header; "" where there is none.
std::string ColumnOf(const std::vector<vcf::Column>& columns, vcf::Origin origin, std::string_view field) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const vcf::Column& column) {
    return column.origin == origin && column.field.id == field && !column.list;
  });
  return found == columns.end() ? "" : found->name;
}

struct SampleField {
  std::string_view option;
  std::string_view field;
  int64_t least;
};

/// The fields of a sample that have a least value, on the same sample where there are several.
Result<std::string> SampleConditions(const std::vector<SampleField>& fields, const vcf::Inspection& input) {
  const auto genotypes = std::find_if(input.columns.begin(), input.columns.end(), [](const vcf::Column& column) {
    return column.origin == vcf::Origin::kGenotypes;
  });
  const bool many = genotypes != input.columns.end();
  std::vector<std::string> conditions;
  for (const auto& [option, field, least] : fields) {
    std::string column = ColumnOf(many ? genotypes->fields : input.columns, vcf::Origin::kFormat, field);
    bool of_sample = many;
    if (column.empty() && field == "DP") {
      column = ColumnOf(input.columns, vcf::Origin::kInfo, field);
      of_sample = false;
    }
    if (column.empty()) {
      return BadInput("{}: {} has no FORMAT/{}{}", option, input.paths[0], field,
                      field == "DP" ? " and no INFO/DP of one number" : "");
    }
    conditions.push_back(fmt::format("{}{} >= {}", of_sample ? "g." : "", SqlName(column), least));
  }
  const std::string all = Join(conditions, " AND ");
  return many ? fmt::format("len(list_filter({}, lambda g: {})) > 0", SqlName(genotypes->name), all) : all;
}

}  // namespace

bool Filters::HasAny() const {
  return !regions.empty() || !samples.empty() || pass || min_qual || min_dp || min_gq || carried || drop_ref_blocks ||
         !where.empty() || only_matched;
}

Result<std::vector<Condition>> InputConditions(const Filters& filters, const vcf::Inspection& input) {
  std::vector<Condition> conditions;
  if (filters.drop_ref_blocks) {
    conditions.push_back({"--drop-ref-blocks", "alt_index > 1 OR alt NOT IN ('<NON_REF>', '<*>')"});
  }
  if (filters.pass) {
    conditions.push_back({"--pass", "filter = 'PASS'"});
  }
  if (filters.min_qual && !std::isfinite(*filters.min_qual)) {
    return BadInput("--min-qual {}: is no quality; give a number such as 30", *filters.min_qual);
  }
  if (filters.min_qual) {
    // DuckDB's NaN is more than any number.
    conditions.push_back({"--min-qual", fmt::format("qual >= {} AND NOT isnan(qual)", *filters.min_qual)});
  }
  std::vector<SampleField> fields;
  if (filters.min_dp) {
    fields.push_back({"--min-dp", "DP", *filters.min_dp});
  }
  if (filters.min_gq) {
    fields.push_back({"--min-gq", "GQ", *filters.min_gq});
  }
  if (!fields.empty()) {
    VARJOIN_ASSIGN(std::string sql, SampleConditions(fields, input));
    conditions.push_back({fields.size() == 2 ? "--min-dp, --min-gq" : std::string(fields[0].option), std::move(sql)});
  }
  if (filters.carried) {
    const bool has_samples = std::any_of(input.headers.begin(), input.headers.end(),
                                         [](const vcf::Header& header) { return !header.samples.empty(); });
    if (!has_samples) {
      return BadInput("--carried: {} has no samples, so nobody carries an allele", input.paths[0]);
    }
    conditions.push_back({"--carried", "carried"});
  }
  return conditions;
}

std::string KeptSql(const std::vector<Condition>& conditions) {
  std::vector<std::string> names;
  std::string sql;
  for (const Condition& condition : conditions) {
    names.push_back(condition.name);
    sql += ", (" + condition.sql + "\n)";  // a comment in it ends there
  }
  return conditions.empty() ? "" : fmt::format("rows_kept({}{})", ListSql(names), sql);
}

std::string KeptAllelesSql(const std::vector<Condition>& conditions) {
  return fmt::format("kept_of_contig({}, chrom)", KeptSql(conditions));
}

std::string KeptPairsSql(const std::vector<Condition>& conditions, const std::string& allele,
                         const std::vector<PairedSource>& sources) {
  std::vector<std::string> names;
  std::string matched;
  for (const PairedSource& source : sources) {
    names.push_back(source.name);
    matched += ", " + source.matched;
  }
  return sources.empty()
             ? KeptSql(conditions)
             : fmt::format("kept_of_sources({}, {}, {}{})", KeptSql(conditions), allele, ListSql(names), matched);
}

int64_t FilterCounts::AllelesDropped() const {
  int64_t sum = 0;
  for (const auto& [contig, alleles] : of_contigs) {
    sum += alleles;
  }
  return sum;
}

Result<FilterCounts> TakeFilterCounts(duck::Database& database) {
  VARJOIN_ASSIGN(const duck::ResultTable table,
                 database.Query("SELECT c.kind, c.name, c.number FROM (SELECT unnest(rows_counted()) AS c)"));
  FilterCounts counts;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const std::string kind = table.Text(row, 0);
    const std::string name = table.Text(row, 1);
    const int64_t number = table.Integer(row, 2);
    if (kind == "condition") {
      counts.dropped.emplace_back(name, number);
    } else {
      (kind == "contig" ? counts.of_contigs : counts.matched)[name] = number;
    }
  }
  return counts;
}

std::string FilterArguments(const Filters& filters) {
  std::string arguments;
  if (!filters.regions.empty()) {
    arguments += ", regions := " + ListSql(filters.regions);
  }
  if (filters.part) {
    arguments += fmt::format(", part := [{}, {}]", filters.part->begin, filters.part->end);
  }
  if (!filters.samples.empty()) {
    arguments += ", samples := " + ListSql(filters.samples);
  }
  return arguments;
}

}  // namespace varjoin
