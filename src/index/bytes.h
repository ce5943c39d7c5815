// bytes.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace varjoin::index {

/// Little-endian, unaligned. The format is only read and written on little-endian machines (see format.h).
template <typename T>
T Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

template <typename T>
void Store(uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof(T));
}

template <typename T>
void Append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

/// LEB128: seven bits a byte, the lowest first.
inline void AppendVarint(std::string& bytes, uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    bytes.push_back(static_cast<char>(value | 0x80));
  }
  bytes.push_back(static_cast<char>(value));
}

inline void AppendText(std::string& bytes, std::string_view text) {
  AppendVarint(bytes, text.size());
  bytes.append(text);
}

/// Reads what the functions above wrote from memory that may be damaged: past the end, or after a number that makes no
/// sense, everything reads as 0 and empty, and ok() is false from then on.
class ByteReader {
 public:
  ByteReader(const uint8_t* begin, const uint8_t* end) : at_(begin), end_(end) {}
  explicit ByteReader(std::string_view bytes)
      : ByteReader(reinterpret_cast<const uint8_t*>(bytes.data()),
                   reinterpret_cast<const uint8_t*>(bytes.data()) + bytes.size()) {}

  bool ok() const { return ok_; }
  const uint8_t* at() const { return at_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }

  /// `size` bytes, or nullptr.
  const uint8_t* Skip(uint64_t size) {
    if (size > left()) {
      ok_ = false;
      at_ = end_;
      return nullptr;
    }
    const uint8_t* const begin = at_;
    at_ += size;
    return begin;
  }

  template <typename T>
  T Fixed() {
    const uint8_t* const bytes = Skip(sizeof(T));
    return bytes == nullptr ? T{} : Load<T>(bytes);
  }

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = Fixed<uint8_t>();
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
    ok_ = false;
    return 0;
  }

  std::string_view Text() {
    const uint64_t size = Varint();
    const uint8_t* const bytes = Skip(size);
    return bytes == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(bytes), size);
  }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
  bool ok_ = true;
};

}  // namespace varjoin::index
