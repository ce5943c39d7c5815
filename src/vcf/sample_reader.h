// sample_reader.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vcf/header.h"
#include "vcf/line_index.h"
#include "vcf/record_field.h"
#include "vcf/record_line.h"
#include "vcf/record_notes.h"
#include "vcf/text_map.h"

namespace varjoin::vcf {

/// Splits the sample columns by the FORMAT column. What a FORMAT text means is worked out once and kept.
class SampleReader {
 public:
  using Slot = uint32_t;

  /// `fields` are the header's FORMAT lines.
  explicit SampleReader(const std::vector<FieldDefinition>& fields);

  /// The slot of a key that will be asked for. Before the first record only.
  Slot Want(std::string_view key);

  /// Number of slots.
  size_t size() const { return wanted_.size(); }

  /// Starts on a record whose INFO has ended; `index` has all separators of the line, and `separator` is the number of
  /// the tab before FORMAT. Of a key given twice the first counts.
  void StartRecord(const RecordLine& line, const LineIndex& index, size_t separator, RecordNotes& notes);

  /// Whether the record has the field.
  bool Has(Slot slot) const { return layout_->positions[slot] != kAbsent; }

  /// Whether there is one more sample column.
  bool More() const { return line_[*separator_] == '\t'; }

  /// The tab before the next sample column.
  const char* next() const { return line_ + *separator_; }

  /// Splits the next sample column. Precondition: More().
  void ReadSample();

  /// ReadSample() and Get() in one: `take(slot, begin, end, separators)` gets each value that somebody wants, in the
  /// order of FORMAT. False: it has not taken one, or there are more values than keys; the sample is the next one
  /// still.
  template <typename Take>
  bool TakeSample(const Take& take);

  /// Goes past the next sample column. Precondition: More().
  void SkipSample();

  /// The last sample has more values than the record has FORMAT keys.
  bool TooManyValues() const { return values_found_ > layout_->keys && !IsMissing(); }

  /// The last sample's value; its `begin` is null where the record or the sample doesn't have it.
  const FieldText& Get(Slot slot) const {
    const uint32_t position = layout_->positions[slot];
    return position < values_split_ ? values_[position] : none_;
  }

  /// "FORMAT/KEY", as notes and messages name the field.
  const std::string& FieldName(Slot slot) const { return wanted_[slot]; }

  /// Of the last sample and of FORMAT, for messages.
  uint32_t values_found() const { return values_found_; }
  uint32_t keys() const { return layout_->keys; }

 private:
  static constexpr uint32_t kAbsent = UINT32_MAX;

  struct Notice {
    NoteKind kind;
    const std::string* field;
  };

  /// What a FORMAT text means.
  struct Layout {
    std::vector<uint32_t> positions;  ///< among the values, by slot
    std::vector<Slot> slots;          ///< by position; kAbsent: nobody wants it
    uint32_t keys = 0;
    uint32_t needed = 0;  ///< values up to the last wanted one
    std::vector<Notice> notices;
  };

  static constexpr bool IsWithinValue(char c) { return c == ',' || c == ';' || c == '='; }

  Layout MakeLayout(std::string_view format);
  bool IsMissing() const {
    return values_split_ == 1 && values_found_ == 1 && values_[0].end == values_[0].begin + 1 &&
           *values_[0].begin == '.';
  }

  static constexpr size_t kLayoutsKept = 256;

  TextMap<bool> declared_;           ///< the header's keys
  std::vector<std::string> wanted_;  ///< "FORMAT/KEY" by slot
  TextMap<Slot> slots_;
  TextSet noted_;  ///< field names of keys that nobody wants, for notices
  TextMap<Layout> layouts_;
  std::string format_;  ///< the last record's
  const Layout* layout_ = nullptr;
  const FieldText none_{nullptr, nullptr, nullptr};
  const char* line_ = nullptr;
  const uint32_t* separator_ = nullptr;  ///< the tab before the next sample, or the end of the line
  std::vector<FieldText> values_;
  uint32_t values_split_ = 0;  ///< how many of the last sample's are in values_
  uint32_t values_found_ = 0;
};

template <typename Take>
[[gnu::always_inline]] inline bool SampleReader::TakeSample(const Take& take) {
  const char* const line = line_;
  const char* text = line + *separator_ + 1;
  const uint32_t* separator = separator_ + 1;
  for (const Slot slot : layout_->slots) {
    const uint32_t* const first = separator;
    while (IsWithinValue(line[*separator])) {
      ++separator;
    }
    const char* const stop = line + *separator;
    if (slot != kAbsent && !take(slot, text, stop, first)) {
      return false;
    }
    if (*stop != ':') {
      separator_ = separator;
      return true;
    }
    text = stop + 1;
    ++separator;
  }
  return false;
}

}  // namespace varjoin::vcf
