// known_starts.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/known_starts.h"

#include <new>

#include "base/checksum.h"

namespace varjoin::index {
namespace {

constexpr unsigned kLineBits = 19;    ///< 2^19 lines
constexpr uint64_t kWordsOfLine = 8;  ///< of 64 bits
constexpr unsigned kGroupShift = 7;   ///< 128 neighbours share a line
constexpr int kBitsOfStart = 3;       ///< are set in it

/// Spreads every bit of a number over all bits (the finaliser of SplitMix64).
uint64_t Mix(uint64_t number) {
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
  return number ^ (number >> 31);
}

}  // namespace

KnownStarts::KnownStarts()
    : words_(static_cast<uint64_t*>(std::calloc(kWordsOfLine << kLineBits, sizeof(uint64_t))), &std::free) {
  if (words_ == nullptr) {
    throw std::bad_alloc();
  }
}

int KnownStarts::ContigNumber(const std::string& canonical) {
  return static_cast<int>(Checksum(canonical.data(), canonical.size()) >> 33);
}

uint64_t KnownStarts::LineOf(int contig, int64_t start) {
  const auto group = static_cast<uint64_t>(start >> kGroupShift);
  return (Mix(group ^ (static_cast<uint64_t>(contig) << 32)) >> (64 - kLineBits)) * kWordsOfLine;
}

template <typename Visit>
bool KnownStarts::EachBit(int64_t start, const Visit& visit) {
  uint64_t random = Mix(static_cast<uint64_t>(start));
  bool all = true;
  for (int i = 0; i < kBitsOfStart; ++i, random >>= 9) {
    all = visit(random >> 6 & 7, uint64_t{1} << (random & 63)) && all;
  }
  return all;
}

void KnownStarts::Add(int contig, int64_t start) {
  for (const int known_by : {contig, kAnyContig}) {
    uint64_t* const line = words_.get() + LineOf(known_by, start);
    EachBit(start, [line](uint64_t word, uint64_t bit) { return (line[word] |= bit) != 0; });
  }
}

bool KnownStarts::MayHold(int contig, int64_t start) const {
  const uint64_t* const line = words_.get() + LineOf(contig, start);
  return EachBit(start, [line](uint64_t word, uint64_t bit) { return (line[word] & bit) != 0; });
}

}  // namespace varjoin::index
