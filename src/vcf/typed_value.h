// typed_value.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "vcf/column_buffer.h"
#include "vcf/field_values.h"
#include "vcf/schema.h"

namespace varjoin::vcf {

/// One value of a record, on its way from the line to one or more rows.
struct Value {
  Value() : text() {}
  explicit Value(TextValue text_value, bool is_made = false) : text(text_value), null(false), made(is_made) {}

  union {
    int32_t integer;  ///< of a Flag: 1; of another boolean: 0 or 1
    int64_t big;
    double number;
    TextValue text;
  };
  bool null = true;
  bool made = false;  ///< the text is in a TextArena: each chunk that it is written to needs a copy
};

/// What has been written to a chunk.
struct ChunkUse {
  uint64_t text_bytes = 0;
  uint64_t elements = 0;
};

/// Makes text values of pieces of a record: percent-decoded where asked for, always valid UTF-8.
class TextCleaner {
 public:
  /// `plain`: no piece of the record has a '%' or a byte above 127.
  void StartRecord(bool plain) {
    if (!plain_) {  // or it holds nothing
      arena_.Clear();
    }
    plain_ = plain;
  }

  /// Any text is clean as it is.
  bool is_plain() const { return plain_; }

  /// The value points into `text` or into memory of its own, which lasts until StartRecord().
  /// `repaired` becomes true if bytes had to be replaced, and is left alone otherwise.
  Value Clean(std::string_view text, bool percent, bool& repaired) {
    return plain_ ? Value(TextValue(text)) : CleanOdd(text, percent, repaired);
  }

 private:
  Value CleanOdd(std::string_view text, bool percent, bool& repaired);

  bool plain_ = true;
  TextArena arena_;
};

/// Writes a copy of `text`, in memory of the chunk.
void WriteCopy(const TextValue& text, ColumnBuffer& out, uint64_t index);

/// Writes `text` to place `index` of a text column; text in memory that the rows outlive (`made`) is copied.
inline void WriteText(const TextValue& text, bool made, ColumnBuffer& out, uint64_t index, ChunkUse& use) {
  use.text_bytes += text.length();
  if (made && text.length() > TextValue::kInline) {
    return WriteCopy(text, out, index);
  }
  out.As<TextValue>()[index] = text;
}

/// NULL with all its bytes zero.
template <typename T>
void WriteNull(ColumnBuffer& out, uint64_t index) {
  std::memset(static_cast<void*>(out.As<T>() + index), 0, sizeof(T));
  out.SetNull(index);
}

template <typename T>
void WriteNumber(T value, ColumnBuffer& out, uint64_t index) {
  out.As<T>()[index] = value;
}

/// Bytes of a value of a type that is no struct.
constexpr size_t SizeOf(ValueType type) {
  switch (type) {
    case ValueType::kBoolean:
      return sizeof(bool);
    case ValueType::kInteger:
      return sizeof(int32_t);
    case ValueType::kBigint:
      return sizeof(int64_t);
    case ValueType::kDouble:
      return sizeof(double);
    default:
      return sizeof(TextValue);
  }
}

/// Writes a value of any type but kStruct and kBytes.
inline void WriteValue(ValueType type, const Value& value, ColumnBuffer& out, uint64_t index, ChunkUse& use) {
  switch (type) {
    case ValueType::kBoolean:
      return value.null ? WriteNull<bool>(out, index) : WriteNumber(value.integer != 0, out, index);
    case ValueType::kInteger:
      return value.null ? WriteNull<int32_t>(out, index) : WriteNumber(value.integer, out, index);
    case ValueType::kBigint:
      return value.null ? WriteNull<int64_t>(out, index) : WriteNumber(value.big, out, index);
    case ValueType::kDouble:
      return value.null ? WriteNull<double>(out, index) : WriteNumber(value.number, out, index);
    default:
      return value.null ? WriteNull<TextValue>(out, index) : WriteText(value.text, value.made, out, index, use);
  }
}

/// Starts the list at `index` with room for `length` elements; returns where in the child they go.
uint64_t WriteList(ColumnBuffer& out, uint64_t index, uint64_t length, ChunkUse& use);
void WriteNullList(ColumnBuffer& out, uint64_t index);

}  // namespace varjoin::vcf
