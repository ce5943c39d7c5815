// block.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/block.h"

#include <algorithm>

#include "base/checksum.h"
#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace varjoin::index {
namespace {

constexpr size_t kChecksumSize = sizeof(uint64_t);

uint8_t CodeOf(const uint8_t* codes, uint32_t row) {
  return (codes[row / 2] >> (4 * (row % 2))) & 0x0F;
}

/// How many of the first `rows` codes are no single base: 12 and above have both upper bits.
uint32_t CountOthers(const uint8_t* codes, uint32_t rows) {
  constexpr uint64_t kTop = 0x8888888888888888;
  uint32_t count = 0;
  uint32_t row = 0;
  for (; row + 16 <= rows; row += 16) {
    const auto word = Load<uint64_t>(codes + row / 2);
    count += CountOnes(word & (word << 1) & kTop);
  }
  if (row < rows) {
    const auto word = Load<uint64_t>(codes + row / 2) & ((uint64_t{1} << (4 * (rows - row))) - 1);
    count += CountOnes(word & (word << 1) & kTop);
  }
  return count;
}

bool EqualUpper(std::string_view upper, std::string_view any) {
  return upper.size() == any.size() && std::equal(upper.begin(), upper.end(), any.begin(),
                                                  [](char u, char a) { return u == static_cast<char>(a & ~0x20); });
}

}  // namespace

size_t FindBytesScalar(const uint8_t* low, size_t begin, size_t end, uint8_t wanted, uint16_t* found) {
  size_t count = 0;
  for (size_t i = begin; i < end; ++i) {
    found[count] = static_cast<uint16_t>(i);
    count += low[i] == wanted ? 1 : 0;
  }
  return count;
}

#ifdef __x86_64__
__attribute__((target("avx2"))) size_t FindBytesAvx2(const uint8_t* low, size_t begin, size_t end, uint8_t wanted,
                                                     uint16_t* found) {
  size_t count = 0;
  const __m256i pattern = _mm256_set1_epi8(static_cast<char>(wanted));
  for (size_t i = begin; i < end; i += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(low + i));
    auto mask = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, pattern)));
    if (end - i < 32) {
      mask &= (1U << (end - i)) - 1;
    }
    for (; mask != 0; mask &= mask - 1) {
      found[count++] = static_cast<uint16_t>(i + static_cast<size_t>(__builtin_ctz(mask)));
    }
  }
  return count;
}

size_t FindBytes(const uint8_t* low, size_t begin, size_t end, uint8_t wanted, uint16_t* found) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  return (has_avx2 ? FindBytesAvx2 : FindBytesScalar)(low, begin, end, wanted, found);
}
#else
size_t FindBytesAvx2(const uint8_t* low, size_t begin, size_t end, uint8_t wanted, uint16_t* found) {
  return FindBytesScalar(low, begin, end, wanted, found);
}

size_t FindBytes(const uint8_t* low, size_t begin, size_t end, uint8_t wanted, uint16_t* found) {
  return FindBytesScalar(low, begin, end, wanted, found);
}
#endif

bool BlockTexts::Parse(ByteReader& reader, size_t count) {
  const auto form = reader.Fixed<uint8_t>();
  if (form > 1) {
    return false;
  }
  compressed_ = form == 1;
  texts_ = count;
  count_ = compressed_ ? (count + kTextsOfFrame - 1) / kTextsOfFrame : count;
  if (!ends_.Parse(reader, count_ + 1)) {
    return false;
  }
  size_ = ends_[count_];
  bytes_ = reader.Skip(size_);
  return bytes_ != nullptr;
}

bool BlockTexts::Find(size_t i, std::string_view& bytes) const {
  const size_t at = compressed_ ? i / kTextsOfFrame : i;
  const uint64_t begin = ends_[at];
  const uint64_t end = ends_[at + 1];
  if (at >= count_ || begin > end || end > size_) {
    return false;
  }
  bytes = {reinterpret_cast<const char*>(bytes_) + begin, end - begin};
  return true;
}

int BlockColumn::ExceptionOf(size_t rank) const {
  size_t low = 0;
  size_t high = exceptions;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (Load<uint16_t>(exception_ranks + 2 * middle) < rank) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < exceptions && Load<uint16_t>(exception_ranks + 2 * low) == rank ? static_cast<int>(low) : -1;
}

bool Block::Open(const uint8_t* bytes, size_t size) {
  if (size < sizeof(BlockHeader) + kAlignment) {
    return false;
  }
  header_ = Load<BlockHeader>(bytes);
  if (header_.size != size || header_.checksum != Checksum(bytes + kChecksumSize, size - kChecksumSize)) {
    return false;
  }
  bytes_ = bytes;
  size_ = size;
  const size_t low = sizeof(BlockHeader) + 2 * (kBins + 1);
  const size_t rows = header_.rows;
  if (rows == 0 || rows > kMostRowsOfBlock || header_.bin_shift > 63 || low + rows != header_.high ||
      header_.codes > size || header_.others > size || header_.columns > size || header_.codes < header_.high ||
      header_.others < header_.codes + (rows + 1) / 2 || header_.columns < header_.others) {
    return false;
  }
  low_ = bytes + low;
  ByteReader reader(bytes + header_.high, bytes + header_.codes + kPackedPadding);
  return high_.Parse(reader, rows);
}

