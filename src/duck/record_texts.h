// record_texts.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

namespace varjoin::duck {

/// The virtual column of read_vcf that has, for a statement whose rows are fetched at once and in order, the places of
/// the records' texts: DuckDB would copy the texts on their way to who fetches them.
inline constexpr std::string_view kRecordPlace = "record_place";

/// Where a text lies in memory, as a value that DuckDB keeps in the row itself. No line of a VCF is as short, so that a
/// value of another size is the text.
struct TextPlace {
  static constexpr size_t kBytes = 12;

  static std::array<char, kBytes> Of(std::string_view text) {
    std::array<char, kBytes> place;
    const char* const begin = text.data();
    const auto size = static_cast<uint32_t>(text.size());
    std::memcpy(place.data(), &begin, sizeof(begin));
    std::memcpy(place.data() + sizeof(begin), &size, sizeof(size));
    return place;
  }

  /// Precondition: `place` is one, of a text that is held.
  static std::string_view TextAt(std::string_view place) {
    const char* begin = nullptr;
    uint32_t size = 0;
    std::memcpy(&begin, place.data(), sizeof(begin));
    std::memcpy(&size, place.data() + sizeof(begin), sizeof(size));
    return {begin, size};
  }
};

/// Holds batches whose texts are told by their places, until rows of later batches are fetched. Thread-safe.
class RecordTexts {
 public:
  using Memory = std::shared_ptr<char[]>;

  /// Of texts held. Without a bound, short rows of long records would fill the memory.
  static constexpr size_t kMostBytes = size_t{32} << 20;

  /// From a scan, whose batches are numbered in the order of their rows. False: enough is held; the texts themselves
  /// have to go with the rows, which DuckDB then holds back.
  bool Hold(uint64_t number, std::string_view text, const Memory& memory) {
    const std::lock_guard lock(mutex_);
    if (bytes_ + text.size() > kMostBytes) {
      return false;
    }
    bytes_ += text.size();
    batches_.emplace(number, Batch{text, memory});
    return true;
  }

  /// The batch that has `text`, for who has fetched its place, and all its text; batches before it are let go. Null: it
  /// is not held.
  Memory Reach(std::string_view text, std::string_view& all) {
    const std::lock_guard lock(mutex_);
    for (auto batch = batches_.begin(); batch != batches_.end(); ++batch) {
      const std::string_view whole = batch->second.text;
      if (text.data() >= whole.data() && text.data() + text.size() <= whole.data() + whole.size()) {
        for (auto before = batches_.begin(); before != batch; before = batches_.erase(before)) {
          bytes_ -= before->second.text.size();
        }
        all = whole;
        return batch->second.memory;
      }
    }
    return nullptr;
  }

  void Clear() {
    const std::lock_guard lock(mutex_);
    batches_.clear();
    bytes_ = 0;
  }

 private:
  struct Batch {
    std::string_view text;
    Memory memory;
  };

  std::mutex mutex_;
  std::map<uint64_t, Batch> batches_;  ///< by number
  size_t bytes_ = 0;
};

}  // namespace varjoin::duck
