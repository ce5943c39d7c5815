// record_field.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "vcf/column_buffer.h"
#include "vcf/field_values.h"
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

/// The text of a field in its line, and the separators in it. Handed on as its parts, which stay in registers.
struct FieldText {
  const char* begin;  ///< null: the record or the sample has no such field
  const char* end;
  const uint32_t* separators;  ///< places in the line: those within the text, ascending, then that of its end

  std::string_view view() const { return Between(begin, end); }
};

/// Where the values of a record go: shared by the fields that go there.
struct FieldTarget {
  const char* line = nullptr;
  size_t alleles = 1;   ///< of the record, with REF
  bool direct = true;   ///< straight to `row`; false: they are kept until Write(), because several rows take of them
  bool nested = false;  ///< with direct: `row` is an element of `genotypes`
  bool plain = false;   ///< no text of the record needs care, see TextCleaner::is_plain()
  uint64_t row = 0;
  uint64_t row_word = 0;  ///< where the bit of `row` is in a validity, unless nested
  uint64_t row_bit = 1;
  ChunkUse* use = nullptr;

  void SetRow(uint64_t to) {
    row = to;
    row_word = to / 64;
    row_bit = uint64_t{1} << (to % 64);
  }
};

/// One INFO or FORMAT column while a record is worked on. A record that has one row is written to it as it is read: it
/// has at most one ALT then, or is not split, so that nothing is cut. Of a record with several rows all values are
/// parsed before the first row is written, and each row takes the values of its allele. An INFO field is like a FORMAT
/// field of one sample.
///
/// A row of a top-level column is NULL (false for a Flag) before something is written to it, see ClearRows().
class alignas(64) RecordField {
 public:
  /// `split`: A, R and G values are cut down to the row's allele. `keeps_empty`: a key without a value, or with an
  /// empty one, is the text "" and not NULL, so that its presence shows. `target` outlives the field.
  RecordField(const Column& column, bool split, bool keeps_empty, const FieldTarget* target);

  /// The column of the chunk that begins.
  void SetColumn(ColumnBuffer* column) {
    column_ = column;
    FindMemory();
  }

  /// Makes `count` rows from `row`, a multiple of 64, what they are before something is written to them.
  void ClearRows(uint64_t row, uint64_t count);

  /// Without direct: starts on a record.
  void StartRecord() {
    values_.clear();
    samples_.clear();
  }

  /// Takes the next sample's value: the text after the key's `=` (INFO) or between the colons (FORMAT).
  /// Unless kGood is returned, the value is NULL.
  Taken Append(const char* begin, const char* end, const uint32_t* separators, TextCleaner& cleaner);

  /// Append() for what most values are, with direct: a number or plain text that is there, or a list of such, as many
  /// as the alleles ask for. False: nothing is taken, and Append() is to be asked. 17 bytes may be read from `begin`
  /// and from each separator.
  bool AppendUsual(const char* begin, const char* end, const uint32_t* separators) const;

  /// With nested, of a plain text: the values of `samples` samples, of 3 bytes and 1 between them, none a NULL. 16
  /// bytes may be read from each.
  void AppendTriples(const char* text, size_t samples);
  bool TakesTriples() const { return usual_ == Usual::kText; }

  /// The next sample has no such field: NULL, false for a Flag. Not needed for a top-level column and with direct.
  void AppendAbsent();

  /// Without direct: how many samples have been appended.
  size_t samples() const { return samples_.size(); }

  /// Takes back what was written directly to a row.
  void Forget(uint64_t row);

  /// Of nested fields: called when the record has its place in `genotypes`, which may have moved to get it.
  void StartSamples() {
    FindMemory();
    marked_elements_ = column_->elements;
  }
  /// Forget() for all `count` samples from `row`, since StartSamples().
  void ForgetSamples(uint64_t row, uint64_t count);

  /// Without direct: writes what `sample` has for `allele` (0: the record has no ALT) to place `index` of the column.
  void Write(size_t sample, size_t allele, uint64_t index);

  /// After kBad: the piece of text, and what it should have been.
  std::string_view found() const { return found_; }
  std::string_view expected() const { return expected_; }

  /// Some text was not UTF-8, since the last TakeRepaired().
  bool is_repaired() const { return repaired_; }
  bool TakeRepaired() { return std::exchange(repaired_, false); }

