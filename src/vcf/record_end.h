// record_end.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace varjoin::vcf {

/// Sums of a few of these don't overflow.
constexpr int64_t kLargestPosition = 1'000'000'000'000'000'000;

/// A whole number from -kLargestPosition to kLargestPosition.
bool ParsePosition(std::string_view text, int64_t& value);
/// The same of a text of which 16 bytes may be read from its beginning. RecordEnd takes such texts.
bool ParsePaddedPosition(std::string_view text, int64_t& value);

/// <DEL>, <DUP>, <INV> or <CNV>, or a subtype such as <DEL:ME>: SVLEN tells where it ends.
bool HasSvLength(std::string_view alt);

/// <*>, the allele of a reference block: FORMAT/LEN tells where it ends.
inline bool IsReferenceBlock(std::string_view alt) {
  return alt == "<*>";
}

/// Works out the last base of a record's alleles: INFO/END, else from the length that goes with the kind of allele,
/// else the last base of REF.
class RecordEnd {
 public:
  /// What one of the fields said.
  enum class Said {
    kNothing,
    kTaken,
    kBeforeStart,  ///< END is smaller than POS: ignored
    kWrongLength,  ///< not one SVLEN an ALT: ignored
    kNoNumber,     ///< see found(); where it would have counted the end is unknown
  };

  void StartRecord(int64_t start, size_t ref_length, size_t alts) {
    start_ = start;
    ref_length_ = ref_length;
    alts_ = alts;
    end_.reset();
    lengths_.clear();
    block_length_ = 0;
    end_unknown_ = lengths_unknown_ = block_length_unknown_ = false;
  }

  /// INFO/END.
  Said TakeEnd(std::string_view text);
  /// INFO/SVLEN.
  Said TakeLengths(std::string_view text);
  /// FORMAT/LEN of the next sample; the largest counts.
  Said TakeBlockLength(std::string_view text);

  /// Not all samples can be read.
  void LoseBlockLength() { block_length_unknown_ = true; }

  bool IsGiven() const { return end_.has_value(); }

  /// The end of the ALT of place `index`; nothing if a bad value stands where it should be. A record without ALT ends
  /// like an allele of bases.
  std::optional<int64_t> Of(std::string_view alt, size_t index) const;

  std::string_view found() const { return found_; }

 private:
  int64_t start_ = 0;
  size_t ref_length_ = 0;
  size_t alts_ = 0;
  std::optional<int64_t> end_;
  std::vector<std::optional<int64_t>> lengths_;  ///< by ALT; empty: none
  int64_t block_length_ = 0;                     ///< 0: none
  bool end_unknown_ = false;
  bool lengths_unknown_ = false;
  bool block_length_unknown_ = false;
  std::string_view found_;
};

}  // namespace varjoin::vcf
