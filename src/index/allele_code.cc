// allele_code.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/allele_code.h"

#include <array>

namespace varjoin::index {
namespace {

constexpr size_t kMostBases = 12;
constexpr uint8_t kNoBase = 4;

constexpr std::array<uint8_t, 256> kBases = [] {
  std::array<uint8_t, 256> bases{};
  bases.fill(kNoBase);
  uint8_t number = 0;
  for (const char base : {'A', 'C', 'G', 'T'}) {
    bases[static_cast<uint8_t>(base)] = number;
    bases[static_cast<uint8_t>(base | 0x20)] = number;
    ++number;
  }
  return bases;
}();

uint8_t BaseOf(char letter) {
  return kBases[static_cast<uint8_t>(letter)];
}

}  // namespace

AlleleCode EncodeAllele(std::string_view ref, std::string_view alt) {
  if (ref.size() == 1 && alt.size() == 1) {
    const uint8_t from = BaseOf(ref[0]);
    const uint8_t to = BaseOf(alt[0]);
    if (from != kNoBase && to != kNoBase && from != to) {
      return {.code = static_cast<uint8_t>(from * 3 + (to > from ? to - 1 : to)), .packed = 0};
    }
  }
  if (ref.size() + alt.size() > kMostBases) {
    return {.code = AlleleCode::kLong, .packed = 0};
  }
  auto packed = static_cast<uint32_t>(ref.size() | alt.size() << 4);
  unsigned shift = 8;
  for (const std::string_view allele : {ref, alt}) {
    for (const char letter : allele) {
      const uint8_t base = BaseOf(letter);
      if (base == kNoBase) {
        return {.code = AlleleCode::kLong, .packed = 0};
      }
      packed |= static_cast<uint32_t>(base) << shift;
      shift += 2;
    }
  }
  return {.code = AlleleCode::kShort, .packed = packed};
}

}  // namespace varjoin::index
