// coding.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/bytes.h"
#include "index/columns.h"

namespace varjoin::index {

/// How the values of a column are written, beside what each block decides for itself.
enum class Coding : uint8_t {
  kPlain = 0,       ///< as they are
  kDictionary = 1,  ///< as places in the column's dictionary, where they are in it
  kPrefix = 2,      ///< text: as the number behind the column's prefix (rs123), where they are such
};

/// A column of an index and what its blocks need to know to be read.
struct ColumnCoding {
  ColumnSchema schema;
  Coding coding = Coding::kPlain;
  std::string prefix;                   ///< kPrefix
  std::vector<std::string> dictionary;  ///< kDictionary: values; of numbers, their eight bytes
  std::string frames;                   ///< the zstd dictionary of long text; "": none
};

void AppendColumns(const std::vector<ColumnCoding>& columns, std::string& bytes);

/// Nothing: damaged.
std::optional<std::vector<ColumnCoding>> ReadColumns(std::string_view bytes);

/// The number in `text` behind `prefix`, if the same text comes back from it: digits, no leading zero, at most 18.
std::optional<uint64_t> NumberBehind(std::string_view prefix, std::string_view text);

/// Values and their places, for writing. Fills up to a limit and then only knows what it has. Not thread-safe.
class ValueTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr size_t kMostValues = 65'536;
  static constexpr size_t kMostBytes = 4 << 20;

  /// How many values each of so many columns may have, so that those of all together stay within some 100 MB.
  static size_t MostValues(size_t columns) {
    return std::min(kMostValues, 16 * kMostValues / std::max<size_t>(1, columns));
  }
  static size_t MostBytes(size_t most_values) { return kMostBytes * most_values / kMostValues; }

  explicit ValueTable(const std::vector<std::string>& values, size_t most_values = kMostValues);

  /// The place of `value`, which is added if it is new and there is room; else kNone.
  uint32_t PlaceOf(std::string_view value);

  std::vector<std::string> TakeValues();

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t place = kNone;
  };
  /// A short value that was asked for: most are asked for again soon.
  struct Recent {
    uint64_t bytes = 0;
    uint32_t size = UINT32_MAX;
    uint32_t place = kNone;
  };
  static constexpr unsigned kRecentBits = 8;

  uint32_t Find(std::string_view value);
  void Grow();

  std::vector<Slot> slots_;
  std::vector<Recent> recent_ = std::vector<Recent>(size_t{1} << kRecentBits);
  std::vector<std::unique_ptr<std::string>> values_;
  size_t most_values_;
  size_t bytes_ = 0;
};

/// Looks at some rows of a source and decides how each column is best written. Not thread-safe.
class Profiler {
 public:
  explicit Profiler(std::vector<ColumnSchema> schema);
  ~Profiler();

  /// The more, and the more evenly spread over the source, the smaller the index; any rows give a right one.
  void Add(const RowBatch& rows);

  /// `trained`: with dictionaries for long text, whose making takes a second for ten columns. Not worth it for an index
  /// that is used once.
  std::vector<ColumnCoding> Decide(bool trained = true) const;

 private:
  struct Column;
  std::vector<Column> columns_;
};

}  // namespace varjoin::index
