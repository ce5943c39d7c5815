// block.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/allele_code.h"
#include "index/bytes.h"
#include "index/coding.h"
#include "index/columns.h"
#include "index/format.h"
#include "index/packed_numbers.h"

/// A block: some rows of one contig, sorted by start, then in the order of the source.
///
///     BlockHeader
///     bins       u16[kBins + 1]: the first row whose start lies in each bin (2^bin_shift bases) of the block
///     low        u8[rows]: the lowest byte of start - first_start
///     high       PackedNumbers[rows]: the rest of it
///     codes      4 bits a row: AlleleCode::code
///     others     u32 for each row whose code is no single base: AlleleCode::packed, or where its letters are in the
///     heap columns    u32 for each column: where its values are; 0: all are NULL heap       varint and letters of REF,
///     then of ALT values     of one column after the other, see ColumnTag padding    to a multiple of kAlignment, at
///     least kPackedPadding
namespace varjoin::index {

inline constexpr uint32_t kBins = 32;

struct BlockHeader {
  uint64_t checksum = 0;  ///< of the rest of the block, padding included
  uint32_t size = 0;      ///< of the block, padding included
  uint32_t contig = 0;
  int64_t first_start = 0;
  uint16_t rows = 0;
  uint16_t bin_shift = 0;
  uint32_t high = 0;  ///< offsets from the block's beginning
  uint32_t codes = 0;
  uint32_t others = 0;
  uint32_t columns = 0;
  uint32_t reserved = 0;
};
static_assert(sizeof(BlockHeader) == 48);

/// The first byte of a column's values. With kBitmap, an offset (u32) in the block follows, of one bit a row, 1 for a
/// value, in words of 64; before it stands, for every word and the end, how many values are before it (u16). Columns
/// that are NULL together share it. Then, of the rows that have a value:
/// - kNumbers: PackedNumbers;
/// - kFromEnd: PackedNumbers, to which the position of the last base of the row's REF is to be added;
/// - kPlaces: PackedNumbers, places in the column's dictionary or the number behind its prefix. With kExceptions: a
///   count (u16), the exceptions' ranks among the rows that have a value (u16 each), and their texts;
/// - kTexts: texts.
/// Texts: a byte, 0: PackedNumbers with one more end than texts, the first 0, then the bytes; 1: PackedNumbers with the
/// ends of the zstd frames, likewise, then the frames, each of kTextsOfFrame texts: their lengths as varints, then the
/// bytes.
struct ColumnTag {
  static constexpr uint8_t kBitmap = 0x10;
  static constexpr uint8_t kExceptions = 0x20;
  static constexpr uint8_t kContent = 0x0F;
  enum Content : uint8_t { kNumbers = 0, kFromEnd = 1, kPlaces = 2, kTexts = 3 };
};
inline constexpr size_t kTextsOfFrame = 4;

/// An allele that is looked for.
struct Probe {
  int64_t start = 0;
  std::string_view ref;  ///< any case
  std::string_view alt;
  AlleleCode allele;
};

/// How many bits are 1. Without the processor's own instruction, which not every processor has.
inline uint32_t CountOnes(uint64_t bits) {
  bits -= (bits >> 1) & 0x5555555555555555;
  bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333);
  bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F;
  return static_cast<uint32_t>((bits * 0x0101010101010101) >> 56);
}

/// Texts of a block, see ColumnTag.
class BlockTexts {
 public:
  bool Parse(ByteReader& reader, size_t count);

  bool compressed() const { return compressed_; }
  /// The text, or the frame that holds it. False: damaged.
  bool Find(size_t i, std::string_view& bytes) const;
  /// How many texts the frame of text `i` holds.
  size_t InFrame(size_t i) const { return std::min(kTextsOfFrame, texts_ - i / kTextsOfFrame * kTextsOfFrame); }

 private:
  bool compressed_ = false;
  PackedNumbers ends_;
  size_t texts_ = 0;
  size_t count_ = 0;  ///< of texts or frames
  const uint8_t* bytes_ = nullptr;
  size_t size_ = 0;
};

/// A column of a block, ready to be read.
struct BlockColumn {
  uint8_t content = 0;
  bool all_null = false;
  const uint8_t* bitmap = nullptr;  ///< nullptr: no NULL
  const uint8_t* ranks = nullptr;   ///< of the bitmap's words
  size_t present = 0;
  PackedNumbers numbers;
  uint16_t exceptions = 0;
  const uint8_t* exception_ranks = nullptr;
  BlockTexts texts;

  /// Whether the row has a value, and which of them.
  bool RankOf(uint32_t row, size_t& rank) const {
    if (bitmap == nullptr) {
      rank = row;
      return !all_null;
    }
    const uint64_t word = Load<uint64_t>(bitmap + size_t{row} / 64 * 8);
    rank = Load<uint16_t>(ranks + size_t{row} / 64 * 2) + CountOnes(word & ((uint64_t{1} << (row % 64)) - 1));
    return (word >> (row % 64) & 1) != 0;
  }
  /// Which of the exceptions, or -1.
  int ExceptionOf(size_t rank) const;
};

/// A block in memory, which must be followed by kSlack bytes that may be read. Checks what it reads: after any
/// damage, it answers with false.
class Block {
 public:
  static constexpr size_t kSlack = 64;

  /// True: the bytes are a block, whole and as it was written.
  bool Open(const uint8_t* bytes, size_t size);

  const BlockHeader& header() const { return header_; }

  /// Appends the rows of this allele, in order. False: damaged.
  bool Find(const Probe& probe, std::vector<uint16_t>& rows) const;

  bool OpenColumn(size_t column, BlockColumn& opened) const;

  /// The position of the last base of the row's REF.
  bool EndOf(uint32_t row, int64_t& end) const;

 private:
  bool AlleleOf(uint32_t row, uint32_t& other) const;
  bool LettersAt(uint32_t offset, std::string_view& ref, std::string_view& alt) const;
  uint64_t DeltaOf(uint32_t row) const { return high_[row] << 8 | low_[row]; }

  const uint8_t* bytes_ = nullptr;
  size_t size_ = 0;
  BlockHeader header_;
  const uint8_t* low_ = nullptr;
  PackedNumbers high_;
};

/// Which bytes of low[begin, end) are `wanted`: their places are written to `found`, which has room for end - begin;
/// returns how many. Reads up to 31 bytes behind `end`. The fastest that this processor has.
size_t FindBytes(const uint8_t* low, size_t begin, size_t end, uint8_t wanted, uint16_t* found);

/// The ways of FindBytes(), for the tests; the second only where the processor has AVX2.
size_t FindBytesScalar(const uint8_t* low, size_t begin, size_t end, uint8_t wanted, uint16_t* found);
size_t FindBytesAvx2(const uint8_t* low, size_t begin, size_t end, uint8_t wanted, uint16_t* found);

}  // namespace varjoin::index