 private:
  enum class Cut : uint8_t { kFlag, kScalar, kPerAlt, kPerAllele, kPerGenotype, kWhole };

  /// A sample's values: `length` from `first` of values_.
  struct Sample {
    uint32_t first;
    uint32_t length;
    bool null;
    bool haploid;
  };

  /// What AppendUsual() takes.
  enum class Usual : uint8_t { kNone, kFlag, kInteger, kBigint, kDouble, kText, kIntegers, kDoubles, kTexts };

  static Cut CutOf(const Column& column, bool split);
  static Usual UsualOf(ValueType type, Cut cut);
  static bool ParseUsual(const char* begin, const char* end, int32_t& value);
  static bool ParseUsual(const char* begin, const char* end, int64_t& value);
  static bool ParseUsual(const char* begin, const char* end, double& value);
  static bool ParseUsual(const char* begin, const char* end, TextValue& value);
  template <typename T>
  bool AppendUsualScalar(const char* begin, const char* end) const;
  template <typename T>
  bool AppendUsualList(const char* begin, const char* end, const uint32_t* separators) const;
  template <typename T>
  bool AppendUsualElements(const char* begin, const char* end, const uint32_t* separators) const;
  /// Where the column's memory is now: when it may have moved.
  void FindMemory() {
    values_of_column_ = column_->values;
    validity_ = column_->validity;
    elements_ = IsList() ? column_->children[0]->values : nullptr;
  }
  bool IsUsualLength(size_t length) const;
  void SetValid() const;
  void EndUsualList(uint64_t offset, uint64_t end) const;
  bool HasUsualAlleles() const { return cut_ != Cut::kPerAlt || target_.alleles == 2; }
  template <ValueType kType>
  bool Parse(std::string_view text, Value& value, TextCleaner& cleaner);
  template <ValueType kType>
  Taken AppendAs(std::string_view text, const uint32_t* separators, TextCleaner& cleaner);
  template <ValueType kType>
  Taken AppendScalar(std::string_view text, TextCleaner& cleaner);
  template <ValueType kType>
  Taken AppendOne(std::string_view text, const uint32_t* separators, TextCleaner& cleaner);
  template <ValueType kType>
  Taken AppendList(std::string_view text, const uint32_t* separators, TextCleaner& cleaner);
  template <typename Put>
  bool ParseAlleles(std::string_view text, const Put& put);
  template <ValueType kType, typename Put>
  bool ParseList(std::string_view text, const uint32_t* separators, TextCleaner& cleaner, const Put& put);
  template <ValueType kType>
  void Put(const Value& value);
  Taken CheckLength(size_t length, bool& haploid) const;
  bool IsList() const { return cut_ > Cut::kPerAlt; }
  void WriteNullTo(uint64_t index) const;
  void WriteCut(const Sample& sample, size_t allele, uint64_t index);

  // What a usual value takes is in one cache line.
  Usual usual_;
  Cut cut_;
  ValueType type_;
  GenotypePart genotype_;
  bool percent_;  ///< %XX is decoded
  bool keeps_empty_;
  bool allows_spaces_;  ///< after a number
  bool repaired_ = false;
  const FieldTarget& target_;
  ColumnBuffer* column_ = nullptr;
  void* values_of_column_ = nullptr;
  uint64_t* validity_ = nullptr;
  void* elements_ = nullptr;  ///< of a list: the values of its child
  uint64_t marked_elements_ = 0;
  std::vector<Value> values_;
  std::vector<Sample> samples_;
  std::string_view found_;
  std::string_view expected_;
};

inline bool RecordField::ParseUsual(const char* begin, const char* end, int32_t& value) {
  return ParseUsualInteger(begin, static_cast<size_t>(end - begin), value);
}

inline bool RecordField::ParseUsual(const char* begin, const char* end, int64_t& value) {
  return ParseUsualLong(begin, static_cast<size_t>(end - begin), value);
}

inline bool RecordField::ParseUsual(const char* begin, const char* end, double& value) {
  return ParseUsualFloat(begin, static_cast<size_t>(end - begin), value);
}

inline bool RecordField::ParseUsual(const char* begin, const char* end, TextValue& value) {
  const auto size = static_cast<size_t>(end - begin);
  value = TextValue::OfPadded(begin, size);
  return size > 1 || (size == 1 && *begin != '.');
}

