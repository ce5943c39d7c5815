// start_filter.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/start_filter.h"

#include <algorithm>
#include <iterator>

#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/planner/expression/bound_between_expression.hpp"
#include "duckdb/planner/expression/bound_comparison_expression.hpp"
#include "duckdb/planner/expression/bound_conjunction_expression.hpp"
#include "duckdb/planner/expression/bound_operator_expression.hpp"

namespace varjoin::duck {
namespace {

using duckdb::Expression;
using duckdb::ExpressionType;

/// A constant of the column's own type; nothing: it is none.
std::optional<duckdb::Value> ConstantOf(duckdb::ClientContext& context, const Expression& expression,
                                        duckdb::LogicalTypeId type) {
  duckdb::Value value;
  if (!expression.IsFoldable() || !duckdb::ExpressionExecutor::TryEvaluateScalar(context, expression, value) ||
      value.IsNull() || value.type().id() != type) {
    return std::nullopt;
  }
  return value;
}

/// Of `x IN ('a', 'b')`: the values; nothing: one of them is no constant.
std::optional<std::set<std::string>> TextsOf(duckdb::ClientContext& context,
                                             const duckdb::BoundOperatorExpression& in) {
  std::set<std::string> texts;
  for (size_t i = 1; i < in.children.size(); ++i) {
    const auto value = ConstantOf(context, *in.children[i], duckdb::LogicalTypeId::VARCHAR);
    if (!value) {
      return std::nullopt;
    }
    texts.insert(value->GetValue<std::string>());
  }
  return texts;
}

}  // namespace

void StartFilter::Add(duckdb::ClientContext& context, const Expression& condition, const RoleOf& role_of) {
  switch (condition.GetExpressionClass()) {
    case duckdb::ExpressionClass::BOUND_COMPARISON: {
      const auto& comparison = condition.Cast<duckdb::BoundComparisonExpression>();
      AddComparison(context, comparison.GetExpressionType(), *comparison.left, *comparison.right, role_of);
      AddComparison(context, duckdb::FlipComparisonExpression(comparison.GetExpressionType()), *comparison.right,
                    *comparison.left, role_of);
      break;
    }
    case duckdb::ExpressionClass::BOUND_BETWEEN: {
      const auto& between = condition.Cast<duckdb::BoundBetweenExpression>();
      AddComparison(context, ExpressionType::COMPARE_GREATERTHANOREQUALTO, *between.input, *between.lower, role_of);
      AddComparison(context, ExpressionType::COMPARE_LESSTHANOREQUALTO, *between.input, *between.upper, role_of);
      break;
    }
    case duckdb::ExpressionClass::BOUND_CONJUNCTION:
      if (condition.GetExpressionType() == ExpressionType::CONJUNCTION_AND) {
        for (const auto& child : condition.Cast<duckdb::BoundConjunctionExpression>().children) {
          Add(context, *child, role_of);
        }
      }
      break;
    case duckdb::ExpressionClass::BOUND_OPERATOR:
      if (condition.GetExpressionType() == ExpressionType::COMPARE_IN) {
        const auto& in = condition.Cast<duckdb::BoundOperatorExpression>();
        const auto texts = role_of(*in.children[0]) == Role::kChrom ? TextsOf(context, in) : std::nullopt;
        if (texts) {
          AddChroms(*texts);
        }
      }
      break;
    default:
      break;
  }
}

void StartFilter::AddComparison(duckdb::ClientContext& context, ExpressionType comparison, const Expression& column,
                                const Expression& value, const RoleOf& role_of) {
  const Role role = role_of(column);
  if (role == Role::kChrom && comparison == ExpressionType::COMPARE_EQUAL) {
    if (const auto text = ConstantOf(context, value, duckdb::LogicalTypeId::VARCHAR)) {
      AddChroms({text->GetValue<std::string>()});
    }
  }
  if (role != Role::kStart) {
    return;
  }
  const auto constant = ConstantOf(context, value, duckdb::LogicalTypeId::BIGINT);
  if (!constant) {
    return;
  }
  // A bound that is not included is taken with it: DuckDB applies the condition all the same.
  const int64_t bound = constant->GetValue<int64_t>();
  const bool equal = comparison == ExpressionType::COMPARE_EQUAL;
  if (equal || comparison == ExpressionType::COMPARE_GREATERTHAN ||
      comparison == ExpressionType::COMPARE_GREATERTHANOREQUALTO) {
    start_.first = std::max(start_.first, bound);
  }
  if (equal || comparison == ExpressionType::COMPARE_LESSTHAN ||
      comparison == ExpressionType::COMPARE_LESSTHANOREQUALTO) {
    start_.last = std::min(start_.last, bound);
  }
}

void StartFilter::AddChroms(const std::set<std::string>& chroms) {
  if (!chroms_) {
    chroms_ = chroms;
    return;
  }
  std::set<std::string> both;
  std::set_intersection(chroms_->begin(), chroms_->end(), chroms.begin(), chroms.end(),
                        std::inserter(both, both.begin()));
  chroms_ = std::move(both);
}

std::optional<vcf::Regions> StartFilter::AllowedRegions() const {
  if (!chroms_) {
    return std::nullopt;
  }
  vcf::Regions regions;
  for (const std::string& chrom : *chroms_) {
    if (start_.first <= start_.last) {
      regions.Add(chrom, start_);
    }
  }
  return regions;
}

}  // namespace varjoin::duck
