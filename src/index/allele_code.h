// allele_code.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace varjoin::index {

/// REF and ALT as an index compares them: a code of four bits, and where that does not tell all, 32 bits more.
///
/// Codes 0 to 11 are the changes of one base of ACGT to another. kShort: two alleles of ACGT of at most 12 bases in
/// all, packed into `packed`. kLong: all others, compared letter by letter. Letters compare in upper case.
struct AlleleCode {
  static constexpr uint8_t kShort = 12;
  static constexpr uint8_t kLong = 13;

  uint8_t code = 0;
  uint32_t packed = 0;  ///< kShort: 4 bits each for the lengths, from the lowest, then 2 bits a base, REF's first
};

/// Precondition: IsSequence() of both.
AlleleCode EncodeAllele(std::string_view ref, std::string_view alt);

/// The length of REF that a packed pair tells.
inline uint32_t RefLengthOf(uint32_t packed) {
  return packed & 0x0F;
}

}  // namespace varjoin::index
