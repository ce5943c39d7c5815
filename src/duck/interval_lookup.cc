// interval_lookup.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <array>

#include "duck/lookup_shapes.h"
#include "duckdb.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"
#include "index/interval_table.h"

namespace varjoin::duck {
namespace {

using duckdb::DataChunk;
using duckdb::Expression;
using duckdb::ExpressionState;
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::ScalarFunction;
using duckdb::string_t;
using duckdb::UnifiedVectorFormat;

struct IntervalBind : duckdb::FunctionData {
  Shape shape = Shape::kFirst;
  std::string source;
  std::shared_ptr<const index::IntervalTable> table;
  std::vector<int> columns;
  std::set<std::string, std::less<>> foreign;  ///< contigs that are not what their names say
  std::shared_ptr<LookupLog> log;

  duckdb::unique_ptr<FunctionData> Copy() const override { return duckdb::make_uniq<IntervalBind>(*this); }
  bool Equals(const FunctionData& other) const override {
    const auto& that = other.Cast<IntervalBind>();
    return shape == that.shape && table == that.table && columns == that.columns && foreign == that.foreign;
  }
};

/// One thread's.
struct IntervalState : duckdb::FunctionLocalState {
  index::ContigNames contigs;
  std::vector<uint32_t> rows;
  std::vector<index::Hit> hits;
  std::vector<int64_t> places;
};

/// Takes the source, columns and contigs from the arguments; leaves chrom, start, end.
template <Shape shape>
duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, ScalarFunction& function,
                                              duckdb::vector<duckdb::unique_ptr<Expression>>& arguments) {
  LookupCall call = TakeCall(context, function, arguments, /*query_arguments=*/3);
  auto bind = duckdb::make_uniq<IntervalBind>();
  bind->shape = shape;
  bind->log = function.GetExtraFunctionInfo().Cast<LookupInfo>().log;
  bind->source = call.source;
  bind->foreign = std::move(call.foreign);
  bind->table = std::move(call.found.intervals);
  if (bind->table == nullptr) {
    throw duckdb::BinderException("source '%s' has alleles, not intervals", bind->source);
  }
  bind->columns = ColumnNumbers(bind->table->columns(), call.columns, bind->source);
  std::vector<index::ColumnSchema> chosen;
  for (const int column : bind->columns) {
    chosen.push_back(bind->table->columns()[static_cast<size_t>(column)]);
  }
  function.SetReturnType(TypeOfResult(context, shape, chosen, bind->source));
  return bind;
}

duckdb::unique_ptr<duckdb::FunctionLocalState> InitState(ExpressionState&, const duckdb::BoundFunctionExpression&,
                                                         duckdb::FunctionData*) {
  return duckdb::make_uniq<IntervalState>();
}

/// The intervals that each row of a chunk overlaps; one with a NULL overlaps none.
void FindHits(DataChunk& arguments, idx_t count, const IntervalBind& bind, IntervalState& state) {
  std::array<UnifiedVectorFormat, 3> columns;
  for (idx_t i = 0; i < columns.size(); ++i) {
    arguments.data[i].ToUnifiedFormat(count, columns[i]);
  }
  const auto number_of = [&](const std::string& canonical) { return bind.table->FindContig(canonical); };
  state.hits.clear();
  for (idx_t row = 0; row < count; ++row) {
    std::array<idx_t, 3> at;
    bool valid = true;
    for (idx_t i = 0; i < columns.size(); ++i) {
      at[i] = columns[i].sel->get_index(row);
      valid = valid && columns[i].validity.RowIsValid(at[i]);
    }
    if (!valid) {
      continue;
    }
    const string_t& name = UnifiedVectorFormat::GetData<string_t>(columns[0])[at[0]];
    const std::string_view contig(name.GetData(), name.GetSize());
    if (!bind.foreign.empty() && bind.foreign.contains(contig)) {
      continue;
    }
    state.rows.clear();
    bind.table->Find(state.contigs.Find(contig, number_of), UnifiedVectorFormat::GetData<int64_t>(columns[1])[at[1]],
                     UnifiedVectorFormat::GetData<int64_t>(columns[2])[at[2]], state.rows);
    for (const uint32_t found : state.rows) {
      state.hits.push_back({.query = static_cast<uint32_t>(row), .form = 0, .row = found});
    }
  }
}

void Execute(DataChunk& arguments, ExpressionState& expression_state, duckdb::Vector& result) {
  const auto& expression = expression_state.expr.Cast<duckdb::BoundFunctionExpression>();
  const auto& bind = expression.bind_info->Cast<IntervalBind>();
  auto& state = duckdb::ExecuteFunctionState::GetFunctionState(expression_state)->Cast<IntervalState>();
  const bool constant = arguments.AllConstant();
  const idx_t count = constant ? 1 : arguments.size();
  FindHits(arguments, count, bind, state);
  bind.log->Add(bind.source, count, state.hits);
  FoundRows found{.hits = state.hits, .values = {}, .kinds = {}};
  for (const int column : bind.columns) {
    found.values.push_back(&bind.table->values()[static_cast<size_t>(column)]);
    found.kinds.push_back(bind.table->columns()[static_cast<size_t>(column)].kind);
  }
  WriteResult(found, bind.shape, count, state.places, result);
  if (constant) {
    result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
  }
}

ScalarFunction Make(const std::string& name, duckdb::bind_scalar_function_t bind, const LookupInfo& info) {
  const LogicalType texts = LogicalType::LIST(LogicalType::VARCHAR);
  ScalarFunction function(
      name, {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::BIGINT, texts, texts},
      LogicalType::ANY, Execute, bind);
  function.SetInitStateCallback(InitState);
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  function.SetVolatile();  // looked up once a row, wherever the result is used
  function.SetExtraFunctionInfo(duckdb::make_shared_ptr<LookupInfo>(info));
  return function;
}

}  // namespace

void RegisterIntervalLookup(duckdb::ExtensionLoader& loader, const std::shared_ptr<IndexResolver>& resolver,
                            const std::shared_ptr<LookupLog>& log) {
  const LookupInfo info(resolver, log);
  loader.RegisterFunction(Make("interval_first", Bind<Shape::kFirst>, info));
  loader.RegisterFunction(Make("interval_rows", Bind<Shape::kRows>, info));
  loader.RegisterFunction(Make("interval_lists", Bind<Shape::kLists>, info));
}

}  // namespace varjoin::duck
