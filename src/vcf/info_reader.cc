// info_reader.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/info_reader.h"

#include <algorithm>
#include <cstring>

#include "vcf/text_scan.h"

namespace varjoin::vcf {

InfoReader::InfoReader(const std::vector<FieldDefinition>& fields) {
  Add("", false, false);               // so that there is a slot 0
  keys_[0].name_size = Key::kLongest;  // no entry's key is it
  keys_[0].masks[0] = keys_[0].masks[1] = UINT16_MAX;
  for (const FieldDefinition& field : fields) {
    Add(field.id, field.declared, field.type == FieldType::kFlag);
  }
}

InfoReader::Slot InfoReader::Add(std::string_view key, bool declared, bool is_flag) {
  const auto [entry, is_new] = slots_.try_emplace(std::string(key), static_cast<Slot>(keys_.size()));
  if (is_new) {
    Key& added = keys_.emplace_back();
    added.name_size = static_cast<uint32_t>(std::min<size_t>(key.size(), Key::kLongest));
    const size_t first = (std::string(key) + '=').copy(added.bytes, Key::kBytes);
    const uint32_t mask = UINT32_MAX >> (Key::kBytes - first);
    added.masks[0] = static_cast<uint16_t>(mask);
    added.masks[1] = static_cast<uint16_t>(mask >> 16);
    names_.push_back({std::string(key), "INFO/" + std::string(key), declared, is_flag});
  }
  return entry->second;
}

InfoReader::Slot InfoReader::Want(std::string_view key) {
  const Slot slot = Add(key, false, false);
  names_[slot].is_noted = !names_[slot].declared;
  return slot;
}

void InfoReader::Bind(Slot slot, RecordField* field) {
  const bool has_separator = names_[slot].name.find_first_of("\t,:;=") != std::string::npos;
  names_[slot].is_wanted = true;
  keys_[slot].usual = names_[slot].is_noted || has_separator ? nullptr : field;
}

InfoReader::Cursor InfoReader::StartRecord(const RecordLine& line, const LineIndex& index) {
  ++record_;
  const char* const text = line.text.data();
  const char* const begin = line.info.data();
  const uint32_t* const separator = index.positions() + line.info_separator;
  const char* const line_end = text + line.text.size();
  const char* const first_end = text + *separator;
  const bool is_empty = begin == line_end || *begin == '\t';
  const bool is_dot =
      !is_empty && first_end == begin + 1 && *begin == '.' && *first_end != ';' && !IsWithinEntry(*first_end);
  return {text, line_end, is_dot ? first_end : begin, separator, !is_empty && !is_dot, &first_};
}

/// The slot of an entry whose key is none of the expected ones. Its key ends at the first `=`, or with the entry.
InfoReader::Slot InfoReader::FindKey(Cursor& at, const char*& key_end, RecordNotes& notes) {
  while (*key_end == ',' || *key_end == ':') {
    key_end = at.line + *++at.separator;
  }
  if (key_end == at.next) {
    return kUnknown;
  }
  const Slot slot = Find(Between(at.next, key_end), notes);
  if (slot != kUnknown) {
    *at.successor = {slot, at.successor->likely};
  }
  return slot;
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
  notes.Count(keeps_unknown_ ? NoteKind::kInOther : NoteKind::kLateUndeclared, unknown->second);
  return kUnknown;
}

/// Counts what is to be said about a key.
bool InfoReader::IsRepeated(Slot slot, RecordNotes& notes) {
  const bool is_repeated = keys_[slot].seen_in == record_;
  notes.Count(is_repeated ? NoteKind::kRepeatedKey : NoteKind::kUndeclared, names_[slot].field_name);
  return is_repeated;
}

}  // namespace varjoin::vcf
