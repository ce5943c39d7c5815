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
    added.name_size = key.size();
    const size_t first = std::min<size_t>(key.size(), sizeof(added.bytes));
    std::memcpy(added.bytes, key.data(), first);
    std::memset(added.masks, 0xFF, first);
    added.field_name = "INFO/" + std::string(key);
    added.declared = declared;
    added.is_flag = is_flag;
  }
  return entry->second;
}

InfoReader::Slot InfoReader::Want(std::string_view key) {
  const Slot slot = Add(key, false, false);
  keys_[slot].is_noted = !keys_[slot].declared;
  return slot;
}

void InfoReader::StartRecord(const RecordLine& line, const LineIndex& index) {
  ++record_;
  successor_ = &first_;
  line_ = line.text.data();
  line_end_ = line_ + line.text.size();
  next_ = line.info.data();
  separator_ = index.positions() + line.info_separator;
  keys_data_ = keys_.data();
  const char* const first_end = line_ + *separator_;
  more_ = next_ != line_end_ && *next_ != '\t';
  if (more_ && first_end == next_ + 1 && *next_ == '.' && *first_end != ';' && !IsWithinEntry(*first_end)) {
    next_ = first_end;
    more_ = false;
  }
}

/// The first `=` of the entry, or its end: a key may have the other separators in it.
const char* InfoReader::KeyEnd(const char* text) const {
  const uint32_t* separator = separator_;
  while (line_[*separator] == ',' || line_[*separator] == ':') {
    ++separator;
  }
  return std::max(text, line_ + *separator);
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
  const Key& key = keys_[slot];
  const bool is_repeated = key.seen_in == record_;
  notes.Count(is_repeated ? NoteKind::kRepeatedKey : NoteKind::kUndeclared, key.field_name);
  return is_repeated;
}

}  // namespace varjoin::vcf
