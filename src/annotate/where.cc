// where.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/where.h"

#include <algorithm>
#include <vector>

#include "annotate/output_format.h"
#include "base/text.h"

namespace varjoin {
namespace {

bool IsNameByte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         static_cast<unsigned char>(byte) >= 0x80;
}

/// The names in a condition, without what is in single quotes.
std::vector<std::string> NamesIn(const std::string& where) {
  std::vector<std::string> names;
  for (size_t at = 0; at < where.size();) {
    if (where[at] == '\'' || where[at] == '"') {
      const size_t end = std::min(where.find(where[at], at + 1), where.size());
      if (where[at] == '"') {
        names.push_back(where.substr(at + 1, end - at - 1));
      }
      at = end + 1;
    } else if (IsNameByte(where[at])) {
      const auto end = std::find_if_not(where.begin() + static_cast<ptrdiff_t>(at), where.end(), IsNameByte);
      names.emplace_back(where.begin() + static_cast<ptrdiff_t>(at), end);
      at += names.back().size();
    } else {
      ++at;
    }
  }
  return names;
}

/// How values of a column are compared.
std::string HintOf(const OutputColumn& column) {
  const std::string name = EqualNoCase(column.name, "end") ? "\"end\"" : column.name;
  if (column.type.find("STRUCT(") != std::string::npos || column.type.ends_with("[][]")) {
    return fmt::format("{} is a structure ({})", name, column.type);
  }
  if (column.type == "VARCHAR[]") {
    return fmt::format(
        "{0} is a list of texts (VARCHAR[]): list_contains({0}, 'value'), or array_to_string({0}, '&') "
        "LIKE '%part%'",
        name);
  }
  if (column.type.ends_with("[]")) {
    return fmt::format("{0} is a list of numbers ({1}): list_contains({0}, 1), or list_max({0}) > 1", name,
                       column.type);
  }
  if (column.type == "VARCHAR") {
    return fmt::format("{0} is text (VARCHAR): {0} = 'value', or {0} LIKE '%part%'", name);
  }
  if (column.type == "BOOLEAN") {
    return fmt::format("{0} is true or false (BOOLEAN): {0}, or NOT {0}", name);
  }
  return fmt::format("{0} is a number ({1}): {0} > 30", name, column.type);
}

/// A line for each column that the condition names.
std::string Hints(const std::string& where, const std::vector<OutputColumn>& columns) {
  const std::vector<std::string> names = NamesIn(where);
  std::string hints;
  for (const OutputColumn& column : columns) {
    if (std::any_of(names.begin(), names.end(), [&](const auto& name) { return EqualNoCase(name, column.name); })) {
      hints += "\n" + HintOf(column);
    }
  }
  return hints;
}

/// What stands between `before` and `after` in `text`; "": they are not there.
std::string Between(const std::string& text, std::string_view before, std::string_view after) {
  const size_t begin = text.find(before);
  const size_t end = begin == std::string::npos ? begin : text.find(after, begin + before.size());
  return end == std::string::npos ? "" : text.substr(begin + before.size(), end - begin - before.size());
}

/// About a name that is no column.
std::string UnknownColumn(const std::string& name, const std::vector<OutputColumn>& columns) {
  std::vector<std::string> names;
  for (const OutputColumn& column : columns) {
    names.push_back(column.name);
  }
  const std::string near = DidYouMean(name, names);
  return fmt::format("there is no column '{}'{}", name,
                     near.empty() ? "; a text is written in single quotes: '" + name + "'" : near);
}

/// DuckDB's message in plain words.
std::string InPlainWords(const std::string& message, const std::string& where,
                         const std::vector<OutputColumn>& columns) {
  const auto has = [&](std::string_view part) { return message.find(part) != std::string::npos; };
  if (const std::string name = Between(message, "Referenced column \"", "\""); !name.empty()) {
    return UnknownColumn(name, columns);
  }
  if (const std::string name = Between(message, "Function with name ", " does not exist"); !name.empty()) {
    const std::string near = Between(message, "Did you mean \"", "\"");
    return fmt::format("there is no function {}(){}", name, near.empty() ? "" : "; did you mean " + near + "()?");
  }
  if (has("aggregate") || has("window")) {
    return "looks at one pair of allele and hit at a time: sum(), count() and other functions of many rows can't be "
           "used";
  }
  if (has("subquer")) {
    return "can't have a SELECT of its own";
  }
  if (has("syntax error") || has("unterminated")) {
    const std::string near = Between(message, "at or near \"", "\"");
    return "is not complete, or can't be read as a condition" +
           (near.empty() || near == ")" ? "" : fmt::format(" at '{}'", near)) +
           "; for example: \"qual > 30 AND filter = 'PASS'\"";
  }
  if (const std::string value = Between(message, "Could not convert string '", "'"); !value.empty()) {
    return fmt::format("'{}' is compared with a column of another type", value) + Hints(where, columns);
  }
  if (const std::string value = Between(message, "with value '", "' can't be cast"); !value.empty()) {
    return fmt::format("'{}' is compared with a column of another type", value) + Hints(where, columns);
  }
  if (has("No function matches") || has("Cannot compare") || has("cast") || has("convert")) {
    return "does not fit the type of a column that it names" + Hints(where, columns);
  }
  return message.substr(0, message.find('\n')) + Hints(where, columns);
}

/// A row of NULLs, over which a condition shows what only turns up at work: constants that are of no type of the
/// columns'. DuckDB must not know that they are NULL, or it would not look at the rest.
std::string RowOfNulls(const std::vector<OutputColumn>& columns) {
  std::vector<std::string> nulls;
  for (const OutputColumn& column : columns) {
    nulls.push_back(fmt::format("list_extract(CAST([] AS {}[]), 1 + CAST(floor(random()) AS INTEGER)) AS {}",
                                column.type, SqlName(column.name)));
  }
  return fmt::format("SELECT {} FROM range(1)", Join(nulls, ", "));
}

}  // namespace

Status CheckWhere(duck::Database& database, const std::string& where, const std::string& rows) {
  VARJOIN_ASSIGN(const duck::ResultTable described, database.Query("DESCRIBE " + rows));
  const std::vector<OutputColumn> columns = ColumnsOf(described);
  Result<duck::ResultTable> condition =
      database.Query(fmt::format("DESCRIBE SELECT ({}\n) AS condition FROM ({})", where, rows));
  const std::string type = condition.ok() ? condition->Text(0, 1) : "";
  if (type == "BOOLEAN") {
    condition = database.Query(fmt::format("SELECT 1 FROM ({}) WHERE ({}\n)", RowOfNulls(columns), where));
  }
  (void)database.TakeScanReport();
  if (!condition.ok()) {
    const Status& status = condition.status();
    return status.code() != StatusCode::kBadInput
               ? status
               : BadInput("--where: {}", InPlainWords(status.message(), where, columns));
  }
  return type == "BOOLEAN" ? Status::Ok()
                           : BadInput("--where: is of type {}, and not a condition such as \"qual > 30\"", type);
}

}  // namespace varjoin
