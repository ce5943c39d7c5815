// start_filter.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "duckdb.hpp"
#include "vcf/regions.h"

namespace varjoin::duck {

/// What conditions on `chrom` and `start` allow: never less than they do.
class StartFilter {
 public:
  enum class Role { kChrom, kStart, kOther };
  using RoleOf = std::function<Role(const duckdb::Expression&)>;

  /// Takes in one more condition that must hold. `role_of` tells which column an expression is.
  void Add(duckdb::ClientContext& context, const duckdb::Expression& condition, const RoleOf& role_of);

  /// Where records may be, or nothing: anywhere.
  std::optional<vcf::Regions> AllowedRegions() const;

 private:
  void AddComparison(duckdb::ClientContext& context, duckdb::ExpressionType comparison,
                     const duckdb::Expression& column, const duckdb::Expression& value, const RoleOf& role_of);
  void AddChroms(const std::set<std::string>& chroms);

  std::optional<std::set<std::string>> chroms_;
  vcf::Interval start_;
};

}  // namespace varjoin::duck
