// genotype.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/genotype.h"

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

namespace varjoin::vcf {
namespace {

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool IsPhase(char c) {
  return c == '/' || c == '|';
}

constexpr size_t kTripleWidth = 4;  ///< with the tab

constexpr bool IsTriple(const char* text) {
  const auto is_allele = [](char c) { return IsDigit(c) || c == '.'; };
  return is_allele(text[0]) && IsPhase(text[1]) && is_allele(text[2]);
}

#if defined(__SSE4_1__)

/// How many of `count` genotypes with their tabs are looked at, four at a time; `good` becomes false if one is odd.
size_t CheckTriples(const char* text, size_t count, bool& good) {
  // A byte is of a kind if the rows of its low and of its high half have the kind's bit in common:
  // 1: digits 30 … 39, 2: '.' 2E, 4: '/' 2F, 8: '|' 7C, 16: tab 09.
  const __m128i low_rows = _mm_setr_epi8(1, 1, 1, 1, 1, 1, 1, 1, 1, 17, 0, 0, 8, 0, 2, 4);
  const __m128i high_rows = _mm_setr_epi8(16, 0, 6, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i expected = _mm_set1_epi32(0x10030C03);
  __m128i odd = _mm_setzero_si128();
  size_t done = 0;
  for (; done + 4 <= count; done += 4) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + kTripleWidth * done));
    const __m128i high_half = _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(0x0F));
    const __m128i kinds = _mm_and_si128(_mm_shuffle_epi8(low_rows, bytes), _mm_shuffle_epi8(high_rows, high_half));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(_mm_and_si128(kinds, expected), _mm_setzero_si128()));
  }
  good = _mm_movemask_epi8(odd) == 0;
  return done;
}

#else

size_t CheckTriples(const char*, size_t, bool& good) {
  good = true;
  return 0;
}

#endif

}  // namespace

bool AreTriples(const char* text, size_t count) {
  bool good = false;
  size_t done = CheckTriples(text, count - 1, good);
  for (; good && done < count; ++done) {
    const char* const triple = text + kTripleWidth * done;
    good = IsTriple(triple) && (done + 1 == count || triple[3] == '\t');
  }
  return good;
}

Ploidy PloidyOf(size_t values, size_t alleles) {
  if (values == alleles * (alleles + 1) / 2) {
    return Ploidy::kDiploid;
  }
  if (values == alleles) {
    return Ploidy::kHaploid;
  }
  if (alleles == 1) {
    return Ploidy::kNone;
  }
  size_t expected = alleles * (alleles + 1) / 2;
  for (size_t ploidy = 3; expected < values; ++ploidy) {
    expected = expected * (alleles + ploidy - 1) / ploidy;
  }
  return expected == values ? Ploidy::kHigher : Ploidy::kNone;
}

bool CarriedAlleles::Add(std::string_view genotype) {
  // Most genotypes are like 0/1.
  if (genotype.size() == 3 && IsDigit(genotype[0]) && IsPhase(genotype[1]) && IsDigit(genotype[2])) {
    const auto first = static_cast<size_t>(genotype[0] - '0');
    const auto second = static_cast<size_t>(genotype[2] - '0');
    if (first < holds_.size()) {
      holds_[first] = 1;
    }
    if (second < holds_.size()) {
      holds_[second] = 1;
    }
    return true;
  }
  if (genotype.empty()) {
    missing_ = true;
    return true;
  }
  return AddAny(genotype);
}

bool CarriedAlleles::AddAny(std::string_view genotype) {
  const bool good = TakeAlleles(genotype, [&](int32_t allele) {
    if (allele == kMissingAllele) {
      missing_ = true;
    } else if (static_cast<size_t>(allele) < holds_.size()) {
      holds_[static_cast<size_t>(allele)] = 1;
    }
  });
  missing_ = missing_ || !good;
  return good;
}

}  // namespace varjoin::vcf
