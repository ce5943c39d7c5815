// filter.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "genome/contig.h"

namespace varjoin::server {
namespace {

using Kind = TableColumn::Kind;

constexpr size_t kMostConditions = 50;
constexpr size_t kMostValues = 1'000;

/// A way to compare with values.
struct Comparison {
  std::string_view name;
  std::string_view sql;  ///< "": it is a way of its own
  std::string_view words;
  bool ordered;  ///< numbers only
};

constexpr std::array<Comparison, 9> kComparisons = {{{"equal", "=", "is", false},
                                                     {"unequal", "<>", "is not", false},
                                                     {"less", "<", "is less than", true},
                                                     {"at_most", "<=", "is at most", true},
                                                     {"more", ">", "is more than", true},
                                                     {"at_least", ">=", "is at least", true},
                                                     {"one_of", "IN", "is", false},
                                                     {"none_of", "NOT IN", "is none of", false},
                                                     {"contains", "", "contains", false}}};

std::string WordOf(const Json& value) {
  return value.is_string() ? "“" + value.get<std::string>() + "”" : value.dump();
}

/// A value that may be compared with a column.
Result<duck::BoundValue> ValueFor(const TableColumn& column, const Json& value) {
  if (column.kind == Kind::kNumber && value.is_number_integer() && !value.is_number_unsigned()) {
    return duck::BoundValue(value.get<int64_t>());
  }
  if (column.kind == Kind::kNumber && value.is_number() && std::isfinite(value.get<double>())) {
    const bool fits = value.is_number_unsigned() && value.get<uint64_t>() <= uint64_t{INT64_MAX};
    return fits ? duck::BoundValue(value.get<int64_t>()) : duck::BoundValue(value.get<double>());
  }
  if (column.kind == Kind::kText && value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.find('\0') == std::string::npos) {
      return duck::BoundValue(text);
    }
  }
  if (column.kind == Kind::kBoolean && value.is_boolean()) {
    return duck::BoundValue(value.get<bool>());
  }
  const char* const expected = column.kind == Kind::kNumber    ? "a number"
                               : column.kind == Kind::kText    ? "a text"
                               : column.kind == Kind::kBoolean ? "true or false"
                                                               : "only asked whether it is missing or present";
  return BadInput("column '{}' is {}; {} does not fit", column.name, expected,
                  value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 100));
}

/// "of_value" is the expression that is compared: the column, or an element of it.
std::string ComparisonSql(const Comparison& comparison, const std::string& of_value, size_t values) {
  if (comparison.name == "contains") {
    return fmt::format("contains(lower({}), lower(?))", of_value);
  }
  if (!comparison.sql.ends_with("IN")) {
    return fmt::format("{} {} ?", of_value, comparison.sql);
  }
  std::string marks = "?";
  for (size_t i = 1; i < values; ++i) {
    marks += ", ?";
  }
  return fmt::format("{} {} ({})", of_value, comparison.sql, marks);
}

/// SQL of whether a list has an element that fulfils a condition on `x`.
std::string AnyOf(const TableColumn& column, const std::string& condition) {
  return fmt::format("len(list_filter({}, lambda x: {})) > 0", column.sql, condition);
}

std::string IsMissing(const TableColumn& column) {
  return column.list ? fmt::format("NOT coalesce({}, false)", AnyOf(column, "x IS NOT NULL"))
                     : fmt::format("{} IS NULL", column.sql);
}

class FilterReader {
 public:
  explicit FilterReader(const Table& table) : table_(table) {}

  Status Add(const Json& condition) {
    if (!condition.is_object()) {
      return BadInput("a condition of a filter is a JSON object");
    }
    if (condition.contains("region")) {
      return AddRegion(condition.at("region"));
    }
    if (!condition.contains("column") || !condition.at("column").is_string() || !condition.contains("is") ||
        !condition.at("is").is_string()) {
      return BadInput("a condition names a column and how it \"is\", or a region");
    }
    VARJOIN_ASSIGN(const TableColumn* const column, table_.Get(condition.at("column").get<std::string>()));
    const auto& how = condition.at("is").get_ref<const std::string&>();
    if (how == "missing" || how == "present") {
      And(how == "missing" ? IsMissing(*column) : "NOT (" + IsMissing(*column) + ")");
      filter_.words.push_back(fmt::format("{} is {}", column->name, how));
      return Status::Ok();
    }
    return AddComparison(condition, *column, how);
  }

  Filter Take() { return std::move(filter_); }

 private:
  void And(const std::string& sql) { filter_.sql += (filter_.sql.empty() ? "(" : " AND (") + sql + ")"; }

  Status AddComparison(const Json& condition, const TableColumn& column, const std::string& how);
  Status AddRegion(const Json& region);

  const Table& table_;
  Filter filter_;
};

Result<Json> ValuesOf(const Json& condition, const Comparison& comparison) {
  const bool many = comparison.sql.ends_with("IN");
  const auto found = condition.find(many ? "values" : "value");
  if (found == condition.end() || (many && (!found->is_array() || found->empty()))) {
    return BadInput("\"{}\" needs {}", comparison.name, many ? "\"values\", one at least" : "a \"value\"");
  }
  if (many && found->size() > kMostValues) {
    return BadInput("{} values are too many for one condition; {} are the most", found->size(), kMostValues);
  }
  return many ? *found : Json::array({*found});
}

