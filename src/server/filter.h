// filter.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "duck/bound_queries.h"
#include "server/answer.h"
#include "server/table.h"

namespace varjoin::server {

/// A filter as SQL: only names of the table's own columns and question marks.
struct Filter {
  std::string sql;                       ///< "" : all rows
  std::vector<duck::BoundValue> values;  ///< one a question mark
  std::vector<std::string> words;        ///< a sentence a condition, for a person

  std::string Where() const { return sql.empty() ? "" : " WHERE " + sql; }
};

/// Reads a filter: a JSON array of conditions, all of which a row has to fulfil:
///   {"column": NAME, "is": HOW, "value": V | "values": [V, …], "or_missing": false}
///   {"region": "chr7:55,000,000-56,000,000"}         rows that overlap it; one position; or a whole contig
/// HOW: equal, unequal, less, at_most, more, at_least, one_of, none_of, contains (text, without case), missing,
/// present. A condition on what is missing is not fulfilled, unless `or_missing`. Of a list, one element has to fulfil
/// it; for unequal and none_of, all of them. Errors name the column and what was expected.
Result<Filter> ReadFilter(const Json& conditions, const Table& table);

}  // namespace varjoin::server
