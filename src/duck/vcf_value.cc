// vcf_value.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include "duck/functions.h"
#include "duckdb.hpp"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "vcf/annotated_line.h"

namespace varjoin::duck {
namespace {

using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::string_t;
using duckdb::UnifiedVectorFormat;
using duckdb::Vector;

/// Values of any scalar type as text; booleans as 1 and 0.
void CastToText(Vector& values, idx_t count, Vector& texts) {
  if (values.GetType().id() == LogicalTypeId::BOOLEAN) {
    Vector numbers(LogicalType::INTEGER, std::max<idx_t>(count, STANDARD_VECTOR_SIZE));
    duckdb::VectorOperations::DefaultCast(values, numbers, count);
    duckdb::VectorOperations::DefaultCast(numbers, texts, count);
  } else {
    duckdb::VectorOperations::DefaultCast(values, texts, count);
  }
}

/// Texts by row; NULL has no data.
class TextRows {
 public:
  TextRows(Vector& values, idx_t count)
      : texts_(values.GetType().id() == LogicalTypeId::VARCHAR
                   ? Vector(values)
                   : Vector(LogicalType::VARCHAR, std::max<idx_t>(count, STANDARD_VECTOR_SIZE))) {
    if (values.GetType().id() != LogicalTypeId::VARCHAR) {
      CastToText(values, count, texts_);
    }
    texts_.ToUnifiedFormat(count, format_);
  }

  std::string_view operator[](idx_t row) const {
    const idx_t at = format_.sel->get_index(row);
    if (!format_.validity.RowIsValid(at)) {
      return {};
    }
    const string_t& text = UnifiedVectorFormat::GetData<string_t>(format_)[at];
    return {text.GetData(), text.GetSize()};
  }

 private:
  Vector texts_;
  UnifiedVectorFormat format_;
};

/// The elements of a list, joined by `&`, a NULL among them as `.`; an empty list as `.`.
void AppendList(const TextRows& elements, const duckdb::list_entry_t& list, std::string& out) {
  for (idx_t i = 0; i < list.length; ++i) {
    out += i == 0 ? "" : "&";
    vcf::AppendInfoValue(elements[list.offset + i], out);
  }
  if (list.length == 0) {
    out += '.';
  }
}

void Execute(duckdb::DataChunk& arguments, duckdb::ExpressionState&, Vector& result) {
  Vector& values = arguments.data[0];
  const bool constant = arguments.AllConstant();
  const idx_t count = constant ? 1 : arguments.size();
  const bool is_list = values.GetType().id() == LogicalTypeId::LIST;
  UnifiedVectorFormat format;
  values.ToUnifiedFormat(count, format);
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  const TextRows texts = is_list
                             ? TextRows(duckdb::ListVector::GetEntry(values), duckdb::ListVector::GetListSize(values))
                             : TextRows(values, count);
  std::string text;
  for (idx_t row = 0; row < count; ++row) {
    const idx_t at = format.sel->get_index(row);
    if (!format.validity.RowIsValid(at)) {
      duckdb::FlatVector::SetNull(result, row, true);
      continue;
    }
    text.clear();
    if (is_list) {
      AppendList(texts, UnifiedVectorFormat::GetData<duckdb::list_entry_t>(format)[at], text);
    } else {
      vcf::AppendInfoValue(texts[row], text);
    }
    duckdb::FlatVector::GetData<string_t>(result)[row] = duckdb::StringVector::AddString(result, text);
  }
  if (constant) {
    result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
  }
}

}  // namespace

void RegisterVcfValue(duckdb::ExtensionLoader& loader) {
  duckdb::ScalarFunction function("vcf_value", {LogicalType::ANY}, LogicalType::VARCHAR, Execute);
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  loader.RegisterFunction(function);
}

}  // namespace varjoin::duck