Status FilterReader::AddComparison(const Json& condition, const TableColumn& column, const std::string& how) {
  const auto* const comparison = std::find_if(kComparisons.begin(), kComparisons.end(),
                                              [&](const Comparison& candidate) { return candidate.name == how; });
  if (comparison == kComparisons.end()) {
    return BadInput("there is no \"is\": \"{}\"", how.substr(0, 100));
  }
  if ((comparison->ordered && column.kind != Kind::kNumber) || (how == "contains" && column.kind != Kind::kText)) {
    return BadInput("column '{}' is no {}, so it can't be asked whether it {} something", column.name,
                    comparison->ordered ? "number" : "text", comparison->words);
  }
  VARJOIN_ASSIGN(const Json values, ValuesOf(condition, *comparison));
  std::vector<std::string> words;
  for (const Json& value : values) {
    VARJOIN_ASSIGN(duck::BoundValue bound, ValueFor(column, value));
    filter_.values.push_back(std::move(bound));
    words.push_back(WordOf(value));
  }
  const bool negative = how == "unequal" || how == "none_of";
  std::string sql = ComparisonSql(*comparison, column.list ? "x" : column.sql, values.size());
  if (column.list && negative) {
    const Comparison& opposite = kComparisons[how == "unequal" ? 0 : 6];
    sql = fmt::format("NOT ({}) AND NOT ({})", AnyOf(column, ComparisonSql(opposite, "x", values.size())),
                      IsMissing(column));
  } else if (column.list) {
    sql = AnyOf(column, sql);
  }
  const bool or_missing = condition.value("or_missing", Json()) == Json(true);
  And(or_missing ? fmt::format("({}) OR {}", sql, IsMissing(column)) : sql);
  filter_.words.push_back(fmt::format("{} {} {}{}", column.name, comparison->words,
                                      Join(words, negative ? ", " : " or "), or_missing ? ", or is missing" : ""));
  return Status::Ok();
}

/// A region as a person writes it.
struct Region {
  std::string contig;  ///< as the file spells it
  int64_t first = 0;
  int64_t last = INT64_MAX;
};

bool ReadPosition(std::string text, int64_t& position) {
  text = ReplaceAll(std::move(text), ",", "");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  return error == std::errc() && end == text.data() + text.size() && position >= 0;
}

/// "" where the table has none that means the same.
std::string ContigOf(const Table& table, const std::string& name) {
  const auto wanted = CanonicalContig(name);
  for (const std::string& contig : table.contigs) {
    if (contig == name || (wanted && CanonicalContig(contig) == wanted)) {
      return contig;
    }
  }
  return "";
}

Result<Region> ReadRegion(const Table& table, const std::string& text) {
  Region region{.contig = ContigOf(table, text)};  // names of contigs may hold colons
  if (!region.contig.empty()) {
    return region;
  }
  const size_t colon = text.rfind(':');
  const std::string name = text.substr(0, colon);
  region.contig = ContigOf(table, name);
  if (colon != std::string::npos) {
    const std::string range = text.substr(colon + 1);
    const size_t dash = range.find('-');
    const bool read = ReadPosition(range.substr(0, dash), region.first) &&
                      (dash != std::string::npos ? ReadPosition(range.substr(dash + 1), region.last)
                                                 : ReadPosition(range, region.last));
    if (!read || region.first > region.last) {
      return BadInput("'{}' is no region; write it as chr7:55,000,000-56,000,000", text.substr(0, 100));
    }
  }
  if (region.contig.empty()) {
    return BadInput("the file has nothing on a contig '{}'{}", name.substr(0, 100),
                    DidYouMean(name.substr(0, 100), table.contigs));
  }
  return region;
}

Status FilterReader::AddRegion(const Json& region) {
  if (!region.is_string()) {
    return BadInput("a region is a text such as chr7:55,000,000-56,000,000");
  }
  const TableColumn* const chrom = table_.Find("chrom");
  const TableColumn* const start = table_.Find("start");
  const TableColumn* const ref = table_.Find("ref");
  const TableColumn* const end = table_.Find("end");
  if (table_.contigs.empty() || start == nullptr || start->kind != Kind::kNumber || start->list) {
    return BadInput("the file has no columns chrom and start, so it has no regions");
  }
  VARJOIN_ASSIGN(const Region read, ReadRegion(table_, region.get<std::string>()));
  // The last base; of what no column tells, the first.
  std::string last =
      ref != nullptr && ref->type == "VARCHAR" ? fmt::format("{} + length({}) - 1", start->sql, ref->sql) : start->sql;
  if (end != nullptr && end->kind == Kind::kNumber && !end->list) {
    last = fmt::format("coalesce({}, {})", end->sql, last);
  }
  And(fmt::format("{} = ? AND {} <= ? AND {} >= ?", chrom->sql, start->sql, last));
  filter_.values.insert(filter_.values.end(), {read.contig, read.last, read.first});
  filter_.words.push_back(
      read.last == INT64_MAX
          ? "on " + read.contig + (read.first > 0 ? " from " + WithCommas(read.first) : "")
          : fmt::format("overlaps {}:{}-{}", read.contig, WithCommas(read.first), WithCommas(read.last)));
  return Status::Ok();
}

}  // namespace

Result<Filter> ReadFilter(const Json& conditions, const Table& table) {
  if (conditions.is_null()) {
    return Filter();
  }
  if (!conditions.is_array() || conditions.size() > kMostConditions) {
    return BadInput("a filter is a list of conditions, {} at most", kMostConditions);
  }
  FilterReader reader(table);
  for (const Json& condition : conditions) {
    VARJOIN_RETURN_IF_ERROR(reader.Add(condition));
  }
  return reader.Take();
}

}  // namespace varjoin::server
