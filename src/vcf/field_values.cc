// field_values.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/field_values.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>
#include <limits>

#include "base/text.h"

namespace varjoin::vcf {
namespace {

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Digits with at most one point: the quotient of two numbers that a double holds exactly is rounded once, so it is
/// what from_chars gives (Clinger 1990). False: not of this form, or too long for it.
bool ParsePlainDecimal(std::string_view text, double& value) {
  constexpr size_t kLongest = 18;  // digits that don't overflow, and fewer places than there are powers
  const char* next = text.data();
  const char* const end = next + text.size();
  uint64_t digits = 0;
  const auto take_digits = [&] {
    const char* const first = next;
    for (; next != end && IsDigit(*next); ++next) {
      digits = digits * 10 + static_cast<uint64_t>(*next - '0');
    }
    return static_cast<size_t>(next - first);
  };
  if (text.size() > kLongest) {
    return false;
  }
  const size_t whole = take_digits();
  size_t fraction = 0;
  if (next != end && *next == '.') {
    ++next;
    fraction = take_digits();
  }
  if (next != end || whole + fraction == 0 || digits >> 53 != 0) {
    return false;
  }
  value = static_cast<double>(digits) / kPowersOfTen[fraction];
  return true;
}

/// Of a well-formed number without sign that a double cannot hold: whether it is too large (not too small).
bool IsHuge(std::string_view text) {
  const size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, mark);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  const size_t leading = mantissa.find_first_not_of("0.");
  int64_t magnitude = static_cast<int64_t>(point) - static_cast<int64_t>(leading);
  if (mark < text.size()) {
    const std::string_view exponent = text.substr(mark + 1);
    int64_t value = 0;
    if (!ParseLong(exponent, value)) {
      return exponent[0] != '-';
    }
    magnitude += std::clamp<int64_t>(value, -int64_t{1} << 40, int64_t{1} << 40);
  }
  return magnitude > 0;
}

bool IsWordOfFloat(std::string_view text) {
  return EqualNoCase(text, "nan") || EqualNoCase(text, "inf") || EqualNoCase(text, "infinity");
}

int HexDigit(char c) {
  if (IsDigit(c)) {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The well-formed UTF-8 sequence at the start of `text` (Unicode 15, table 3-7), or, if there is none, the bytes
/// that one replacement character stands for.
struct Sequence {
  size_t length;
  bool valid;
};

Sequence FirstSequence(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {1, true};
  }
  if (lead < 0xC2 || lead > 0xF4) {
    return {1, false};
  }
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (size_t i = 1; i < length; ++i) {
    const bool ok = i < text.size() && byte(i) >= (i == 1 ? lowest : 0x80) && byte(i) <= (i == 1 ? highest : 0xBF);
    if (!ok) {
      return {i, false};
    }
  }
  return {length, true};
}

template <typename T>
bool ParseWhole(std::string_view text, T& value) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (text.empty() || !IsDigit(text[0])) {
      return false;
    }
  }
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

}  // namespace

bool ParseOddInteger(std::string_view text, int32_t& value) {
  return ParseWhole(text, value);
}

bool ParseLong(std::string_view text, int64_t& value) {
  return ParseWhole(text, value);
}

bool ParseFloat(std::string_view text, double& value) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) {
    text.remove_prefix(1);
  }
  if (!ParsePlainDecimal(text, value)) {
    if (text.empty() || !(IsDigit(text[0]) || text[0] == '.' || IsWordOfFloat(text))) {
      return false;
    }
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ptr != end || parsed.ec == std::errc::invalid_argument) {
      return false;
    }
    if (parsed.ec == std::errc::result_out_of_range) {
      value = IsHuge(text) ? std::numeric_limits<double>::infinity() : 0.0;
    }
  }
  value = negative ? -value : value;
  return true;
}

bool ParseUsualExponent(const char* text, size_t size, double& value) {
  constexpr size_t kShortest = 5;  // 1e-05
  constexpr size_t kLength = 4;
  const size_t sign = size > 0 && *text == '-' ? 1 : 0;
  if (size < kShortest + sign) {
    return false;
  }
  const char* const mark = text + size - kLength;
  const size_t count = size - kLength - sign;
  uint64_t digits = 0;
  size_t fraction = 0;
  if (mark[0] != 'e' || (mark[1] != '-' && mark[1] != '+') || !IsDigit(mark[2]) || !IsDigit(mark[3]) || count > 16 ||
      !ParseDecimal(text + sign, count, digits, fraction)) {
    return false;
  }
  const int size_of_power = 10 * (mark[2] - '0') + (mark[3] - '0');
  const int power = (mark[1] == '-' ? -size_of_power : size_of_power) - static_cast<int>(fraction);
  if (digits >> 53 != 0 || power < -22 || power > 22) {
    return false;
  }
  const auto whole = static_cast<double>(digits);
  value = power < 0 ? whole / kPowersOfTen[-power] : whole * kPowersOfTen[power];
  value = sign == 0 ? value : -value;
  return true;
}

size_t DecodePercent(std::string_view text, char* out) {
  const char* const begin = out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high >= 0 && low >= 0 && high + low > 0) {
        *out++ = static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    *out++ = text[i];
  }
  return static_cast<size_t>(out - begin);
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const Sequence sequence = FirstSequence(text);
    if (!sequence.valid) {
      return false;
    }
    text.remove_prefix(sequence.length);
  }
  return true;
}

size_t RepairUtf8(std::string_view text, char* out) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  const char* const begin = out;
  while (!text.empty()) {
    const Sequence sequence = FirstSequence(text);
    const std::string_view kept = sequence.valid ? text.substr(0, sequence.length) : kReplacement;
    std::memcpy(out, kept.data(), kept.size());
    out += kept.size();
    text.remove_prefix(sequence.length);
  }
  return static_cast<size_t>(out - begin);
}

std::string RepairUtf8(std::string_view text) {
  std::string repaired(3 * text.size(), '\0');
  repaired.resize(RepairUtf8(text, repaired.data()));
  return repaired;
}

char* TextArena::Allocate(size_t size) {
  if (blocks_.empty() || blocks_.back().size - used_ < size) {
    const size_t block = std::max(size, kBlock);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(block), block});
    used_ = 0;
  }
  char* const memory = blocks_.back().memory.get() + used_;
  used_ += size;
  return memory;
}

void TextArena::Clear() {
  if (blocks_.size() > 1) {
    blocks_.erase(blocks_.begin(), std::prev(blocks_.end()));
  }
  if (!blocks_.empty() && blocks_.back().size > 16 * kBlock) {
    blocks_.clear();
  }
  used_ = 0;
}

}  // namespace varjoin::vcf
