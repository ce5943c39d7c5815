// info_reader.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/info_reader.h"

#include <algorithm>
#include <cstring>

#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

/// Whether a separator does not end an entry of INFO.
constexpr bool IsWithinEntry(char c) {
  return c == ',' || c == '=' || c == ':';
}

}  // namespace

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

void InfoReader::StartRecord(const RecordLine& line, const LineIndex& index) {
  ++record_;
  successor_ = &first_;
  line_ = line.text.data();
  line_end_ = line_ + line.text.size();
  next_ = line.info.data();
  separator_ = index.positions() + line.info_separator;
  const char* const first_end = line_ + *separator_;
  more_ = next_ != line_end_ && *next_ != '\t';
  if (more_ && first_end == next_ + 1 && *next_ == '.' && *first_end != ';' && !IsWithinEntry(*first_end)) {
    next_ = first_end;
    more_ = false;
  }
}

/// Whether the entry at `text` begins with the key's name. Bytes after the line may be compared: the name has none of
/// its end.
bool InfoReader::HasKey(const Key& key, const char* text) {
  return ((LoadWord(text) ^ key.first_bytes) & key.first_mask) == 0 &&
         (key.first_mask != ~uint64_t{0} || std::memcmp(text + 8, key.name.data() + 8, key.name.size() - 8) == 0);
}

/// The one of the two successors whose key the entry at `text` has; it is then the likely one.
InfoReader::Slot InfoReader::Predict(const char* text) {
  const auto fits = [&](const Key& key) {
    const auto end = static_cast<size_t>(line_ + *separator_ - text);
    return end == key.name.size() && HasKey(key, text);
  };
  if (fits(keys_[successor_->likely])) {
    return successor_->likely;
  }
  if (fits(keys_[successor_->other])) {
    std::swap(successor_->likely, successor_->other);
    return successor_->likely;
  }
  return kUnknown;
}

/// The first `=` of the entry, or its end: a key may have the other separators in it.
const char* InfoReader::KeyEnd(const char* text) const {
  const uint32_t* separator = separator_;
  while (line_[*separator] == ',' || line_[*separator] == ':') {
    ++separator;
  }
  return std::max(text, line_ + *separator);
}

bool InfoReader::Next(Entry& entry, RecordNotes& notes) {
  while (more_) {
    const char* const text = next_;
    Slot slot = keys_.empty() ? kUnknown : Predict(text);
    const char* key_end = line_ + *separator_;
    if (slot == kUnknown) {
      key_end = KeyEnd(text);
      slot = key_end == text ? kUnknown : Find(Between(text, key_end), notes);
    }
    while (line_ + *separator_ < key_end) {
      ++separator_;
    }
    const bool has_value = *key_end == '=' && key_end != line_end_;
    separator_ += has_value ? 1 : 0;
    entry.separators = separator_;
    while (IsWithinEntry(line_[*separator_]) && line_ + *separator_ != line_end_) {
      ++separator_;
    }
    const char* const stop = line_ + *separator_;
    more_ = stop != line_end_ && *stop == ';';
    next_ = more_ ? stop + 1 : stop;
    separator_ += more_ ? 1 : 0;
    if (more_ && (next_ == line_end_ || *next_ == '\t')) {  // a semicolon too many
      more_ = false;
    }
    if (key_end == text) {
      continue;
    }
    if (slot != kUnknown) {
      if (successor_->likely != slot) {
        *successor_ = {slot, successor_->likely};
      }
      successor_ = &keys_[slot].next;
      if (IsRepeated(slot, notes)) {
        continue;
      }
    }
    entry.slot = slot;
    entry.key = Between(text, key_end);
    entry.text = has_value ? Between(key_end + 1, stop) : std::string_view(stop, 0);
    return true;
  }
  return false;
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

bool InfoReader::IsRepeated(Slot slot, RecordNotes& notes) {
  Key& key = keys_[slot];
  if (key.seen_in == record_) {
    notes.Count(NoteKind::kRepeatedKey, key.field_name);
    return true;
  }
  key.seen_in = record_;
  if (!key.declared && key.wanted) {
    notes.Count(NoteKind::kUndeclared, key.field_name);
  }
  return false;
}

}  // namespace varjoin::vcf
