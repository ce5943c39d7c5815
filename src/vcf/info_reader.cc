// info_reader.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/info_reader.h"

#include <algorithm>
#include <cstring>

#include "vcf/text_scan.h"

namespace varjoin::vcf {

InfoReader::InfoReader(const std::vector<FieldDefinition>& fields) {
  for (const FieldDefinition& field : fields) {
    Add(field.id, field.declared, field.type == FieldType::kFlag);
  }
}

InfoReader::Slot InfoReader::Add(std::string_view key, bool declared, bool is_flag) {
  const auto [entry, is_new] = slots_.try_emplace(std::string(key), static_cast<Slot>(keys_.size()));
  if (is_new) {
    Key& added = keys_.emplace_back();
    added.name = key;
    const size_t first = std::min<size_t>(key.size(), 8);
    added.first_mask = first == 0 ? 0 : ~uint64_t{0} >> (64 - 8 * first);
    std::memcpy(&added.first_bytes, added.name.data(), first);
    added.field_name = "INFO/" + std::string(key);
    added.declared = declared;
    added.is_flag = is_flag;
  }
  return entry->second;
}

InfoReader::Slot InfoReader::Want(std::string_view key) {
  const Slot slot = Add(key, false, false);
  keys_[slot].wanted = true;
  return slot;
}

/// Whether the entry from `text` to `stop` has the key. `end` is the end of INFO.
bool InfoReader::HasKey(const Key& key, const char* text, const char* stop, const char* end) {
  const size_t size = key.name.size();
  const auto length = static_cast<size_t>(stop - text);
  if (length < size || (length > size && text[size] != '=')) {
    return false;
  }
  if (end - text < 8) {
    return std::memcmp(text, key.name.data(), size) == 0;
  }
  return ((LoadWord(text) ^ key.first_bytes) & key.first_mask) == 0 &&
         (size <= 8 || std::memcmp(text + 8, key.name.data() + 8, size - 8) == 0);
}

/// The one of the two successors whose key the entry has; it is then the likely one.
InfoReader::Slot InfoReader::Predict(Successor& successor, const char* text, const char* stop, const char* end) {
  if (HasKey(keys_[successor.likely], text, stop, end)) {
    return successor.likely;
  }
  if (HasKey(keys_[successor.other], text, stop, end)) {
    std::swap(successor.likely, successor.other);
    return successor.likely;
  }
  return kUnknown;
}

void InfoReader::Read(std::string_view info, RecordNotes& notes) {
  ++record_;
  if (info == ".") {
    return;
  }
  const char* text = info.data();
  const char* const end = text + info.size();
  Successor* successor = &first_;
  while (text < end) {
    const char* const stop = FindByte(text, end, ';');
    Slot slot = keys_.empty() ? kUnknown : Predict(*successor, text, stop, end);
    const char* key_end = text;
    if (slot != kUnknown) {
      key_end += keys_[slot].name.size();
    } else {
      key_end = FindByte(text, stop, '=');
      slot = key_end == text ? kUnknown : Find(Between(text, key_end), notes);
    }
    if (slot != kUnknown) {
      Store(keys_[slot], Between(std::min(key_end + 1, stop), stop), notes);
      if (successor->likely != slot) {
        *successor = {slot, successor->likely};
      }
      successor = &keys_[slot].next;
    }
    text = stop + 1;
  }
}

/// kUnknown, counted, for a key that has no header line and that nobody wants.
InfoReader::Slot InfoReader::Find(std::string_view key, RecordNotes& notes) {
  if (const auto known = slots_.find(key); known != slots_.end()) {
    return known->second;
  }
  auto unknown = unknown_.find(key);
  if (unknown == unknown_.end()) {
    unknown = unknown_.try_emplace(std::string(key), "INFO/" + std::string(key)).first;
  }
  notes.Count(NoteKind::kLateUndeclared, unknown->second);
  return kUnknown;
}

void InfoReader::Store(Key& key, std::string_view text, RecordNotes& notes) {
  if (key.seen_in == record_) {
    notes.Count(NoteKind::kRepeatedKey, key.field_name);
    return;
  }
  key.seen_in = record_;
  key.text = text;
  if (!key.declared && key.wanted) {
    notes.Count(NoteKind::kUndeclared, key.field_name);
  }
}

}  // namespace varjoin::vcf
