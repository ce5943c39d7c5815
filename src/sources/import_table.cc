// import_table.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/counted.h"
#include "base/text.h"
#include "sources/import_rows.h"
#include "sources/key_columns.h"

namespace varjoin {
namespace {

constexpr const char* kMissing = "('', '.')";  ///< in any column of a text
constexpr const char* kMissingNumbers = "('', '.', 'NA', 'N/A', 'nan', 'NaN', 'NULL', 'null', '-')";
constexpr const char* kFileColumn = ";file";
constexpr const char* kRowColumn = ";row";

/// A table as SQL: the columns, and the place of each row.
struct Table {
  std::vector<std::string> files;
  std::string sql;  ///< SELECT of the columns, kFileColumn (its number, from 0) and kRowColumn (from 1)
  std::vector<std::string> names;
  std::vector<std::string> types;  ///< of a text, those of the values
  bool is_text = false;
  KeyColumns key;

  bool IsOfIntervals() const { return !key.end.empty(); }

  std::vector<std::string> KeyNames() const {
    return IsOfIntervals() ? std::vector{key.chrom, key.start, key.end}
                           : std::vector{key.chrom, key.start, key.ref, key.alt};
  }

  const std::string& TypeOf(const std::string& name) const {
    return types[static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin())];
  }
};

/// A position as it is written, NULL where there is none.
std::string PositionSql(const Table& table, const std::string& column) {
  const std::string name = SqlName(column);
  // A cast would take 1.5 for 2.
  const std::string digits = fmt::format("CASE WHEN regexp_full_match({0}, '[0-9]+') THEN {0} END", name);
  return fmt::format("TRY_CAST({} AS BIGINT)", table.is_text ? digits : name);
}

/// The 1-based position of a row.
std::string StartSql(const Table& table, bool zero_based) {
  return PositionSql(table, table.key.start) + (zero_based ? " + 1" : "");
}

/// The last base of an interval, NULL where there is none.
std::string EndSql(const Table& table) {
  return PositionSql(table, table.key.end);
}

/// The alternates of a row as a list.
std::string AltsSql(const Table& table) {
  if (table.IsOfIntervals()) {
    return "[CAST(NULL AS VARCHAR)]";
  }
  const std::string alt = SqlName(table.key.alt);
  if (table.TypeOf(table.key.alt) == "VARCHAR[]") {
    return fmt::format("CASE WHEN len({0}) > 0 THEN {0} ELSE [NULL] END", alt);
  }
  return fmt::format(
      "CASE WHEN regexp_full_match({0}, '[A-Za-z*-]+([|,/][A-Za-z*-]+)+') THEN regexp_split_to_array({0}, '[|,/]') "
      "ELSE [{0}] END",
      alt);
}

/// True where a row has no place on a genome.
std::string BadKeySql(const Table& table, bool zero_based) {
  const std::string bad = fmt::format("coalesce(CAST({} AS VARCHAR), '.') IN {} OR coalesce({}, -1) < 0",
                                      SqlName(table.key.chrom), kMissing, StartSql(table, zero_based));
  return table.IsOfIntervals() ? fmt::format("{0} OR coalesce({1}, -1) < 0 OR {1} < {2} - 1", bad, EndSql(table),
                                             StartSql(table, zero_based))
                               : bad;
}

/// Whether all values of a text column are integers of 64 bits, or numbers. An integer that a double does not hold is
/// none of them: ids must keep their digits.
std::string TypeTestsSql(const std::string& column) {
  const std::string name = SqlName(column);
  return fmt::format(
      "count(*) FILTER ({0} NOT IN {1}), count(*) FILTER ({0} NOT IN {1} AND CAST(TRY_CAST({0} AS BIGINT) AS VARCHAR) "
      "= {0}), count(*) FILTER ({0} NOT IN {1} AND regexp_full_match({0}, "
      "'[-+]?(0|[1-9][0-9]*|[0-9]*\\.[0-9]+|[0-9]+\\.)([eE][-+]?[0-9]+)?') AND isfinite(TRY_CAST({0} AS DOUBLE)) AND "
      "(length({0}) < 16 OR NOT regexp_full_match({0}, '[-+]?[0-9]+') OR "
      "TRY_CAST(TRY_CAST({0} AS DOUBLE) AS HUGEINT) = TRY_CAST({0} AS HUGEINT)))",
      name, kMissingNumbers);
}

/// "": there are no values.
std::string TypeOfCounts(int64_t values, int64_t integers, int64_t numbers) {
  if (values == 0) {
    return "";
  }
  if (numbers < values) {
    return "VARCHAR";
  }
  return integers == values ? "BIGINT" : "DOUBLE";
}

/// Finds which of the columns in question (numbers in `table.names`) hold numbers only, in these rows.
Status FindTypes(duck::Database& database, const std::string& rows, const std::vector<size_t>& columns, Table& table) {
  std::string tests = "0";
  for (const size_t column : columns) {
    tests += ", " + TypeTestsSql(table.names[column]);
  }
  VARJOIN_ASSIGN(const duck::ResultTable counts, database.Query(fmt::format("SELECT {} FROM ({})", tests, rows)));
  for (size_t i = 0; i < columns.size(); ++i) {
    table.types[columns[i]] =
        TypeOfCounts(counts.Integer(0, 3 * i + 1), counts.Integer(0, 3 * i + 2), counts.Integer(0, 3 * i + 3));
  }
  return Status::Ok();
}

/// What the values of a text's columns are. Only columns that are numbers, or empty, in the first rows are read to the
/// end.
Status FindTypes(duck::Database& database, Table& table) {
  const std::vector<std::string> keys = table.KeyNames();
  std::vector<size_t> columns;
  for (size_t i = 0; i < table.names.size(); ++i) {
    if (std::find(keys.begin(), keys.end(), table.names[i]) == keys.end()) {
      columns.push_back(i);
    }
  }
  // A column without a value is one of no type yet.
  const auto is_text = [&](size_t i) { return table.types[i] == "VARCHAR"; };
  VARJOIN_RETURN_IF_ERROR(FindTypes(database, table.sql + " LIMIT 20000", columns, table));
  columns.erase(std::remove_if(columns.begin(), columns.end(), is_text), columns.end());
  VARJOIN_RETURN_IF_ERROR(FindTypes(database, table.sql, columns, table));
  std::replace(table.types.begin(), table.types.end(), std::string(), std::string("VARCHAR"));
  return Status::Ok();
}

/// Counts the rows, and those without a place on a genome; these are an error that names the first one, unless bad
/// records are to be left out.
Status CheckKeys(duck::Database& database, const ImportRequest& request, const Table& table, ImportRows& rows) {
  const std::string bad = BadKeySql(table, request.zero_based);
  VARJOIN_ASSIGN(const duck::ResultTable counts,
                 database.Query(fmt::format("SELECT count(*), count(*) FILTER ({}), count(*) FILTER (len({}) > 1) FROM "
                                            "({})",
                                            bad, AltsSql(table), table.sql)));
  rows.records = counts.Integer(0, 0);
  if (const int64_t joined = counts.Integer(0, 2); joined > 0) {
    rows.notes.push_back(fmt::format(
        "rows with several alternates joined in one value: {}; each alternate became a row of its own, with "
        "the other columns as they are",
        WithCommas(joined)));
  }
  const int64_t bad_rows = counts.Integer(0, 1);
  if (bad_rows == 0) {
    return Status::Ok();
  }
  VARJOIN_ASSIGN(const duck::ResultTable first,
                 database.Query(fmt::format(
                     "SELECT {}, {}, CAST({} AS VARCHAR), CAST({} AS VARCHAR), CAST({} AS VARCHAR) FROM "
                     "({}) WHERE {} ORDER BY 1, 2 LIMIT 1",
                     SqlName(kFileColumn), SqlName(kRowColumn), SqlName(table.key.chrom), SqlName(table.key.start),
                     table.IsOfIntervals() ? SqlName(table.key.end) : "NULL", table.sql, bad)));
  std::string place = fmt::format(
      "{}: row {}: {} is '{}', {} is '{}'", table.files[static_cast<size_t>(first.Integer(0, 0))], first.Integer(0, 1),
      table.key.chrom, first.rows[0][2].value_or(""), table.key.start, first.rows[0][3].value_or(""));
  if (table.IsOfIntervals()) {
    place += fmt::format(", {} is '{}'", table.key.end, first.rows[0][4].value_or(""));
  }
  if (request.on_bad_record == "fail") {
    return BadInput("{}, expected a contig and whole numbers from 0 on{} ({}); --on-bad-record skip leaves them out",
                    place, table.IsOfIntervals() ? ", the end not before the start" : "", Counted(bad_rows, "such row"));
  }
  rows.bad_records = bad_rows;
  rows.notes.push_back(
      fmt::format("rows that are no place on a genome, left out: {}; the first: {}", WithCommas(bad_rows), place));
  return Status::Ok();
}

/// A column's value, in its type. What says that a value is missing is NULL in a text.
std::string ValueSql(const Table& table, size_t column) {
  const std::string name = SqlName(table.names[column]);
  if (!table.is_text) {
    return name;
  }
  if (table.types[column] == "VARCHAR") {
    return fmt::format("CASE WHEN {0} NOT IN {1} THEN {0} END", name, kMissing);
  }
  return fmt::format("CASE WHEN {0} NOT IN {1} THEN CAST({0} AS {2}) END", name, kMissingNumbers, table.types[column]);
}

/// The statement of a table whose columns and key are known to be good.
void MakeStatement(const ImportRequest& request, const Table& table, ImportRows& rows) {
  std::vector<std::string> taken = {"chrom", "start", "ref", "alt"};
  std::string values;
  std::string names;
  if (table.IsOfIntervals()) {
    rows.columns.push_back(EndColumn());
    taken.emplace_back("end");
    values = fmt::format(", {} AS \"end\"", EndSql(table));
    names = ", \"end\"";
  }
  const std::vector<std::string> keys = table.KeyNames();
  const std::string end = FindEndColumn(table.names);
  if (!end.empty() && std::find(keys.begin(), keys.end(), end) == keys.end()) {
    rows.has_last_base = true;
    values += fmt::format(", {} AS {}", PositionSql(table, end), SqlName(kLastBaseColumn));
    names += ", " + SqlName(kLastBaseColumn);
  }
  for (size_t i = 0; i < table.names.size(); ++i) {
    if (std::find(keys.begin(), keys.end(), table.names[i]) != keys.end()) {
      continue;
    }
    SourceColumn& column = rows.columns.emplace_back();
    column.name = FreeColumnName(table.names[i], taken);
    values += fmt::format(", {} AS {}", ValueSql(table, i), SqlName(column.name));
    names += ", " + SqlName(column.name);
  }
  const std::string alts = SqlName(";alts");
  // `.` stands for no ALT, as in a VCF. The alternates of a row go side by side with their numbers.
  rows.sql = fmt::format(
      "SELECT chrom, \"start\", ref, nullif(nullif(unnest({0}), '.'), '') AS alt{1}, {2}, "
      "unnest(range(1, len({0}) + 1)) AS {3} FROM (SELECT CAST({4} AS VARCHAR) AS chrom, {5} AS \"start\", "
      "nullif(nullif({6}, '.'), '') AS ref, {7} AS {0}{8}, ({9} << 40) + {10} AS {2} FROM ({11}) WHERE NOT ({12}))",
      alts, names, SqlName(kRecordColumn), SqlName(kAltIndexColumn), SqlName(table.key.chrom),
      StartSql(table, request.zero_based), table.IsOfIntervals() ? "CAST(NULL AS VARCHAR)" : SqlName(table.key.ref),
      AltsSql(table), values, SqlName(kFileColumn), SqlName(kRowColumn), table.sql,
      BadKeySql(table, request.zero_based));
}

/// What DuckDB says about a table, in its first line and with the file's name.
Status AboutTables(const Status& status, const std::vector<TextTable>& tables) {
  if (status.message().find("Attempted to access index") != std::string::npos) {  // DuckDB 1.5.6 at such a byte
    return BadInput("{}: is not utf-8 encoded text; convert it first: iconv -f LATIN1 -t UTF-8", tables[0].path);
  }
  if (status.code() != StatusCode::kBadInput) {
    return status;
  }
  std::string message = status.message().substr(0, status.message().find("\nPossible"));
  if (message.find("state machine") != std::string::npos) {
    message = "is no table that can be read: its lines end in different ways (CRLF and LF), or a quote is not closed";
  }
  const bool is_one = tables.size() == 1 && message.find(tables[0].path) == std::string::npos;
  return {status.code(), is_one ? fmt::format("{}: {}", tables[0].path, message) : message};
}

Status CheckNoSplit(const ImportRequest& request, const std::string& path) {
  return request.split_csq ? BadInput("{}: is no VCF; --split-csq goes by a VCF's header", path) : Status::Ok();
}

}  // namespace

