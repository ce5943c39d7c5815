// field_values.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The text of one value to a number or to clean text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace varjoin::vcf {

/// A sign or none, then digits only. False: something else, or out of range; `value` is then undefined.
inline bool ParseInteger(std::string_view text, int32_t& value);
bool ParseLong(std::string_view text, int64_t& value);

/// A decimal number with or without sign, fraction and exponent, or inf, infinity, nan in any case (VCF 4.4, section
/// 1.3). Rounded to the nearest double; beyond its range to an infinity, below it to zero. False: something else.
bool ParseFloat(std::string_view text, double& value);

/// `%` and two hex digits become the byte; any other `%` stays, as does %00.
/// Writes at most text.size() bytes to `out`; returns how many.
size_t DecodePercent(std::string_view text, char* out);

bool IsUtf8(std::string_view text);

/// Each ill-formed sequence (a maximal subpart, as the Unicode standard recommends) becomes U+FFFD.
/// Writes at most 3 * text.size() bytes to `out`; returns how many.
size_t RepairUtf8(std::string_view text, char* out);
std::string RepairUtf8(std::string_view text);

/// Memory for text that is made while a record is worked on. Reused for record after record.
class TextArena {
 public:
  /// `size` bytes, valid until Clear().
  char* Allocate(size_t size);
  void Clear();

 private:
  static constexpr size_t kBlock = size_t{64} << 10;

  struct Block {
    std::unique_ptr<char[]> memory;
    size_t size;
  };
  std::vector<Block> blocks_;
  size_t used_ = 0;  ///< of the last block
};

/// ParseInteger() for what is not a plain number of up to 9 digits.
bool ParseOddInteger(std::string_view text, int32_t& value);

inline bool ParseInteger(std::string_view text, int32_t& value) {
  const bool negative = !text.empty() && text[0] == '-';
  const size_t first = negative ? 1 : 0;
  if (text.size() == first || text.size() > first + 9) {
    return ParseOddInteger(text, value);
  }
  int32_t magnitude = 0;
  for (const char c : text.substr(first)) {
    if (c < '0' || c > '9') {
      return ParseOddInteger(text, value);
    }
    magnitude = magnitude * 10 + (c - '0');
  }
  value = negative ? -magnitude : magnitude;
  return true;
}

}  // namespace varjoin::vcf
