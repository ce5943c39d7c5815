// variants.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/variants.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "server/filter.h"

namespace varjoin::server {
namespace {

constexpr int64_t kMostRows = 500;
constexpr int64_t kLargestOfJavaScript = int64_t{1} << 53;
constexpr size_t kMostSorted = 5;
constexpr int64_t kNeighbours = 5;
constexpr const char* kRow = "file_row_number";  ///< DuckDB's name for the place of a row, from 0

/// A whole number of a question.
Result<int64_t> NumberIn(const Json& question, const char* name, int64_t otherwise, int64_t most) {
  const auto found = question.find(name);
  if (found == question.end()) {
    return otherwise;
  }
  const bool whole =
      found->is_number_integer() && (!found->is_number_unsigned() || found->get<uint64_t>() <= INT64_MAX);
  if (!whole || found->get<int64_t>() < 0 || found->get<int64_t>() > most) {
    return BadInput("\"{}\" is a whole number from 0 to {}", name, most);
  }
  return found->get<int64_t>();
}

/// The columns that a question names; without any, all of the file's.
Result<std::vector<const TableColumn*>> ColumnsIn(const Table& table, const Json& question) {
  std::vector<const TableColumn*> columns;
  const auto found = question.find("columns");
  if (found == question.end()) {
    for (const TableColumn& column : table.columns) {
      if (!column.computed) {
        columns.push_back(&column);
      }
    }
    return columns;
  }
  if (!found->is_array() || found->size() > table.columns.size()) {
    return BadInput("\"columns\" is a list of names, each once");
  }
  for (const Json& name : *found) {
    if (!name.is_string()) {
      return BadInput("\"columns\" is a list of names");
    }
    VARJOIN_ASSIGN(const TableColumn* const column, table.Get(name.get<std::string>()));
    columns.push_back(column);
  }
  return columns;
}

/// "ORDER BY …". Contigs go by their place in the genome, which is bound.
Result<std::string> OrderIn(const Table& table, const Json& question, std::vector<duck::BoundValue>& values) {
  const auto found = question.find("sort");
  std::string order;
  if (found != question.end() && (!found->is_array() || found->size() > kMostSorted)) {
    return BadInput("\"sort\" is a list of columns, {} at most", kMostSorted);
  }
  for (const Json& entry : found == question.end() ? Json::array() : *found) {
    if (!entry.is_object() || !entry.contains("column") || !entry.at("column").is_string()) {
      return BadInput("each entry of \"sort\" names a \"column\"");
    }
    VARJOIN_ASSIGN(const TableColumn* const column, table.Get(entry.at("column").get<std::string>()));
    std::string key = column->sql;
    if (EqualNoCase(column->name, "chrom") && !table.contigs.empty()) {
      key.clear();
      for (const std::string& contig : table.contigs) {
        key += key.empty() ? "list_position([?" : ", ?";
        values.emplace_back(contig);
      }
      key += "], " + column->sql + ")";
    }
    const bool descending = entry.value("descending", Json()) == Json(true);
    order += fmt::format("{} {} NULLS LAST, ", key, descending ? "DESC" : "ASC");
  }
  return " ORDER BY " + order + kRow;
}

/// The places of the rows of a page. Only the columns that decide are read.
Result<std::vector<int64_t>> RowNumbers(const Table& table, const Asker& asker, const Json& question,
                                        const Stop& stop) {
  VARJOIN_ASSIGN(const int64_t limit, NumberIn(question, "limit", 50, kMostRows));
  VARJOIN_ASSIGN(const int64_t offset, NumberIn(question, "offset", 0, INT64_MAX / 2));
  VARJOIN_ASSIGN(Filter filter, ReadFilter(question.value("filter", Json()), table));
  std::vector<duck::BoundValue> values = filter.values;
  VARJOIN_ASSIGN(const std::string order, OrderIn(table, question, values));
  std::vector<int64_t> numbers;
  if (filter.sql.empty() && question.value("sort", Json::array()).empty()) {
    for (int64_t row = offset; row < std::min(offset + limit, table.rows); ++row) {
      numbers.push_back(row);
    }
    return numbers;
  }
  values.insert(values.end(), {limit, offset});
  VARJOIN_ASSIGN(const duck::CellTable found, asker.Ask(fmt::format("SELECT {} FROM {}{}{} LIMIT ? OFFSET ?", kRow,
                                                                    table.From(), filter.Where(), order),
                                                        values, stop));
  for (const auto& row : found.rows) {
    numbers.push_back(row[0].integer);
  }
  return numbers;
}

/// The rows at these places, in their order.
Result<duck::CellTable> RowsAt(const Table& table, const Asker& asker, const std::vector<int64_t>& numbers,
                               const std::vector<const TableColumn*>& columns, const Stop& stop) {
  if (numbers.empty()) {
    return duck::CellTable();
  }
  std::string select = kRow;
  for (const TableColumn* const column : columns) {
    select += ", " + column->sql;
  }
  const auto [first, last] = std::minmax_element(numbers.begin(), numbers.end());
  std::vector<duck::BoundValue> values = {*first, *last};
  std::string marks;
  for (const int64_t number : numbers) {
    marks += marks.empty() ? "?" : ", ?";
    values.emplace_back(number);
  }
  VARJOIN_ASSIGN(duck::CellTable rows,
                 asker.Ask(fmt::format("SELECT {0} FROM {1} WHERE {2} BETWEEN ? AND ? AND {2} IN ({3})", select,
                                       table.From(), kRow, marks),
                           values, stop));
  std::map<int64_t, size_t> place;
  for (size_t i = 0; i < numbers.size(); ++i) {
    place[numbers[i]] = i;
  }
  if (rows.rows.size() != place.size()) {
    return Failed("{}: {} of {} rows were found; the file has changed", table.stamp.path, rows.rows.size(),
                  place.size());
  }
  std::sort(rows.rows.begin(), rows.rows.end(),
            [&](const auto& a, const auto& b) { return place[a[0].integer] < place[b[0].integer]; });
  return rows;
}

Json ColumnJson(const TableColumn& column) {
  static constexpr const char* kKinds[] = {"number", "text", "boolean", "other"};
  return {{"name", column.name},        {"type", column.type},     {"kind", kKinds[static_cast<int>(column.kind)]},
          {"list", column.list},        {"source", column.source}, {"description", column.description},
          {"computed", column.computed}};
}

/// The value of a column in a row of RowsAt(); null where the table has none.
const duck::Cell* CellOf(const Table& table, const std::vector<duck::Cell>& row,
                         const std::vector<const TableColumn*>& columns, const std::string& name) {
  const TableColumn* const wanted = table.Find(name);
  const auto found = std::find(columns.begin(), columns.end(), wanted);
  return wanted == nullptr || found == columns.end() ? nullptr : &row[static_cast<size_t>(found - columns.begin()) + 1];
}

/// The values of a row under the sources that they came from; "" is the person's file.
Json GroupsOf(const Table& table, const std::vector<duck::Cell>& row, const std::vector<const TableColumn*>& columns) {
  Json groups = Json::array();
  std::vector<std::string> sources = {""};
  sources.insert(sources.end(), table.sources.begin(), table.sources.end());
  for (const std::string& source : sources) {
    Json values = Json::array();
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i]->source == source) {
        Json value = ColumnJson(*columns[i]);
        value["value"] = ToJson(row[i + 1]);
        values.push_back(std::move(value));
      }
    }
    const duck::Cell* const hits = source.empty() ? nullptr : CellOf(table, row, columns, HitsName(source));
    groups.push_back(
        {{"source", source}, {"hits", hits == nullptr ? Json() : ToJson(*hits)}, {"values", std::move(values)}});
  }
  return groups;
}

