// packed_numbers.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/packed_numbers.h"

#include <algorithm>

namespace varjoin::index {
namespace {

constexpr uint8_t kHasList = 0x80;

/// A width whose numbers one unaligned load reaches.
unsigned Loadable(unsigned width) {
  return width <= 56 ? width : 64;
}

size_t PackedSize(size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

void AppendBits(std::span<const uint64_t> numbers, unsigned width, std::string& bytes) {
  const size_t begin = bytes.size();
  const size_t size = PackedSize(numbers.size(), width);
  bytes.resize(begin + size + kPackedPadding);
  auto* at = reinterpret_cast<uint8_t*>(bytes.data()) + begin;
  uint64_t word = 0;
  unsigned used = 0;  // bits of `word`
  for (const uint64_t number : numbers) {
    word |= number << used;
    used += width;
    if (used >= 64) {
      Store(at, word);
      at += sizeof(word);
      used -= 64;
      word = used == 0 ? 0 : number >> (width - used);
    }
  }
  Store(at, word);
  bytes.resize(begin + size);
}

}  // namespace

bool PackedNumbers::Parse(ByteReader& reader, size_t count) {
  const auto form = reader.Fixed<uint8_t>();
  const unsigned base_bytes = form & 0x0F;
  width_ = reader.Fixed<uint8_t>();
  if (base_bytes > 8 || width_ != Loadable(width_) || (form & 0x70) != 0) {
    return false;
  }
  const uint8_t* const base = reader.Skip(base_bytes);
  base_ = 0;
  if (base != nullptr) {
    std::memcpy(&base_, base, base_bytes);
  }
  list_ = nullptr;
  if ((form & kHasList) != 0) {
    list_width_ = reader.Fixed<uint8_t>();
    list_size_ = size_t{reader.Fixed<uint8_t>()} + 1;
    if (list_width_ != Loadable(list_width_) || width_ > 8) {
      return false;
    }
    list_ = reader.Skip(PackedSize(list_size_, list_width_));
  }
  data_ = reader.Skip(PackedSize(count, width_));
  return reader.ok() && reader.left() >= kPackedPadding;
}

/// Fills distinct_ and places_ and returns how many are distinct, or 0 where a list of them would not be smaller.
size_t NumberPacker::FindDistinct(std::span<const uint64_t> numbers, unsigned width) {
  const size_t most = std::min<size_t>(kMostListed, numbers.size() / 2);
  if (++round_ == 0) {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    round_ = 1;
  }
  distinct_.clear();
  places_.resize(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    size_t at = (numbers[i] * 0x9E3779B97F4A7C15u) >> 54;
    while (slots_[at].round == round_ && slots_[at].number != numbers[i]) {
      at = (at + 1) % kSlots;
    }
    if (slots_[at].round != round_) {
      if (distinct_.size() == most) {
        return 0;
      }
      slots_[at] = {numbers[i], round_, static_cast<uint32_t>(distinct_.size())};
      distinct_.push_back(numbers[i]);
    }
    places_[i] = slots_[at].place;
  }
  const unsigned place_width = BitWidth(distinct_.size() - 1);
  const size_t with_list = 2 + PackedSize(distinct_.size(), width) + PackedSize(numbers.size(), place_width);
  return with_list < PackedSize(numbers.size(), width) ? distinct_.size() : 0;
}

void NumberPacker::Pack(std::span<const uint64_t> numbers, bool is_signed, std::string& bytes) {
  uint64_t least = numbers.empty() ? 0 : numbers[0];
  uint64_t most = least;
  // With the sign bit turned, signed numbers have the order of unsigned ones.
  const uint64_t turn = is_signed ? uint64_t{1} << 63 : 0;
  for (const uint64_t number : numbers) {
    least = (number ^ turn) < (least ^ turn) ? number : least;
    most = (number ^ turn) > (most ^ turn) ? number : most;
  }
  const unsigned width = Loadable(BitWidth(most - least));
  const bool without_base = !(is_signed && static_cast<int64_t>(least) < 0) && Loadable(BitWidth(most)) == width;
  const uint64_t base = without_base ? 0 : least;
  offsets_.resize(numbers.size());
  std::transform(numbers.begin(), numbers.end(), offsets_.begin(), [&](uint64_t number) { return number - base; });

  const size_t distinct = width > 2 && numbers.size() > 8 ? FindDistinct(offsets_, width) : 0;
  const unsigned base_bytes = (BitWidth(base) + 7) / 8;
  bytes.push_back(static_cast<char>((distinct > 0 ? kHasList : 0) | base_bytes));
  const unsigned place_width = distinct > 0 ? BitWidth(distinct - 1) : width;
  bytes.push_back(static_cast<char>(place_width));
  bytes.append(reinterpret_cast<const char*>(&base), base_bytes);
  if (distinct > 0) {
    bytes.push_back(static_cast<char>(width));
    bytes.push_back(static_cast<char>(distinct - 1));
    AppendBits(distinct_, width, bytes);
    AppendBits(places_, place_width, bytes);
  } else {
    AppendBits(offsets_, width, bytes);
  }
}

}  // namespace varjoin::index