Result<ImportRows> RowsOfTables(duck::Database& database, const ImportRequest& request,
                                const std::vector<TextTable>& tables) {
  VARJOIN_RETURN_IF_ERROR(CheckNoSplit(request, tables[0].path));
  Table table;
  table.is_text = true;
  std::vector<std::string> selects;
  for (const TextTable& text : tables) {
    for (size_t i = 0; i < text.columns.size(); ++i) {
      const auto same = [&](const std::string& name) { return EqualNoCase(name, text.columns[i]); };
      if (std::any_of(text.columns.begin() + static_cast<ptrdiff_t>(i) + 1, text.columns.end(), same)) {
        return BadInput("{}: two columns are called {}; rename one in the header line", text.path, text.columns[i]);
      }
      if (std::none_of(table.names.begin(), table.names.end(), same)) {
        table.names.push_back(text.columns[i]);
      }
    }
    VARJOIN_RETURN_IF_ERROR(FindKeyColumns(text.path, text.columns, request.mapping, request.interval).status());
    table.files.push_back(text.path);
    selects.push_back(fmt::format("SELECT *, CAST({} AS BIGINT) AS {}, row_number() OVER () AS {} FROM {}",
                                  selects.size(), SqlName(kFileColumn), SqlName(kRowColumn),
                                  ReadTableSql(text, request.on_bad_record != "fail")));
  }
  table.sql = Join(selects, " UNION ALL BY NAME ");
  table.types.resize(table.names.size(), "VARCHAR");
  VARJOIN_ASSIGN(table.key, FindKeyColumns(tables[0].path, table.names, request.mapping, request.interval));
  ImportRows rows;
  if (const Status found = FindTypes(database, table); !found.ok()) {
    return AboutTables(found, tables);
  }
  VARJOIN_RETURN_IF_ERROR(CheckKeys(database, request, table, rows));
  MakeStatement(request, table, rows);
  return rows;
}