Result<Json> NeighboursOf(const Table& table, const Asker& asker, int64_t row, const Stop& stop) {
  std::vector<const TableColumn*> columns;
  Json names = Json::array();
  for (const char* const name : {"chrom", "start", "id", "ref", "alt"}) {
    if (const TableColumn* const column = table.Find(name); column != nullptr) {
      columns.push_back(column);
      names.push_back(column->name);
    }
  }
  std::vector<int64_t> numbers;
  for (int64_t n = std::max<int64_t>(0, row - kNeighbours); n <= std::min(table.rows - 1, row + kNeighbours); ++n) {
    numbers.push_back(n);
  }
  VARJOIN_ASSIGN(const duck::CellTable rows, RowsAt(table, asker, numbers, columns, stop));
  Json all = Json::array();
  for (const auto& cells : rows.rows) {
    Json values = Json::array();
    for (size_t i = 1; i < cells.size(); ++i) {
      values.push_back(ToJson(cells[i]));
    }
    all.push_back({{"row", cells[0].integer}, {"values", std::move(values)}});
  }
  return Json{{"columns", std::move(names)}, {"rows", std::move(all)}};
}

}  // namespace

Json ToJson(const duck::Cell& cell) {
  switch (cell.kind) {
    case duck::Cell::Kind::kMissing:
      return nullptr;
    case duck::Cell::Kind::kBoolean:
      return cell.integer != 0;
    case duck::Cell::Kind::kInteger:
      return cell.integer > kLargestOfJavaScript || cell.integer < -kLargestOfJavaScript
                 ? Json(std::to_string(cell.integer))
                 : Json(cell.integer);
    case duck::Cell::Kind::kReal:
      return std::isfinite(cell.real) ? Json(cell.real)
             : std::isnan(cell.real)  ? Json("NaN")
                                      : Json(cell.real > 0 ? "Infinity" : "-Infinity");
    case duck::Cell::Kind::kText:
      return cell.text;
    case duck::Cell::Kind::kList: {
      Json items = Json::array();
      for (const duck::Cell& item : cell.items) {
        items.push_back(ToJson(item));
      }
      return items;
    }
    case duck::Cell::Kind::kStruct: {
      Json fields = Json::object();
      for (size_t i = 0; i < cell.items.size(); ++i) {
        fields[cell.names[i]] = ToJson(cell.items[i]);
      }
      return fields;
    }
  }
  return nullptr;
}

