// text_arena.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace varjoin::index {

/// Memory for texts that live until Clear(). What was given out does not move. Not thread-safe.
class TextArena {
 public:
  /// Never nullptr.
  char* Allocate(size_t size) {
    if (size > left_ || at_ == nullptr) {
      const size_t chunk = std::max(size, kChunk);
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
      capacity_ += chunk;
      at_ = chunks_.back().get();
      left_ = chunk;
    }
    char* const begin = at_;
    at_ += size;
    left_ -= size;
    return begin;
  }

  std::string_view Copy(std::string_view text) {
    char* const copy = Allocate(text.size());
    std::copy(text.begin(), text.end(), copy);
    return {copy, text.size()};
  }

  /// Bytes that were given out, with those that could not be.
  size_t size() const { return capacity_ - left_; }

  void Clear() {
    chunks_.clear();
    capacity_ = 0;
    at_ = nullptr;
    left_ = 0;
  }

 private:
  static constexpr size_t kChunk = 64 << 10;
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* at_ = nullptr;
  size_t left_ = 0;
  size_t capacity_ = 0;
};

}  // namespace varjoin::index
