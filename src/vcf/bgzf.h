// bgzf.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "vcf/text_source.h"

namespace varjoin::vcf {

/// Whether a file begins with a BGZF block (SAM specification, section 4.1).
bool IsBgzf(std::string_view start);

/// The bytes of the block that begins with `bytes`; nothing: none does, or its header goes on after them.
std::optional<size_t> BgzfBlockBytes(std::string_view bytes);

/// A BGZF file. Take() finds the blocks of a piece by their headers and reads them as they are; Unpack() inflates them
/// and checks their CRC32.
class BgzfSource : public TextSource {
 public:
  explicit BgzfSource(std::unique_ptr<InputFile> file);
  ~BgzfSource() override;

  Packing packing() const override { return Packing::kBgzf; }
  Status Take(Piece& piece) override;
  Status Unpack(Piece& piece) override;
  uint64_t Consumed() const override { return taken_; }
  bool LacksEndMarker() const override {
    const bool to_the_end = !restricted_ || (!ranges_.empty() && ranges_.back().end == VirtualRange::kToTheEnd);
    return to_the_end && !ends_with_marker_;
  }
  void Restrict(std::vector<VirtualRange> ranges, const std::string& index) override;

 private:
  class BlockRun;

  std::unique_ptr<BlockRun> UnusedRun();

  /// Appends up to `size` bytes of the file to `bytes`; sets `at_end_`.
  Status ReadMore(std::vector<char>& bytes, size_t size);

  /// Moves whole blocks from the front of the run's bytes into its list, and reads more, until the piece is full or
  /// the range ends.
  Status FindBlocks(BlockRun& run, Piece& piece);

  /// The block at byte `offset` is not in the current range any more.
  bool RangeEndsBefore(uint64_t offset) const { return restricted_ && (offset << 16) >= ranges_[range_].end; }
  void BeginRange();
  Status DoesNotFitIndex(uint64_t offset) const;

  const std::unique_ptr<InputFile> file_;
  uint64_t offset_ = 0;           ///< of the next block
  uint64_t taken_ = 0;            ///< bytes of the blocks so far
  std::vector<char> read_ahead_;  ///< bytes from `offset_` on that have been read
  size_t read_bytes_;             ///< to be read for the next piece at once
  bool at_end_ = false;           ///< the file has been read to its end
  bool ends_with_marker_ = false;

  bool restricted_ = false;
  std::vector<VirtualRange> ranges_;
  size_t range_ = 0;   ///< the current one
  std::string index_;  ///< where the ranges come from

  std::mutex unused_mutex_;
  std::vector<std::unique_ptr<BlockRun>> unused_;
};

}  // namespace varjoin::vcf
