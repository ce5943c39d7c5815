// columns.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// index/ is the file that answers "the rows of this source for (contig, start, ref, alt)": its format, how it is built
// and how it is looked up. It knows columns and alleles, not DuckDB. It may include base/ and genome/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varjoin::index {

/// How the values of a column are held.
enum class ValueKind : uint8_t {
  kSigned = 0,    ///< integers, dates, decimals: an int64_t
  kUnsigned = 1,  ///< booleans and unsigned integers: a uint64_t
  kFloat = 2,     ///< the bits of a float or double: NaN and -0.0 stay what they are
  kText = 3,      ///< bytes of any number: text, and whatever the layer above turns into bytes
};

struct ColumnSchema {
  std::string name;
  std::string type;  ///< in the words of the layer above; only kept here
  ValueKind kind = ValueKind::kSigned;
  bool operator==(const ColumnSchema&) const = default;
};

/// The values of one column for some rows. Of `numbers` and `texts`, the one of the column's kind is filled; what
/// stands in the place of a NULL does not matter.
struct ColumnValues {
  std::vector<uint64_t> numbers;        ///< the bits of the value
  std::vector<std::string_view> texts;  ///< views into memory of whoever filled them
  std::vector<uint8_t> valid;           ///< 0: NULL

  void Resize(size_t rows, ValueKind kind) {
    kind == ValueKind::kText ? texts.resize(rows) : numbers.resize(rows);
    valid.resize(rows);
  }
};

/// Rows of a source, as they come. Columns as in the schema.
struct RowBatch {
  std::vector<std::string_view> chrom;  ///< a part of the key that is NULL has data() == nullptr …
  std::vector<std::string_view> ref;
  std::vector<std::string_view> alt;
  std::vector<int64_t> start;  ///< 1-based; … and kNoStart stands for NULL
  std::vector<ColumnValues> columns;
  std::vector<uint64_t> place;  ///< in the source; empty: rows come in its order

  static constexpr int64_t kNoStart = INT64_MIN;
  size_t rows() const { return start.size(); }
};

}  // namespace varjoin::index
