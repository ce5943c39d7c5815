// lookup_shapes.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/lookup_shapes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "duck/index_values.h"
#include "duckdb/execution/expression_executor.hpp"

namespace varjoin::duck {
namespace {

using duckdb::ClientContext;
using duckdb::Expression;
using duckdb::FlatVector;
using duckdb::idx_t;
using duckdb::ListVector;
using duckdb::LogicalType;
using duckdb::StructVector;
using duckdb::Value;
using duckdb::Vector;

Value Constant(ClientContext& context, Expression& expression, const char* what) {
  if (expression.HasParameter()) {
    throw duckdb::ParameterNotResolvedException();
  }
  if (!expression.IsFoldable()) {
    throw duckdb::BinderException("variant_lookup: %s must be the same for all rows: give it as a constant", what);
  }
  return duckdb::ExpressionExecutor::EvaluateScalar(context, expression);
}

std::vector<std::string> Texts(const Value& list, const char* what) {
  std::vector<std::string> texts;
  if (list.IsNull()) {
    return texts;
  }
  for (const Value& text : duckdb::ListValue::GetChildren(list)) {
    if (text.IsNull()) {
      throw duckdb::BinderException("variant_lookup: there is a NULL among the %s", what);
    }
    texts.push_back(text.ToString());
  }
  return texts;
}

/// Sets the fields of a struct vector, from field `first` on, to the values at `places`.
void WriteFields(const FoundRows& found, const std::vector<int64_t>& places, Vector& structs, size_t first) {
  auto& fields = StructVector::GetEntries(structs);
  for (size_t c = 0; c < found.values.size(); ++c) {
    WriteValues(*found.values[c], places, found.kinds[c], *fields[first + c]);
  }
}

/// A list for each row: its hits; for kRows at least one element.
void WriteRows(const FoundRows& found, Shape shape, idx_t count, std::vector<int64_t>& places, Vector& result) {
  const auto hits = found.hits;
  const bool keep_misses = shape == Shape::kRows;
  std::vector<int32_t> counts;
  std::vector<int32_t> numbers;  // of the hits of a query, from 1; 0: a miss
  auto* const entries = FlatVector::GetData<duckdb::list_entry_t>(result);
  for (size_t row = 0, hit = 0; row < count; ++row) {
    const size_t first = hit;
    const size_t offset = places.size();
    for (; hit < hits.size() && hits[hit].query == row; ++hit) {
      places.push_back(hits[hit].row);
    }
    if (keep_misses && hit == first) {
      places.push_back(kNoValue);
    }
    entries[row] = {offset, places.size() - offset};
    counts.insert(counts.end(), entries[row].length, static_cast<int32_t>(hit - first));
    for (uint64_t i = 0; i < entries[row].length; ++i) {
      numbers.push_back(hit == first ? 0 : static_cast<int32_t>(i) + 1);
    }
  }
  ListVector::Reserve(result, places.size());
  ListVector::SetListSize(result, places.size());
  Vector& structs = ListVector::GetEntry(result);
  if (keep_misses) {
    std::copy(counts.begin(), counts.end(), FlatVector::GetData<int32_t>(*StructVector::GetEntries(structs)[0]));
    std::copy(numbers.begin(), numbers.end(), FlatVector::GetData<int32_t>(*StructVector::GetEntries(structs)[1]));
  }
  WriteFields(found, places, structs, keep_misses ? 2 : 0);
}

void WriteFirst(const FoundRows& found, idx_t count, std::vector<int64_t>& places, Vector& result) {
  const auto hits = found.hits;
  auto* const counts = FlatVector::GetData<int32_t>(*StructVector::GetEntries(result)[0]);
  for (size_t row = 0, hit = 0; row < count; ++row) {
    const size_t first = hit;
    while (hit < hits.size() && hits[hit].query == row) {
      ++hit;
    }
    counts[row] = static_cast<int32_t>(hit - first);
    places.push_back(hit == first ? kNoValue : static_cast<int64_t>(hits[first].row));
  }
  WriteFields(found, places, result, 1);
}

void WriteLists(const FoundRows& found, idx_t count, std::vector<int64_t>& places, Vector& result) {
  const auto hits = found.hits;
  auto& fields = StructVector::GetEntries(result);
  std::vector<duckdb::list_entry_t> lists;
  for (size_t row = 0, hit = 0; row < count; ++row) {
    const size_t first = hit;
    for (; hit < hits.size() && hits[hit].query == row; ++hit) {
      places.push_back(hits[hit].row);
    }
    FlatVector::GetData<int32_t>(*fields[0])[row] = static_cast<int32_t>(hit - first);
    lists.push_back({first, hit - first});
  }
  for (size_t c = 0; c < found.values.size(); ++c) {
    Vector& column = *fields[c + 1];
    ListVector::Reserve(column, places.size());
    ListVector::SetListSize(column, places.size());
    for (idx_t row = 0; row < count; ++row) {
      FlatVector::GetData<duckdb::list_entry_t>(column)[row] = lists[row];
      if (lists[row].length == 0) {
        FlatVector::SetNull(column, row, true);
      }
    }
    WriteValues(*found.values[c], places, found.kinds[c], ListVector::GetEntry(column));
  }
}

}  // namespace

LookupCall TakeCall(ClientContext& context, duckdb::ScalarFunction& function,
                    duckdb::vector<duckdb::unique_ptr<Expression>>& arguments, size_t query_arguments) {
  const auto& info = function.GetExtraFunctionInfo().Cast<LookupInfo>();
  const idx_t columns_at = query_arguments + 1;
  const idx_t foreign_at = columns_at + 1;
  LookupCall call;
  if (arguments.size() > foreign_at) {
    for (std::string& contig : Texts(Constant(context, *arguments[foreign_at], "the contigs"), "contigs")) {
      call.foreign.insert(std::move(contig));
    }
    duckdb::Function::EraseArgument(function, arguments, foreign_at);
  }
  if (arguments.size() > columns_at) {
    call.columns = Texts(Constant(context, *arguments[columns_at], "the columns"), "columns");
    duckdb::Function::EraseArgument(function, arguments, columns_at);
  }
  const Value source = Constant(context, *arguments[0], "the source");
  if (source.IsNull()) {
    throw duckdb::BinderException("variant_lookup: name a source");
  }
  call.source = source.ToString();
  duckdb::Function::EraseArgument(function, arguments, 0);
  auto found = (*info.resolver)(call.source);
  if (!found.ok()) {
    throw duckdb::BinderException("%s", found.status().message());
  }
  call.found = *std::move(found);
  return call;
}

std::vector<int> ColumnNumbers(const std::vector<index::ColumnSchema>& known, const std::vector<std::string>& names,
                               const std::string& source) {
  std::vector<std::string> known_names;
  std::vector<int> numbers;
  for (const index::ColumnSchema& column : known) {
    numbers.push_back(static_cast<int>(known_names.size()));
    known_names.push_back(column.name);
  }
  if (names.empty()) {
    return numbers;
  }
  numbers.clear();
  for (const std::string& name : names) {
    const auto column = std::find_if(known_names.begin(), known_names.end(),
                                     [&](const std::string& other) { return EqualNoCase(other, name); });
    if (column == known_names.end()) {
      throw duckdb::BinderException("source '%s' has no column '%s'%s; see `varjoin source show %s`", source, name,
                                    DidYouMean(name, known_names), source);
    }
    numbers.push_back(static_cast<int>(column - known_names.begin()));
  }
  return numbers;
}

LogicalType TypeOfResult(ClientContext& context, Shape shape, const std::vector<index::ColumnSchema>& columns,
                         const std::string& holder) {
  duckdb::child_list_t<LogicalType> fields;
  const bool for_plan = shape != Shape::kHits;
  if (for_plan) {
    fields.emplace_back("hits", LogicalType::INTEGER);
  }
  if (shape == Shape::kRows) {
    fields.emplace_back("hit", LogicalType::INTEGER);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    const index::ColumnSchema& schema = columns[i];
    const LogicalType type = duckdb::TransformStringToLogicalType(schema.type, context);
    if (KindOf(type) != schema.kind) {
      throw duckdb::InvalidInputException("%s: column '%s' is not held as its type %s is; build the index again",
                                          holder, schema.name, schema.type);
    }
    fields.emplace_back(for_plan ? fmt::format("c{}", i + 1) : schema.name,
                        shape == Shape::kLists ? LogicalType::LIST(type) : type);
  }
  const LogicalType row = LogicalType::STRUCT(std::move(fields));
  return shape == Shape::kHits || shape == Shape::kRows ? LogicalType::LIST(row) : row;
}

void WriteResult(const FoundRows& found, Shape shape, idx_t count, std::vector<int64_t>& places, Vector& result) {
  places.clear();
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  // A chunk without a hit is one miss for all its rows: what comes after copies nothing of it, however many columns
  // the source has.
  const bool all_miss = found.hits.empty() && shape != Shape::kHits;
  count = all_miss ? 1 : count;
  switch (shape) {
    case Shape::kHits:
    case Shape::kRows:
      WriteRows(found, shape, count, places, result);
      break;
    case Shape::kFirst:
      WriteFirst(found, count, places, result);
      break;
    case Shape::kLists:
      WriteLists(found, count, places, result);
      break;
  }
  if (all_miss) {
    result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
  }
}

}  // namespace varjoin::duck
