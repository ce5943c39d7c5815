// line_index.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/line_index.h"

#include <algorithm>
#include <limits>

#include "vcf/text_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace varjoin::vcf {
namespace {

static_assert(std::numeric_limits<uint32_t>::max() >= uint64_t{2} << 30, "lines have up to 2 GiB");

/// The high bits of the 8 bytes of `found`, as the lowest 8 bits.
constexpr uint64_t Gather(uint64_t found) {
  return (found >> 7) * 0x0102040810204080u >> 56;
}

/// The high bit of each byte of `word` that is `byte`, exact for all of them.
constexpr uint64_t Equal(uint64_t word, char byte) {
  const uint64_t other = word ^ Repeat(byte);
  return ~(((other & Repeat('\x7F')) + Repeat('\x7F')) | other) & Repeat('\x80');
}

#if defined(__x86_64__)

/// A byte is a separator if the rows of its low and of its high half have a bit in common:
/// tab 09; ',' 2C; ':' 3A, ';' 3B, '=' 3D.
__attribute__((target("avx2,bmi,popcnt"))) inline void ScanHalf(const char* bytes, uint32_t& separators, uint32_t& tabs,
                                                                uint32_t& odd) {
  const __m256i low_rows = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 4, 2, 4, 0, 0,  //
                                            0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 4, 2, 4, 0, 0);
  const __m256i high_rows = _mm256_setr_epi8(1, 0, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
                                             1, 0, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m256i zero = _mm256_setzero_si256();
  const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  const __m256i high_half = _mm256_and_si256(_mm256_srli_epi16(text, 4), _mm256_set1_epi8(0x0F));
  const __m256i common =
      _mm256_and_si256(_mm256_shuffle_epi8(low_rows, text), _mm256_shuffle_epi8(high_rows, high_half));
  separators = ~static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(common, zero)));
  tabs = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('\t'))));
  const __m256i care = _mm256_or_si256(_mm256_cmpeq_epi8(text, zero), _mm256_cmpeq_epi8(text, _mm256_set1_epi8('%')));
  odd = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(text, care)));
}

#endif

const bool kHasAvx2 = HasAvx2();

}  // namespace

ScannedBlock ScanBlockPlain(const char* bytes) {
  ScannedBlock block{0, 0, 0};
  for (size_t i = 0; i < 8; ++i) {
    const uint64_t word = LoadWord(bytes + 8 * i);
    const uint64_t tabs = Equal(word, '\t');
    const uint64_t others = Equal(word, ',') | Equal(word, ':') | Equal(word, ';') | Equal(word, '=');
    const uint64_t odd = (word & Repeat('\x80')) | Equal(word, '%') | Equal(word, '\0');
    block.tabs |= Gather(tabs) << (8 * i);
    block.separators |= Gather(tabs | others) << (8 * i);
    block.odd |= Gather(odd) << (8 * i);
  }
  return block;
}

#if defined(__x86_64__)

bool HasAvx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

__attribute__((target("avx2,bmi,popcnt"))) ScannedBlock ScanBlockAvx2(const char* bytes) {
  uint32_t separators[2];
  uint32_t tabs[2];
  uint32_t odd[2];
  ScanHalf(bytes, separators[0], tabs[0], odd[0]);
  ScanHalf(bytes + 32, separators[1], tabs[1], odd[1]);
  const auto both = [](const uint32_t* half) { return half[0] | static_cast<uint64_t>(half[1]) << 32; };
  return {both(separators), both(tabs), both(odd)};
}

#else

bool HasAvx2() {
  return false;
}

ScannedBlock ScanBlockAvx2(const char* bytes) {
  return ScanBlockPlain(bytes);
}

#endif

/// Inlined, so that it is compiled for the machine that its caller is compiled for.
template <ScannedBlock (*kScanBlock)(const char*)>
[[gnu::always_inline]] inline void LineIndex::ScanBlocks(size_t tabs) {
  size_t scanned = scanned_;
  size_t count = count_;
  uint64_t odd = 0;
  while (scanned < line_.size() && tabs_found_ < tabs) {
    if (positions_.size() < count + kBlock + 1) {
      positions_.resize(2 * positions_.size() + 4 * kBlock);
    }
    ScannedBlock block = kScanBlock(line_.data() + scanned);
    if (const size_t left = line_.size() - scanned; left < kBlock) {
      const uint64_t inside = ~uint64_t{0} >> (kBlock - left);
      block = {block.separators & inside, block.tabs & inside, block.odd & inside};
    }
    odd |= block.odd;
    tabs_found_ += static_cast<size_t>(std::popcount(block.tabs));
    uint32_t* out = positions_.data() + count;
    count += static_cast<size_t>(std::popcount(block.separators));
    // Some more are written than there are: a loop over a fixed number is predicted. The top bit changes no bit that
    // is there, and spares a check for 0.
    constexpr uint64_t kTop = uint64_t{1} << 63;
    const auto base = static_cast<uint32_t>(scanned);
    uint64_t bits = block.separators;
    do {
      for (int i = 0; i < 8; ++i) {
        out[i] = base + static_cast<uint32_t>(std::countr_zero(bits | kTop));
        bits &= bits - 1;
      }
      out += 8;
    } while (bits != 0);
    scanned += kBlock;
  }
  scanned_ = scanned;
  count_ = count;
  odd_ |= odd != 0;
}

void LineIndex::Scan(size_t tabs) {
  kHasAvx2 ? ScanWithAvx2(tabs) : ScanBlocks<ScanBlockPlain>(tabs);
  if (positions_.size() < count_ + 1) {
    positions_.resize(4 * kBlock);
  }
  if (scanned_ >= line_.size()) {
    positions_[count_] = static_cast<uint32_t>(line_.size());
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,popcnt")))
#endif
void LineIndex::ScanWithAvx2(size_t tabs) {
  ScanBlocks<ScanBlockAvx2>(tabs);
}

}  // namespace varjoin::vcf
