// info_reader.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/info_reader.h"

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
    added.with_equals = std::string(key) + "=";
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

void InfoReader::Read(std::string_view info, RecordNotes& notes) {
  ++record_;
  if (info == ".") {
    return;
  }
  const char* text = info.data();
  const char* const end = text + info.size();
  Slot* guess = &first_;
  while (text < end) {
    if (*guess < keys_.size()) {
      Key& likely = keys_[*guess];
      const std::string& key = likely.with_equals;
      if (static_cast<size_t>(end - text) >= key.size() && std::memcmp(text, key.data(), key.size()) == 0) {
        text += key.size();
        const char* const stop = FindByte(text, end, ';');
        Store(likely, Between(text, stop), notes);
        text = stop + 1;
        guess = &likely.next;
        continue;
      }
    }
    const char* const stop = FindByte(text, end, ';');
    const char* const key_end = FindByte(text, stop, '=');
    if (const Slot slot = key_end == text ? kUnknown : Find(Between(text, key_end), notes); slot != kUnknown) {
      const char* const value = key_end == stop ? stop : key_end + 1;
      Store(keys_[slot], Between(value, stop), notes);
      *guess = slot;
      guess = &keys_[slot].next;
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
