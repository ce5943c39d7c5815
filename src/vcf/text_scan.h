// text_scan.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace varjoin::vcf {

static_assert(std::endian::native == std::endian::little, "the word-wise scans take the first byte as the lowest");

/// The 8 bytes from `text`.
inline uint64_t LoadWord(const char* text) {
  uint64_t word;
  std::memcpy(&word, text, sizeof(word));
  return word;
}

/// `byte` in each of the 8 bytes.
constexpr uint64_t Repeat(char byte) {
  return 0x0101010101010101u * static_cast<unsigned char>(byte);
}

/// The high bit of each zero byte of `word`, exact up to and with the first one.
constexpr uint64_t ZeroBytes(uint64_t word) {
  return (word - Repeat(1)) & ~word & Repeat('\x80');
}

/// The high bit of each byte of `word` that is `byte`, exact for all of them.
constexpr uint64_t EqualBytes(uint64_t word, char byte) {
  const uint64_t other = word ^ Repeat(byte);
  return ~(((other & Repeat('\x7F')) + Repeat('\x7F')) | other) & Repeat('\x80');
}

/// The high bits of the 8 bytes of `found`, as the lowest 8 bits.
constexpr uint64_t GatherBits(uint64_t found) {
  return (found >> 7) * 0x0102040810204080u >> 56;
}

/// Bit i: byte i of the 16 from `text` is `byte`.
inline uint32_t Equal16(const char* text, char byte) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte))));
#else
  return static_cast<uint32_t>(GatherBits(EqualBytes(LoadWord(text), byte)) |
                               GatherBits(EqualBytes(LoadWord(text + 8), byte)) << 8);
#endif
}

/// The first `byte` in [text, end), or `end`. For what is near; memchr is for what is far.
inline const char* FindByte(const char* text, const char* end, char byte) {
  for (; end - text >= 8; text += 8) {
    if (const uint64_t found = ZeroBytes(LoadWord(text) ^ Repeat(byte)); found != 0) {
      return text + std::countr_zero(found) / 8;
    }
  }
  while (text < end && *text != byte) {
    ++text;
  }
  return text;
}

/// The first `a` or `b` in [text, end), or `end`.
inline const char* FindEither(const char* text, const char* end, char a, char b) {
  for (; end - text >= 8; text += 8) {
    const uint64_t word = LoadWord(text);
    if (const uint64_t found = ZeroBytes(word ^ Repeat(a)) | ZeroBytes(word ^ Repeat(b)); found != 0) {
      return text + std::countr_zero(found) / 8;
    }
  }
  while (text < end && *text != a && *text != b) {
    ++text;
  }
  return text;
}

/// The first `byte` in [text, end), or `end`, with memchr.
inline const char* FindFar(const char* text, const char* end, char byte) {
  const void* found = text == end ? nullptr : std::memchr(text, byte, static_cast<size_t>(end - text));
  return found == nullptr ? end : static_cast<const char*>(found);
}

inline std::string_view Between(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

/// Whether two texts are equal; without a call for those of 4 to 16 bytes, whose ends are compared as two words.
inline bool EqualShort(std::string_view a, std::string_view b) {
  const size_t size = a.size();
  const auto ends_differ = [&]<typename Word>(Word) {
    Word of_a[2];
    Word of_b[2];
    std::memcpy(of_a, a.data(), sizeof(Word));
    std::memcpy(of_b, b.data(), sizeof(Word));
    std::memcpy(of_a + 1, a.data() + size - sizeof(Word), sizeof(Word));
    std::memcpy(of_b + 1, b.data() + size - sizeof(Word), sizeof(Word));
    return ((of_a[0] ^ of_b[0]) | (of_a[1] ^ of_b[1])) != 0;
  };
  if (size != b.size()) {
    return false;
  }
  if (size < 4 || size > 16) {
    return a == b;
  }
  return size < 8 ? !ends_differ(uint32_t{}) : !ends_differ(uint64_t{});
}

/// A column or value that says nothing.
inline bool IsMissing(std::string_view text) {
  return text.empty() || (text.size() == 1 && text[0] == '.');
}

/// Cuts the part before the next `separator` off the front of `rest`; the last part leaves `rest` without data.
/// for (std::string_view rest = text; rest.data() != nullptr;) { part = NextPart(rest, ','); … }
inline std::string_view NextPart(std::string_view& rest, char separator) {
  const char* end = rest.data() + rest.size();
  const char* stop = FindByte(rest.data(), end, separator);
  const std::string_view part = Between(rest.data(), stop);
  rest = stop == end ? std::string_view() : Between(stop + 1, end);
  return part;
}

/// Whether `is(begin)` holds for one of the parts of [text, end) that `separator` is between; empty ones are not asked.
template <typename Is>
bool AnyPart(const char* text, const char* end, char separator, const Is& is) {
  if (text != end && is(text)) {
    return true;
  }
  for (; end - text >= 16; text += 16) {
    for (uint32_t found = Equal16(text, separator); found != 0; found &= found - 1) {
      const char* const begin = text + std::countr_zero(found) + 1;
      if (begin != end && *begin != separator && is(begin)) {
        return true;
      }
    }
  }
  for (; text != end; ++text) {
    if (*text == separator && text + 1 != end && text[1] != separator && is(text + 1)) {
      return true;
    }
  }
  return false;
}

/// Which bytes that need care occur in a text.
struct Survey {
  bool nul = false;
  bool percent = false;
  bool high = false;  ///< a byte above 127: text to be checked as UTF-8
};

/// One pass that compilers vectorise.
inline Survey SurveyText(std::string_view text) {
  uint8_t nul = 0;
  uint8_t percent = 0;
  uint8_t high = 0;
  for (const char c : text) {
    nul |= static_cast<uint8_t>(c == '\0');
    percent |= static_cast<uint8_t>(c == '%');
    high |= static_cast<uint8_t>(c);
  }
  return {nul != 0, percent != 0, (high & 0x80) != 0};
}

}  // namespace varjoin::vcf
