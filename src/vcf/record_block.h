// record_block.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

struct libdeflate_compressor;

namespace varjoin::vcf {

/// Bytes of text in one BGZF block: what bgzip takes, so that a block never grows beyond 64 KiB.
inline constexpr size_t kBgzfTextBytes = 0xff00;

/// The empty block that ends a BGZF file (SAM specification, section 4.1.2).
std::string_view BgzfEndMarker();

/// Where a record lies on its contig and where it ends in its block's bytes.
struct RecordMark {
  uint32_t contig = 0;  ///< in RecordBlock::contigs; in BCF the header's number of it
  int64_t begin = 0;    ///< 0-based
  int64_t end = 0;      ///< exclusive
  size_t byte_end = 0;  ///< of the record, in the block
};

/// Some records on their way to a file.
struct RecordBlock {
  std::string lines;                      ///< as they were added, with '\n'
  std::string bytes;                      ///< what is packed where it is not the lines: BCF
  std::string packed;                     ///< BGZF blocks, one after the other
  std::vector<uint32_t> packed_ends;      ///< of each BGZF block in `packed`
  std::vector<std::string_view> contigs;  ///< views into `lines`
  std::vector<RecordMark> marks;          ///< one a record, where an index is wanted
  Status status = {};

  void Clear();
};

/// Finds the place of each line for an index, as tabix does: a record ends where INFO/END says, or where its REF does.
void MarkLines(RecordBlock& block);

/// Packs bytes into BGZF blocks. One thread's.
class BgzfPacker {
 public:
  explicit BgzfPacker(int level);
  ~BgzfPacker();

  /// Appends `bytes` as BGZF blocks to `packed`, and where each ends to `ends`.
  void Pack(std::string_view bytes, std::string& packed, std::vector<uint32_t>& ends);

  BgzfPacker(const BgzfPacker&) = delete;
  BgzfPacker& operator=(const BgzfPacker&) = delete;

 private:
  libdeflate_compressor* const compressor_;
  std::string block_;
};

}  // namespace varjoin::vcf
