// packed_numbers.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "index/bytes.h"

namespace varjoin::index {

/// Bits that hold `value`: 0 for 0, 64 for the largest.
inline unsigned BitWidth(uint64_t value) {
  return value == 0 ? 0 : 64 - static_cast<unsigned>(__builtin_clzll(value));
}

/// Whatever is packed must be followed by so many bytes, which may belong to anything.
inline constexpr size_t kPackedPadding = 8;

/// Numbers in as few bits as the widest needs: as they are, less the smallest ("frame of reference"); or, where few are
/// different, as places in a list of those that occur. Random access. Does not know how many there are.
///
/// Layout: a byte (bit 7: a list follows; bits 0 to 3: bytes of the base), the width, the base; with a list: the width
/// of the places, the list's length less one (one byte), the list packed; then the numbers or places, packed.
class PackedNumbers {
 public:
  PackedNumbers() = default;

  /// Finds `count` numbers at `reader` and moves it behind them. False: they don't fit into what is left, with the
  /// padding, or the bytes make no sense.
  bool Parse(ByteReader& reader, size_t count);

  /// Precondition: Parse() was true, i < count. Never reads outside of what Parse() saw.
  uint64_t operator[](size_t i) const {
    const uint64_t bits = Bits(data_, width_, i);
    if (list_ == nullptr) {
      return base_ + bits;
    }
    return base_ + (bits < list_size_ ? Bits(list_, list_width_, bits) : 0);
  }

 private:
  static uint64_t Bits(const uint8_t* data, unsigned width, size_t i) {
    const size_t bit = i * width;
    const uint64_t low = Load<uint64_t>(data + bit / 8) >> (bit % 8);
    if (width <= 56) {
      return low & ((uint64_t{1} << width) - 1);
    }
    return low;  // 64: whole bytes
  }

  const uint8_t* data_ = nullptr;
  const uint8_t* list_ = nullptr;
  uint64_t base_ = 0;
  unsigned width_ = 0;
  unsigned list_width_ = 0;
  size_t list_size_ = 0;
};

/// Packs numbers; keeps its memory from one call to the next. Not thread-safe.
class NumberPacker {
 public:
  /// Appends `numbers` to `bytes`. Signed numbers are given as their bits: `is_signed` tells how the smallest is found.
  void Pack(std::span<const uint64_t> numbers, bool is_signed, std::string& bytes);

 private:
  size_t FindDistinct(std::span<const uint64_t> numbers, unsigned width);

  static constexpr size_t kMostListed = 256;
  static constexpr size_t kSlots = 1024;
  struct Slot {
    uint64_t number;
    uint32_t round;
    uint32_t place;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(kSlots);
  uint32_t round_ = 0;
  std::vector<uint64_t> distinct_;
  std::vector<uint64_t> places_;
  std::vector<uint64_t> offsets_;
};

}  // namespace varjoin::index
