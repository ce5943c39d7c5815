// line_index.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/line_index.h"

#include <array>
#include <limits>

#include "vcf/text_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace varjoin::vcf {
namespace {

static_assert(std::numeric_limits<uint32_t>::max() >= uint64_t{2} << 30, "lines have up to 2 GiB");

/// What a scan of 64 bytes finds: bit i stands for byte i.
struct ScannedBlock {
  uint64_t separators;  ///< tab , : ; =
  uint64_t tabs;
  uint64_t odd;  ///< NUL, % and bytes above 127
};

/// With any processor. What a level is: Scan() classifies 64 bytes, Write() turns the bits of `separators` into places
/// from `base`, and may write up to 64 in all.
struct Plain {
  static ScannedBlock Scan(const char* bytes) {
    ScannedBlock block{0, 0, 0};
    for (size_t i = 0; i < 8; ++i) {
      const uint64_t word = LoadWord(bytes + 8 * i);
      const uint64_t tabs = EqualBytes(word, '\t');
      const uint64_t others =
          EqualBytes(word, ',') | EqualBytes(word, ':') | EqualBytes(word, ';') | EqualBytes(word, '=');
      const uint64_t odd = (word & Repeat('\x80')) | EqualBytes(word, '%') | EqualBytes(word, '\0');
      block.tabs |= GatherBits(tabs) << (8 * i);
      block.separators |= GatherBits(tabs | others) << (8 * i);
      block.odd |= GatherBits(odd) << (8 * i);
    }
    return block;
  }

  static void Write(uint64_t separators, uint32_t base, uint32_t* out) {
    for (; separators != 0; separators &= separators - 1) {
      *out++ = base + static_cast<uint32_t>(std::countr_zero(separators));
    }
  }
};

#if defined(__x86_64__)

#define VARJOIN_AVX2 __attribute__((target("avx2,bmi,popcnt")))
#define VARJOIN_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,popcnt")))

// A byte is a separator if the rows of its low and of its high half have a bit in common:
// tab 09; ',' 2C; ':' 3A, ';' 3B, '=' 3D.
alignas(16) constexpr int8_t kLowRows[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 4, 2, 4, 0, 0};
alignas(16) constexpr int8_t kHighRows[16] = {1, 0, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

struct Avx2 {
  VARJOIN_AVX2 static inline __m256i Rows(const int8_t* from) {
    return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(from)));
  }

  VARJOIN_AVX2 static inline void ScanHalf(const char* bytes, uint32_t& separators, uint32_t& tabs, uint32_t& odd) {
    const __m256i zero = _mm256_setzero_si256();
    const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    const __m256i high_half = _mm256_and_si256(_mm256_srli_epi16(text, 4), _mm256_set1_epi8(0x0F));
    const __m256i common =
        _mm256_and_si256(_mm256_shuffle_epi8(Rows(kLowRows), text), _mm256_shuffle_epi8(Rows(kHighRows), high_half));
    separators = ~static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(common, zero)));
    tabs = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('\t'))));
    const __m256i care = _mm256_or_si256(_mm256_cmpeq_epi8(text, zero), _mm256_cmpeq_epi8(text, _mm256_set1_epi8('%')));
    odd = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(text, care)));
  }

  VARJOIN_AVX2 static inline ScannedBlock Scan(const char* bytes) {
    uint32_t separators[2];
    uint32_t tabs[2];
    uint32_t odd[2];
    ScanHalf(bytes, separators[0], tabs[0], odd[0]);
    ScanHalf(bytes + 32, separators[1], tabs[1], odd[1]);
    const auto both = [](const uint32_t* half) { return half[0] | static_cast<uint64_t>(half[1]) << 32; };
    return {both(separators), both(tabs), both(odd)};
  }

  VARJOIN_AVX2 static inline void Write(uint64_t separators, uint32_t base, uint32_t* out) {
    // Some more are written than there are: a loop over a fixed number is predicted. The top bit changes no bit that
    // is there, and spares a check for 0.
    constexpr uint64_t kTop = uint64_t{1} << 63;
    do {
      for (int i = 0; i < 8; ++i) {
        uint32_t place = base + static_cast<uint32_t>(std::countr_zero(separators | kTop));
        asm("" : "+r"(place));  // or g++ gathers 8 of them in vectors, which takes longer than storing them
        out[i] = place;
        separators &= separators - 1;
      }
      out += 8;
    } while (separators != 0);
  }
};

// g++ 12 warns falsely inside its own header.
#if !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

