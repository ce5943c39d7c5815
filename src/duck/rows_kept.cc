// rows_kept.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/rows_kept.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duckdb.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace varjoin::duck {
namespace {

using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::UnifiedVectorFormat;

/// Counts by kind and name. Thread-safe.
class CountLog {
 public:
  using Counts = std::map<std::pair<std::string, std::string>, int64_t>;

  void Add(const std::string& kind, const std::string& name, int64_t rows) {
    const std::lock_guard lock(mutex_);
    counts_[{kind, name}] += rows;
  }

  Counts Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(counts_, {});
  }

 private:
  std::mutex mutex_;
  Counts counts_;
};

struct KeptInfo : duckdb::ScalarFunctionInfo {
  explicit KeptInfo(std::shared_ptr<CountLog> given) : log(std::move(given)) {}
  std::shared_ptr<CountLog> log;
};

struct KeptBind : duckdb::FunctionData {
  std::vector<std::string> names;  ///< one for each of the last arguments
  std::shared_ptr<CountLog> log;

  duckdb::unique_ptr<FunctionData> Copy() const override { return duckdb::make_uniq<KeptBind>(*this); }
  bool Equals(const FunctionData& other) const override { return names == other.Cast<KeptBind>().names; }
};

using Arguments = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;

/// Takes the names from the argument at `place`; leaves the others.
template <idx_t place>
duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::ScalarFunction& function,
                                              Arguments& arguments) {
  auto bind = duckdb::make_uniq<KeptBind>();
  bind->log = function.GetExtraFunctionInfo().Cast<KeptInfo>().log;
  if (!arguments[place]->IsFoldable()) {
    throw duckdb::BinderException("%s: give the names as a constant list", function.name);
  }
  const duckdb::Value names = duckdb::ExpressionExecutor::EvaluateScalar(context, *arguments[place]);
  for (const duckdb::Value& name : duckdb::ListValue::GetChildren(names)) {
    bind->names.push_back(name.ToString());
  }
  if (bind->names.size() != arguments.size() - place - 1) {
    throw duckdb::BinderException("%s: there is to be a name for each of the last arguments", function.name);
  }
  duckdb::Function::EraseArgument(function, arguments, place);
  return bind;
}

duckdb::unique_ptr<duckdb::FunctionData> BindWithoutNames(duckdb::ClientContext&, duckdb::ScalarFunction& function,
                                                          Arguments&) {
  auto bind = duckdb::make_uniq<KeptBind>();
  bind->log = function.GetExtraFunctionInfo().Cast<KeptInfo>().log;
  return bind;
}

const KeptBind& BindOf(const duckdb::ExpressionState& state) {
  return state.expr.Cast<duckdb::BoundFunctionExpression>().bind_info->Cast<KeptBind>();
}

/// An argument, row by row.
class Rows {
 public:
  Rows(duckdb::Vector& vector, idx_t count) { vector.ToUnifiedFormat(count, format_); }

  bool IsTrue(idx_t row) const {
    const idx_t at = format_.sel->get_index(row);
    return format_.validity.RowIsValid(at) && UnifiedVectorFormat::GetData<bool>(format_)[at];
  }

  template <class T>
  T At(idx_t row) const {
    const idx_t at = format_.sel->get_index(row);
    return format_.validity.RowIsValid(at) ? UnifiedVectorFormat::GetData<T>(format_)[at] : T{};
  }

  /// Valid as long as the argument.
  std::string_view TextAt(idx_t row) const {
    const idx_t at = format_.sel->get_index(row);
    if (!format_.validity.RowIsValid(at)) {
      return {};
    }
    const duckdb::string_t& text = UnifiedVectorFormat::GetData<duckdb::string_t>(format_)[at];
    return {text.GetData(), text.GetSize()};
  }

 private:
  UnifiedVectorFormat format_;
};

void Execute(duckdb::DataChunk& conditions, duckdb::ExpressionState& state, duckdb::Vector& result) {
  const KeptBind& bind = BindOf(state);
  const idx_t count = conditions.size();
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  bool* const kept = duckdb::FlatVector::GetData<bool>(result);
  std::fill(kept, kept + count, true);
  for (idx_t i = 0; i < conditions.ColumnCount(); ++i) {
    const Rows condition(conditions.data[i], count);
    int64_t dropped = 0;
    for (idx_t row = 0; row < count; ++row) {
      if (kept[row] && !condition.IsTrue(row)) {
        kept[row] = false;
        ++dropped;
      }
    }
    bind.log->Add("condition", bind.names[i], dropped);
  }
}

void ExecuteOfContig(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, duckdb::Vector& result) {
  const KeptBind& bind = BindOf(state);
  const idx_t count = arguments.size();
  const Rows kept(arguments.data[0], count);
  const Rows contigs(arguments.data[1], count);
  std::string_view contig;
  int64_t dropped = 0;
  const auto add = [&] {
    if (dropped > 0) {
      bind.log->Add("contig", std::string(contig), dropped);
    }
  };
  for (idx_t row = 0; row < count; ++row) {
    if (kept.IsTrue(row)) {
      continue;
    }
    if (const std::string_view next = contigs.TextAt(row); next != contig) {  // most often that of the row before
      add();
      contig = next;
      dropped = 0;
    }
    ++dropped;
  }
  add();
  result.Reference(arguments.data[0]);
}

