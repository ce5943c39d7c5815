// block_writer.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zstd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "index/block.h"
#include "index/coding.h"
#include "index/columns.h"

namespace varjoin::index {

/// Gathers rows and writes them as a block. Keeps its memory from one block to the next. Not thread-safe.
class BlockWriter {
 public:
  explicit BlockWriter(const std::vector<ColumnCoding>& columns);
  BlockWriter(BlockWriter&&) noexcept;
  ~BlockWriter();

  size_t rows() const { return starts_.size(); }
  /// Of the texts that it holds.
  size_t text_bytes() const { return text_bytes_; }

  /// Adds batch rows [first, first + count). Preconditions: all of one contig, in the order of their starts, none
  /// before the last; REF and ALT are sequences; no more than kMostRowsOfBlock in all.
  void Add(const RowBatch& batch, size_t first, size_t count);

  /// Appends the block to `bytes`, whose size must be a multiple of kAlignment, and begins the next.
  /// Precondition: rows() > 0.
  void Finish(uint32_t contig, std::string& bytes);

  /// How many bytes of the blocks so far belong to each column.
  const std::vector<uint64_t>& bytes_of_columns() const { return bytes_of_columns_; }

  /// The dictionaries as they became. The writer is at its end.
  std::vector<ColumnCoding> TakeColumns();

 private:
  struct Column;
  void AddValues(Column& column, const ColumnValues& values, size_t first, size_t count);
  void AppendStarts(std::string& bytes, BlockHeader& header, size_t begin);
  void AppendAlleles(std::string& bytes, BlockHeader& header, size_t begin);
  uint32_t BitmapOf(const Column& column, std::string& bytes, size_t begin);
  void AppendColumn(Column& column, uint32_t bitmap, std::string& bytes);
  bool FindPlaces(Column& column);
  bool SubtractEnds(Column& column);
  void AppendTexts(const Column& column, std::string& bytes);
  bool AppendFrames(const Column& column, std::string& bytes);

  std::vector<std::unique_ptr<Column>> columns_;
  std::vector<uint64_t> bytes_of_columns_;
  std::vector<int64_t> starts_;
  std::vector<int64_t> ends_;  ///< positions of the last base of REF
  std::vector<AlleleCode> alleles_;
  std::string heap_;  ///< letters of the rows that are kLong, in their order
  size_t text_bytes_ = 0;
  NumberPacker packer_;
  std::vector<uint64_t> numbers_;                          ///< scratch
  std::string frames_;                                     ///< scratch
  std::string plain_;                                      ///< scratch
  std::vector<std::pair<std::string, uint32_t>> bitmaps_;  ///< of the block that is written, and where they are
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> zstd_;
};

}  // namespace varjoin::index
