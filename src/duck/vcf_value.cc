// vcf_value.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
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

/// DuckDB's text of a number, for which its own cast takes several times as long: the fewest digits that are read as
/// the same number, with `.0` after a whole one. Numbers of up to 9 decimals and 15 digits have one such text; it is
/// that of the integer of which they are the billionth part.
string_t DoubleText(double value, Vector& texts) {
  constexpr double kLeast = 1e-4;  // DuckDB writes smaller ones with an exponent
  constexpr double kMost = 1e6;
  constexpr int64_t kBillion = 1'000'000'000;
  const double size = std::abs(value);
  const bool is_usual = size < kMost && (size >= kLeast || size == 0);
  int64_t rest = is_usual ? std::llround(size * kBillion) : 0;
  if (!is_usual || static_cast<double>(rest) / kBillion != size) {
    return duckdb::StringCast::Operation<double>(value, texts);
  }
  std::array<char, 32> text;
  char* begin = text.data() + text.size();
  char* end = nullptr;
  for (int digit = 0; digit < 9; ++digit, rest /= 10) {
    *--begin = static_cast<char>('0' + rest % 10);
    if (end == nullptr && (*begin != '0' || digit == 8)) {
      end = begin + 1;  // after the last one that is not 0
    }
  }
  *--begin = '.';
  do {
    *--begin = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (std::signbit(value)) {
    *--begin = '-';
  }
  return duckdb::StringVector::AddString(texts, begin, static_cast<idx_t>(end - begin));
}

/// Values of any scalar type as text; booleans as 1 and 0.
void CastToText(Vector& values, idx_t count, Vector& texts) {
  switch (values.GetType().id()) {
    case LogicalTypeId::DOUBLE:
      return duckdb::UnaryExecutor::Execute<double, string_t>(values, texts, count,
                                                              [&](double value) { return DoubleText(value, texts); });
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