struct Avx512 {
  VARJOIN_AVX512 static inline __m512i Rows(const int8_t* from) {
    return _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(from)));
  }

  VARJOIN_AVX512 static inline ScannedBlock Scan(const char* bytes) {
    const __m512i text = _mm512_loadu_si512(bytes);
    const __m512i high_half = _mm512_and_si512(_mm512_srli_epi16(text, 4), _mm512_set1_epi8(0x0F));
    return {_mm512_test_epi8_mask(_mm512_shuffle_epi8(Rows(kLowRows), text),
                                  _mm512_shuffle_epi8(Rows(kHighRows), high_half)),
            _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\t')),
            _mm512_movepi8_mask(text) | _mm512_cmpeq_epi8_mask(text, _mm512_setzero_si512()) |
                _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('%'))};
  }

  VARJOIN_AVX512 static inline void Write(uint64_t separators, uint32_t base, uint32_t* out) {
    alignas(64) static constexpr auto kNumbers = [] {
      std::array<int8_t, 64> numbers{};
      for (size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = static_cast<int8_t>(i);
      }
      return numbers;
    }();
    const __m512i places = _mm512_maskz_compress_epi8(separators, _mm512_load_si512(kNumbers.data()));
    const __m512i bases = _mm512_set1_epi32(static_cast<int>(base));
    Write16(_mm512_castsi512_si128(places), bases, out);
    Write16(_mm512_extracti32x4_epi32(places, 1), bases, out + 16);
    if (std::popcount(separators) > 32) {
      Write16(_mm512_extracti32x4_epi32(places, 2), bases, out + 32);
      Write16(_mm512_extracti32x4_epi32(places, 3), bases, out + 48);
    }
  }

  VARJOIN_AVX512 static inline void Write16(__m128i places, __m512i bases, uint32_t* out) {
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(places), bases));
  }
};

#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#endif

}  // namespace

ScanLevel BestScanLevel() {
#if defined(__x86_64__)
  static const ScanLevel best = [] {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("popcnt")) {
      return ScanLevel::kPlain;
    }
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2") ? ScanLevel::kAvx512
                                                                                       : ScanLevel::kAvx2;
  }();
  return best;
#else
  return ScanLevel::kPlain;
#endif
}

/// Inlined, so that it is compiled for the machine that its caller is compiled for.
template <typename Level>
[[gnu::always_inline]] inline void LineIndex::ScanBlocks(size_t tabs) {
  size_t scanned = scanned_;
  size_t count = count_;
  uint64_t odd = 0;
  while (scanned < line_.size() && tabs_found_ < tabs) {
    if (positions_.size() < count + kBlock + 1) {
      positions_.resize(2 * positions_.size() + 4 * kBlock);
    }
    ScannedBlock block = Level::Scan(line_.data() + scanned);
    if (const size_t left = line_.size() - scanned; left < kBlock) {
      const uint64_t inside = ~uint64_t{0} >> (kBlock - left);
      block = {block.separators & inside, block.tabs & inside, block.odd & inside};
    }
    odd |= block.odd;
    tabs_found_ += static_cast<size_t>(std::popcount(block.tabs));
    Level::Write(block.separators, static_cast<uint32_t>(scanned), positions_.data() + count);
    count += static_cast<size_t>(std::popcount(block.separators));
    scanned += kBlock;
  }
  scanned_ = scanned;
  count_ = count;
  odd_ |= odd != 0;
}

#if defined(__x86_64__)
VARJOIN_AVX2 void LineIndex::ScanAvx2(size_t tabs) {
  ScanBlocks<Avx2>(tabs);
}
VARJOIN_AVX512 void LineIndex::ScanAvx512(size_t tabs) {
  ScanBlocks<Avx512>(tabs);
}
#else
void LineIndex::ScanAvx2(size_t tabs) {
  ScanBlocks<Plain>(tabs);
}
void LineIndex::ScanAvx512(size_t tabs) {
  ScanBlocks<Plain>(tabs);
}
#endif

void LineIndex::Scan(size_t tabs) {
  switch (level_) {
    case ScanLevel::kAvx512:
      ScanAvx512(tabs);
      break;
    case ScanLevel::kAvx2:
      ScanAvx2(tabs);
      break;
    case ScanLevel::kPlain:
      ScanBlocks<Plain>(tabs);
      break;
  }
  if (positions_.size() < count_ + 1) {
    positions_.resize(4 * kBlock);
  }
  if (scanned_ >= line_.size()) {
    positions_[count_] = static_cast<uint32_t>(line_.size());
  }
}

}  // namespace varjoin::vcf
