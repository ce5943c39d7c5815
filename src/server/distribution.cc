// distribution.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "server/filter.h"
#include "server/variants.h"

namespace varjoin::server {
namespace {

using Kind = TableColumn::Kind;

constexpr int64_t kMostBars = 30;   ///< of texts; the rest is counted together
constexpr double kWantedBins = 20;  ///< of numbers
constexpr const char* kSources = "~sources";

constexpr double kFrequencies[] = {0.0001, 0.001, 0.01, 0.05, 0.1, 0.5};

Json Bar(const std::string& label, int64_t rows, Json condition) {
  return {{"label", label}, {"rows", rows}, {"condition", std::move(condition)}};
}

Json MissingBar(const TableColumn& column, int64_t rows) {
  return Bar("missing", rows, {{"column", column.name}, {"is", "missing"}});
}

bool IsFrequency(const TableColumn& column) {
  const std::string name = ToLower(column.name);
  return name == "af" || name.ends_with("_af") || name.find("_af_") != std::string::npos || name.starts_with("af_");
}

bool IsWhole(const TableColumn& column) {
  return column.type.find("INT") != std::string::npos;
}

/// The rows with their value as `v`: of a list, one row for each different element.
std::string ValuesSql(const Table& table, const TableColumn& column, const Filter& filter) {
  return fmt::format("(SELECT {} AS v FROM {}{})",
                     column.list ? fmt::format("unnest(list_distinct({}))", column.sql) : column.sql, table.From(),
                     filter.Where());
}

Result<Json> TextBars(const Table& table, const TableColumn& column, const Filter& filter, const Asker& asker,
                      const Stop& stop) {
  std::vector<duck::BoundValue> values = filter.values;
  values.emplace_back(kMostBars);
  VARJOIN_ASSIGN(
      const duck::CellTable found,
      asker.Ask(
          fmt::format("SELECT v, count(*), sum(count(*)) OVER ()::BIGINT, count(*) OVER () FROM {} WHERE v IS NOT "
                      "NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT ?",
                      ValuesSql(table, column, filter)),
          values, stop));
  Json bars = Json::array();
  int64_t shown = 0;
  for (const auto& row : found.rows) {
    const Json value = ToJson(row[0]);
    bars.push_back(Bar(value.is_string() ? value.get<std::string>() : value.dump(), row[1].integer,
                       {{"column", column.name}, {"is", "equal"}, {"value", value}}));
    shown += row[1].integer;
  }
  if (EqualNoCase(column.name, "chrom")) {
    std::sort(bars.begin(), bars.end(), [&](const Json& a, const Json& b) {
      const auto place = [&](const Json& bar) {
        return std::find(table.contigs.begin(), table.contigs.end(), bar.at("label").get<std::string>());
      };
      return place(a) < place(b);
    });
  }
  if (!found.rows.empty() && found.rows[0][3].integer > kMostBars) {
    bars.push_back(Bar(fmt::format("{} other values", WithCommas(found.rows[0][3].integer - kMostBars)),
                       found.rows[0][2].integer - shown, nullptr));
  }
  return bars;
}

/// A round number that is not much smaller: 1, 2 or 5 times a power of ten.
double RoundUp(double width) {
  const double power = std::pow(10, std::floor(std::log10(width)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (width <= step * power) {
      return step * power;
    }
  }
  return 10 * power;
}

/// The bounds between bins of numbers: nearly all values lie between the first and the last.
Result<std::vector<double>> EdgesOf(const Table& table, const TableColumn& column, const Filter& filter,
                                    const Asker& asker, const Stop& stop) {
  if (IsFrequency(column)) {
    return std::vector<double>(std::begin(kFrequencies), std::end(kFrequencies));
  }
  VARJOIN_ASSIGN(
      const duck::CellTable ends,
      asker.Ask(fmt::format("SELECT quantile_disc(v::DOUBLE, 0.01), quantile_disc(v::DOUBLE, 0.98) FROM {} WHERE "
                            "isfinite(v::DOUBLE)",
                            ValuesSql(table, column, filter)),
                filter.values, stop));
  if (ends.rows[0][0].kind != duck::Cell::Kind::kReal) {
    return std::vector<double>();
  }
  const double low = ends.rows[0][0].real;
  const double high = ends.rows[0][1].real;
  const double width = std::max(RoundUp(std::max((high - low) / kWantedBins, 1e-300)), IsWhole(column) ? 1.0 : 0.0);
  std::vector<double> edges;
  if (high > low) {
    const double first = std::floor(low / width);
    for (double i = 0; i <= 2 * kWantedBins && (first + i) * width <= high; ++i) {
      edges.push_back((first + i) * width);
    }
  }
  return edges.empty() ? std::vector<double>{low} : edges;
}

/// The bin's condition: at least the edge before it, less than the one after.
Json BinBar(const TableColumn& column, const std::vector<double>& edges, size_t bin, int64_t rows) {
  Json conditions = Json::array();
  const auto number = [](double edge) { return fmt::format("{:.12g}", edge); };
  if (bin > 0) {
    conditions.push_back({{"column", column.name}, {"is", "at_least"}, {"value", edges[bin - 1]}});
  }
  if (bin < edges.size()) {
    conditions.push_back({{"column", column.name}, {"is", "less"}, {"value", edges[bin]}});
  }
  const std::string label = bin == 0              ? "below " + number(edges[0])
                            : bin == edges.size() ? number(edges.back()) + " and more"
                            : IsWhole(column) && edges[bin] - edges[bin - 1] == 1
                                ? number(edges[bin - 1])
                                : number(edges[bin - 1]) + " to " + number(edges[bin]);
  return Bar(label, rows, std::move(conditions));
}

Result<Json> NumberBars(const Table& table, const TableColumn& column, const Filter& filter, const Asker& asker,
                        const Stop& stop) {
  VARJOIN_ASSIGN(const std::vector<double> edges, EdgesOf(table, column, filter, asker, stop));
  Json bars = Json::array();
  if (edges.empty()) {
    return bars;
  }
  // Edges are compared as they are in the bars' conditions, so that each bar is what its condition selects.
  std::string bin = "CASE";
  std::vector<duck::BoundValue> values;
  for (size_t i = 0; i < edges.size(); ++i) {
    bin += fmt::format(" WHEN {} < ? THEN {}", column.sql, i);
    values.emplace_back(edges[i]);
  }
  values.insert(values.end(), filter.values.begin(), filter.values.end());
  VARJOIN_ASSIGN(
      const duck::CellTable found,
      asker.Ask(
          fmt::format("SELECT bin, count(*) FROM (SELECT {} ELSE {} END AS bin, {} AS v FROM {}{}) WHERE v IS NOT "
                      "NULL GROUP BY bin",
                      bin, edges.size(), column.sql, table.From(), filter.Where()),
          values, stop));
  std::vector<int64_t> rows(edges.size() + 1);
  for (const auto& row : found.rows) {
    rows[static_cast<size_t>(row[0].integer)] = row[1].integer;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] > 0 || (i > 0 && i + 1 < rows.size())) {
      bars.push_back(BinBar(column, edges, i, rows[i]));
    }
  }
  return bars;
}

Result<Json> SourceBars(const Table& table, const Filter& filter, const Asker& asker, const Stop& stop) {
  std::string select;
  std::vector<const TableColumn*> hits;
  for (const std::string& source : table.sources) {
    VARJOIN_ASSIGN(const TableColumn* const column, table.Get(HitsName(source)));
    select += fmt::format("{}count(*) FILTER ({} > 0)", select.empty() ? "" : ", ", column->sql);
    hits.push_back(column);
  }
  Json bars = Json::array();
  if (hits.empty()) {
    return bars;
  }
  VARJOIN_ASSIGN(const duck::CellTable counts,
                 asker.Ask("SELECT " + select + " FROM " + table.From() + filter.Where(), filter.values, stop));
  for (size_t i = 0; i < hits.size(); ++i) {
    bars.push_back(
        Bar(table.sources[i], counts.rows[0][i].integer, {{"column", hits[i]->name}, {"is", "more"}, {"value", 0}}));
  }
  return bars;
}

/// Conditions are lists, so that a bar can be added to a filter as it is.
void MakeLists(Json& bars) {
  for (Json& bar : bars) {
    Json& condition = bar["condition"];
    if (condition.is_object()) {
      condition = Json::array({condition});
    }
  }
}

}  // namespace

