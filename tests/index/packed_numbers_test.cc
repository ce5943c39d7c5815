// packed_numbers_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/packed_numbers.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace varjoin::index {
namespace {

/// Packed, in memory of just this size, so that a sanitizer sees a read behind it.
struct Packed {
  std::unique_ptr<uint8_t[]> bytes;
  size_t size = 0;  ///< with the padding

  explicit Packed(const std::string& packed) : bytes(new uint8_t[packed.size()]), size(packed.size()) {
    std::copy(packed.begin(), packed.end(), bytes.get());
  }
  ByteReader Reader() const { return {bytes.get(), bytes.get() + size}; }
};

std::string PackPadded(NumberPacker& packer, const std::vector<uint64_t>& numbers, bool is_signed) {
  std::string bytes;
  packer.Pack(numbers, is_signed, bytes);
  return bytes + std::string(kPackedPadding, '\x5A');
}

/// Packs, parses, compares all; and that the reader then stands at the padding. Returns the size without it.
size_t ExpectSame(NumberPacker& packer, const std::vector<uint64_t>& numbers, bool is_signed) {
  const Packed packed(PackPadded(packer, numbers, is_signed));
  ByteReader reader = packed.Reader();
  PackedNumbers parsed;
  EXPECT_TRUE(parsed.Parse(reader, numbers.size()));
  EXPECT_EQ(reader.left(), kPackedPadding);
  for (size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(parsed[i], numbers[i]) << i << " of " << numbers.size();
    if (testing::Test::HasFailure()) {
      break;
    }
  }
  return packed.size - kPackedPadding;
}

uint64_t Bits(int64_t number) {
  return static_cast<uint64_t>(number);
}

TEST(PackedNumbers, ComeBackInEveryWidthAndCount) {
  std::mt19937_64 random(7);
  NumberPacker packer;
  for (unsigned width = 0; width <= 64; ++width) {
    const uint64_t mask = width == 64 ? UINT64_MAX : (uint64_t{1} << width) - 1;
    for (const size_t count : {0, 1, 2, 7, 8, 9, 63, 512}) {
      for (const uint64_t base : {uint64_t{0}, uint64_t{1000}, uint64_t{1} << 63, UINT64_MAX - mask}) {
        std::vector<uint64_t> numbers(count);
        std::generate(numbers.begin(), numbers.end(), [&] { return base + (random() & mask); });
        for (const bool is_signed : {false, true}) {
          SCOPED_TRACE(testing::Message() << "width " << width << ", count " << count << ", base " << base);
          ExpectSame(packer, numbers, is_signed);
          ASSERT_FALSE(HasFailure());
        }
      }
    }
  }
}

TEST(PackedNumbers, TakeNoBitsWhereAllAreEqualAndFewWhereAFewOccur) {
  NumberPacker packer;
  EXPECT_EQ(ExpectSame(packer, std::vector<uint64_t>(512, 0), false), 2U);
  EXPECT_EQ(ExpectSame(packer, std::vector<uint64_t>(512, Bits(-3)), true), 10U);
  std::vector<uint64_t> few(512);
  for (size_t i = 0; i < few.size(); ++i) {
    few[i] = 0x3FF0000000000000 + (i * i % 4) * 0x10000000001;  // 0, 1, 4, 9, … modulo 4: two values
  }
  EXPECT_LT(ExpectSame(packer, few, false), 120U);
}

TEST(PackedNumbers, KeepTheExtremesOfBothSigns) {
  NumberPacker packer;
  const std::vector<std::vector<int64_t>> cases = {
      {INT64_MIN, INT64_MAX},     {INT64_MIN, INT64_MIN}, {-1, 0, 1}, {-100, -99, -101},
      {INT64_MAX, INT64_MAX - 1}, {INT64_MIN, 0},         {0},        {-1}};
  for (const std::vector<int64_t>& numbers : cases) {
    std::vector<uint64_t> bits(numbers.begin(), numbers.end());
    ExpectSame(packer, bits, true);
    ExpectSame(packer, bits, false);
    for (int i = 0; i < 6; ++i) {
      bits.insert(bits.end(), bits.begin(), bits.end());  // enough of them for a list
    }
    ExpectSame(packer, bits, true);
    ExpectSame(packer, bits, false);
  }
}

TEST(PackedNumbers, ListUpTo256DistinctOnes) {
  std::mt19937_64 random(11);
  NumberPacker packer;
  for (const size_t distinct : {1, 2, 3, 16, 17, 255, 256, 257, 300}) {
    std::vector<uint64_t> values(distinct);
    std::generate(values.begin(), values.end(), [&] { return random(); });
    std::vector<uint64_t> numbers(2048);
    std::generate(numbers.begin(), numbers.end(), [&] { return values[random() % distinct]; });
    const size_t size = ExpectSame(packer, numbers, false);
    if (distinct <= 256) {
      EXPECT_LE(size, 2048 + 256 * 8 + 12U) << distinct;
    }
  }
}

TEST(PackedNumbers, WithACutEndAreRefused) {
  NumberPacker packer;
  const std::vector<std::vector<uint64_t>> cases = {{1, 2, 3}, {UINT64_MAX, 0, 5}, std::vector<uint64_t>(100, 7), {}};
  std::vector<std::vector<uint64_t>> all = cases;
  for (all.push_back({}); all.back().size() < 200;) {
    all.back().push_back(all.back().size() % 3 == 0 ? 1 : uint64_t{1} << 40);  // a list
  }
  for (const std::vector<uint64_t>& numbers : all) {
    const std::string whole = PackPadded(packer, numbers, false);
    for (size_t size = 0; size < whole.size(); ++size) {
      const Packed cut(whole.substr(0, size));
      ByteReader reader = cut.Reader();
      PackedNumbers parsed;
      EXPECT_FALSE(parsed.Parse(reader, numbers.size())) << size << " of " << whole.size();
    }
  }
}

TEST(PackedNumbers, OfRandomBytesAreRefusedOrReadWithinThem) {
  std::mt19937_64 random(13);
  size_t parsed_fine = 0;
  for (int time = 0; time < 200'000; ++time) {
    std::string bytes(random() % 120, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
    if (bytes.size() > 2) {
      bytes[0] = static_cast<char>(bytes[0] & (random() % 2 == 0 ? 0x8F : 0x81));
      bytes[1] = static_cast<char>(bytes[1] & 0x0F);
    }
    const Packed packed(bytes);
    ByteReader reader = packed.Reader();
    PackedNumbers parsed;
    const size_t count = random() % 100;
    uint64_t sum = 0;
    if (parsed.Parse(reader, count)) {
      ++parsed_fine;
      for (size_t i = 0; i < count; ++i) {
        sum += parsed[i];
      }
    }
    volatile uint64_t used = sum;
    (void)used;
  }
  EXPECT_GT(parsed_fine, 1000U);
}

TEST(ByteReader, SaysNoOnceAndForAll) {
  std::string bytes;
  AppendVarint(bytes, UINT64_MAX);
  AppendVarint(bytes, 127);
  AppendText(bytes, "text");
  ByteReader reader(bytes);
  EXPECT_EQ(reader.Varint(), UINT64_MAX);
  EXPECT_EQ(reader.Varint(), 127U);
  EXPECT_EQ(reader.Text(), "text");
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.left(), 0U);
  EXPECT_EQ(reader.Fixed<uint32_t>(), 0U);
  EXPECT_FALSE(reader.ok());
  for (const std::string& bad : {std::string(11, '\xFF'), std::string("\x05text", 5),
                                 std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10)}) {
    ByteReader damaged(bad);
    EXPECT_EQ(damaged.Text(), "");
    EXPECT_FALSE(damaged.ok());
  }
}

}  // namespace
}  // namespace varjoin::index
