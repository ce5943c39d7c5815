// table.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/table.h"

#include <algorithm>

#include "base/text.h"
#include "genome/contig.h"
#include "sources/source.h"

namespace varjoin::server {
namespace {

constexpr size_t kMostAnswer = 32'000'000;  ///< bytes of a result

/// What VCF says of columns that every file has.
const std::map<std::string, std::string>& KnownDescriptions() {
  static const std::map<std::string, std::string> known = {
      {"chrom", "Contig (CHROM)"},
      {"start", "First position of the reference allele, counted from 1 (POS)"},
      {"end", "Last position of the record, included"},
      {"id", "Identifiers in the file (ID)"},
      {"ref", "Reference allele (REF)"},
      {"alt", "Alternate allele of this row (ALT)"},
      {"qual", "Phred-scaled quality of the call (QUAL)"},
      {"filter", "PASS, or the filters that the record fails (FILTER)"},
      {"record", "Number of the record in the input, from 1"},
      {"alt_index", "Which of the record's alternate alleles the row is for, from 1"},
      {"carried", "Whether the genotype holds this allele"},
      {"GT", "Genotype: 0 is the reference allele, 1 the first alternate, …"},
      {"DP", "Read depth (DP)"},
      {"GQ", "Phred-scaled quality of the genotype (GQ)"},
      {"AD", "Reads of each allele (AD)"},
      {"AF", "Frequency of the allele (AF)"}};
  return known;
}

TableColumn::Kind KindOf(const std::string& type) {
  static constexpr std::string_view kNumbers[] = {"TINYINT",   "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT",
                                                  "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT",  "DOUBLE"};
  if (type == "VARCHAR") {
    return TableColumn::Kind::kText;
  }
  if (type == "BOOLEAN") {
    return TableColumn::Kind::kBoolean;
  }
  const bool number =
      type.starts_with("DECIMAL(") || std::find(std::begin(kNumbers), std::end(kNumbers), type) != std::end(kNumbers);
  return number ? TableColumn::Kind::kNumber : TableColumn::Kind::kOther;
}

TableColumn ColumnOf(const std::string& name, const std::string& type) {
  TableColumn column{.name = name, .type = type, .sql = SqlName(name), .source = {}, .description = {}};
  column.list = type.ends_with("[]");
  column.kind = KindOf(column.list ? type.substr(0, type.size() - 2) : type);
  const auto known = KnownDescriptions().find(name);
  column.description = known == KnownDescriptions().end() ? "" : known->second;
  return column;
}

/// Each source's columns stand together and end in its count of hits; so renamed ones are found too, but for those
/// that begin the first source's.
void GroupBySource(Table& table) {
  constexpr std::string_view kHits = "_hits";
  size_t begin = 0;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& name = table.columns[i].name;
    if (!name.ends_with(kHits) || table.columns[i].type != "INTEGER") {
      continue;
    }
    const std::string source = name.substr(0, name.size() - kHits.size());
    size_t first = i;
    while (first > begin && (!table.sources.empty() || table.columns[first - 1].name.starts_with(source + "_"))) {
      --first;
    }
    for (size_t of_source = first; of_source <= i; ++of_source) {
      table.columns[of_source].source = source;
      table.columns[of_source].description = "";
    }
    table.columns[i].description = "Number of rows of " + source + " that match the allele; 0: none does";
    table.sources.push_back(source);
    begin = i + 1;
  }
}

/// What a row's alleles are like.
void AddComputed(Table& table) {
  const TableColumn* const ref = table.Find("ref");
  const TableColumn* const alt = table.Find("alt");
  if (ref == nullptr || alt == nullptr || ref->type != "VARCHAR" || alt->type != "VARCHAR") {
    return;
  }
  const std::string r = ref->sql;
  const std::string a = alt->sql;
  const std::string bases =
      fmt::format("regexp_full_match({0}, '[A-Za-z]+') AND regexp_full_match({1}, '[A-Za-z]+')", r, a);
  const std::string change = fmt::format(
      "CASE WHEN upper({0}) IN ('A', 'C', 'G', 'T') AND upper({1}) IN ('A', 'C', 'G', 'T') THEN upper({0}) || '>' || "
      "upper({1}) END",
      r, a);
  const auto add = [&](const char* name, const char* type, const std::string& sql, const char* description) {
    TableColumn column = ColumnOf(name, type);
    column.sql = "(" + sql + ")";
    column.description = description;
    column.computed = true;
    table.columns.push_back(std::move(column));
  };
  add("~kind", "VARCHAR",
      fmt::format(
          "CASE WHEN NOT coalesce({2}, false) THEN 'other' WHEN length({0}) = 1 AND length({1}) = 1 THEN 'SNV' WHEN "
          "length({0}) = length({1}) THEN 'MNV' WHEN length({0}) < length({1}) THEN 'insertion' ELSE 'deletion' "
          "END",
          r, a, bases),
      "SNV (one base), MNV (several, as many), insertion, deletion, or other (no sequence of bases)");
  add("~length", "BIGINT", fmt::format("CASE WHEN {2} THEN length({1}) - length({0}) END", r, a, bases),
      "Bases gained, or lost where it is negative");
  add("~change", "VARCHAR", change, "The base before and after, of alleles of a single base");
  add("~class", "VARCHAR",
      fmt::format("CASE WHEN {0} IN ('A>G', 'G>A', 'C>T', 'T>C') THEN 'transition' WHEN {0} IS NOT NULL THEN "
                  "'transversion' END",
                  "(" + change + ")"),
      "Transition (between purines or between pyrimidines) or transversion, of alleles of a single base");
}

std::string VersionOf(const FileStamp& stamp) {
  return fmt::format("{}-{}", stamp.size, stamp.modified);
}

}  // namespace

