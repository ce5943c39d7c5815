// lookup.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zstd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "genome/allele.h"
#include "index/block.h"
#include "index/index_file.h"
#include "index/text_arena.h"

namespace varjoin::index {

/// An allele that is looked up, as its file has it: any case, minimal or not; what is no sequence matches nothing.
struct Query {
  int contig = ContigNames::kNone;  ///< IndexFile::FindContig(); kNone matches nothing
  Allele allele;
  Allele left_aligned = {};  ///< with a reference: see AlleleForms()
};

/// A row of the source that an allele matches.
struct Hit {
  uint32_t query;  ///< which one of the batch
  uint32_t form;   ///< which of its forms, see AlleleForms()
  uint32_t row;    ///< where its values are in Lookup::values()
};

/// Looks up batches of alleles in an index, and gathers the values of some of its columns.
///
/// Reads the blocks that the batch needs in the order in which they lie, neighbours together, into its own memory: a
/// batch whose alleles are sorted costs the least. Its memory: the blocks read together (1 MiB, or one larger block), a
/// quarter of a MiB of the directory, the batch's hits. One object a thread; the file may be shared.
class Lookup {
 public:
  /// `columns`: their numbers in the file, in the order in which their values are wanted.
  Lookup(std::shared_ptr<const IndexFile> file, std::vector<int> columns);
  ~Lookup();

  const IndexFile& file() const { return *file_; }

  /// Finds the hits of a batch. They and their values stay until the next call.
  Status Find(std::span<const Query> queries);

  /// By query, then form, then in the order of the source.
  std::span<const Hit> hits() const { return hits_; }

  /// One for each column of the constructor's.
  std::span<const ColumnValues> values() const { return values_; }

 private:
  /// A form of an allele, to be looked for in one block.
  struct Task {
    uint64_t block;
    uint32_t query;
    uint32_t form;
    Probe probe;
  };
  /// A block that was read and has hits: those from `first_hit` on, up to the next one's.
  struct OpenBlock {
    Block block;
    uint64_t number;
    size_t first_hit;
    size_t end_hit;
  };
  struct Gatherer;

  Status AddTasks(std::span<const Query> queries);
  Status AddTasksOf(const IndexContig& contig, uint32_t query, uint32_t form, const Allele& allele);
  Status OpenPage(uint64_t block);
  int64_t FirstStart(uint64_t block) const { return page_->first_start[block % kBlocksOfPage]; }
  Result<uint64_t> FirstBlockFor(const IndexContig& contig, int64_t start);
  Status ReadBlocks(size_t first, size_t& end);
  Status AnnounceFrom(size_t task);
  Status SearchBlock(size_t first, size_t end);
  Status Gather(size_t column);
  bool GatherBlock(const OpenBlock& open, size_t column);
  bool GatherNumber(const Block& block, uint16_t row, const BlockColumn& opened, size_t rank, const Gatherer& gatherer,
                    uint64_t& number);
  bool GatherText(const BlockColumn& opened, size_t rank, Gatherer& gatherer, std::string_view& text);

  std::shared_ptr<const IndexFile> file_;
  std::vector<int> columns_;
  std::vector<Task> tasks_;
  std::vector<Hit> hits_;
  std::vector<ColumnValues> values_;
  std::vector<std::unique_ptr<Gatherer>> gatherers_;
  TextArena arena_;
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> zstd_;

  static constexpr size_t kPages = 64;
  std::vector<std::unique_ptr<DirectoryPage>> pages_{kPages};  ///< by the lowest bits of their numbers
  std::vector<uint64_t> page_numbers_ = std::vector<uint64_t>(kPages, UINT64_MAX);
  const DirectoryPage* page_ = nullptr;  ///< the one at hand
  uint64_t page_number_ = UINT64_MAX;
  uint64_t last_block_ = 0;  ///< where the last allele was looked for
  std::vector<uint8_t> buffer_;
  uint64_t buffer_offset_ = 0;     ///< in the file
  bool announced_ = false;         ///< the rest of the batch
  std::vector<OpenBlock> blocks_;  ///< of the bytes at hand
  std::vector<uint16_t> rows_;     ///< of the hits, in their blocks
};

}  // namespace varjoin::index
