// line_index.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace varjoin::vcf {

/// The instructions that a scan uses. All give the same.
enum class ScanLevel : uint8_t { kPlain, kAvx2, kAvx512 };

/// The best that this machine has.
ScanLevel BestScanLevel();

/// Where the separators of one line are, so that what follows goes from one to the next and searches nothing.
///
/// Precondition: 64 bytes after the line may be read (Batch::kPadding), and the byte after it is no separator.
/// Not thread-safe; reused for line after line.
class LineIndex {
 public:
  explicit LineIndex(ScanLevel level = BestScanLevel()) : level_(level) {}

  /// Scans `line` as far as its first `tabs` tabs, or whole.
  void Start(std::string_view line, size_t tabs) {
    line_ = line;
    scanned_ = count_ = tabs_found_ = 0;
    odd_ = false;
    Scan(tabs);
  }

  /// Scans the rest of the line.
  void ScanAll() { Scan(SIZE_MAX); }

  /// Positions in the line, ascending; the one after the last is the line's length, once the line is scanned whole.
  /// Moves when more is scanned.
  const uint32_t* positions() const { return positions_.data(); }
  size_t count() const { return count_; }

  /// A byte that needs care (NUL, % or one above 127) may be in what was scanned; false is certain.
  bool MayBeOdd() const { return odd_; }

  const char* text() const { return line_.data(); }

 private:
  static constexpr size_t kBlock = 64;

  void Scan(size_t tabs);
  void ScanAvx2(size_t tabs);
  void ScanAvx512(size_t tabs);
  template <typename Level>
  void ScanBlocks(size_t tabs);

  ScanLevel level_;
  std::string_view line_;
  size_t scanned_ = 0;
  size_t count_ = 0;
  size_t tabs_found_ = 0;
  bool odd_ = false;
  std::vector<uint32_t> positions_;
};

}  // namespace varjoin::vcf
