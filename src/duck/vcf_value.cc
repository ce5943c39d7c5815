// vcf_value.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "duck/functions.h"
#include "duck/info_texts.h"
#include "duckdb.hpp"
#include "duckdb/common/operator/string_cast.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
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

/// DuckDB's text of a number, for which its own cast takes three times as long: the fewest digits that are read as the
/// same number, with `.0` after a whole one. Of more digits than `digits10`, and so of larger numbers, there may be a
/// choice, and small numbers have an exponent: these are left to DuckDB.
template <typename Float>
string_t FloatText(Float value, Vector& texts) {
  constexpr Float kLeast = 1e-4;
  constexpr Float kMost = 1e15;
  constexpr std::string_view kWhole = ".0";
  std::array<char, 64> text;
  const Float size = std::abs(value);
  if (value != 0 && !(size >= kLeast && size < kMost)) {
    return duckdb::StringCast::Operation<Float>(value, texts);
  }
  char* end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  const char* const first = std::find_if(text.data(), end, [](char byte) { return byte >= '1' && byte <= '9'; });
  if (end - first > std::numeric_limits<Float>::digits10) {
    return duckdb::StringCast::Operation<Float>(value, texts);
  }
  if (std::find(text.data(), end, '.') == end) {
    end = std::copy(kWhole.begin(), kWhole.end(), end);
  }
  return duckdb::StringVector::AddString(texts, text.data(), static_cast<idx_t>(end - text.data()));
}

template <typename Float>
void FloatTexts(Vector& values, idx_t count, Vector& texts) {
  duckdb::UnaryExecutor::Execute<Float, string_t>(values, texts, count,
                                                  [&](Float value) { return FloatText(value, texts); });
}

/// Values of any scalar type as text; booleans as 1 and 0.
void CastToText(Vector& values, idx_t count, Vector& texts) {
  switch (values.GetType().id()) {
    case LogicalTypeId::DOUBLE:
      return FloatTexts<double>(values, count, texts);
    case LogicalTypeId::FLOAT:
      return FloatTexts<float>(values, count, texts);
    case LogicalTypeId::BOOLEAN: {
      Vector numbers(LogicalType::INTEGER, std::max<idx_t>(count, STANDARD_VECTOR_SIZE));
      duckdb::VectorOperations::DefaultCast(values, numbers, count);
      return duckdb::VectorOperations::DefaultCast(numbers, texts, count);
    }
    default:
      return duckdb::VectorOperations::DefaultCast(values, texts, count);
  }
}

string_t EncodedText(string_t text, Vector& texts) {
  const std::string_view plain(text.GetData(), text.GetSize());
  if (vcf::IsPlainInfoValue(plain)) {
    return duckdb::StringVector::AddString(texts, text);
  }
  std::string encoded;
  vcf::AppendInfoValue(plain, encoded);
  return duckdb::StringVector::AddString(texts, encoded);
}

/// Fills `result` with what `append(row, text)` appends, or NULL where it gives false.
template <typename Append>
void FillTexts(bool constant, idx_t count, Vector& result, const Append& append) {
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  std::string text;
  for (idx_t row = 0; row < count; ++row) {
    text.clear();
    if (append(row, text)) {
      duckdb::FlatVector::GetData<string_t>(result)[row] = duckdb::StringVector::AddString(result, text);
    } else {
      duckdb::FlatVector::SetNull(result, row, true);
    }
  }
  if (constant) {
    result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
  }
}

void ValueTexts(duckdb::DataChunk& arguments, duckdb::ExpressionState&, Vector& result) {
  Vector& values = arguments.data[0];
  if (const LogicalType& type = values.GetType(); type.IsNumeric() || type.id() == LogicalTypeId::BOOLEAN) {
    return CastToText(values, arguments.size(), result);  // nothing in them is encoded
  } else if (type.id() == LogicalTypeId::VARCHAR) {
    return duckdb::UnaryExecutor::Execute<string_t, string_t>(values, result, arguments.size(),
                                                              [&](string_t text) { return EncodedText(text, result); });
  }
  const bool constant = arguments.AllConstant();
  const idx_t count = constant ? 1 : arguments.size();
  const InfoTexts texts(values, count);
  FillTexts(constant, count, result, [&](idx_t row, std::string& text) { return texts.Append(row, text); });
}

void HitTexts(duckdb::DataChunk& arguments, duckdb::ExpressionState&, Vector& result) {
  Vector& hits = arguments.data[0];
  const bool constant = arguments.AllConstant();
  const idx_t count = constant ? 1 : arguments.size();
  UnifiedVectorFormat format;
  hits.ToUnifiedFormat(count, format);
  const InfoTexts texts(duckdb::ListVector::GetEntry(hits), duckdb::ListVector::GetListSize(hits));
  FillTexts(constant, count, result, [&](idx_t row, std::string& text) {
    const idx_t at = format.sel->get_index(row);
    if (!format.validity.RowIsValid(at)) {
      return false;
    }
    const auto& list = UnifiedVectorFormat::GetData<duckdb::list_entry_t>(format)[at];
    for (idx_t i = 0; i < list.length; ++i) {
      text += i == 0 ? "" : "|";
      text += texts.Append(list.offset + i, text) ? "" : ".";
    }
    return list.length > 0;
  });
}

}  // namespace

TextRows::TextRows(Vector& values, idx_t count)
    : texts_(values.GetType().id() == LogicalTypeId::VARCHAR
                 ? Vector(values)
                 : Vector(LogicalType::VARCHAR, std::max<idx_t>(count, STANDARD_VECTOR_SIZE))) {
  if (values.GetType().id() != LogicalTypeId::VARCHAR) {
    CastToText(values, count, texts_);
  }
  texts_.ToUnifiedFormat(count, format_);
}

std::string_view TextRows::operator[](idx_t row) const {
  const idx_t at = format_.sel->get_index(row);
  if (!format_.validity.RowIsValid(at)) {
    return {};
  }
  const string_t& text = UnifiedVectorFormat::GetData<string_t>(format_)[at];
  return {text.GetData(), text.GetSize()};
}

InfoTexts::InfoTexts(Vector& values, idx_t count)
    : is_list_(values.GetType().id() == LogicalTypeId::LIST),
      texts_(is_list_ ? TextRows(duckdb::ListVector::GetEntry(values), duckdb::ListVector::GetListSize(values))
                      : TextRows(values, count)) {
  values.ToUnifiedFormat(count, format_);
}

bool InfoTexts::Append(idx_t row, std::string& out) const {
  const idx_t at = format_.sel->get_index(row);
  if (!format_.validity.RowIsValid(at)) {
    return false;
  }
  if (!is_list_) {
    vcf::AppendInfoValue(texts_[row], out);
    return true;
  }
  const auto& list = UnifiedVectorFormat::GetData<duckdb::list_entry_t>(format_)[at];
  for (idx_t i = 0; i < list.length; ++i) {
    out += i == 0 ? "" : "&";
    vcf::AppendInfoValue(texts_[list.offset + i], out);
  }
  out += list.length == 0 ? "." : "";
  return true;
}

void RegisterVcfValue(duckdb::ExtensionLoader& loader) {
  duckdb::ScalarFunction value("vcf_value", {LogicalType::ANY}, LogicalType::VARCHAR, ValueTexts);
  duckdb::ScalarFunction hits("vcf_hits", {LogicalType::LIST(LogicalType::ANY)}, LogicalType::VARCHAR, HitTexts);
  for (duckdb::ScalarFunction* const function : {&value, &hits}) {
    function->SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
    loader.RegisterFunction(*function);
  }
}

}  // namespace varjoin::duck
