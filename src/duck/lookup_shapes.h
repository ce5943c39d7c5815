// lookup_shapes.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What variant_lookup() and its like have in common: their arguments, and what they make of hits.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "index/columns.h"
#include "index/lookup.h"

namespace varjoin::duck {

/// What the hits of a query become.
enum class Shape {
  kHits,   ///< LIST(STRUCT(columns)): all hits; empty for a miss
  kRows,   ///< LIST(STRUCT(hits, hit, c1, …)): the same, but a miss is one row of NULLs, which unnest() keeps
  kFirst,  ///< STRUCT(hits, c1, …): the first hit
  kLists,  ///< STRUCT(hits, c1 LIST, …): all hits; NULL for a miss
};

/// What the registered functions know.
struct LookupInfo : duckdb::ScalarFunctionInfo {
  LookupInfo(std::shared_ptr<IndexResolver> given_resolver, std::shared_ptr<LookupLog> given_log)
      : resolver(std::move(given_resolver)), log(std::move(given_log)) {}
  std::shared_ptr<IndexResolver> resolver;
  std::shared_ptr<LookupLog> log;
};

/// The arguments of one call that are the same for all rows.
struct LookupCall {
  std::string source;
  LookupSource found;
  std::vector<std::string> columns;            ///< empty: all
  std::set<std::string, std::less<>> foreign;  ///< contigs that are not what their names say
};

/// Takes (source, the query's arguments, [columns, [foreign contigs]]) and leaves the query's, `query_arguments` of
/// them. Throws BinderException.
LookupCall TakeCall(duckdb::ClientContext& context, duckdb::ScalarFunction& function,
                    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments, size_t query_arguments);

/// The numbers of the columns with these names among `known`; of all, if there are none. Throws BinderException.
std::vector<int> ColumnNumbers(const std::vector<index::ColumnSchema>& known, const std::vector<std::string>& names,
                               const std::string& source);

/// The type of a result with these columns. `holder` is where they are held, for messages.
duckdb::LogicalType TypeOfResult(duckdb::ClientContext& context, Shape shape,
                                 const std::vector<index::ColumnSchema>& columns, const std::string& holder);

/// The hits of a chunk's queries, sorted by query, and the values of their rows.
struct FoundRows {
  std::span<const index::Hit> hits;
  std::vector<const index::ColumnValues*> values;  ///< a column each
  std::vector<index::ValueKind> kinds;             ///< likewise
};

/// Writes the results of `count` queries (at least one) to a vector of TypeOfResult(), which is a constant one where a
/// plan's queries all miss. `places` is memory to use.
void WriteResult(const FoundRows& found, Shape shape, duckdb::idx_t count, std::vector<int64_t>& places,
                 duckdb::Vector& result);

}  // namespace varjoin::duck
