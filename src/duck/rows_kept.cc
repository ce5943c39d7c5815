// rows_kept.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/rows_kept.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "duckdb.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace varjoin::duck {
namespace {

using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::UnifiedVectorFormat;

/// Rows that were left out, by the names of conditions. Thread-safe.
class DropLog {
 public:
  void Add(const std::string& name, int64_t rows) {
    const std::lock_guard lock(mutex_);
    counts_[name] += rows;
  }

  std::map<std::string, int64_t> Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(counts_, {});
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int64_t> counts_;
};

struct KeptInfo : duckdb::ScalarFunctionInfo {
  explicit KeptInfo(std::shared_ptr<DropLog> given) : log(std::move(given)) {}
  std::shared_ptr<DropLog> log;
};

struct KeptBind : duckdb::FunctionData {
  std::vector<std::string> names;
  std::shared_ptr<DropLog> log;

  duckdb::unique_ptr<FunctionData> Copy() const override { return duckdb::make_uniq<KeptBind>(*this); }
  bool Equals(const FunctionData& other) const override { return names == other.Cast<KeptBind>().names; }
};

/// Takes the names from the arguments; leaves the conditions.
duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::ScalarFunction& function,
                                              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  auto bind = duckdb::make_uniq<KeptBind>();
  bind->log = function.GetExtraFunctionInfo().Cast<KeptInfo>().log;
  if (!arguments[0]->IsFoldable()) {
    throw duckdb::BinderException("rows_kept: give the conditions' names as a constant list");
  }
  const duckdb::Value names = duckdb::ExpressionExecutor::EvaluateScalar(context, *arguments[0]);
  for (const duckdb::Value& name : duckdb::ListValue::GetChildren(names)) {
    bind->names.push_back(name.ToString());
  }
  if (bind->names.size() != arguments.size() - 1) {
    throw duckdb::BinderException("rows_kept: each condition needs a name");
  }
  duckdb::Function::EraseArgument(function, arguments, 0);
  return bind;
}

void Execute(duckdb::DataChunk& conditions, duckdb::ExpressionState& state, duckdb::Vector& result) {
  const auto& bind = state.expr.Cast<duckdb::BoundFunctionExpression>().bind_info->Cast<KeptBind>();
  const idx_t count = conditions.size();
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  bool* const kept = duckdb::FlatVector::GetData<bool>(result);
  std::fill(kept, kept + count, true);
  for (idx_t i = 0; i < conditions.ColumnCount(); ++i) {
    UnifiedVectorFormat format;
    conditions.data[i].ToUnifiedFormat(count, format);
    int64_t dropped = 0;
    for (idx_t row = 0; row < count; ++row) {
      const idx_t at = format.sel->get_index(row);
      if (kept[row] && !(format.validity.RowIsValid(at) && UnifiedVectorFormat::GetData<bool>(format)[at])) {
        kept[row] = false;
        ++dropped;
      }
    }
    bind.log->Add(bind.names[i], dropped);
  }
}

void ExecuteDropped(duckdb::DataChunk&, duckdb::ExpressionState& state, duckdb::Vector& result) {
  const auto& function = state.expr.Cast<duckdb::BoundFunctionExpression>().function;
  duckdb::vector<duckdb::Value> rows;
  for (const auto& [name, dropped] : function.GetExtraFunctionInfo().Cast<KeptInfo>().log->Take()) {
    rows.push_back(duckdb::Value::STRUCT({{"name", duckdb::Value(name)}, {"dropped", duckdb::Value::BIGINT(dropped)}}));
  }
  result.Reference(duckdb::Value::LIST(duckdb::ListType::GetChildType(function.GetReturnType()), std::move(rows)));
}

}  // namespace

void RegisterRowsKept(duckdb::ExtensionLoader& loader) {
  const auto log = std::make_shared<DropLog>();
  duckdb::ScalarFunction function("rows_kept", {LogicalType::LIST(LogicalType::VARCHAR)}, LogicalType::BOOLEAN, Execute,
                                  Bind);
  function.varargs = LogicalType::BOOLEAN;
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  function.SetVolatile();  // a row counts once
  function.SetExtraFunctionInfo(duckdb::make_shared_ptr<KeptInfo>(KeptInfo(log)));
  loader.RegisterFunction(function);
  duckdb::ScalarFunction dropped(
      "rows_dropped", {},
      LogicalType::LIST(LogicalType::STRUCT({{"name", LogicalType::VARCHAR}, {"dropped", LogicalType::BIGINT}})),
      ExecuteDropped);
  dropped.SetVolatile();
  dropped.SetExtraFunctionInfo(duckdb::make_shared_ptr<KeptInfo>(KeptInfo(log)));
  loader.RegisterFunction(dropped);
}

}  // namespace varjoin::duck