std::string HitsName(const std::string& source) {
  return source + "_hits";
}

Result<duck::CellTable> Asker::Ask(const std::string& sql, const std::vector<duck::BoundValue>& values,
                                   const Stop& stop) const {
  VARJOIN_ASSIGN(const QueryGate::Place place, gate_.Enter(stop));
  return queries_.Run(sql, values, kMostAnswer, stop);
}

std::string Table::From() const {
  return ReadParquetSql({stamp.path});
}

const TableColumn* Table::Find(const std::string& name) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const TableColumn& column) { return EqualNoCase(column.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

Result<const TableColumn*> Table::Get(const std::string& name) const {
  if (const TableColumn* const found = Find(name); found != nullptr) {
    return found;
  }
  std::vector<std::string> names;
  for (const TableColumn& column : columns) {
    names.push_back(column.name);
  }
  return BadInput("the file has no column '{}'{}", name.substr(0, 100), DidYouMean(name.substr(0, 100), names));
}

/// What sources' columns mean, as the catalog's sources of these names say.
void Tables::Describe(Table& table) const {
  const auto sources = catalog_.List();
  for (const Source& source : sources.ok() ? *sources : std::vector<Source>()) {
    for (TableColumn& column : table.columns) {
      if (!EqualNoCase(column.source, source.name) || !column.description.empty()) {
        continue;
      }
      for (const SourceColumn& of_source : source.columns) {
        if (EqualNoCase(column.name, source.name + "_" + of_source.name)) {
          column.description = of_source.description;
        }
      }
    }
  }
}

Result<std::shared_ptr<const Table>> Tables::Look(const FileStamp& stamp, const Stop& stop) const {
  auto table = std::make_shared<Table>();
  table->stamp = stamp;
  table->version = VersionOf(stamp);
  VARJOIN_ASSIGN(const duck::CellTable none, asker_.Ask("SELECT * FROM " + table->From() + " LIMIT 0", {}, stop));
  for (size_t i = 0; i < none.names.size(); ++i) {
    if (IsReservedColumn(none.names[i])) {
      return BadInput("{} has a column '{}', a name that is kept for the place of a row", stamp.path, none.names[i]);
    }
    table->columns.push_back(ColumnOf(none.names[i], none.types[i]));
  }
  GroupBySource(*table);
  AddComputed(*table);
  Describe(*table);
  VARJOIN_ASSIGN(const duck::CellTable rows, asker_.Ask("SELECT count(*) FROM " + table->From(), {}, stop));
  table->rows = rows.rows[0][0].integer;
  if (const TableColumn* const chrom = table->Find("chrom"); chrom != nullptr && chrom->type == "VARCHAR") {
    VARJOIN_ASSIGN(
        const duck::CellTable contigs,
        asker_.Ask(fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL", chrom->sql, table->From()), {},
                   stop));
    for (const auto& row : contigs.rows) {
      table->contigs.push_back(row[0].text);
    }
    std::sort(table->contigs.begin(), table->contigs.end(), [](const std::string& a, const std::string& b) {
      const auto key = [](const std::string& name) { return ContigSortKey(CanonicalContig(name).value_or(name)); };
      return std::pair(key(a), a) < std::pair(key(b), b);
    });
  }
  VARJOIN_ASSIGN(const duck::CellTable metadata,
                 asker_.Ask(fmt::format("SELECT decode(key), decode(value) FROM parquet_kv_metadata({}) WHERE "
                                        "decode(key) NOT IN ('ARROW:schema', 'pandas')",
                                        SqlString(LiteralPattern(stamp.path))),
                            {}, stop));
  for (const auto& row : metadata.rows) {
    table->metadata.emplace_back(row[0].text, row[1].text);
  }
  return std::shared_ptr<const Table>(std::move(table));
}

Result<std::shared_ptr<const Table>> Tables::Open(const std::string& path, const Stop& stop) {
  VARJOIN_ASSIGN(const std::string canonical, places_.Resolve(path));
  VARJOIN_ASSIGN(const FileStamp stamp, StampOf(canonical));
  {
    const std::lock_guard lock(mutex_);
    const auto found = seen_.find(canonical);
    if (found != seen_.end() && found->second->stamp == stamp) {
      return found->second;
    }
  }
  VARJOIN_ASSIGN(std::shared_ptr<const Table> table, Look(stamp, stop));
  const std::lock_guard lock(mutex_);
  if (seen_.size() >= kMostRemembered) {
    seen_.clear();
  }
  seen_[canonical] = table;
  return table;
}

}  // namespace varjoin::server
