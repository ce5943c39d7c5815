// variant_lookup.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/text.h"
#include "duck/functions.h"
#include "duck/lookup_shapes.h"
#include "duckdb.hpp"
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
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::ScalarFunction;
using duckdb::string_t;
using duckdb::UnifiedVectorFormat;
using duckdb::Vector;

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

/// Takes the source, columns and contigs from the arguments; leaves chrom, start, ref, alt.
duckdb::unique_ptr<duckdb::FunctionData> Bind(ClientContext& context, ScalarFunction& function,
                                              duckdb::vector<duckdb::unique_ptr<Expression>>& arguments, Shape shape) {
  LookupCall call = TakeCall(context, function, arguments, /*query_arguments=*/4);
  auto bind = duckdb::make_uniq<LookupBind>();
  bind->shape = shape;
  bind->log = function.GetExtraFunctionInfo().Cast<LookupInfo>().log;
  bind->source = call.source;
  bind->foreign = std::move(call.foreign);
  bind->file = std::move(call.found.file);
  bind->reference = std::move(call.found.reference);
  if (bind->file == nullptr) {
    throw duckdb::BinderException("source '%s' has intervals, not alleles: annotate with it", bind->source);
  }
  std::vector<index::ColumnSchema> known;
  for (const index::ColumnCoding& column : bind->file->columns()) {
    known.push_back(column.schema);
  }
  bind->columns = ColumnNumbers(known, call.columns, bind->source);
  std::vector<index::ColumnSchema> chosen;
  for (const int column : bind->columns) {
    chosen.push_back(known[static_cast<size_t>(column)]);
  }
  function.SetReturnType(TypeOfResult(context, shape, chosen, bind->file->path()));
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

void Execute(DataChunk& arguments, ExpressionState& expression_state, Vector& result) {
  const auto& expression = expression_state.expr.Cast<duckdb::BoundFunctionExpression>();
  const auto& bind = expression.bind_info->Cast<LookupBind>();
  auto& state = duckdb::ExecuteFunctionState::GetFunctionState(expression_state)->Cast<LookupState>();
  const bool constant = arguments.AllConstant();
  const idx_t count = constant ? 1 : arguments.size();
  ReadQueries(arguments, count, bind, state);
  if (const Status looked_up = state.lookup.Find(state.queries); !looked_up.ok()) {
    throw duckdb::IOException("%s", looked_up.message());
  }
  if (state.aligner != nullptr) {
    state.aligner->Clear();
  }
  bind.log->Add(bind.source, state.queries.size(), state.lookup.hits());
  FoundRows found{.hits = state.lookup.hits(), .values = {}, .kinds = {}};
  for (size_t c = 0; c < bind.columns.size(); ++c) {
    found.values.push_back(&state.lookup.values()[c]);
    found.kinds.push_back(bind.file->columns()[static_cast<size_t>(bind.columns[c])].schema.kind);
  }
  WriteResult(found, bind.shape, count, state.places, result);
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
