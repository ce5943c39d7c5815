// plan.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/plan.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "annotate/row_groups.h"
#include "annotate/working_memory.h"
#include "base/text.h"
#include "genome/contig.h"

namespace varjoin {
namespace {

std::vector<std::string> Quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) {
    quoted.push_back(SqlString(text));
  }
  return quoted;
}

/// An alias for the input's rows that no field can have as its name: INFO keys end at `;`, FORMAT keys at `:`.
constexpr std::string_view kRow = "row;:";

std::string ReadVcfSql(const Plan& plan) {
  return fmt::format("read_vcf([{}], on_bad_record := {}{})", Join(Quoted(plan.input.paths), ", "),
                     SqlString(plan.on_bad_record), FilterArguments(plan.filters));
}

/// The filters of a pass over few columns: the user's, and one that makes the scan read every field, so that it skips
/// the same bad records as the pass over all.
std::string SameRecordsSql(const Plan& plan) {
  std::vector<std::string> conditions;
  if (plan.on_bad_record == "skip") {
    conditions.push_back(fmt::format("hash({}) IS NOT NULL", SqlName(kRow)));
  }
  if (!plan.input_conditions.empty()) {
    conditions.push_back(KeptAllelesSql(plan.input_conditions));
  }
  return conditions.empty() ? "" : " WHERE " + Join(conditions, " AND ");
}

/// The rows of the input that its filters leave. Tables read every field by themselves.
std::string KeptInputSql(const Plan& plan, const std::string& columns) {
  const std::string where = IsRecords(plan.format)          ? SameRecordsSql(plan)
                            : plan.input_conditions.empty() ? ""
                                                            : " WHERE " + KeptAllelesSql(plan.input_conditions);
  return where.empty() ? ReadVcfSql(plan)
                       : fmt::format("(SELECT {} FROM {} {}{})", columns, ReadVcfSql(plan), SqlName(kRow), where);
}

bool JoinsOnAlleles(const Plan& plan) {
  return plan.join_columns.empty();
}

/// The source's column for one of the user's join columns, and its type.
std::pair<std::string, std::string> SourceColumnOf(const Source& source, const std::string& join_column) {
  const std::tuple<const char*, std::string, std::string> keys[] = {{"chrom", source.key.chrom, source.chrom_type},
                                                                    {"start", source.key.start, "BIGINT"},
                                                                    {"ref", source.key.ref, "VARCHAR"},
                                                                    {"alt", source.key.alt, "VARCHAR"}};
  for (const auto& [key, column, type] : keys) {
    if (EqualNoCase(key, join_column)) {
      return {column, type};
    }
  }
  for (const SourceColumn& column : source.columns) {
    if (EqualNoCase(column.name, join_column)) {
      return {column.name, column.type};
    }
  }
  return {join_column, "VARCHAR"};
}

std::string PayloadSql(const SourcePlan& source) {
  std::string columns;
  for (size_t i = 0; i < source.columns.size(); ++i) {
    const std::string name = SqlName(source.columns[i].from);
    columns += fmt::format(", e.{} AS c{}", name, i + 1);
  }
  return columns;
}

/// A contig's name as a value of the source's chrom column.
std::string ContigSql(const Source& source, const std::string& name) {
  return source.chrom_type == "VARCHAR" ? SqlString(name)
                                        : fmt::format("CAST({} AS {})", SqlString(name), source.chrom_type);
}

/// keys with the source's spelling of their contig.
std::string SpelledKeysSql(const SourcePlan& source) {
  std::vector<std::string> values;
  for (const auto& [name, spelling] : source.contigs.spellings) {
    values.push_back(fmt::format("({}, {})", SqlString(name), ContigSql(source.source, spelling)));
  }
  return fmt::format(
      "(SELECT k.record, k.alt_index, k.form, k.\"start\", k.ref, k.alt, m.spelling AS chrom\n"
      "   FROM keys k JOIN (VALUES {}) m(chrom, spelling) ON k.chrom = m.chrom) k",
      Join(values, ", "));
}