Result<ImportRows> RowsOfParquet(duck::Database& database, const ImportRequest& request,
                                 const std::vector<std::string>& paths) {
  VARJOIN_RETURN_IF_ERROR(CheckNoSplit(request, paths[0]));
  Table table;
  table.files = paths;
  const std::string from = ReadParquetSql(paths);
  VARJOIN_ASSIGN(const duck::ResultTable described, database.Query("DESCRIBE SELECT * FROM " + from));
  for (size_t row = 0; row < described.rows.size(); ++row) {
    table.names.push_back(described.Text(row, 0));
    table.types.push_back(described.Text(row, 1));
    if (IsReservedColumn(table.names.back())) {
      return BadInput("{}: has a column `{}`, a name that varjoin needs for itself; rename the column", paths[0],
                      table.names.back());
    }
  }
  VARJOIN_ASSIGN(table.key, FindKeyColumns(paths[0], table.names, request.mapping, request.interval));
  for (const auto& [key, column] :
       {std::pair{"chrom", table.key.chrom}, std::pair{"start", table.key.start}, std::pair{"ref", table.key.ref},
        std::pair{"alt", table.key.alt}, std::pair{"end", table.key.end}}) {
    if (column.empty()) {
      continue;
    }
    const std::string& type = table.TypeOf(column);
    const bool is_list_of_alts = std::string_view(key) == "alt" && type == "VARCHAR[]";
    VARJOIN_RETURN_IF_ERROR(is_list_of_alts ? Status::Ok() : CheckKeyType(key, column, type, paths[0]));
  }
  table.sql = fmt::format("SELECT *, CAST(file_index AS BIGINT) AS {}, file_row_number + 1 AS {} FROM {}",
                          SqlName(kFileColumn), SqlName(kRowColumn), from);
  ImportRows rows;
  VARJOIN_RETURN_IF_ERROR(CheckKeys(database, request, table, rows));
  MakeStatement(request, table, rows);
  return rows;
}

}  // namespace varjoin
