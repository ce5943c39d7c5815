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

#include "vcf/text_scan.h"

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

/// The value of 1 to 8 digits, of which 8 bytes may be read; false: not digits only.
inline bool ParseDigits(uint64_t word, size_t count, uint64_t& value) {
  // As if zeros stood before them: the first character is the lowest byte.
  word = word << (64 - 8 * count) | (Repeat('0') >> 8 >> (8 * (count - 1)));
  const uint64_t high_halves = (word & Repeat('\xF0')) | (((word + Repeat('\x06')) & Repeat('\xF0')) >> 4);
  word -= Repeat('0');
  word = word * 10 + (word >> 8);  // pairs
  value =
      ((word & 0x000000FF000000FF) * 0x000F424000000064 + ((word >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >>
      32;
  return high_halves == Repeat('\x33');
}

/// ParseInteger() of a text of which 16 bytes may be read from its beginning.
inline bool ParsePaddedInteger(std::string_view text, int32_t& value) {
  const size_t sign = *text.data() == '-' ? 1 : 0;
  const size_t count = text.size() - sign;
  uint64_t digits = 0;
  if (count - 1 >= 8 || !ParseDigits(LoadWord(text.data() + sign), count, digits)) {
    return ParseInteger(text, value);
  }
  const auto magnitude = static_cast<int32_t>(digits);
  value = sign == 0 ? magnitude : -magnitude;
  return true;
}

/// The powers of ten that a double holds exactly.
inline constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                          1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// 1 to 16 digits, with a point among the first 8 characters or none, of which 24 bytes may be read: the digits without
/// the point, and how many come after it. False: something else.
inline bool ParseMantissa(const char* text, size_t size, uint64_t& digits, size_t& fraction) {
  uint64_t word = LoadWord(text);
  const uint64_t points = ZeroBytes(word ^ Repeat('.'));
  const size_t first = size < 8 ? size : 8;
  const size_t point = points == 0 ? 8 : static_cast<size_t>(std::countr_zero(points)) / 8;
  size_t count = first;
  fraction = 0;
  if (point < first) {
    const uint64_t before = (uint64_t{1} << (8 * point)) - 1;
    word = (word & before) | (word >> 8 & ~before);
    --count;
    fraction = size - 1 - point;
  }
  if (count == 0 || !ParseDigits(word, count, digits)) {
    return false;
  }
  if (size > 8) {
    uint64_t more = 0;
    if (!ParseDigits(LoadWord(text + 8), size - 8, more)) {
      return false;
    }
    digits = digits * static_cast<uint64_t>(kPowersOfTen[size - 8]) + more;
  }
  return true;
}

/// ParseFloat() of a text of which 32 bytes may be read from its beginning: what it does faster is numbers of up to 16
/// digits, and those with an exponent of two digits as printf() writes it. With less than 53 bits of digits and a power
/// of ten that is exact, one operation rounds once, so it is what from_chars gives (Clinger 1990).
inline bool ParsePaddedFloat(std::string_view text, double& value) {
  const size_t sign = *text.data() == '-' ? 1 : 0;
  const char* const begin = text.data() + sign;
  size_t size = text.size() - sign;
  int exponent = 0;
  if (size - 5 < 16 && begin[size - 4] == 'e') {
    const char* const mark = begin + size - 4;
    const auto tens = static_cast<unsigned>(mark[2] - '0');
    const auto ones = static_cast<unsigned>(mark[3] - '0');
    if ((mark[1] != '-' && mark[1] != '+') || tens > 9 || ones > 9) {
      return ParseFloat(text, value);
    }
    exponent = static_cast<int>(10 * tens + ones);
    exponent = mark[1] == '-' ? -exponent : exponent;
    size -= 4;
  }
  uint64_t digits = 0;
  size_t fraction = 0;
  if (size - 1 >= 16 || !ParseMantissa(begin, size, digits, fraction)) {
    return ParseFloat(text, value);
  }
  const int power = exponent - static_cast<int>(fraction);
  if (digits >> 53 != 0 || power < -22 || power > 22) {
    return ParseFloat(text, value);
  }
  const auto whole = static_cast<double>(digits);
  value = power < 0 ? whole / kPowersOfTen[-power] : whole * kPowersOfTen[power];
  value = sign == 0 ? value : -value;
  return true;
}

}  // namespace varjoin::vcf
