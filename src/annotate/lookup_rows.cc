// lookup_rows.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/lookup_rows.h"

#include "base/text.h"

namespace varjoin {
namespace {

using nlohmann::ordered_json;

/// The text with DuckDB's NaN, Infinity and -Infinity, which JSON does not have, as strings.
std::string WithoutBareNumbers(const std::string& text) {
  std::string json;
  bool in_string = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = std::string_view(text).substr(at);
    for (const std::string_view number : {"NaN", "Infinity", "-Infinity"}) {
      if (!in_string && rest.starts_with(number)) {
        json += fmt::format("\"{}\"", number);
        at += number.size();
        break;
      }
    }
    if (in_string && text[at] == '\\') {
      json += text[at++];
    } else if (text[at] == '"') {
      in_string = !in_string;
    }
    json += text[at];
  }
  return json;
}

/// A row with the names that the request gives its columns.
ordered_json Named(const ordered_json& row, const SourceRequest& source) {
  ordered_json named = ordered_json::object();
  size_t number = 0;
  for (const auto& [column, value] : row.items()) {
    const bool given = number < source.columns.size() && !source.columns[number].second.empty();
    named[given ? source.columns[number].second : column] = value;
    ++number;
  }
  return named;
}

}  // namespace

Result<ordered_json> LookupRows(duck::Database& database, const SourceRequest& source, const Variant& variant) {
  std::vector<std::string> columns;
  for (const auto& [column, name] : source.columns) {
    columns.push_back(SqlString(column));
  }
  VARJOIN_ASSIGN(const duck::ResultTable table,
                 database.Query(fmt::format("SELECT to_json(unnest(variant_lookup({}, {}, {}, {}, {}, [{}])))",
                                            SqlString(source.name), SqlString(variant.chrom), variant.start,
                                            SqlString(variant.ref), SqlString(variant.alt), Join(columns, ", "))));
  ordered_json rows = ordered_json::array();
  for (size_t row = 0; row < table.rows.size(); ++row) {
    rows.push_back(Named(ordered_json::parse(WithoutBareNumbers(table.Text(row, 0))), source));
  }
  return rows;
}

}  // namespace varjoin
