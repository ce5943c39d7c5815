// field_values.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The text of one value to a number or to clean text.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vcf/text_scan.h"

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

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

/// The powers of ten that a double holds exactly.
inline constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                          1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// 1 to 16 digits and at most one point, of which 16 bytes may be read: the digits without the point, and how many
/// come after it. False: something else. Both give the same; ParseDecimal() is the one for this machine.
inline bool ParseDecimalPlain(const char* text, size_t size, uint64_t& digits, size_t& fraction) {
  size_t point = size;
  digits = 0;
  for (size_t i = 0; i < size; ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      digits = digits * 10 + static_cast<uint64_t>(text[i] - '0');
    } else if (text[i] == '.' && point == size) {
      point = i;
    } else {
      return false;
    }
  }
  fraction = point == size ? 0 : size - 1 - point;
  return point == size || size > 1;
}

#if defined(__SSE4_1__)

/// The digits are moved to the end of 16 bytes, zeros before them, and then added up in pairs, fours and eights.
inline bool ParseDecimal(const char* text, size_t size, uint64_t& digits, size_t& fraction) {
  // Row p: bytes 0 … 15 without byte p; the last row: all of them.
  static constexpr auto kWithout = [] {
    std::array<std::array<int8_t, 16>, 17> rows{};
    for (int8_t p = 0; p < 17; ++p) {
      for (int8_t i = 0; i < 16; ++i) {
        rows[p][i] = static_cast<int8_t>(i < p ? i : i < 15 ? i + 1 : -1);
      }
    }
    return rows;
  }();
  // From place n on: the first n bytes at the end, zeros (-1) before them.
  alignas(32) static constexpr int8_t kToEnd[33] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0,
                                                    1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, -1};
  const auto load = [](const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); };
  __m128i bytes = load(text);
  // Without a branch: of many fields, some values have a point and others have none. The bit after the text stands for
  // a point that isn't there: what is taken out then is no part of the text.
  const auto points = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'))));
  const auto point = static_cast<size_t>(std::countr_zero(points | uint32_t{1} << size));
  bytes = _mm_shuffle_epi8(bytes, load(kWithout[point].data()));
  size -= point < size ? 1 : 0;
  fraction = size - point;
  bytes = _mm_shuffle_epi8(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), load(kToEnd + size));
  const __m128i beyond_nine = _mm_subs_epu8(bytes, _mm_set1_epi8(9));
  const __m128i pairs = _mm_maddubs_epi16(bytes, _mm_set1_epi16(0x010A));
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
  const __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(0x00012710));
  const auto both = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  digits = (both & 0xFFFFFFFF) * 100000000 + (both >> 32);
  return _mm_testz_si128(beyond_nine, beyond_nine) != 0 && size != 0;
}

#else

inline bool ParseDecimal(const char* text, size_t size, uint64_t& digits, size_t& fraction) {
  return ParseDecimalPlain(text, size, digits, fraction);
}

#endif

/// 1 to 8 digits, of which 8 bytes may be read. False: something else.
inline bool ParseDigits(const char* text, size_t size, uint64_t& digits) {
  // The last digit becomes the highest byte, and zeros come before the first.
  const uint64_t bytes = (LoadWord(text) ^ Repeat('0')) << (64 - 8 * size);
  const uint64_t pairs = (bytes * (10 * 0x100 + 1)) >> 8 & 0x00FF00FF00FF00FF;
  const uint64_t fours = (pairs * (100 * 0x10000 + 1)) >> 16 & 0x0000FFFF0000FFFF;
  digits = (fours * (10000 * 0x100000000 + 1)) >> 32;
  constexpr uint64_t kHigh = Repeat('\x80');
  return ((bytes | (bytes + (kHigh - Repeat(10)))) & kHigh) == 0;
}

/// ParseInteger() of the most frequent texts, of up to 9 digits after a `-` or none; 17 bytes may be read from its
/// beginning. False: another text.
inline bool ParseUsualInteger(const char* text, size_t size, int32_t& value) {
  uint64_t plain = 0;
  if (size - 1 < 8 && ParseDigits(text, size, plain)) [[likely]] {
    value = static_cast<int32_t>(plain);
    return true;
  }
  const size_t sign = *text == '-' ? 1 : 0;
  const size_t count = size - sign;
  uint64_t digits = 0;
  size_t fraction = 0;
  // A point at the end leaves no fraction.
  if (count - 1 >= 9 || !ParseDecimal(text + sign, count, digits, fraction) || fraction != 0 || text[size - 1] == '.') {
    return false;
  }
  const auto magnitude = static_cast<int32_t>(digits);
  value = sign == 0 ? magnitude : -magnitude;
  return true;
}

/// ParseLong() of the most frequent texts, of up to 15 digits; 16 bytes may be read from its beginning. False: another.
inline bool ParseUsualLong(const char* text, size_t size, int64_t& value) {
  uint64_t digits = 0;
  size_t fraction = 0;
  if (size - 1 >= 15 || !ParseDecimal(text, size, digits, fraction) || fraction != 0 || text[size - 1] == '.') {
    return false;
  }
  value = static_cast<int64_t>(digits);
  return true;
}

/// ParseUsualFloat() of what has an exponent of two digits, as printf() writes it.
bool ParseUsualExponent(const char* text, size_t size, double& value);

/// ParseFloat() of the most frequent texts, of up to 16 digits and a point, after a `-` or none, with an exponent of
/// two digits or none; 17 bytes may be read from its beginning. False: another text. With less than 53 bits of digits
/// and a power of ten that is exact, one operation rounds once, so it is what from_chars gives (Clinger 1990).
inline bool ParseUsualFloat(const char* text, size_t size, double& value) {
  const size_t sign = *text == '-' ? 1 : 0;
  const size_t count = size - sign;
  uint64_t digits = 0;
  size_t fraction = 0;
  if (count - 1 >= 16 || !ParseDecimal(text + sign, count, digits, fraction) || digits >> 53 != 0) {
    return ParseUsualExponent(text, size, value);
  }
  static constexpr double kSigns[] = {1, -1};
  value = static_cast<double>(digits) / kPowersOfTen[fraction] * kSigns[sign];
  return true;
}

/// ParseInteger(), ParseLong() and ParseFloat() of a text of which 17 bytes may be read from its beginning.
inline bool ParsePaddedInteger(std::string_view text, int32_t& value) {
  return ParseUsualInteger(text.data(), text.size(), value) || ParseInteger(text, value);
}
inline bool ParsePaddedLong(std::string_view text, int64_t& value) {
  return ParseUsualLong(text.data(), text.size(), value) || ParseLong(text, value);
}
inline bool ParsePaddedFloat(std::string_view text, double& value) {
  return ParseUsualFloat(text.data(), text.size(), value) || ParseFloat(text, value);
}

}  // namespace varjoin::vcf
