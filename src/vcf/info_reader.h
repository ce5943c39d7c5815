// info_reader.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
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

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

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

  /// Entries of this slot are handed out, and with them `field`, if it alone takes them. Those of others are not.
  void Bind(Slot slot, RecordField* field);

  /// Number of slots.
  size_t size() const { return keys_.size(); }

  /// Whether a key without a value says something all the same: one that no header line gives a value.
  bool MayBeBare(Slot slot) const { return !names_[slot].declared || names_[slot].is_flag; }

  /// Keys of kUnknown are noted as kInOther.
  void KeepUnknown() { keeps_unknown_ = true; }

  /// Where a scan of a record's INFO stands. Kept by who scans, so that it stays in registers.
  struct Cursor;

  /// Starts on a record whose line has been split; `index` has all separators of INFO.
  Cursor StartRecord(const RecordLine& line, const LineIndex& index);

  /// Goes on through the usual entries, KEY=value with an expected key that is there for the first time and has a field
  /// bound to it, as long as `take(field, begin, end, separators)` takes them. The cursor is then at the first other
  /// entry, or at the end of INFO.
  template <typename Take>
  void TakeUsual(Cursor& at, const Take& take);

  /// The next wanted entry, or one of kUnknown; false: the end of INFO, where the cursor then is. Of a key given twice
  /// the first counts, and the others are passed over.
  bool Next(Cursor& at, Entry& entry, RecordNotes& notes);

  /// "INFO/KEY", as notes and messages name the field.
  const std::string& FieldName(Slot slot) const { return names_[slot].field_name; }

 private:
  /// The key that came here last time, and the one before it.
  struct Successor {
    Slot likely = 0;
    Slot other = 0;
  };

  /// What each entry is compared with and marked in: a cache line.
  struct alignas(64) Key {
    static constexpr uint32_t kBytes = 32;
    static constexpr uint32_t kLongest = UINT32_MAX;

    char bytes[kBytes] = {};  ///< of the name and the `=` after it, as many as fit
    uint16_t masks[2] = {};   ///< a bit for each of them, 16 and 16
    uint32_t name_size = 0;
    uint64_t seen_in = 0;          ///< the last record that has it
    RecordField* usual = nullptr;  ///< takes its entries, unless there is something to be noted about each
    Successor next;

    bool Starts(const char* text) const;
    bool IsWhole() const { return name_size < kBytes; }  ///< the `=` is among the bytes
  };
  static_assert(sizeof(Key) == 64);

  struct Name {
    std::string name;
    std::string field_name;
    bool declared;
    bool is_flag;
    bool is_wanted = false;
    bool is_noted = false;  ///< wanted, though not declared
  };

  bool HasKey(Slot slot, const char* text, size_t size) const;
  Slot Add(std::string_view key, bool declared, bool is_flag);
  Slot Predict(Successor& successor, const char* text, size_t size) const;
  Slot FindKey(Cursor& at, const char*& key_end, RecordNotes& notes);
  Slot Find(std::string_view key, RecordNotes& notes);
  bool IsRepeated(Slot slot, RecordNotes& notes);

  /// Whether a separator does not end an entry of INFO.
  static constexpr bool IsWithinEntry(char c) { return c == ',' || c == '=' || c == ':'; }

  std::vector<Key> keys_;  ///< by slot
  std::vector<Name> names_;
  TextMap<Slot> slots_;
  TextMap<std::string> unknown_;  ///< keys without a header line and their field names
  Successor first_;               ///< of the start of INFO
  uint64_t record_ = 0;
  bool keeps_unknown_ = false;
};

struct InfoReader::Cursor {
  const char* line;
  const char* line_end;
  const char* next;           ///< the next entry; at last where INFO ends
  const uint32_t* separator;  ///< the first at or after it
  bool more;
  Successor* successor;
};

/// Whether `text`, an entry's key of `size` bytes, is the slot's.
inline bool InfoReader::HasKey(Slot slot, const char* text, size_t size) const {
  return size == keys_[slot].name_size && std::memcmp(text, names_[slot].name.data(), size) == 0;
}

/// Whether `text` begins with the name of the key and a `=`, or with as much of them as there is.
inline bool InfoReader::Key::Starts(const char* text) const {
#if defined(__SSE4_1__)
  const auto equal = [&](size_t half) {
    const __m128i name = _mm_load_si128(reinterpret_cast<const __m128i*>(bytes + 16 * half));
    const __m128i found = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16 * half));
    return (_mm_movemask_epi8(_mm_cmpeq_epi8(name, found)) & masks[half]) == masks[half];
  };
  return equal(0) && (masks[1] == 0 || equal(1));
