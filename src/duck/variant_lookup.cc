// variant_lookup.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/text.h"
#include "duck/functions.h"
#include "duck/index_values.h"
#include "duckdb.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"
#include "index/lookup.h"

namespace varjoin::duck {
namespace {

using duckdb::ClientContext;
using duckdb::DataChunk;
using duckdb::Expression;
using duckdb::ExpressionState;
using duckdb::FlatVector;
using duckdb::idx_t;
using duckdb::ListVector;
using duckdb::LogicalType;
using duckdb::ScalarFunction;
using duckdb::string_t;
using duckdb::StructVector;
using duckdb::UnifiedVectorFormat;
using duckdb::Value;
using duckdb::Vector;

/// What the hits of an allele become.
enum class Shape {
  kHits,   ///< LIST(STRUCT(columns)): all hits; empty for a miss
  kRows,   ///< LIST(STRUCT(hits, hit, c1, …)): the same, but a miss is one row of NULLs, which unnest() keeps
  kFirst,  ///< STRUCT(hits, c1, …): the first hit
  kLists,  ///< STRUCT(hits, c1 LIST, …): all hits; NULL for a miss
};

std::string_view View(const string_t& text) {
  return {text.GetData(), text.GetSize()};
}

struct LookupBind : duckdb::FunctionData {
  Shape shape = Shape::kHits;
  std::string source;
  std::shared_ptr<const index::IndexFile> file;
  std::shared_ptr<const Reference> reference;
  std::vector<int> columns;
  std::set<std::string, std::less<>> foreign;  ///< contigs that are not what their names say
  std::shared_ptr<LookupLog> log;

  duckdb::unique_ptr<FunctionData> Copy() const override { return duckdb::make_uniq<LookupBind>(*this); }
  bool Equals(const FunctionData& other) const override {
    const auto& that = other.Cast<LookupBind>();
    return shape == that.shape && file == that.file && reference == that.reference && columns == that.columns &&
           foreign == that.foreign;
  }
};

/// One thread's.
struct LookupState : duckdb::FunctionLocalState {
  explicit LookupState(const LookupBind& bind) : lookup(bind.file, bind.columns) {
    if (bind.reference != nullptr) {
      aligner = std::make_unique<LeftAligner>(bind.reference);
    }
  }