bool Block::Find(const Probe& probe, std::vector<uint16_t>& rows) const {
  const auto delta = static_cast<uint64_t>(probe.start) - static_cast<uint64_t>(header_.first_start);
  const uint64_t bin = delta >> header_.bin_shift;
  if (probe.start < header_.first_start || bin >= kBins) {
    return true;
  }
  const uint8_t* const bins = bytes_ + sizeof(BlockHeader) + 2 * bin;
  const auto begin = Load<uint16_t>(bins);
  const auto end = Load<uint16_t>(bins + 2);
  if (begin > end || end > header_.rows) {
    return false;
  }
  uint16_t found[kMostRowsOfBlock];
  const size_t count = FindBytes(low_, begin, end, static_cast<uint8_t>(delta), found);
  for (size_t i = 0; i < count; ++i) {
    const uint16_t row = found[i];
    if (CodeOf(bytes_ + header_.codes, row) != probe.allele.code || high_[row] != delta >> 8) {
      continue;
    }
    if (probe.allele.code >= AlleleCode::kShort) {
      uint32_t other = 0;
      if (!AlleleOf(row, other)) {
        return false;
      }
      std::string_view ref;
      std::string_view alt;
      if (probe.allele.code == AlleleCode::kLong && !LettersAt(other, ref, alt)) {
        return false;
      }
      const bool equal = probe.allele.code == AlleleCode::kShort
                             ? other == probe.allele.packed
                             : EqualUpper(ref, probe.ref) && EqualUpper(alt, probe.alt);
      if (!equal) {
        continue;
      }
    }
    rows.push_back(row);
  }
  return true;
}

/// What stands for a row whose code is no single base.
bool Block::AlleleOf(uint32_t row, uint32_t& other) const {
  const size_t at = header_.others + 4 * size_t{CountOthers(bytes_ + header_.codes, row)};
  if (at + 4 > header_.columns) {
    return false;
  }
  other = Load<uint32_t>(bytes_ + at);
  return true;
}

bool Block::LettersAt(uint32_t offset, std::string_view& ref, std::string_view& alt) const {
  if (offset >= size_) {
    return false;
  }
  ByteReader reader(bytes_ + offset, bytes_ + size_);
  ref = reader.Text();
  alt = reader.Text();
  return reader.ok();
}

bool Block::EndOf(uint32_t row, int64_t& end) const {
  const uint8_t code = CodeOf(bytes_ + header_.codes, row);
  uint64_t length = 1;
  if (code >= AlleleCode::kShort) {
    uint32_t other = 0;
    std::string_view ref;
    std::string_view alt;
    if (!AlleleOf(row, other) || (code != AlleleCode::kShort && !LettersAt(other, ref, alt))) {
      return false;
    }
    length = code == AlleleCode::kShort ? RefLengthOf(other) : ref.size();
  }
  end = static_cast<int64_t>(static_cast<uint64_t>(header_.first_start) + DeltaOf(row) + length - 1);
  return true;
}

bool Block::OpenColumn(size_t column, BlockColumn& opened) const {
  if (header_.columns + 4 * (column + 1) > size_) {
    return false;
  }
  const auto offset = Load<uint32_t>(bytes_ + header_.columns + 4 * column);
  opened.all_null = offset == 0;
  if (opened.all_null) {
    return true;
  }
  if (offset >= size_) {
    return false;
  }
  ByteReader reader(bytes_ + offset, bytes_ + size_);
  const auto tag = reader.Fixed<uint8_t>();
  opened.content = tag & ColumnTag::kContent;
  opened.present = header_.rows;
  opened.bitmap = nullptr;
  opened.exceptions = 0;
  if ((tag & ColumnTag::kBitmap) != 0) {
    const auto bitmap = reader.Fixed<uint32_t>();
    const size_t words = (header_.rows + 63U) / 64;
    if (size_t{bitmap} + 2 * (words + 1) + 8 * words > size_) {
      return false;
    }
    opened.ranks = bytes_ + bitmap;
    opened.bitmap = opened.ranks + 2 * (words + 1);
    opened.present = Load<uint16_t>(opened.ranks + 2 * words);
  }
  if (opened.content == ColumnTag::kTexts) {
    return opened.texts.Parse(reader, opened.present);
  }
  if (opened.content > ColumnTag::kTexts || !opened.numbers.Parse(reader, opened.present)) {
    return false;
  }
  if ((tag & ColumnTag::kExceptions) != 0) {
    opened.exceptions = reader.Fixed<uint16_t>();
    opened.exception_ranks = reader.Skip(2 * size_t{opened.exceptions});
    return opened.exception_ranks != nullptr && opened.texts.Parse(reader, opened.exceptions);
  }
  return reader.ok();
}

}  // namespace varjoin::index
