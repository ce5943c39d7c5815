// info_reader.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "vcf/header.h"
#include "vcf/line_index.h"
#include "vcf/record_field.h"
#include "vcf/record_line.h"
#include "vcf/record_notes.h"
#include "vcf/text_map.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {

/// Goes through the entries of a record's INFO. Keys tend to come in the order of the record before, so the last two
/// successors of each key are tried before a hash table is asked.
class InfoReader {
 public:
  using Slot = uint32_t;

  static constexpr Slot kUnknown = UINT32_MAX;  ///< of a key that has no header line and that nobody wants

  /// One entry. `text` is what follows the `=`, empty without one.
  struct Entry {
    Slot slot;
    const char* key;
    const char* key_end;
    FieldText text;
  };

  /// `fields` are the header's INFO lines.
  explicit InfoReader(const std::vector<FieldDefinition>& fields);

  /// The slot of a key that will be asked for. Before the first record only.
  Slot Want(std::string_view key);

  /// Number of slots.
  size_t size() const { return keys_.size(); }

  /// Whether a key without a value says something all the same: one that no header line gives a value.
  bool MayBeBare(Slot slot) const { return !keys_[slot].declared || keys_[slot].is_flag; }

  /// Keys of kUnknown are noted as kInOther.
  void KeepUnknown() { keeps_unknown_ = true; }

  /// Starts on a record whose line has been split; `index` has all separators of INFO.
  void StartRecord(const RecordLine& line, const LineIndex& index);

  /// The next entry with a key; false: the end of INFO, see end(). Of a key given twice the first counts, and the
  /// others are passed over.
  bool Next(Entry& entry, RecordNotes& notes);

  /// After Next() was false: where INFO ends.
  const char* end() const { return next_; }

  /// The number, in the record's index, of the tab there.
  size_t separator(const LineIndex& index) const { return static_cast<size_t>(separator_ - index.positions()); }

  /// "INFO/KEY", as notes and messages name the field.
  const std::string& FieldName(Slot slot) const { return keys_[slot].field_name; }

 private:
  /// The key that came here last time, and the one before it.
  struct Successor {
    Slot likely = 0;
    Slot other = 0;
  };

  struct Key {
    uint64_t bytes[2] = {0, 0};  ///< of the name: its first 16 bytes,
    uint64_t masks[2] = {0, 0};  ///< or as many as it has
    size_t name_size = 0;
    std::string name;
    Successor next;
    uint64_t seen_in = 0;  ///< the last record that has it
    bool declared = true;
    bool is_flag = false;
    bool is_noted = false;  ///< wanted, though not declared
    std::string field_name;
  };

  static bool HasKey(const Key& key, const char* text);
  Slot Add(std::string_view key, bool declared, bool is_flag);
  Slot Predict(const char* text);
  Slot Find(std::string_view key, RecordNotes& notes);
  const char* KeyEnd(const char* text) const;
  bool IsRepeated(Slot slot, RecordNotes& notes);

  /// Whether a separator does not end an entry of INFO.
  static constexpr bool IsWithinEntry(char c) { return c == ',' || c == '=' || c == ':'; }

  std::vector<Key> keys_;
  Key* keys_data_ = nullptr;
  TextMap<Slot> slots_;
  TextMap<std::string> unknown_;  ///< keys without a header line and their field names
  Successor first_;               ///< of the start of INFO
  uint64_t record_ = 0;
  bool keeps_unknown_ = false;

  Successor* successor_ = &first_;
  const char* line_ = nullptr;
  const char* line_end_ = nullptr;
  const char* next_ = nullptr;           ///< the next entry
  const uint32_t* separator_ = nullptr;  ///< the first at or after it
  bool more_ = false;
};

/// Whether the entry at `text` begins with the key's name. Bytes after the line may be compared: the name has none of
/// its end.
inline bool InfoReader::HasKey(const Key& key, const char* text) {
  const uint64_t first = (LoadWord(text) ^ key.bytes[0]) & key.masks[0];
  const uint64_t second = (LoadWord(text + 8) ^ key.bytes[1]) & key.masks[1];
  return (first | second) == 0 &&
         (key.name_size <= 16 || std::memcmp(text + 16, key.name.data() + 16, key.name_size - 16) == 0);
}

/// The one of the two successors whose key the entry at `text` has; it is then the likely one.
inline InfoReader::Slot InfoReader::Predict(const char* text) {
  const auto size = static_cast<size_t>(line_ + *separator_ - text);
  Successor& successor = *successor_;
  const Key& likely = keys_data_[successor.likely];
  if (size == likely.name_size && HasKey(likely, text)) {
    return successor.likely;
  }
  const Key& other = keys_data_[successor.other];
  if (size == other.name_size && HasKey(other, text)) {
    std::swap(successor.likely, successor.other);
    return successor.likely;
  }
  return kUnknown;
}

inline bool InfoReader::Next(Entry& entry, RecordNotes& notes) {
  while (more_) {
    const char* const text = next_;
    Slot slot = keys_.empty() ? kUnknown : Predict(text);
    const char* key_end = line_ + *separator_;
    if (slot == kUnknown) [[unlikely]] {
      key_end = KeyEnd(text);
      slot = key_end == text ? kUnknown : Find(Between(text, key_end), notes);
      while (line_ + *separator_ < key_end) {
        ++separator_;
      }
    }
    const bool has_value = *key_end == '=' && key_end != line_end_;
    const uint32_t* separator = separator_ + (has_value ? 1 : 0);
    const uint32_t* const separators = separator;
    while (IsWithinEntry(line_[*separator])) {
      ++separator;
    }
    const char* const stop = line_ + *separator;
    const bool is_semicolon = *stop == ';' && stop != line_end_;
    next_ = stop + (is_semicolon ? 1 : 0);
    separator_ = separator + (is_semicolon ? 1 : 0);
    more_ = is_semicolon && next_ != line_end_ && *next_ != '\t';  // there may be a semicolon too many
    if (key_end == text) [[unlikely]] {
      continue;
    }
    if (slot != kUnknown) {
      if (successor_->likely != slot) {
        *successor_ = {slot, successor_->likely};
      }
      Key& key = keys_data_[slot];
      successor_ = &key.next;
      if ((key.seen_in == record_ || key.is_noted) && IsRepeated(slot, notes)) [[unlikely]] {
        continue;
      }
      key.seen_in = record_;
    }
    entry.slot = slot;
    entry.key = text;
    entry.key_end = key_end;
    entry.text.begin = has_value ? key_end + 1 : stop;
    entry.text.end = stop;
    entry.text.separators = separators;
    return true;
  }
  return false;
}

}  // namespace varjoin::vcf