/// The condition that a row of the source is one of the contigs that occur.
std::string ContigsSql(const SourcePlan& source) {
  std::set<std::string> spellings;
  for (const auto& [name, spelling] : source.contigs.spellings) {
    spellings.insert(ContigSql(source.source, spelling));
  }
  return fmt::format("e.{} IN ({})", SqlName(source.source.key.chrom), fmt::join(spellings, ", "));
}

/// `start` comes last among the conditions: DuckDB 1.5.6 folds the columns' hashes together in their order, and with
/// one of few values at the end (alt) they fall on so few slots that the join takes ten times as long.
std::string SameAlleleSql(const SourcePlan& source) {
  const KeyColumns& key = source.source.key;
  return fmt::format("e.{} = k.chrom AND upper(e.{}) = k.ref AND upper(e.{}) = k.alt AND e.{} = k.\"start\"{}",
                     SqlName(key.chrom), SqlName(key.ref), SqlName(key.alt), SqlName(key.start),
                     source.source.zero_based ? " - 1" : "");
}

std::string AlleleJoinSql(const SourcePlan& source) {
  if (source.contigs.spellings.empty()) {
    return fmt::format("keys k JOIN {} e ON false", ReadSourceSql(source.source, source.files));
  }
  return fmt::format("{}\n JOIN {} e\n   ON {}\n WHERE {}", SpelledKeysSql(source),
                     ReadSourceSql(source.source, source.files), SameAlleleSql(source), ContigsSql(source));
}

bool IsText(const vcf::Inspection& input, const std::string& column) {
  return std::any_of(input.columns.begin(), input.columns.end(), [&](const vcf::Column& candidate) {
    return EqualNoCase(candidate.name, column) && candidate.type == vcf::ValueType::kText && !candidate.list;
  });
}

/// Text is compared as text, numbers as numbers of a type that holds both.
std::string PlainJoinSql(const Plan& plan, const SourcePlan& source) {
  std::vector<std::string> conditions;  // text first, see AlleleJoinSql()
  for (size_t i = 0; i < plan.join_columns.size(); ++i) {
    const auto [column, type] = SourceColumnOf(source.source, plan.join_columns[i]);
    const bool as_text = type == "VARCHAR" || IsText(plan.input, plan.join_columns[i]);
    const char* const sides = as_text ? "CAST(e.{} AS VARCHAR) = CAST(k.k{} AS VARCHAR)" : "e.{} = k.k{}";
    conditions.insert(as_text ? conditions.begin() : conditions.end(),
                      fmt::format(fmt::runtime(sides), SqlName(column), i + 1));
  }
  return fmt::format("keys k\n JOIN {} e\n   ON {}", ReadSourceSql(source.source, source.files),
                     Join(conditions, " AND "));
}

