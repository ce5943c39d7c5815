// info_reader.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vcf/header.h"
#include "vcf/line_index.h"
#include "vcf/record_line.h"
#include "vcf/record_notes.h"
#include "vcf/text_map.h"

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
    std::string_view key;
    std::string_view text;
    const uint32_t* separators;  ///< those within `text`, in the line, then that of its end
  };

  /// `fields` are the header's INFO lines.
  explicit InfoReader(const std::vector<FieldDefinition>& fields);

  /// The slot of a key that will be asked for. Before the first record only.
  Slot Want(std::string_view key);

  /// Number of slots.
  size_t size() const { return keys_.size(); }

  /// Whether a key without a value says something all the same: one that no header line gives a value.
  bool MayBeBare(Slot slot) const { return !keys_[slot].declared || keys_[slot].is_flag; }

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
    uint64_t first_bytes = 0;  ///< of the name: its first 8 bytes,
    uint64_t first_mask = 0;   ///< or as many as it has
    std::string name;
    Successor next;
    uint64_t seen_in = 0;  ///< the last record that has it
    bool declared = true;
    bool is_flag = false;
    bool wanted = false;
    std::string field_name;
  };

  static bool HasKey(const Key& key, const char* text);
  Slot Add(std::string_view key, bool declared, bool is_flag);
  Slot Predict(const char* text);
  Slot Find(std::string_view key, RecordNotes& notes);
  const char* KeyEnd(const char* text) const;
  bool IsRepeated(Slot slot, RecordNotes& notes);

  std::vector<Key> keys_;
  TextMap<Slot> slots_;
  TextMap<std::string> unknown_;  ///< keys without a header line and their field names
  Successor first_;               ///< of the start of INFO
  uint64_t record_ = 0;

  Successor* successor_ = &first_;
  const char* line_ = nullptr;
  const char* line_end_ = nullptr;
  const char* next_ = nullptr;           ///< the next entry
  const uint32_t* separator_ = nullptr;  ///< the first at or after it
  bool more_ = false;
};

}  // namespace varjoin::vcf