#else
  return std::memcmp(bytes, text, std::min<size_t>(kBytes, size_t{name_size} + 1)) == 0;
#endif
}

/// The one of the two successors whose key the entry at `text` has; it is then the likely one.
inline InfoReader::Slot InfoReader::Predict(Successor& successor, const char* text, size_t size) const {
  if (HasKey(successor.likely, text, size)) {
    return successor.likely;
  }
  if (HasKey(successor.other, text, size)) {
    std::swap(successor.likely, successor.other);
    return successor.likely;
  }
  return kUnknown;
}

template <typename Take>
[[gnu::always_inline]] inline void InfoReader::TakeUsual(Cursor& at, const Take& take) {
  const char* const line = at.line;
  const char* const line_end = at.line_end;
  const uint64_t record = record_;
  Key* const keys = keys_.data();
  const char* text = at.next;
  const uint32_t* separator = at.separator;
  Successor* successor = at.successor;
  for (;;) {
    Key* key = keys + successor->likely;
    if (!key->Starts(text)) {
      key = keys + successor->other;
      if (!key->Starts(text)) {
        break;
      }
      std::swap(successor->likely, successor->other);
    }
    // The name has no separator in it, so that the first one is the `=`.
    RecordField* const field = key->usual;
    const char* const value = text + key->name_size + 1;
    if (field == nullptr || key->seen_in == record) {
      break;
    }
    if (!key->IsWhole() && (value - 1 != line + *separator || value[-1] != '=' ||
                            !HasKey(static_cast<Slot>(key - keys), text, key->name_size))) {
      break;
    }
    const uint32_t* stop = separator + 1;
    const char* end = line + *stop;
    if (*end != ';') {
      while (*end == ',') {
        end = line + *++stop;
      }
      if (*end != ';' && *end != '\t' && end != line_end) {
        break;
      }
    }
    if (!take(*field, value, end, separator + 1)) {
      break;
    }
    key->seen_in = record;
    successor = &key->next;
    text = end;
    separator = stop;
    if (*end != ';') {
      break;
    }
    ++text;
    ++separator;
  }
  at.next = text;
  at.separator = separator;
  at.successor = successor;
  at.more = *text != '\t' && text != at.line_end;  // there may be a semicolon too many
}

[[gnu::always_inline]] inline bool InfoReader::Next(Cursor& at, Entry& entry, RecordNotes& notes) {
  while (at.more) {
    const char* const text = at.next;
    const char* key_end = at.line + *at.separator;
    Slot slot = Predict(*at.successor, text, static_cast<size_t>(key_end - text));
    const bool goes_on = *key_end == ',' || *key_end == ':';  // a key may have these in it
    if (slot == kUnknown || goes_on) [[unlikely]] {
      slot = FindKey(at, key_end, notes);
    }
    // The byte after the line is none of those that are looked for.
    const bool has_value = *key_end == '=';
    const uint32_t* separator = at.separator + (has_value ? 1 : 0);
    const uint32_t* const separators = separator;
    while (IsWithinEntry(at.line[*separator])) {
      ++separator;
    }
    const char* const stop = at.line + *separator;
    const bool is_semicolon = *stop == ';';
    at.next = stop + (is_semicolon ? 1 : 0);
    at.separator = separator + (is_semicolon ? 1 : 0);
    at.more = is_semicolon && *at.next != '\t' && at.next != at.line_end;  // there may be a semicolon too many
    if (slot == kUnknown) [[unlikely]] {
      if (key_end == text) {
        continue;
      }
    } else {
      Key& key = keys_[slot];
      at.successor = &key.next;
      const Name& name = names_[slot];
      if ((key.seen_in == record_ || name.is_noted) && IsRepeated(slot, notes)) [[unlikely]] {
        continue;
      }
      key.seen_in = record_;
      if (!name.is_wanted) {
        continue;
      }
    }
    entry.slot = slot;
    entry.key = text;
    entry.key_end = key_end;
    entry.text = {has_value ? key_end + 1 : stop, stop, separators};
    return true;
  }
  return false;
}

}  // namespace varjoin::vcf
