// replacement_scan.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// SELECT … FROM 'x.vcf.gz': a table that does not exist and is named like a VCF is read_vcf of that file.
#include <algorithm>

#include "base/text.h"
#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/function/replacement_scan.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"

namespace varjoin::duck {
namespace {

constexpr std::string_view kEndings[] = {".vcf", ".vcf.gz", ".vcf.bgz", ".vcf.zst", ".vcf.bz2", ".bcf"};

duckdb::unique_ptr<duckdb::TableRef> Replace(duckdb::ClientContext&, duckdb::ReplacementScanInput& input,
                                             duckdb::optional_ptr<duckdb::ReplacementScanData>) {
  const std::string name = ToLower(input.table_name);
  const bool is_vcf = std::any_of(std::begin(kEndings), std::end(kEndings),
                                  [&](std::string_view ending) { return name.ends_with(ending); });
  if (!is_vcf || !input.schema_name.empty() || !input.catalog_name.empty()) {
    return nullptr;
  }
  auto table = duckdb::make_uniq<duckdb::TableFunctionRef>();
  duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> arguments;
  arguments.push_back(duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value(input.table_name)));
  table->function = duckdb::make_uniq<duckdb::FunctionExpression>("read_vcf", std::move(arguments));
  table->alias = input.table_name;
  return table;
}

}  // namespace

void AddVcfReplacement(duckdb::DBConfig& config) {
  config.replacement_scans.emplace_back(Replace);
}

}  // namespace varjoin::duck
