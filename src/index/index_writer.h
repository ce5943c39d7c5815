// index_writer.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/status.h"
#include "index/block_writer.h"
#include "index/coding.h"
#include "index/columns.h"
#include "index/contigs.h"
#include "index/format.h"

namespace varjoin::index {

/// What an index says of itself beside its rows: the source's name and fingerprint, when and by which version it was
/// made, … Also the counts of IndexCounts.
using Facts = std::map<std::string, std::string>;

struct IndexCounts {
  int64_t rows = 0;         ///< of the source
  int64_t unmatchable = 0;  ///< rows that no allele can match: no sequence, start below 0, no contig; not in the index
  int64_t repeated = 0;     ///< rows whose key an earlier row has
  int64_t not_minimal = 0;  ///< rows whose allele would be trimmed
  bool operator==(const IndexCounts&) const = default;
};

/// Writes an index file from rows that come sorted: all of a contig together (under whatever names), by start, and
/// among equal starts in the order of the source. Contigs may come in any order. Not thread-safe.
class IndexWriter {
 public:
  /// `path` is written from its beginning; the caller puts it into its place when Finish() was fine.
  static Result<IndexWriter> Begin(const std::string& path, const std::vector<ColumnCoding>& columns,
                                   ContigLengths lengths);
  IndexWriter(IndexWriter&&) noexcept;
  IndexWriter& operator=(IndexWriter&&) = delete;
  ~IndexWriter();

  /// False: the rows are not in order; the writer is of no more use. Sort them (RowSorter) and begin again.
  Result<bool> Add(const RowBatch& batch);

  const IndexCounts& counts() const { return counts_; }

  /// Completes the file; bytes are with the kernel, not synced.
  Status Finish(Facts facts);

 private:
  struct Contig {
    std::string name;  ///< canonical
    uint64_t rows = 0;
    uint64_t first_block = 0;
    uint64_t end_block = 0;
  };
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  /// The keys of the rows with the start that the writer is at.
  struct KeysAtStart {
    int contig = ContigNames::kNone;
    int64_t start = 0;
    std::vector<std::string> few;  ///< nearly always all of them
    std::unordered_set<std::string> others;

    void MoveTo(int to_contig, int64_t to_start);
    /// False: the key was there before.
    bool Insert(std::string key);
  };

  IndexWriter(std::string path, std::FILE* file, const std::vector<ColumnCoding>& columns, ContigLengths lengths);
  int ContigOf(std::string_view name);
  bool CountRow(const RowBatch& batch, size_t row, int contig);
  Status AddRun(const RowBatch& batch, size_t first, size_t count);
  uint64_t TextOf(const RowBatch& batch, size_t row) const;
  Status FinishBlock();
  Status Write(const std::string& bytes);
  Status WriteSection(SectionId id, const std::string& bytes, bool with_checksum);
  std::string Directory();
  std::string ContigSection() const;

  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  BlockWriter block_;
  ContigNames names_;
  std::vector<Contig> contigs_;
  std::map<std::string, int> contig_numbers_;
  int contig_ = ContigNames::kNone;  ///< that the block is of
  int64_t last_start_ = 0;
  KeysAtStart at_start_;
  IndexCounts counts_;
  uint64_t offset_ = 0;
  std::vector<std::pair<int64_t, uint32_t>> blocks_;  ///< first start, offset in kAlignment
  std::vector<uint32_t> block_contigs_;
  std::vector<Section> sections_;
  std::string bytes_;
  size_t rows_of_block_ = kMostRowsOfBlock;
  std::vector<size_t> text_columns_;
};

}  // namespace varjoin::index
