// standard_json.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "duckdb/function/scalar_function.hpp"

namespace varjoin::duck {
namespace {

using duckdb::string_t;

/// What DuckDB writes for numbers that JSON (RFC 8259, section 6) has none for.
constexpr std::string_view kNotNumbers[] = {"NaN", "-NaN", "Infinity", "-Infinity"};

bool MayHaveOne(std::string_view json) {
  return json.find("NaN") != std::string_view::npos || json.find("Infinity") != std::string_view::npos;
}

/// The bytes of the string that begins `json`, with its quotes.
size_t StringBytes(std::string_view json) {
  for (size_t at = 1; at < json.size(); ++at) {
    if (json[at] == '"') {
      return at + 1;
    }
    at += json[at] == '\\' ? 1 : 0;
  }
  return json.size();
}

std::string Quoted(std::string_view json) {
  std::string standard;
  while (!json.empty()) {
    size_t bytes = json[0] == '"' ? StringBytes(json) : 1;
    bool quoted = false;
    for (const std::string_view word : kNotNumbers) {
      if (json.starts_with(word)) {
        bytes = word.size();
        quoted = true;
      }
    }
    standard += quoted ? "\"" : "";
    standard += json.substr(0, bytes);
    standard += quoted ? "\"" : "";
    json.remove_prefix(bytes);
  }
  return standard;
}

void Standard(duckdb::DataChunk& arguments, duckdb::ExpressionState&, duckdb::Vector& result) {
  duckdb::UnaryExecutor::Execute<string_t, string_t>(arguments.data[0], result, arguments.size(), [&](string_t json) {
    const std::string_view text(json.GetData(), json.GetSize());
    return MayHaveOne(text) ? duckdb::StringVector::AddString(result, Quoted(text))
                            : duckdb::StringVector::AddString(result, json);
  });
}

}  // namespace

void RegisterStandardJson(duckdb::ExtensionLoader& loader) {
  const duckdb::LogicalType json = duckdb::LogicalType::JSON();
  loader.RegisterFunction(duckdb::ScalarFunction("standard_json", {json}, json, Standard));
}

}  // namespace varjoin::duck
