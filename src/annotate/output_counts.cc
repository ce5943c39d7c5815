// output_counts.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/output_counts.h"

#include <algorithm>
#include <functional>
#include <span>

#include "annotate/output_format.h"
#include "base/text.h"
#include "sources/register.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

constexpr size_t kMostFrequencies = 6;

/// Values below `end`, and not below the bin before.
struct Bin {
  double end;
  const char* label;
};
constexpr double kNoEnd = 1e300;

constexpr Bin kQualities[] = {{10, "below 10"},    {20, "10 to 20"},       {30, "20 to 30"},
                              {50, "30 to 50"},    {100, "50 to 100"},     {200, "100 to 200"},
                              {500, "200 to 500"}, {1000, "500 to 1,000"}, {kNoEnd, "1,000 and more"}};
constexpr Bin kLengths[] = {{-50, "51 or more lost"},
                            {-20, "21 to 50 lost"},
                            {-10, "11 to 20 lost"},
                            {-5, "6 to 10 lost"},
                            {-2, "3 to 5 lost"},
                            {-1, "2 lost"},
                            {0, "1 lost"},
                            {1, "as long"},
                            {2, "1 gained"},
                            {3, "2 gained"},
                            {6, "3 to 5 gained"},
                            {11, "6 to 10 gained"},
                            {21, "11 to 20 gained"},
                            {51, "21 to 50 gained"},
                            {kNoEnd, "51 or more gained"}};
constexpr Bin kFrequencies[] = {{1e-300, "0"},           {0.0001, "below 0.0001"}, {0.001, "0.0001 to 0.001"},
                                {0.01, "0.001 to 0.01"}, {0.05, "0.01 to 0.05"},   {0.1, "0.05 to 0.1"},
                                {0.5, "0.1 to 0.5"},     {kNoEnd, "0.5 and more"}};

/// One thing that alleles are counted by: a text for each allele, never NULL, and where the counts go.
struct Dimension {
  std::string sql;
  std::function<void(Tally)> add;
};

/// The column's name, or "" where the output has none.
std::string Find(const std::vector<OutputColumn>& columns, const std::string& name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const OutputColumn& column) { return EqualNoCase(column.name, name); });
  return found == columns.end() ? "" : found->name;
}

/// Columns that have this name, or end in it after an underscore.
std::vector<OutputColumn> Called(const std::vector<OutputColumn>& columns, const std::string& name) {
  std::vector<OutputColumn> found;
  for (const OutputColumn& column : columns) {
    const std::string lower = ToLower(column.name);
    if (lower == ToLower(name) || lower.ends_with("_" + ToLower(name))) {
      found.push_back(column);
    }
  }
  return found;
}

/// The number of the bin that `number` falls into, as text; one more where there is none.
std::string BinSql(const std::string& number, std::span<const Bin> bins) {
  std::string sql = fmt::format("CASE WHEN {} IS NULL THEN '{}'", number, bins.size());
  for (size_t i = 0; i + 1 < bins.size(); ++i) {
    sql += fmt::format(" WHEN {} < {} THEN '{}'", number, bins[i].end, i);
  }
  return sql + fmt::format(" ELSE '{}' END", bins.size() - 1);
}

std::vector<Tally> EmptyBins(std::span<const Bin> bins, const std::string& otherwise) {
  std::vector<Tally> tallies;
  for (const Bin& bin : bins) {
    tallies.push_back({.label = bin.label});
  }
  tallies.push_back({.label = otherwise});
  return tallies;
}

std::function<void(Tally)> IntoBins(std::vector<Tally>& bins) {
  return [&bins](Tally tally) {
    Tally& bin = bins[std::stoul(tally.label)];
    tally.label = bin.label;
    bin = std::move(tally);
  };
}

/// The first number in a column, whatever its type: of a list, the first element.
std::string NumberSql(const OutputColumn& column) {
  const bool is_number = column.type == "DOUBLE" || column.type == "FLOAT";
  return is_number ? SqlName(column.name)
                   : fmt::format("TRY_CAST(regexp_extract({}::VARCHAR, '-?[0-9][0-9.]*([eE][-+]?[0-9]+)?') AS DOUBLE)",
                                 SqlName(column.name));
}

