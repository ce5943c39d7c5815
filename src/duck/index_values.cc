// index_values.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/index_values.h"

#include <algorithm>

#include "index/bytes.h"

namespace varjoin::duck {
namespace {

using duckdb::FlatVector;
using duckdb::idx_t;
using duckdb::ListVector;
using duckdb::LogicalType;
using duckdb::PhysicalType;
using duckdb::RecursiveUnifiedVectorFormat;
using duckdb::string_t;
using duckdb::StructVector;
using duckdb::UnifiedVectorFormat;
using duckdb::Vector;
using index::ByteReader;
using index::ValueKind;

bool IsNested(PhysicalType type) {
  return type == PhysicalType::LIST || type == PhysicalType::STRUCT;
}

/// A type whose values AppendValue() and ReadValue() know.
bool HasEncoding(const LogicalType& type) {
  switch (type.InternalType()) {
    case PhysicalType::LIST:
      return HasEncoding(duckdb::ListType::GetChildType(type));
    case PhysicalType::STRUCT: {
      const auto& fields = duckdb::StructType::GetChildTypes(type);
      return std::all_of(fields.begin(), fields.end(), [](const auto& field) { return HasEncoding(field.second); });
    }
    case PhysicalType::VARCHAR:
      return true;
    default:
      return duckdb::TypeIsConstantSize(type.InternalType()) && type.InternalType() != PhysicalType::ARRAY;
  }
}

/// Encodes a value: a byte, 0 for NULL; then numbers as their bytes, texts and lists after their length, the fields of
/// a struct one after the other.
void AppendValue(const RecursiveUnifiedVectorFormat& values, idx_t row, std::string& bytes) {
  const idx_t at = values.unified.sel->get_index(row);
  const bool valid = values.unified.validity.RowIsValid(at);
  bytes.push_back(valid ? 1 : 0);
  if (!valid) {
    return;
  }
  const PhysicalType type = values.logical_type.InternalType();
  if (type == PhysicalType::LIST) {
    const auto entry = UnifiedVectorFormat::GetData<duckdb::list_entry_t>(values.unified)[at];
    index::AppendVarint(bytes, entry.length);
    for (idx_t i = 0; i < entry.length; ++i) {
      AppendValue(values.children[0], entry.offset + i, bytes);
    }
  } else if (type == PhysicalType::STRUCT) {
    for (const RecursiveUnifiedVectorFormat& field : values.children) {
      AppendValue(field, at, bytes);
    }
  } else if (type == PhysicalType::VARCHAR) {
    const string_t& text = UnifiedVectorFormat::GetData<string_t>(values.unified)[at];
    index::AppendText(bytes, {text.GetData(), text.GetSize()});
  } else {
    const idx_t size = duckdb::GetTypeIdSize(type);
    bytes.append(reinterpret_cast<const char*>(values.unified.data) + at * size, size);
  }
}

/// The reverse: sets value `row` of a flat vector.
void ReadValue(ByteReader& reader, Vector& vector, idx_t row) {
  if (reader.Fixed<uint8_t>() == 0) {
    FlatVector::SetNull(vector, row, true);
    return;
  }
  const PhysicalType type = vector.GetType().InternalType();
  if (type == PhysicalType::LIST) {
    const uint64_t length = reader.Varint();
    if (length > reader.left()) {  // every value takes a byte
      throw duckdb::InvalidInputException("a list in an index is damaged");
    }
    const idx_t offset = ListVector::GetListSize(vector);
    ListVector::Reserve(vector, offset + length);
    ListVector::SetListSize(vector, offset + length);
    FlatVector::GetData<duckdb::list_entry_t>(vector)[row] = {offset, length};
    for (idx_t i = 0; i < length; ++i) {
      ReadValue(reader, ListVector::GetEntry(vector), offset + i);
    }
  } else if (type == PhysicalType::STRUCT) {
    for (auto& field : StructVector::GetEntries(vector)) {
      ReadValue(reader, *field, row);
    }
  } else if (type == PhysicalType::VARCHAR) {
    const std::string_view text = reader.Text();
    FlatVector::GetData<string_t>(vector)[row] =
        duckdb::StringVector::AddStringOrBlob(vector, text.data(), text.size());
  } else {
    const idx_t size = duckdb::GetTypeIdSize(type);
    const uint8_t* const bytes = reader.Skip(size);
    if (bytes != nullptr) {
      std::memcpy(FlatVector::GetData(vector) + row * size, bytes, size);
    }
  }
}

/// Integers as their sign tells, floats as their bits.
template <typename T>
void ReadNumbers(const UnifiedVectorFormat& format, idx_t count, index::ColumnValues& values) {
  const auto* const numbers = reinterpret_cast<const T*>(format.data);
  if (!format.sel->IsSet()) {
    std::copy(numbers, numbers + count, values.numbers.begin());
    return;
  }
  for (idx_t row = 0; row < count; ++row) {
    values.numbers[row] = static_cast<uint64_t>(numbers[format.sel->get_index(row)]);
  }
}

}  // namespace

std::optional<ValueKind> KindOf(const LogicalType& type) {
  switch (type.InternalType()) {
    case PhysicalType::BOOL:
    case PhysicalType::UINT8:
    case PhysicalType::UINT16:
    case PhysicalType::UINT32:
    case PhysicalType::UINT64:
      return ValueKind::kUnsigned;
    case PhysicalType::INT8:
    case PhysicalType::INT16:
    case PhysicalType::INT32:
    case PhysicalType::INT64:
      return ValueKind::kSigned;
    case PhysicalType::FLOAT:
    case PhysicalType::DOUBLE:
      return ValueKind::kFloat;
    default:
      return HasEncoding(type) ? std::optional(ValueKind::kText) : std::nullopt;
  }
}

void ReadValues(Vector& vector, idx_t count, ValueKind kind, index::ColumnValues& values, index::TextArena& arena) {
  values.Resize(count, kind);
  const PhysicalType type = vector.GetType().InternalType();
  if (kind == ValueKind::kText && type != PhysicalType::VARCHAR) {
    RecursiveUnifiedVectorFormat format;
    Vector::RecursiveToUnifiedFormat(vector, count, format);
    std::string bytes;
    for (idx_t row = 0; row < count; ++row) {
      values.valid[row] = format.unified.validity.RowIsValid(format.unified.sel->get_index(row)) ? 1 : 0;
      if (values.valid[row] != 0) {
        bytes.clear();
        AppendValue(format, row, bytes);
        values.texts[row] = arena.Copy(bytes);
      }
    }
    return;
  }
  UnifiedVectorFormat format;
  vector.ToUnifiedFormat(count, format);
  if (format.validity.AllValid()) {
    std::fill(values.valid.begin(), values.valid.end(), uint8_t{1});
  } else {
    for (idx_t row = 0; row < count; ++row) {
      values.valid[row] = format.validity.RowIsValid(format.sel->get_index(row)) ? 1 : 0;
    }
  }
  switch (type) {
    case PhysicalType::VARCHAR: {
      const auto* const texts = UnifiedVectorFormat::GetData<string_t>(format);
      for (idx_t row = 0; row < count; ++row) {
        const string_t& text = texts[format.sel->get_index(row)];
        values.texts[row] =
            values.valid[row] != 0 ? std::string_view(text.GetData(), text.GetSize()) : std::string_view();
      }
      break;
    }
    case PhysicalType::BOOL:
    case PhysicalType::UINT8:
      return ReadNumbers<uint8_t>(format, count, values);
    case PhysicalType::INT8:
      return ReadNumbers<int8_t>(format, count, values);
    case PhysicalType::UINT16:
      return ReadNumbers<uint16_t>(format, count, values);
    case PhysicalType::INT16:
      return ReadNumbers<int16_t>(format, count, values);
    case PhysicalType::UINT32:
    case PhysicalType::FLOAT:
      return ReadNumbers<uint32_t>(format, count, values);
    case PhysicalType::INT32:
      return ReadNumbers<int32_t>(format, count, values);
    default:
      return ReadNumbers<uint64_t>(format, count, values);
  }
}

void WriteValues(const index::ColumnValues& values, std::span<const int64_t> places, ValueKind kind, Vector& vector) {
  const PhysicalType type = vector.GetType().InternalType();
  const idx_t size = IsNested(type) ? 0 : duckdb::GetTypeIdSize(type);
  for (idx_t row = 0; row < places.size(); ++row) {
    const auto place = static_cast<size_t>(places[row]);
    if (places[row] == kNoValue || values.valid[place] == 0) {
      FlatVector::SetNull(vector, row, true);
    } else if (kind != ValueKind::kText) {
      std::memcpy(FlatVector::GetData(vector) + row * size, &values.numbers[place], size);
    } else if (type == PhysicalType::VARCHAR) {
      const std::string_view text = values.texts[place];
      FlatVector::GetData<string_t>(vector)[row] =
          duckdb::StringVector::AddStringOrBlob(vector, text.data(), text.size());
    } else {
      ByteReader reader(values.texts[place]);
      ReadValue(reader, vector, row);
      if (!reader.ok()) {
        throw duckdb::InvalidInputException("a value in an index is damaged");
      }
    }
  }
}

}  // namespace varjoin::duck
