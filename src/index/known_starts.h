// known_starts.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

namespace varjoin::index {

/// Where alleles begin, in 32 MiB whatever their number: starts that were added are always found, of others few are
/// taken for one (2 in 1,000 with the alleles of a genome, 1 in 4 with fifty million).
///
/// A Bloom filter in lines of 64 bytes. Which line is told by the contig and the group of neighbours of a start, so
/// that asking for sorted starts stays in the processor's cache. Thread-safe once nothing is added any more.
class KnownStarts {
 public:
  KnownStarts();

  /// A number for a contig, as ContigNames::Find() wants it; two contigs may have the same.
  static int ContigNumber(const std::string& canonical);

  /// `contig`: ContigNumber(), not negative. `start`: 1-based, any number.
  void Add(int contig, int64_t start);

  /// False: was not added.
  bool MayHold(int contig, int64_t start) const;
  /// False: was not added with any contig.
  bool MayHold(int64_t start) const { return MayHold(kAnyContig, start); }

 private:
  static constexpr int kAnyContig = -1;

  /// The first word of the line.
  static uint64_t LineOf(int contig, int64_t start);
  /// visit(word of the line, bit) for every bit that stands for `start`; whether all said true.
  template <typename Visit>
  static bool EachBit(int64_t start, const Visit& visit);

  std::unique_ptr<uint64_t[], decltype(&std::free)> words_;  ///< pages that nothing falls on take no memory
};

}  // namespace varjoin::index
