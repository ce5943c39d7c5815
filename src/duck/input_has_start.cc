// input_has_start.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <array>

#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace varjoin::duck {
namespace {

using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::ScalarFunction;
using duckdb::string_t;
using duckdb::UnifiedVectorFormat;

struct StartsInfo : duckdb::ScalarFunctionInfo {
  explicit StartsInfo(std::shared_ptr<InputStarts> given) : starts(std::move(given)) {}
  std::shared_ptr<InputStarts> starts;
};

struct StartsBind : duckdb::FunctionData {
  explicit StartsBind(std::shared_ptr<const index::KnownStarts> given) : known(std::move(given)) {}
  std::shared_ptr<const index::KnownStarts> known;

  duckdb::unique_ptr<FunctionData> Copy() const override { return duckdb::make_uniq<StartsBind>(known); }
  bool Equals(const FunctionData& other) const override { return known == other.Cast<StartsBind>().known; }
};

/// One thread's.
struct StartsState : duckdb::FunctionLocalState {
  index::ContigNames contigs;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext&, ScalarFunction& function,
                                              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>&) {
  const auto& info = function.GetExtraFunctionInfo().Cast<StartsInfo>();
  if (info.starts->known == nullptr) {
    throw duckdb::BinderException("input_has_start: is of use in the plan of a run only");
  }
  return duckdb::make_uniq<StartsBind>(info.starts->known);
}

duckdb::unique_ptr<duckdb::FunctionLocalState> InitState(duckdb::ExpressionState&,
                                                         const duckdb::BoundFunctionExpression&,
                                                         duckdb::FunctionData*) {
  return duckdb::make_uniq<StartsState>();
}

/// input_has_start(start).
void ExecuteWithoutContig(duckdb::DataChunk& arguments, duckdb::ExpressionState& expression_state,
                          duckdb::Vector& result) {
  const auto& expression = expression_state.expr.Cast<duckdb::BoundFunctionExpression>();
  const index::KnownStarts& known = *expression.bind_info->Cast<StartsBind>().known;
  UnifiedVectorFormat starts;
  arguments.data[0].ToUnifiedFormat(arguments.size(), starts);
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  auto* const found = duckdb::FlatVector::GetData<bool>(result);
  for (idx_t row = 0; row < arguments.size(); ++row) {
    const idx_t start = starts.sel->get_index(row);
    found[row] =
        starts.validity.RowIsValid(start) && known.MayHold(UnifiedVectorFormat::GetData<int64_t>(starts)[start]);
  }
}

/// input_has_start(chrom, start).
void Execute(duckdb::DataChunk& arguments, duckdb::ExpressionState& expression_state, duckdb::Vector& result) {
  const auto& expression = expression_state.expr.Cast<duckdb::BoundFunctionExpression>();
  const index::KnownStarts& known = *expression.bind_info->Cast<StartsBind>().known;
  auto& state = duckdb::ExecuteFunctionState::GetFunctionState(expression_state)->Cast<StartsState>();
  std::array<UnifiedVectorFormat, 2> columns;
  for (idx_t i = 0; i < columns.size(); ++i) {
    arguments.data[i].ToUnifiedFormat(arguments.size(), columns[i]);
  }
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  auto* const found = duckdb::FlatVector::GetData<bool>(result);
  for (idx_t row = 0; row < arguments.size(); ++row) {
    const idx_t chrom = columns[0].sel->get_index(row);
    const idx_t start = columns[1].sel->get_index(row);
    found[row] = false;
    if (columns[0].validity.RowIsValid(chrom) && columns[1].validity.RowIsValid(start)) {
      const string_t& name = UnifiedVectorFormat::GetData<string_t>(columns[0])[chrom];
      const int contig = state.contigs.Find({name.GetData(), name.GetSize()}, index::KnownStarts::ContigNumber);
      found[row] = known.MayHold(contig, UnifiedVectorFormat::GetData<int64_t>(columns[1])[start]);
    }
  }
}

}  // namespace

void RegisterInputHasStart(duckdb::ExtensionLoader& loader, const std::shared_ptr<InputStarts>& starts) {
  duckdb::ScalarFunctionSet functions("input_has_start");
  ScalarFunction with_contig({LogicalType::VARCHAR, LogicalType::BIGINT}, LogicalType::BOOLEAN, Execute, Bind);
  with_contig.SetInitStateCallback(InitState);
  ScalarFunction without_contig({LogicalType::BIGINT}, LogicalType::BOOLEAN, ExecuteWithoutContig, Bind);
  for (ScalarFunction* const function : {&with_contig, &without_contig}) {
    function->SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
    function->SetExtraFunctionInfo(duckdb::make_shared_ptr<StartsInfo>(starts));
    functions.AddFunction(*function);
  }
  loader.RegisterFunction(functions);
}

}  // namespace varjoin::duck
