// column_buffer.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace varjoin::vcf {

/// A text value in 16 bytes: length, then either up to 12 bytes inline (the rest zero) or the first 4 bytes and a
/// pointer. This is the layout of DuckDB's string_t (and of Arrow's view arrays but for the pointer).
struct TextValue {
  static constexpr uint32_t kInline = 12;

  TextValue() : words{0, 0} {}

  /// `text` must outlive the value unless it has at most 12 bytes.
  explicit TextValue(std::string_view text) {
    if (text.size() <= kInline) {
      SetShort(text.data(), text.size());
    } else {
      const char* const pointer = text.data();
      words[0] = text.size() | Load<uint32_t>(pointer) << 32;
      words[1] = std::bit_cast<uint64_t>(pointer);
    }
  }

  /// The same for a text of which 16 bytes may be read from its beginning: without a branch for a short one.
  static TextValue OfPadded(const char* text, size_t size) {
    TextValue value;
    if (size <= kInline) {
      const uint64_t low = Load<uint64_t>(text) & Load<uint64_t>(kMask + 16 - size);
      const uint64_t high = Load<uint64_t>(text + 8) & Load<uint64_t>(kMask + 24 - size);
      value.words[0] = size | low << 32;
      value.words[1] = low >> 32 | high << 32;
    } else {
      value.words[0] = size | Load<uint32_t>(text) << 32;
      value.words[1] = std::bit_cast<uint64_t>(text);
    }
    return value;
  }

  uint32_t length() const { return static_cast<uint32_t>(words[0]); }

  std::string_view view() const {
    if (length() <= kInline) {
      return {reinterpret_cast<const char*>(words) + 4, length()};
    }
    return {std::bit_cast<const char*>(words[1]), length()};
  }

  /// Two whole words: what is written in smaller pieces and then read as 16 bytes, to be copied, makes the processor
  /// wait.
  uint64_t words[2];

 private:
  /// 16 bytes of ones, 16 of zeros.
  static constexpr char kMask[33] = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";

  template <typename Word>
  static uint64_t Load(const char* from) {
    Word word;
    std::memcpy(&word, from, sizeof(word));
    return word;
  }

  /// At most 12 bytes, and zeros after them, without a loop or a call: the pieces overlap.
  void SetShort(const char* text, size_t size) {
    uint64_t low = 0;
    uint64_t high = 0;
    if (size >= 8) {
      low = Load<uint64_t>(text);
      high = size == 8 ? 0 : Load<uint64_t>(text + size - 8) >> (8 * (16 - size));
    } else if (size >= 4) {
      low = Load<uint32_t>(text) | Load<uint32_t>(text + size - 4) << (8 * (size - 4));
    } else if (size > 0) {
      low = Load<uint8_t>(text) | Load<uint8_t>(text + size / 2) << (8 * (size / 2)) |
            Load<uint8_t>(text + size - 1) << (8 * (size - 1));
    }
    words[0] = size | low << 32;
    words[1] = low >> 32 | high << 32;
  }
};
static_assert(sizeof(TextValue) == 16 && std::endian::native == std::endian::little);

/// The elements of one list value: `length` elements from `offset` of the column's child.
struct ListEntry {
  uint64_t offset;
  uint64_t length;
};

/// Text values that chunks have in common. Immutable once made, thread-safe then.
struct SharedTexts {
  std::vector<std::string> texts;
  std::vector<TextValue> values;  ///< point into `texts`
};

/// The memory of one output column, which the parser fills and somebody else owns (in a query: DuckDB's vectors).
///
/// `values` is an array of the column's type: bool (one byte), int32_t, int64_t, double, TextValue, or ListEntry for a
/// list; a struct has none. `validity` has a bit a row, 1 for a value, 0 for NULL, all 1 at the start of a chunk.
/// A list has one child (its elements), a struct one child a field.
///
/// Not thread-safe: each thread fills its own.
class ColumnBuffer {
 public:
  virtual ~ColumnBuffer() = default;

  /// Of a list: makes room for `elements` in all (grows by doubling); moves the memory of the child and of everything
  /// below it, whose pointers are renewed.
  virtual void ReserveElements(uint64_t elements) = 0;

  /// `size` bytes that live as long as the chunk, for text that is not in the batch as it is.
  virtual char* AllocateText(size_t size) = 0;

  /// Of a list: says, when a chunk is complete, how many elements are in use.
  virtual void SetElements(uint64_t elements) = 0;

  /// Of texts: the first `count` values are those of `shared`, which has at least as many. For a chunk that is
  /// complete: the memory may be that of `shared` then, and is not to be written to.
  virtual void Share(const std::shared_ptr<const SharedTexts>& shared, uint64_t count) = 0;

  template <typename T>
  T* As() {
    return static_cast<T*>(values);
  }

  void SetValid(uint64_t row) { validity[row / 64] |= uint64_t{1} << (row % 64); }
  void SetNull(uint64_t row) { validity[row / 64] &= ~(uint64_t{1} << (row % 64)); }
  /// Of a list: takes back all elements from `to`, which are then valid again, as they were before.
  void Truncate(uint64_t to) {
    for (uint64_t i = to; i < elements; ++i) {
      children[0]->SetWholeValid(i);
    }
    elements = to;
  }

  bool IsNull(uint64_t row) const { return (validity[row / 64] >> (row % 64) & 1) == 0; }

  void* values = nullptr;
  uint64_t* validity = nullptr;
  uint64_t elements = 0;          ///< of a list: elements in use, kept by the parser
  uint64_t element_capacity = 0;  ///< of a list: elements that fit
  std::vector<ColumnBuffer*> children;

 private:
  /// With the fields of a struct.
  void SetWholeValid(uint64_t row) {
    SetValid(row);
    if (values != nullptr) {
      return;
    }
    for (ColumnBuffer* const field : children) {
      field->SetWholeValid(row);
    }
  }
};

}  // namespace varjoin::vcf