std::optional<int64_t> LengthOf(const vcf::Inspection& input, const std::string& contig) {
  for (const vcf::Header& header : input.headers) {
    for (const vcf::ContigDefinition& definition : header.contigs) {
      if (definition.name == contig && definition.length) {
        return definition.length;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::string Plan::HitName(size_t source) {
  return SqlName(fmt::format("hit;:{}", source + 1));
}

ContigMatch MatchContigs(const vcf::ScanReport& seen, const vcf::Inspection& input, const Source& source,
                         const ContigAliases& aliases) {
  std::multimap<std::string, std::string> spellings;
  for (const SourceContig& contig : source.contigs) {
    if (const auto canonical = CanonicalContig(NameOf(source.contig_aliases, contig.name), contig.length)) {
      spellings.emplace(*canonical, contig.name);
    }
  }
  ContigMatch match;
  for (const auto& [name, count] : seen.contigs) {
    const auto canonical = CanonicalContig(NameOf(aliases, name), LengthOf(input, name));
    const auto [first, last] =
        canonical ? spellings.equal_range(*canonical) : std::pair{spellings.end(), spellings.end()};
    for (auto found = first; found != last; ++found) {
      match.spellings.emplace_back(name, found->second);
    }
    if (first == last) {
      match.missing.emplace_back(name, count.rows);
    }
  }
  std::stable_sort(match.missing.begin(), match.missing.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return match;
}

std::string Plan::FormsSql() const {
  return fmt::format(
      "SELECT chrom, f.\"start\", f.ref, f.alt\n"
      " FROM (SELECT {0} AS chrom, unnest(allele_forms({0}, \"start\", ref, alt)) AS f FROM {1} {2}{3})",
      AliasSql(contig_aliases, "chrom"), ReadVcfSql(*this), SqlName(kRow), SameRecordsSql(*this));
}

std::string Plan::KeysSql() const {
  if (JoinsOnAlleles(*this)) {
    return fmt::format(
        "CREATE TEMP TABLE keys AS\n"
        "SELECT record, alt_index, chrom, f.form, f.\"start\", f.ref, f.alt\n"
        " FROM (SELECT record, alt_index, chrom, unnest(allele_forms({}, \"start\", ref, alt)) AS f FROM {} {}{})",
        AliasSql(contig_aliases, "chrom"), ReadVcfSql(*this), SqlName(kRow), SameRecordsSql(*this));
  }
  std::string columns;
  for (size_t i = 0; i < join_columns.size(); ++i) {
    columns += fmt::format(", {} AS k{}", SqlName(join_columns[i]), i + 1);
  }
  return fmt::format("CREATE TEMP TABLE keys AS\nSELECT record, alt_index, 0 AS form{}\n FROM {} {}{}", columns,
                     ReadVcfSql(*this), SqlName(kRow), SameRecordsSql(*this));
}

std::string Plan::HitsSql(size_t index) const {
  const SourcePlan& source = sources[index];
  return fmt::format(
      "CREATE TEMP TABLE hits_{} AS\n"
      "SELECT k.record, k.alt_index, k.form, e.file_index AS file, e.file_row_number AS file_row{}\n"
      " FROM {}",
      index + 1, PayloadSql(source), JoinsOnAlleles(*this) ? AlleleJoinSql(source) : PlainJoinSql(*this, source));
}

std::string Plan::CountsSql(size_t index) const {
  return fmt::format(
      "CREATE TEMP TABLE counts_{0} AS\n"
      "SELECT record, alt_index, count(*)::INTEGER AS hits FROM hits_{0} GROUP BY record, alt_index",
      index + 1);
}

std::string Plan::KeepFirstSql(size_t index) const {
  return fmt::format(
      "DELETE FROM hits_{0} USING\n"
      " (SELECT rowid AS hit, row_number() OVER (PARTITION BY record, alt_index ORDER BY form, file, file_row) AS "
      "place\n"
      "   FROM hits_{0}) ranked\n"
      " WHERE hits_{0}.rowid = ranked.hit AND ranked.place > 1",
      index + 1);
}

std::string Plan::HitCountsSql(size_t source) const {
  return fmt::format("SELECT count(*), coalesce(sum({}), 0)::BIGINT FROM counts_{}",
                     duplicates == Duplicates::kFirst ? "1" : "hits", source + 1);
}

std::string Plan::AddedRowsSql() const {
  if (sources.empty() || duplicates == Duplicates::kFirst) {
    return "SELECT 0";
  }
  std::vector<std::string> counts;
  for (size_t i = 0; i < sources.size(); ++i) {
    counts.push_back(fmt::format("SELECT record, alt_index, hits FROM counts_{}", i + 1));
  }
  return fmt::format(
      "SELECT coalesce(sum(rows_of_allele - 1), 0)::BIGINT FROM (SELECT product(hits) AS rows_of_allele FROM ({}) "
      "GROUP "
      "BY record, alt_index)",
      Join(counts, " UNION ALL "));
}

/// The input, read again, with its hits.
std::string Plan::JoinedSql() const {
  std::vector<std::string> select;
  for (const NamedColumn& column : columns.input) {
    select.push_back(fmt::format("v.{} AS {}", SqlName(column.from), SqlName(column.to)));
  }
  std::string joins;
  std::vector<std::string> order = {"v.record", "v.alt_index"};
  for (size_t i = 0; i < sources.size(); ++i) {
    const size_t n = i + 1;
    for (size_t c = 0; c < sources[i].columns.size(); ++c) {
      select.push_back(fmt::format("h{}.c{} AS {}", n, c + 1, SqlName(sources[i].columns[c].to)));
    }
    if (!sources[i].hits_column.empty()) {
      select.push_back(fmt::format("coalesce(n{}.hits, 0) AS {}", n, SqlName(sources[i].hits_column)));
      joins +=
          fmt::format("\n LEFT JOIN counts_{0} n{0} ON v.record = n{0}.record AND v.alt_index = n{0}.alt_index", n);
    }
    joins += fmt::format("\n LEFT JOIN hits_{0} h{0} ON v.record = h{0}.record AND v.alt_index = h{0}.alt_index", n);
    order.insert(order.end(), {fmt::format("h{}.form", n), fmt::format("h{}.file", n), fmt::format("h{}.file_row", n)});
  }
  return fmt::format("SELECT {}\n FROM {} v{}{}", Join(select, ",\n  "), KeptInputSql(*this, "*"), joins,
                     sorted && !sources.empty() ? "\n ORDER BY " + Join(order, ", ") : "");
}

std::string Plan::HitRowsSql(size_t index) const {
  const SourcePlan& source = sources[index];
  const KeyColumns& key = source.source.key;
  const std::string chrom = ChromSql(source.source, "e.");
  const std::string start = StartSql(source.source, "e.");
  std::string select = fmt::format(
      "SELECT {} AS chrom, {} AS \"start\", e.{} AS ref, e.{} AS alt,\n"
      "  (CAST(e.file_index AS UBIGINT) << 40) + CAST(e.file_row_number AS UBIGINT) AS place",
      chrom, start, SqlName(key.ref), SqlName(key.alt));
  std::set<std::string> selected;
  for (const NamedColumn& column : source.columns) {
    if (selected.insert(column.from).second) {
      select += fmt::format(", e.{0} AS {0}", SqlName(column.from));
    }
  }
  select += fmt::format("\n FROM {} e", ReadSourceSql(source.source, source.files));
  if (source.contigs.spellings.empty()) {
    return select + " WHERE false";
  }
  // The condition on one column is answered in the scan: where it leaves nothing, the other columns are not decoded.
  return fmt::format("{}\n WHERE {} AND input_has_start({}) AND input_has_start({}, {})", select, ContigsSql(source),
                     start, chrom, start);
}

std::string Plan::LookupCall(size_t index) const {
  const SourcePlan& source = sources[index];
  const char* const all = source.one_hit_at_most ? "variant_first" : "variant_rows";
  const bool in_lists = duplicates == Duplicates::kList && !IsRecords(format);
  const bool is_first = duplicates == Duplicates::kFirst && filters.where.empty();
  const char* const function = is_first ? "variant_first" : in_lists ? "variant_lists" : all;
  std::vector<std::string> names;
  for (const NamedColumn& column : source.columns) {
    names.push_back(SqlString(column.from));
  }
  // Rows don't multiply by intervals, unless a condition looks at each.
  const char* const of_intervals = HasRowForEachHit(index)            ? "interval_rows"
                                   : duplicates == Duplicates::kFirst ? "interval_first"
                                                                      : "interval_lists";
  const bool interval = source.source.interval;
  return fmt::format("{}({}, {}, \"start\", {}, [{}], [{}])", interval ? of_intervals : function,
                     SqlString(source.source.name), AliasSql(contig_aliases, "chrom"),
                     interval ? "\"end\"" : "ref, alt", Join(names, ", "), Join(Quoted(foreign_contigs), ", "));
}

bool Plan::HasRowForEachHit(size_t source) const {
  if (sources[source].source.interval) {
    return !filters.where.empty();
  }
  return !sources[source].one_hit_at_most && (duplicates == Duplicates::kAll || !filters.where.empty() ||
                                              (duplicates == Duplicates::kList && IsRecords(format)));
}

/// The input with its hits, looked up while it streams. Every allele is looked up once, in all sources; then each
/// source's hits become rows in a SELECT of their own, since two unnest() in one SELECT go side by side.
std::string Plan::LookedUpRowsSql(const std::string& columns) const {
  std::string lookups;
  for (size_t i = 0; i < sources.size(); ++i) {
    lookups += fmt::format(",\n  {} AS {}", LookupCall(i), HitName(i));
  }
  const std::string input = KeptInputSql(*this, columns);
  std::string from = fmt::format("SELECT {}{}\n FROM {}", input.starts_with('(') ? "*" : columns, lookups, input);
  for (size_t i = 0; i < sources.size(); ++i) {
    if (HasRowForEachHit(i)) {
      from = fmt::format("SELECT * REPLACE (unnest({0}) AS {0})\n FROM ({1})", HitName(i), from);
    }
  }
  return from;
}

/// The columns of a table, out of the rows that were looked up.
std::vector<std::string> Plan::NamedColumnsSql() const {
  std::vector<std::string> select;
  for (const NamedColumn& column : columns.input) {
    select.push_back(fmt::format("{} AS {}", SqlName(column.from), SqlName(column.to)));
  }
  for (size_t i = 0; i < sources.size(); ++i) {
    const std::string hit = HitName(i);
    for (size_t c = 0; c < sources[i].columns.size(); ++c) {
      select.push_back(fmt::format("{}.c{} AS {}", hit, c + 1, SqlName(sources[i].columns[c].to)));
    }
    if (!sources[i].hits_column.empty()) {
      select.push_back(fmt::format("{}.hits AS {}", hit, SqlName(sources[i].hits_column)));
    }
  }
  return select;
}

std::vector<Condition> Plan::PairConditions() const {
  std::vector<Condition> conditions;
  if (filters.only_matched) {
    conditions.push_back({"--only-matched", kMatched});
  }
  if (!filters.where.empty()) {
    conditions.push_back({"--where", filters.where});
  }
  return conditions;
}

/// The pairs of allele and hit that filters leave, with the columns of a table and more.
std::string Plan::KeptPairsSql(const std::string& more_columns, const std::string& read) const {
  std::vector<std::string> matched = {"false"};
  std::vector<PairedSource> paired;
  std::string hits;
  for (size_t i = 0; i < sources.size(); ++i) {
    paired.push_back({sources[i].source.name, fmt::format("{}.hits > 0", HitName(i))});
    matched.push_back(paired.back().matched);
    hits += ", " + HitName(i);
  }
  return fmt::format(
      "SELECT *\n FROM (SELECT {},\n  {} AS {}, record AS {}, alt_index AS {}{}{}\n FROM ({}))\n WHERE {}",
      Join(NamedColumnsSql(), ",\n  "), Join(matched, " OR "), kMatched, kRecordAlias, kAltAlias, hits, more_columns,
      LookedUpRowsSql(read),
      varjoin::KeptPairsSql(PairConditions(), fmt::format("{}, {}", kRecordAlias, kAltAlias), paired));
}

/// Of each allele's pairs, the first.
std::string Plan::FirstKeptSql(const std::string& kept) const {
  std::vector<std::string> order;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (HasRowForEachHit(i)) {
      order.push_back(fmt::format("{}.hit", HitName(i)));
    }
  }
  return order.empty()
             ? kept
             : fmt::format("{}\n QUALIFY row_number() OVER (PARTITION BY {}, {} ORDER BY {}) = 1\n ORDER BY {}, {}",
                           kept, kRecordAlias, kAltAlias, Join(order, ", "), kRecordAlias, kAltAlias);
}

std::string Plan::LookedUpSql() const {
  if (!HasPairConditions()) {
    return fmt::format("SELECT {}\n FROM ({})", Join(NamedColumnsSql(), ",\n  "), LookedUpRowsSql("*"));
  }
  std::vector<std::string> excluded = {kMatched, kRecordAlias, kAltAlias};
  for (size_t i = 0; i < sources.size(); ++i) {
    excluded.push_back(HitName(i));
  }
  const std::string kept = KeptPairsSql("", "*");
  return fmt::format("SELECT * EXCLUDE ({})\n FROM ({})", Join(excluded, ", "),
                     duplicates == Duplicates::kFirst ? FirstKeptSql(kept) : kept);
}

std::string Plan::WhereRowsSql() const {
  std::vector<std::string> select;
  for (const NamedColumn& column : columns.input) {
    select.push_back(fmt::format("{} AS {}", SqlName(column.from), SqlName(column.to)));
  }
  for (const SourcePlan& source : sources) {
    for (const NamedColumn& column : source.columns) {
      const auto of_source = std::find_if(source.source.columns.begin(), source.source.columns.end(),
                                          [&](const SourceColumn& candidate) { return candidate.name == column.from; });
      select.push_back(fmt::format("CAST(NULL AS {}) AS {}", of_source->type, SqlName(column.to)));
    }
    if (!source.hits_column.empty()) {
      select.push_back(fmt::format("CAST(NULL AS INTEGER) AS {}", SqlName(source.hits_column)));
    }
  }
  return fmt::format("SELECT {} FROM {}", Join(select, ", "), ReadVcfSql(*this));
}

size_t Plan::ColumnCount() const {
  size_t count = columns.input.size();
  for (const SourcePlan& source : sources) {
    count += source.columns.size() + (source.hits_column.empty() ? 0 : 1);
  }
  return count;
}

size_t Plan::RowsOfParquetGroup() const {
  return group_rows > 0 ? group_rows : RowsOfGroup(ColumnCount(), input, filters.samples);
}

size_t Plan::WrittenColumns() const {
  return AreWideRows(RowsOfParquetGroup()) ? kWideRows : ColumnCount();
}

/// What comes before the last statement.
std::string Plan::ExplainHits() const {
  const bool joins = engine == Engine::kPlain;
  std::string script = fmt::format("-- the forms of every allele of the input{}\n{};\n\n",
                                   joins ? "" : ", whose starts are kept for this run", joins ? KeysSql() : FormsSql());
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].source.interval) {
      script += fmt::format("-- the intervals of '{}' are loaded into memory\n\n", sources[i].source.name);
      continue;
    }
    if (!joins) {
      script += fmt::format("-- the rows of '{}' at these starts, of which an index is made for this run\n{};\n\n",
                            sources[i].source.name, HitRowsSql(i));
      continue;
    }
    script += fmt::format("-- the rows of '{}' that they hit\n{};\n\n{};\n\n", sources[i].source.name, HitsSql(i),
                          CountsSql(i));
    if (duplicates == Duplicates::kFirst) {
      script += fmt::format("{};\n\n", KeepFirstSql(i));
    }
  }
  return joins ? script + fmt::format("{};\n\n", kDropKeysSql) : script;
}

std::string Plan::Explain(const std::string& path) const {
  const bool finds_hits_before = !sources.empty() && engine != Engine::kIndex;
  return fmt::format("{}-- the input with its hits\n{};\n", finds_hits_before ? ExplainHits() : "",
                     IsRecords(format) ? RecordRowsSql() : CopySql(path, {})) +
         (by_chrom ? "-- then, for each chrom of this table\n" + ChromCopySql(path, "chr1", "chrom=chr1", {}) + ";\n"
                   : "");
}

}  // namespace varjoin
