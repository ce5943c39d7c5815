// info_reader.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vcf/header.h"
#include "vcf/record_notes.h"
#include "vcf/text_map.h"

namespace varjoin::vcf {

/// Finds the entries of a record's INFO by key. Keys tend to come in the order of the record before, so the last two
/// successors of each key are tried before a hash table is asked.
class InfoReader {
 public:
  using Slot = uint32_t;

  /// What a record has under a key. `text` is empty for a key that is not there or has no `=`.
  struct Entry {
    bool present;
    std::string_view text;
  };

  /// `fields` are the header's INFO lines.
  explicit InfoReader(const std::vector<FieldDefinition>& fields);

  /// The slot of a key that will be asked for. Before the first record only.
  Slot Want(std::string_view key);

  /// Whether a key without a value says something all the same: one that no header line gives a value.
  bool MayBeBare(Slot slot) const { return !keys_[slot].declared || keys_[slot].is_flag; }

  /// Splits `info`, the text of the column. Of a key given twice the first counts.
  void Read(std::string_view info, RecordNotes& notes);

  /// What the last Read() found; a view into its text.
  Entry Get(Slot slot) const {
    const Key& key = keys_[slot];
    return key.seen_in == record_ ? Entry{true, key.text} : Entry{false, {}};
  }

  /// "INFO/KEY", as notes and messages name the field.
  const std::string& FieldName(Slot slot) const { return keys_[slot].field_name; }

 private:
  /// The key that came here last time, and the one before it.
  struct Successor {
    Slot likely = 0;
    Slot other = 0;
  };

  struct Key {
    std::string name;
    uint64_t first_bytes = 0;  ///< of the name: its first 8 bytes,
    uint64_t first_mask = 0;   ///< or as many as it has
    std::string field_name;
    bool declared = true;
    bool is_flag = false;
    bool wanted = false;
    Successor next;
    uint64_t seen_in = 0;  ///< the last record that has it
    std::string_view text;
  };

  static constexpr Slot kUnknown = UINT32_MAX;

  static bool HasKey(const Key& key, const char* text, const char* stop, const char* end);
  Slot Add(std::string_view key, bool declared, bool is_flag);
  Slot Predict(Successor& successor, const char* text, const char* stop, const char* end);
  Slot Find(std::string_view key, RecordNotes& notes);
  void Store(Key& key, std::string_view text, RecordNotes& notes);

  std::vector<Key> keys_;
  TextMap<Slot> slots_;
  TextMap<std::string> unknown_;  ///< keys without a header line and their field names
  Successor first_;               ///< of the start of INFO
  uint64_t record_ = 0;
};

}  // namespace varjoin::vcf