/// How many rows of a source an allele has matched: in VCF, of intervals, one number may stand for all alleles.
std::string HitsSql(const std::vector<OutputColumn>& columns, const std::string& name) {
  const auto column = std::find_if(columns.begin(), columns.end(),
                                   [&](const OutputColumn& candidate) { return EqualNoCase(candidate.name, name); });
  if (column == columns.end()) {
    return "-1";
  }
  const std::string hits = SqlName(column->name);
  return fmt::format("TRY_CAST({} AS BIGINT)",
                     column->type.ends_with("[]") ? fmt::format("{0}[least(alt_index, len({0}))]", hits) : hits);
}

/// Makes the statement that reads the output, and puts what it says into the counts.
class Counting {
 public:
  Counting(const AnnotateReport& report, std::vector<OutputColumn> columns, std::string from)
      : report_(report), columns_(std::move(columns)), from_(std::move(from)) {
    AddPlaces();
    AddValues();
  }

  std::string Sql() const;
  OutputCounts Take(const duck::ResultTable& table);

 private:
  void AddPlaces();
  void AddValues();
  std::string FirstRowsSql() const;

  const AnnotateReport& report_;
  std::vector<OutputColumn> columns_;
  std::string from_;
  OutputCounts counts_;
  std::vector<Dimension> dimensions_;
};

void Counting::AddPlaces() {
  const std::string ref = "\"ref\"";
  const std::string alt = "alt";
  dimensions_.push_back({"coalesce(chrom::VARCHAR, '.')", [this](Tally tally) {
                           counts_.alleles += tally.alleles;
                           counts_.contigs.push_back(std::move(tally));
                         }});
  dimensions_.push_back({fmt::format("CASE WHEN regexp_full_match({0}, '[ACGTacgt]') AND regexp_full_match({1}, "
                                     "'[ACGTacgt]') THEN upper({0}) || '>' || upper({1}) ELSE '' END",
                                     ref, alt),
                         [this](Tally tally) {
                           if (!tally.label.empty()) {
                             counts_.changes.push_back(std::move(tally));
                           }
                         }});
  counts_.lengths = EmptyBins(kLengths, "no sequence");
  dimensions_.push_back({BinSql(fmt::format("CASE WHEN regexp_full_match({}, '[A-Za-z]+') THEN length({}) - length({}) "
                                            "END",
                                            alt, alt, ref),
                                kLengths),
                         IntoBins(counts_.lengths)});
}

void Counting::AddValues() {
  if (const std::string qual = Find(columns_, "qual"); !qual.empty()) {
    counts_.qualities = EmptyBins(kQualities, kNoValue);
    dimensions_.push_back({BinSql(NumberSql({qual, "VARCHAR"}), kQualities), IntoBins(counts_.qualities)});
  }
  if (const std::string filter = Find(columns_, "filter"); !filter.empty()) {
    dimensions_.push_back({fmt::format("coalesce({}::VARCHAR, '{}')", SqlName(filter), kNoValue),
                           [this](Tally tally) { counts_.filters.push_back(std::move(tally)); }});
  }
  std::vector<OutputColumn> frequencies = Called(columns_, "AF");
  frequencies.resize(std::min(frequencies.size(), kMostFrequencies));
  counts_.frequencies.reserve(frequencies.size());  // the functions refer to what is in there
  for (const OutputColumn& column : frequencies) {
    counts_.frequencies.push_back({column.name, EmptyBins(kFrequencies, kNoValue)});
    dimensions_.push_back({BinSql(NumberSql(column), kFrequencies), IntoBins(counts_.frequencies.back().values)});
  }
  const std::vector<OutputColumn> classes = Called(columns_, "CLNSIG");
  counts_.classes.reserve(classes.size());
  for (const OutputColumn& column : classes) {
    counts_.classes.push_back({column.name, {}});
    dimensions_.push_back(
        {fmt::format("coalesce(nullif(nullif(regexp_extract({}::VARCHAR, '[A-Za-z][A-Za-z_/ -]*'), ''), 'NULL'), '{}')",
                     SqlName(column.name), kNoValue),
         [&values = counts_.classes.back().values](Tally tally) { values.push_back(std::move(tally)); }});
  }
}