  index::Lookup lookup;
  std::unique_ptr<LeftAligner> aligner;
  index::ContigNames contigs;
  std::vector<index::Query> queries;
  std::vector<int64_t> places;  ///< of values, in the order of the output
};

/// What the registered functions know.
struct LookupInfo : duckdb::ScalarFunctionInfo {
  LookupInfo(std::shared_ptr<IndexResolver> given_resolver, std::shared_ptr<LookupLog> given_log)
      : resolver(std::move(given_resolver)), log(std::move(given_log)) {}
  std::shared_ptr<IndexResolver> resolver;
  std::shared_ptr<LookupLog> log;
};

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

/// The numbers of the columns with these names; of all, if there are none.
std::vector<int> ColumnNumbers(const index::IndexFile& file, const std::vector<std::string>& names,
                               const std::string& source) {
  std::vector<std::string> known;
  std::vector<int> numbers;
  for (const index::ColumnCoding& column : file.columns()) {
    numbers.push_back(static_cast<int>(known.size()));
    known.push_back(column.schema.name);
  }
  if (names.empty()) {
    return numbers;
  }
  numbers.clear();
  for (const std::string& name : names) {
    numbers.push_back(file.FindColumn(name));
    if (numbers.back() < 0) {
      throw duckdb::BinderException("source '%s' has no column '%s'%s; see `varjoin source show %s`", source, name,
                                    DidYouMean(name, known), source);
    }
  }
  return numbers;
}

LogicalType ReturnType(ClientContext& context, const LookupBind& bind) {
  duckdb::child_list_t<LogicalType> fields;
  const bool for_plan = bind.shape != Shape::kHits;
  if (for_plan) {
    fields.emplace_back("hits", LogicalType::INTEGER);
  }
  if (bind.shape == Shape::kRows) {
    fields.emplace_back("hit", LogicalType::INTEGER);
  }
  for (size_t i = 0; i < bind.columns.size(); ++i) {
    const index::ColumnSchema& schema = bind.file->columns()[static_cast<size_t>(bind.columns[i])].schema;
    const LogicalType type = duckdb::TransformStringToLogicalType(schema.type, context);
    if (KindOf(type) != schema.kind) {
      throw duckdb::InvalidInputException("%s: column '%s' is not held as its type %s is; build the index again",
                                          bind.file->path(), schema.name, schema.type);
    }
    fields.emplace_back(for_plan ? "c" + std::to_string(i + 1) : schema.name,
                        bind.shape == Shape::kLists ? LogicalType::LIST(type) : type);
  }
  const LogicalType row = LogicalType::STRUCT(std::move(fields));
  return bind.shape == Shape::kHits || bind.shape == Shape::kRows ? LogicalType::LIST(row) : row;
}

/// Takes the source, columns and contigs from the arguments; leaves chrom, start, ref, alt.
duckdb::unique_ptr<duckdb::FunctionData> Bind(ClientContext& context, ScalarFunction& function,
                                              duckdb::vector<duckdb::unique_ptr<Expression>>& arguments, Shape shape) {
  const auto& info = function.GetExtraFunctionInfo().Cast<LookupInfo>();
  auto bind = duckdb::make_uniq<LookupBind>();
  bind->shape = shape;
  bind->log = info.log;
  std::vector<std::string> columns;
  if (shape != Shape::kHits) {
    for (std::string& contig : Texts(Constant(context, *arguments[6], "the contigs"), "contigs")) {
      bind->foreign.insert(std::move(contig));
    }
    duckdb::Function::EraseArgument(function, arguments, 6);
  }
  if (arguments.size() > 5) {
    columns = Texts(Constant(context, *arguments[5], "the columns"), "columns");
    duckdb::Function::EraseArgument(function, arguments, 5);
  }
  const Value source = Constant(context, *arguments[0], "the source");
  if (source.IsNull()) {
    throw duckdb::BinderException("variant_lookup: name a source");
  }
  bind->source = source.ToString();
  duckdb::Function::EraseArgument(function, arguments, 0);
  auto found = (*info.resolver)(bind->source);
  if (!found.ok()) {
    throw duckdb::BinderException("%s", found.status().message());
  }
  bind->file = std::move(found->file);
  bind->reference = std::move(found->reference);
  bind->columns = ColumnNumbers(*bind->file, columns, bind->source);
  function.SetReturnType(ReturnType(context, *bind));
  return bind;
}

template <Shape shape>
duckdb::unique_ptr<duckdb::FunctionData> BindAs(ClientContext& context, ScalarFunction& function,
                                                duckdb::vector<duckdb::unique_ptr<Expression>>& arguments) {
  return Bind(context, function, arguments, shape);
}

duckdb::unique_ptr<duckdb::FunctionLocalState> InitState(ExpressionState&, const duckdb::BoundFunctionExpression&,
                                                         duckdb::FunctionData* bind) {
  return duckdb::make_uniq<LookupState>(bind->Cast<LookupBind>());
}

/// The left-aligned forms of the alleles, also of those on contigs that the source lacks: what cannot be aligned is
/// counted whatever the source.
void AlignQueries(const UnifiedVectorFormat& contigs, LookupState& state) {
  for (idx_t row = 0; row < state.queries.size(); ++row) {
    index::Query& query = state.queries[row];
    if (query.allele.ref.data() != nullptr) {
      const std::string_view contig =
          View(UnifiedVectorFormat::GetData<string_t>(contigs)[contigs.sel->get_index(row)]);
      query.left_aligned = AlignedBy(*state.aligner, contig, query.allele);
    }
  }
}

/// The alleles of a chunk; one with a NULL matches nothing.
void ReadQueries(DataChunk& arguments, idx_t count, const LookupBind& bind, LookupState& state) {
  std::array<UnifiedVectorFormat, 4> columns;
  for (idx_t i = 0; i < columns.size(); ++i) {
    arguments.data[i].ToUnifiedFormat(count, columns[i]);
  }
  const auto number_of = [&](const std::string& canonical) { return bind.file->FindContig(canonical); };
  state.queries.assign(count, {});
  for (idx_t row = 0; row < count; ++row) {
    std::array<idx_t, 4> at;
    bool valid = true;
    for (idx_t i = 0; i < columns.size(); ++i) {
      at[i] = columns[i].sel->get_index(row);
      valid = valid && columns[i].validity.RowIsValid(at[i]);
    }
    if (!valid) {
      continue;
    }
    const std::string_view contig = View(UnifiedVectorFormat::GetData<string_t>(columns[0])[at[0]]);
    index::Query& query = state.queries[row];
    query.contig = !bind.foreign.empty() && bind.foreign.contains(contig) ? index::ContigNames::kNone
                                                                          : state.contigs.Find(contig, number_of);
    query.allele = {.start = UnifiedVectorFormat::GetData<int64_t>(columns[1])[at[1]],
                    .ref = View(UnifiedVectorFormat::GetData<string_t>(columns[2])[at[2]]),
                    .alt = View(UnifiedVectorFormat::GetData<string_t>(columns[3])[at[3]])};
  }
  if (state.aligner != nullptr) {
    AlignQueries(columns[0], state);
  }
}

/// Sets the fields of a struct vector, from field `first` on, to the values at state.places.
void WriteFields(const LookupState& state, const LookupBind& bind, Vector& structs, size_t first) {
  auto& fields = StructVector::GetEntries(structs);
  for (size_t c = 0; c < bind.columns.size(); ++c) {
    const auto kind = bind.file->columns()[static_cast<size_t>(bind.columns[c])].schema.kind;
    WriteValues(state.lookup.values()[c], state.places, kind, *fields[first + c]);
  }
}

/// A list for each row: its hits; for kRows at least one element.
void WriteRows(LookupState& state, const LookupBind& bind, idx_t count, Vector& result) {
  const auto hits = state.lookup.hits();
  const bool keep_misses = bind.shape == Shape::kRows;
  std::vector<int32_t> counts;
  std::vector<int32_t> numbers;  // of the hits of an allele, from 1; 0: a miss
  auto* const entries = FlatVector::GetData<duckdb::list_entry_t>(result);
  for (size_t row = 0, hit = 0; row < count; ++row) {
    const size_t first = hit;
    const size_t offset = state.places.size();
    for (; hit < hits.size() && hits[hit].query == row; ++hit) {
      state.places.push_back(hits[hit].row);
    }
    if (keep_misses && hit == first) {
      state.places.push_back(kNoValue);
    }
    entries[row] = {offset, state.places.size() - offset};
    counts.insert(counts.end(), entries[row].length, static_cast<int32_t>(hit - first));
    for (uint64_t i = 0; i < entries[row].length; ++i) {
      numbers.push_back(hit == first ? 0 : static_cast<int32_t>(i) + 1);
    }
  }
  ListVector::Reserve(result, state.places.size());
  ListVector::SetListSize(result, state.places.size());
  Vector& structs = ListVector::GetEntry(result);
  if (keep_misses) {
    std::copy(counts.begin(), counts.end(), FlatVector::GetData<int32_t>(*StructVector::GetEntries(structs)[0]));
    std::copy(numbers.begin(), numbers.end(), FlatVector::GetData<int32_t>(*StructVector::GetEntries(structs)[1]));
  }
  WriteFields(state, bind, structs, keep_misses ? 2 : 0);
}

void WriteFirst(LookupState& state, const LookupBind& bind, idx_t count, Vector& result) {
  const auto hits = state.lookup.hits();
  auto* const counts = FlatVector::GetData<int32_t>(*StructVector::GetEntries(result)[0]);
  for (size_t row = 0, hit = 0; row < count; ++row) {
    const size_t first = hit;
    while (hit < hits.size() && hits[hit].query == row) {
      ++hit;
    }
    counts[row] = static_cast<int32_t>(hit - first);
    state.places.push_back(hit == first ? kNoValue : static_cast<int64_t>(hits[first].row));
  }
  WriteFields(state, bind, result, 1);
}

void WriteLists(LookupState& state, const LookupBind& bind, idx_t count, Vector& result) {
  const auto hits = state.lookup.hits();
  auto& fields = StructVector::GetEntries(result);
  std::vector<duckdb::list_entry_t> lists;
  for (size_t row = 0, hit = 0; row < count; ++row) {
    const size_t first = hit;
    for (; hit < hits.size() && hits[hit].query == row; ++hit) {
      state.places.push_back(hits[hit].row);
    }
    FlatVector::GetData<int32_t>(*fields[0])[row] = static_cast<int32_t>(hit - first);
    lists.push_back({first, hit - first});
  }
  for (size_t c = 0; c < bind.columns.size(); ++c) {
    Vector& column = *fields[c + 1];
    ListVector::Reserve(column, state.places.size());
    ListVector::SetListSize(column, state.places.size());
    for (idx_t row = 0; row < count; ++row) {
      FlatVector::GetData<duckdb::list_entry_t>(column)[row] = lists[row];
      if (lists[row].length == 0) {
        FlatVector::SetNull(column, row, true);
      }
    }
    const auto kind = bind.file->columns()[static_cast<size_t>(bind.columns[c])].schema.kind;
    WriteValues(state.lookup.values()[c], state.places, kind, ListVector::GetEntry(column));
  }
}

void Execute(DataChunk& arguments, ExpressionState& expression_state, Vector& result) {
  const auto& expression = expression_state.expr.Cast<duckdb::BoundFunctionExpression>();
  const auto& bind = expression.bind_info->Cast<LookupBind>();
  auto& state = duckdb::ExecuteFunctionState::GetFunctionState(expression_state)->Cast<LookupState>();
  const bool constant = arguments.AllConstant();
  const idx_t count = constant ? 1 : arguments.size();
  ReadQueries(arguments, count, bind, state);
  if (const Status found = state.lookup.Find(state.queries); !found.ok()) {
    throw duckdb::IOException("%s", found.message());
  }
  if (state.aligner != nullptr) {
    state.aligner->Clear();
  }
  bind.log->Add(bind.source, state.queries.size(), state.lookup.hits());
  state.places.clear();
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  switch (bind.shape) {
    case Shape::kHits:
    case Shape::kRows:
      WriteRows(state, bind, count, result);
      break;
    case Shape::kFirst:
      WriteFirst(state, bind, count, result);
      break;
    case Shape::kLists:
      WriteLists(state, bind, count, result);
      break;
  }
  if (constant) {
    result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
  }
}

ScalarFunction Make(const std::string& name, bool with_columns, Shape shape, const LookupInfo& info) {
  duckdb::vector<LogicalType> arguments = {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::BIGINT,
                                           LogicalType::VARCHAR, LogicalType::VARCHAR};
  if (with_columns) {
    arguments.push_back(LogicalType::LIST(LogicalType::VARCHAR));
  }
  if (shape != Shape::kHits) {
    arguments.push_back(LogicalType::LIST(LogicalType::VARCHAR));
  }
  const std::array<duckdb::bind_scalar_function_t, 4> binds = {BindAs<Shape::kHits>, BindAs<Shape::kRows>,
                                                               BindAs<Shape::kFirst>, BindAs<Shape::kLists>};
  ScalarFunction function(name, arguments, LogicalType::ANY, Execute, binds[static_cast<size_t>(shape)]);
  function.SetInitStateCallback(InitState);
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  if (shape != Shape::kHits) {
    function.SetVolatile();  // looked up once a row, wherever the result is used
  }
  function.SetExtraFunctionInfo(duckdb::make_shared_ptr<LookupInfo>(info));
  return function;
}

}  // namespace

void RegisterVariantLookup(duckdb::ExtensionLoader& loader, const std::shared_ptr<IndexResolver>& resolver,
                           const std::shared_ptr<LookupLog>& log) {
  const LookupInfo info(resolver, log);
  duckdb::ScalarFunctionSet lookup("variant_lookup");
  lookup.AddFunction(Make("variant_lookup", /*with_columns=*/false, Shape::kHits, info));
  lookup.AddFunction(Make("variant_lookup", /*with_columns=*/true, Shape::kHits, info));
  loader.RegisterFunction(lookup);
  loader.RegisterFunction(Make("variant_rows", /*with_columns=*/true, Shape::kRows, info));
  loader.RegisterFunction(Make("variant_first", /*with_columns=*/true, Shape::kFirst, info));
  loader.RegisterFunction(Make("variant_lists", /*with_columns=*/true, Shape::kLists, info));
}

}  // namespace varjoin::duck
