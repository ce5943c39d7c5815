// row_sorter.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "index/columns.h"
#include "index/contigs.h"
#include "index/text_arena.h"

namespace varjoin::index {

/// Puts rows into the order that an IndexWriter needs, in bounded memory: rows that don't fit are written to one
/// temporary file as sorted runs, which are merged in the end. Rows that can't be sorted (no contig) come first. Rows
/// with equal contig and start are put in the order of their places in the source, or stay in that in which they came,
/// where the batches tell no places. Not thread-safe.
class RowSorter {
 public:
  /// `memory`: bytes that rows may take, all that is set aside for them counted. The temporary file has no name and
  /// goes with the object.
  RowSorter(std::vector<ColumnSchema> schema, ContigLengths lengths, std::string temp_folder, size_t memory);
  ~RowSorter();

  Status Add(const RowBatch& batch);

  /// Ends the adding. Nothing may be added after it.
  Status Sort();

  /// The next rows, up to `most`, in order; their memory is valid until the next call. False: there are no more.
  Result<bool> Next(size_t most, RowBatch& batch);

 private:
  struct Entry {
    int64_t start;
    uint64_t place;   ///< in the source, or of its coming
    const char* row;  ///< RowHead and what follows it
    int contig;
  };
  class Run;

  int ContigOf(std::string_view name);
  void PackRow(const RowBatch& batch, size_t row, const Entry& entry);
  bool HasRoomForRow() const;
  void SortEntries();
  Status Spill();
  Status WriteOut(const std::string& bytes);
  Status ReadRow(std::string_view bytes, RowBatch& batch) const;
  Status OpenFile();

  std::vector<ColumnSchema> schema_;
  ContigNames names_;
  std::map<std::string, int> contig_numbers_;
  std::string temp_folder_;
  size_t memory_;
  TextArena rows_in_memory_;
  std::string packed_;  ///< the row at hand
  std::vector<Entry> entries_;
  size_t next_entry_ = 0;
  uint64_t rows_ = 0;
  int file_ = -1;
  uint64_t file_size_ = 0;
  std::vector<std::unique_ptr<Run>> runs_;
  std::vector<Run*> heap_;
  std::vector<std::string> merged_;  ///< the rows of the batch at hand, where they come from runs
};

}  // namespace varjoin::index