/// The rows, without those that repeat an allele for a further hit. They come one after the other.
std::string Counting::FirstRowsSql() const {
  const bool has_repeats = std::any_of(report_.sources.begin(), report_.sources.end(),
                                       [](const SourceMatches& source) { return source.rows > source.matched; });
  if (!has_repeats || report_.format.starts_with("vcf") || report_.format == "bcf") {
    return from_;
  }
  std::vector<std::string> key = {"record", "alt_index"};
  if (Find(columns_, key[0]).empty() || Find(columns_, key[1]).empty()) {
    key = {"chrom", "start", "ref", "alt"};
  }
  std::string differs;
  for (const std::string& name : key) {
    differs += fmt::format("{0}{1} IS DISTINCT FROM lag({1}) OVER ()", differs.empty() ? "" : " OR ", SqlName(name));
  }
  return fmt::format("(SELECT * FROM (SELECT *, {} AS \"first;row\" FROM {}) WHERE \"first;row\")", differs, from_);
}

std::string Counting::Sql() const {
  std::vector<std::string> select;
  std::vector<std::string> names;
  std::vector<std::string> sets;
  for (size_t i = 0; i < dimensions_.size(); ++i) {
    names.push_back(SqlName(fmt::format("value;{}", i)));
    select.push_back(fmt::format("{} AS {}", dimensions_[i].sql, names.back()));
    sets.push_back(fmt::format("({})", names.back()));
  }
  std::vector<std::string> counts = {"count(*)"};
  for (size_t i = 0; i < report_.sources.size(); ++i) {
    const std::string name = SqlName(fmt::format("hits;{}", i));
    select.push_back(fmt::format("{} AS {}", HitsSql(columns_, report_.sources[i].name + "_hits"), name));
    counts.push_back(fmt::format("count(*) FILTER ({} > 0)", name));
  }
  return fmt::format(
      "SELECT {0}, {1} FROM (SELECT {2} FROM {3}) GROUP BY GROUPING SETS ({4}) "
      "ORDER BY contig_sort_key({5}), count(*) DESC, {0}",
      Join(names, ", "), Join(counts, ", "), Join(select, ", "), FirstRowsSql(), Join(sets, ", "), names[0]);
}

OutputCounts Counting::Take(const duck::ResultTable& table) {
  const bool tells_matches = std::all_of(report_.sources.begin(), report_.sources.end(), [&](const auto& source) {
    return !Find(columns_, source.name + "_hits").empty();
  });
  const size_t count_at = dimensions_.size();
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const auto& values = table.rows[row];
    size_t dimension = 0;
    while (dimension + 1 < count_at && !values[dimension]) {
      ++dimension;
    }
    Tally tally{.label = values[dimension].value_or(""), .alleles = table.Integer(row, count_at), .matched = {}};
    for (size_t i = 0; tells_matches && i < report_.sources.size(); ++i) {
      tally.matched.push_back(table.Integer(row, count_at + 1 + i));
    }
    dimensions_[dimension].add(std::move(tally));
  }
  return std::move(counts_);
}

/// The output as a table of DuckDB's.
std::string FromSql(const AnnotateReport& report) {
  const std::string path = SqlString(report.output);
  if (report.format == "parquet") {
    return ReadParquetSql({report.output});
  }
  if (report.format == "csv" || report.format == "tsv") {
    return fmt::format("read_csv({}, delim = '{}', header = true, quote = '\"', escape = '\"', all_varchar = true)",
                       path, report.format == "csv" ? "," : "\\t");
  }
  return report.format == "json" ? fmt::format("read_json({}, format = 'newline_delimited')", path)
                                 : fmt::format("read_vcf({}, on_bad_record := 'null')", path);
}

}  // namespace

Result<OutputCounts> CountOutput(duck::Database& database, const AnnotateReport& report) {
  const std::string from = FromSql(report);
  VARJOIN_ASSIGN(const duck::ResultTable described, database.Query("DESCRIBE SELECT * FROM " + from));
  std::vector<OutputColumn> columns;
  for (size_t row = 0; row < described.rows.size(); ++row) {
    columns.push_back({described.Text(row, 0), described.Text(row, 1)});
  }
  Counting counting(report, std::move(columns), from);
  duck::ResultTable table;
  VARJOIN_RETURN_IF_ERROR(KeepingOrder(database, [&]() -> Status {
    VARJOIN_ASSIGN(table, database.Query(counting.Sql()));
    return Status::Ok();
  }));
  (void)database.TakeScanReport();  // the output's own peculiarities have been told by the run
  return counting.Take(table);
}

bool IsTransition(const std::string& change) {
  return change == "A>G" || change == "G>A" || change == "C>T" || change == "T>C";
}

}  // namespace varjoin