Result<Json> Distribution(const Table& table, const Asker& asker, const Json& question, const Stop& stop) {
  const Json name = question.value("column", Json());
  if (!name.is_string()) {
    return BadInput("say of which \"column\"");
  }
  VARJOIN_ASSIGN(const Filter filter, ReadFilter(question.value("filter", Json()), table));
  Json bars;
  if (name == kSources) {
    VARJOIN_ASSIGN(bars, SourceBars(table, filter, asker, stop));
    MakeLists(bars);
    return Json{{"column", name}, {"bars", std::move(bars)}};
  }
  VARJOIN_ASSIGN(const TableColumn* const column, table.Get(name.get<std::string>()));
  if (column->kind == Kind::kOther || (column->kind == Kind::kNumber && column->list)) {
    return BadInput("column '{}' is of type {}, which has no bars", column->name, column->type);
  }
  if (column->kind == Kind::kNumber) {
    VARJOIN_ASSIGN(bars, NumberBars(table, *column, filter, asker, stop));
  } else {
    VARJOIN_ASSIGN(bars, TextBars(table, *column, filter, asker, stop));
  }
  Json missing = question.value("filter", Json::array());
  missing = missing.is_array() ? missing : Json::array();
  missing.push_back({{"column", column->name}, {"is", "missing"}});
  VARJOIN_ASSIGN(const Json counted, CountRows(table, asker, {{"filter", missing}}, stop));
  if (counted.at("count") > 0) {
    bars.push_back(MissingBar(*column, counted.at("count").get<int64_t>()));
  }
  MakeLists(bars);
  return Json{{"column", column->name}, {"description", column->description}, {"bars", std::move(bars)}};
}

}  // namespace varjoin::server
