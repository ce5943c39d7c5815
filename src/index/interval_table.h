// interval_table.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "index/columns.h"
#include "index/contigs.h"
#include "index/text_arena.h"

namespace varjoin::index {

/// The rows of a source of intervals, in memory, with an implicit interval tree for each contig: the intervals by their
/// starts, each seen as a node of a balanced tree that knows the largest end below it (Li and Rong 2021, Bioinformatics
/// 37:1315). A look-up takes O(log n + hits).
///
/// Filled by Add(), then Finish(); after that immutable and thread-safe.
class IntervalTable {
 public:
  static constexpr size_t kMost = 20'000'000;  ///< intervals

  /// `columns` come after the first one, which is an interval's end.
  explicit IntervalTable(std::vector<ColumnSchema> columns, ContigLengths lengths = {})
      : columns_(std::move(columns)), values_(columns_.size()), names_(std::move(lengths)) {}

  /// Adds rows: chrom, start and, as the first column, the last base (1-based, BIGINT); ref and alt are ignored. Rows
  /// without one of the three, or whose end is before their start, are counted and overlap nothing.
  /// Error (kBadInput): there are more than kMost.
  Status Add(const RowBatch& rows);
  void Finish();

  const std::vector<ColumnSchema>& columns() const { return columns_; }
  const std::vector<ColumnValues>& values() const { return values_; }
  size_t rows() const { return rows_; }
  int64_t without_place() const { return without_place_; }
  size_t bytes() const;  ///< of memory, about

  /// A contig's number by its canonical name, or ContigNames::kNone.
  int FindContig(const std::string& canonical) const;

  /// Appends the rows that overlap start..end (1-based, with its ends), in the source's order.
  void Find(int contig, int64_t start, int64_t end, std::vector<uint32_t>& rows) const;

 private:
  struct Interval {
    int64_t start;
    int64_t end;
    int64_t largest_end;  ///< of the node's subtree
    uint32_t row;
  };

  static int Index(std::vector<Interval>& intervals);

  std::vector<ColumnSchema> columns_;
  std::vector<ColumnValues> values_;
  TextArena texts_;
  ContigNames names_;
  std::map<std::string, int> numbers_;  ///< of contigs by their canonical names
  std::vector<std::vector<Interval>> contigs_;
  std::vector<int> heights_;  ///< of the contigs' trees
  size_t rows_ = 0;
  int64_t without_place_ = 0;
};

}  // namespace varjoin::index