std::string GenotypeWords(const std::string& genotype, int64_t alt_index) {
  const std::string even = ReplaceAll(genotype, "|", "/");
  int64_t copies = 0;
  int64_t holding = 0;
  int64_t unknown = 0;
  for (const std::string_view part : Split(even, '/')) {
    int64_t allele = -1;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), allele);
    const bool known = error == std::errc() && end == part.data() + part.size() && allele >= 0;
    if (!known && part != ".") {
      return "";
    }
    ++copies;
    unknown += known ? 0 : 1;
    holding += known && allele == alt_index ? 1 : 0;
  }
  const std::string phase = genotype.find('|') != std::string::npos ? ", phased" : "";
  if (unknown == copies) {
    return "not called";
  }
  if (unknown > 0) {
    return fmt::format("on {} of {} copies, {} not called{}", holding, copies, unknown, phase);
  }
  if (holding == 0) {
    return "not carried" + phase;
  }
  if (copies == 1) {
    return "on the only copy (hemizygous)";
  }
  return holding == copies ? fmt::format("on {} copies (homozygous){}", copies == 2 ? "both" : "all", phase)
         : copies == 2     ? fmt::format("on one of two copies (heterozygous){}", phase)
                           : fmt::format("on {} of {} copies{}", holding, copies, phase);
}

Json DescribeTable(const Table& table) {
  Json columns = Json::array();
  for (const TableColumn& column : table.columns) {
    columns.push_back(ColumnJson(column));
  }
  Json metadata = Json::object();
  for (const auto& [key, value] : table.metadata) {
    metadata[key] = value;
  }
  return {{"file", table.stamp.path},  {"version", table.version},
          {"bytes", table.stamp.size}, {"rows", table.rows},
          {"columns", columns},        {"sources", table.sources},
          {"contigs", table.contigs},  {"metadata", std::move(metadata)}};
}

Result<Json> PageOfRows(const Table& table, const Asker& asker, const Json& question, const Stop& stop) {
  VARJOIN_ASSIGN(const auto columns, ColumnsIn(table, question));
  VARJOIN_ASSIGN(const std::vector<int64_t> numbers, RowNumbers(table, asker, question, stop));
  VARJOIN_ASSIGN(const duck::CellTable found, RowsAt(table, asker, numbers, columns, stop));
  Json names = Json::array();
  for (const TableColumn* const column : columns) {
    names.push_back(column->name);
  }
  Json rows = Json::array();
  for (const auto& cells : found.rows) {
    Json row = Json::array();
    for (size_t i = 1; i < cells.size(); ++i) {
      row.push_back(ToJson(cells[i]));
    }
    rows.push_back(std::move(row));
  }
  return Json{{"columns", std::move(names)}, {"rows", std::move(rows)}, {"row_numbers", numbers}};
}

Result<Json> CountRows(const Table& table, const Asker& asker, const Json& question, const Stop& stop) {
  VARJOIN_ASSIGN(const Filter filter, ReadFilter(question.value("filter", Json()), table));
  int64_t count = table.rows;
  if (!filter.sql.empty()) {
    VARJOIN_ASSIGN(const duck::CellTable counted,
                   asker.Ask("SELECT count(*) FROM " + table.From() + filter.Where(), filter.values, stop));
    count = counted.rows[0][0].integer;
  }
  return Json{{"count", count}, {"of", table.rows}, {"words", filter.words}};
}

Result<Json> ShowRow(const Table& table, const Asker& asker, const Json& question, const Stop& stop) {
  VARJOIN_ASSIGN(const int64_t row, NumberIn(question, "row", -1, table.rows - 1));
  if (row < 0) {
    return BadInput("say which \"row\", from 0");
  }
  VARJOIN_ASSIGN(const auto columns, ColumnsIn(table, Json::object()));
  VARJOIN_ASSIGN(const duck::CellTable found, RowsAt(table, asker, {row}, columns, stop));
  const auto& cells = found.rows[0];
  const duck::Cell* const genotype = CellOf(table, cells, columns, "GT");
  const duck::Cell* const alt_index = CellOf(table, cells, columns, "alt_index");
  const bool told = genotype != nullptr && genotype->kind == duck::Cell::Kind::kText && alt_index != nullptr &&
                    alt_index->kind == duck::Cell::Kind::kInteger;
  VARJOIN_ASSIGN(Json neighbours, NeighboursOf(table, asker, row, stop));
  return Json{{"row", row},
              {"groups", GroupsOf(table, cells, columns)},
              {"genotype", told ? GenotypeWords(genotype->text, alt_index->integer) : ""},
              {"neighbours", std::move(neighbours)}};
}

}  // namespace varjoin::server
