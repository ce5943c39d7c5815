// record_field.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "vcf/column_buffer.h"
#include "vcf/schema.h"
#include "vcf/typed_value.h"

namespace varjoin::vcf {

/// How the text of a field was taken.
enum class Taken {
  kGood,
  kBad,          ///< not of the field's type; see found() and expected()
  kWrongLength,  ///< NULL: the number of values does not fit the alleles
  kHighPloidy,   ///< NULL: Number=G above ploidy 2
};

/// One INFO or FORMAT column while a record is worked on. All its values are parsed before the first row is written,
/// so that a bad one is known in time and a record with many ALTs is parsed once; then each row takes the values of
/// its allele. An INFO field is like a FORMAT field of one sample.
class RecordField {
 public:
  /// `split`: A, R and G values are cut down to the row's allele. `keeps_empty`: a key without a value, or with an
  /// empty one, is the text "" and not NULL, so that its presence shows.
  RecordField(const Column& column, bool split, bool keeps_empty);

  /// Starts on a record of `alleles` with REF.
  void StartRecord(size_t alleles) {
    alleles_ = alleles;
    values_.clear();
    samples_.clear();
    repaired_ = false;
  }

  /// Takes the next sample's value: the text after the key's `=` (INFO) or between the colons (FORMAT).
  /// Unless kGood is returned, the value is NULL.
  Taken Append(std::string_view text, TextCleaner& cleaner);

  /// The next sample has no such field: NULL, false for a Flag.
  void AppendAbsent();

  /// Writes what `sample` has for `allele` (0: the record has no ALT) to place `index`.
  void Write(size_t sample, size_t allele, ColumnBuffer& out, uint64_t index, ChunkUse& use) const;

  /// After kBad: the piece of text, and what it should have been.
  std::string_view found() const { return found_; }
  std::string_view expected() const { return expected_; }

  /// Some text of this record was not UTF-8.
  bool repaired() const { return repaired_; }

 private:
  enum class Cut { kFlag, kScalar, kPerAlt, kPerAllele, kPerGenotype, kWhole };

  /// A sample's values: `length` from `first` of values_. Not used by kFlag and kScalar, with one value a sample.
  struct Sample {
    uint32_t first;
    uint32_t length;
    bool null;
    bool haploid;
  };

  static Cut CutOf(const Column& column, bool split);
  bool Parse(std::string_view text, Value& value, TextCleaner& cleaner);
  Taken AppendScalar(std::string_view text, TextCleaner& cleaner);
  Taken AppendValues(std::string_view text, TextCleaner& cleaner);
  Taken CheckLength(Sample& sample) const;
  void WriteCut(const Sample& sample, size_t allele, ColumnBuffer& out, uint64_t index, ChunkUse& use) const;

  ValueType type_;
  Cut cut_;
  bool percent_;  ///< %XX is decoded
  bool keeps_empty_;
  size_t alleles_ = 1;
  std::vector<Value> values_;
  std::vector<Sample> samples_;
  bool repaired_ = false;
  std::string_view found_;
  std::string_view expected_;
};

}  // namespace varjoin::vcf