/// One thread's: the allele at hand, and the sources that it has counted for.
struct AlleleState : duckdb::FunctionLocalState {
  int64_t record = -1;
  int32_t alt_index = -1;
  std::vector<bool> counted;
};

duckdb::unique_ptr<duckdb::FunctionLocalState> InitAlleleState(duckdb::ExpressionState&,
                                                               const duckdb::BoundFunctionExpression&,
                                                               duckdb::FunctionData*) {
  return duckdb::make_uniq<AlleleState>();
}

void ExecuteOfSources(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, duckdb::Vector& result) {
  constexpr idx_t kFirstMatched = 3;
  const KeptBind& bind = BindOf(state);
  auto& at = duckdb::ExecuteFunctionState::GetFunctionState(state)->Cast<AlleleState>();
  const idx_t count = arguments.size();
  const Rows kept(arguments.data[0], count);
  const Rows records(arguments.data[1], count);
  const Rows alt_indexes(arguments.data[2], count);
  std::vector<Rows> matched;
  matched.reserve(bind.names.size());
  for (size_t i = 0; i < bind.names.size(); ++i) {
    matched.emplace_back(arguments.data[kFirstMatched + i], count);
  }
  std::vector<int64_t> alleles(bind.names.size());
  for (idx_t row = 0; row < count; ++row) {
    const auto record = records.At<int64_t>(row);
    const auto alt_index = alt_indexes.At<int32_t>(row);
    if (record != at.record || alt_index != at.alt_index) {
      at.record = record;
      at.alt_index = alt_index;
      at.counted.assign(bind.names.size(), false);
    }
    for (size_t i = 0; kept.IsTrue(row) && i < matched.size(); ++i) {
      if (!at.counted[i] && matched[i].IsTrue(row)) {
        at.counted[i] = true;
        ++alleles[i];
      }
    }
  }
  for (size_t i = 0; i < alleles.size(); ++i) {
    bind.log->Add("source", bind.names[i], alleles[i]);
  }
  result.Reference(arguments.data[0]);
}

void ExecuteCounted(duckdb::DataChunk&, duckdb::ExpressionState& state, duckdb::Vector& result) {
  const auto& function = state.expr.Cast<duckdb::BoundFunctionExpression>().function;
  duckdb::vector<duckdb::Value> rows;
  for (const auto& [of, number] : function.GetExtraFunctionInfo().Cast<KeptInfo>().log->Take()) {
    rows.push_back(duckdb::Value::STRUCT({{"kind", duckdb::Value(of.first)},
                                          {"name", duckdb::Value(of.second)},
                                          {"number", duckdb::Value::BIGINT(number)}}));
  }
  result.Reference(duckdb::Value::LIST(duckdb::ListType::GetChildType(function.GetReturnType()), std::move(rows)));
}

void Register(duckdb::ExtensionLoader& loader, duckdb::ScalarFunction function, const std::shared_ptr<CountLog>& log) {
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  function.SetVolatile();  // a row counts once
  function.SetExtraFunctionInfo(duckdb::make_shared_ptr<KeptInfo>(KeptInfo(log)));
  loader.RegisterFunction(function);
}

}  // namespace

void RegisterRowsKept(duckdb::ExtensionLoader& loader) {
  const auto log = std::make_shared<CountLog>();
  const LogicalType names = LogicalType::LIST(LogicalType::VARCHAR);
  duckdb::ScalarFunction kept("rows_kept", {names}, LogicalType::BOOLEAN, Execute, Bind<0>);
  kept.varargs = LogicalType::BOOLEAN;
  Register(loader, std::move(kept), log);
  Register(loader,
           duckdb::ScalarFunction("kept_of_contig", {LogicalType::BOOLEAN, LogicalType::VARCHAR}, LogicalType::BOOLEAN,
                                  ExecuteOfContig, BindWithoutNames),
           log);
  duckdb::ScalarFunction of_sources("kept_of_sources",
                                    {LogicalType::BOOLEAN, LogicalType::BIGINT, LogicalType::INTEGER, names},
                                    LogicalType::BOOLEAN, ExecuteOfSources, Bind<3>);
  of_sources.varargs = LogicalType::BOOLEAN;
  of_sources.SetInitStateCallback(InitAlleleState);
  Register(loader, std::move(of_sources), log);
  const LogicalType counts = LogicalType::LIST(LogicalType::STRUCT(
      {{"kind", LogicalType::VARCHAR}, {"name", LogicalType::VARCHAR}, {"number", LogicalType::BIGINT}}));
  Register(loader, duckdb::ScalarFunction("rows_counted", {}, counts, ExecuteCounted), log);
}

}  // namespace varjoin::duck