template <typename T>
inline bool RecordField::AppendUsualScalar(const char* begin, const char* end) const {
  T value;
  if (!ParseUsual(begin, end, value)) {
    return false;
  }
  static_cast<T*>(values_of_column_)[target_.row] = value;
  SetValid();
  if constexpr (std::is_same_v<T, TextValue>) {
    target_.use->text_bytes += value.length();
  }
  return true;
}

/// Whether a list is as long as its record's alleles ask for.
inline bool RecordField::IsUsualLength(size_t length) const {
  const size_t alleles = target_.alleles;
  return cut_ == Cut::kWhole || (cut_ == Cut::kPerAllele ? length == alleles : length == alleles * (alleles + 1) / 2);
}

inline void RecordField::SetValid() const {
  if (!target_.nested) {
    validity_[target_.row_word] |= target_.row_bit;
  }
}

/// Makes the elements from `offset` to `end` the value of the row.
inline void RecordField::EndUsualList(uint64_t offset, uint64_t end) const {
  ColumnBuffer& column = *column_;
  static_cast<ListEntry*>(values_of_column_)[target_.row] = {offset, end - offset};
  column.elements = end;
  target_.use->elements += end - offset;
  SetValid();
}

template <typename T>
[[gnu::noinline]] bool RecordField::AppendUsualElements(const char* begin, const char* end,
                                                        const uint32_t* separators) const {
  ColumnBuffer& column = *column_;
  const uint64_t offset = column.elements;
  T* const values = static_cast<T*>(elements_);
  uint64_t at = offset;
  uint64_t text_bytes = 0;
  for (;;) {
    const char* stop = target_.line + *separators++;
    if constexpr (std::is_same_v<T, TextValue>) {
      while (stop != end && *stop != ',') {
        stop = target_.line + *separators++;
      }
    }
    if (at == column.element_capacity || !ParseUsual(begin, stop, values[at])) {
      return false;
    }
    if constexpr (std::is_same_v<T, TextValue>) {
      text_bytes += values[at].length();
    }
    ++at;
    if (stop == end) {
      break;
    }
    if (*stop != ',') {
      return false;
    }
    begin = stop + 1;
  }
  if (!IsUsualLength(at - offset)) {
    return false;
  }
  target_.use->text_bytes += text_bytes;
  EndUsualList(offset, at);
  return true;
}

/// A list of one, as most are, is taken in place.
template <typename T>
inline bool RecordField::AppendUsualList(const char* begin, const char* end, const uint32_t* separators) const {
  if (target_.line + *separators != end) {
    return AppendUsualElements<T>(begin, end, separators);
  }
  ColumnBuffer& column = *column_;
  const uint64_t at = column.elements;
  T value;
  const bool fits = cut_ == Cut::kWhole || target_.alleles == 1;
  if (at == column.element_capacity || !fits || !ParseUsual(begin, end, value)) {
    return false;
  }
  static_cast<T*>(elements_)[at] = value;
  if constexpr (std::is_same_v<T, TextValue>) {
    target_.use->text_bytes += value.length();
  }
  EndUsualList(at, at + 1);
  return true;
}

[[gnu::always_inline]] inline bool RecordField::AppendUsual(const char* begin, const char* end,
                                                            const uint32_t* separators) const {
  switch (usual_) {
    case Usual::kFlag:
      static_cast<bool*>(values_of_column_)[target_.row] = true;
      return true;
    case Usual::kInteger:
      return HasUsualAlleles() && AppendUsualScalar<int32_t>(begin, end);
    case Usual::kBigint:
      return AppendUsualScalar<int64_t>(begin, end);
    case Usual::kDouble:
      return HasUsualAlleles() && AppendUsualScalar<double>(begin, end);
    case Usual::kText:
      return target_.plain && AppendUsualScalar<TextValue>(begin, end);
    case Usual::kIntegers:
      return AppendUsualList<int32_t>(begin, end, separators);
    case Usual::kDoubles:
      return AppendUsualList<double>(begin, end, separators);
    case Usual::kTexts:
      return target_.plain && AppendUsualList<TextValue>(begin, end, separators);
    case Usual::kNone:
      return false;
  }
  __builtin_unreachable();  // or each value is checked for being one of these
}

}  // namespace varjoin::vcf
