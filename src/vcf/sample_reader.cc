// sample_reader.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/sample_reader.h"

#include <algorithm>

#include "vcf/text_scan.h"

namespace varjoin::vcf {

SampleReader::SampleReader(const std::vector<FieldDefinition>& fields) {
  for (const FieldDefinition& field : fields) {
    declared_.try_emplace(field.id, field.declared);
  }
}

SampleReader::Slot SampleReader::Want(std::string_view key) {
  const auto [entry, is_new] = slots_.try_emplace(std::string(key), static_cast<Slot>(wanted_.size()));
  if (is_new) {
    wanted_.push_back("FORMAT/" + std::string(key));
  }
  return entry->second;
}

void SampleReader::StartRecord(const RecordLine& line, const LineIndex& index, size_t separator, RecordNotes& notes) {
  line_ = line.text.data();
  separator_ = index.positions() + separator + 1;
  const char* const line_end = line_ + line.text.size();
  while (line_[*separator_] != '\t' && line_ + *separator_ != line_end) {
    ++separator_;
  }
  const std::string_view format = Between(line.rest.data(), line_ + *separator_);
  if (layout_ == nullptr || !EqualShort(format, format_)) {
    auto known = layouts_.find(format);
    if (known == layouts_.end()) {
      if (layouts_.size() >= kLayoutsKept) {
        layouts_.clear();
      }
      known = layouts_.try_emplace(std::string(format), MakeLayout(format)).first;
    }
    layout_ = &known->second;
    format_ = format;
    values_.resize(std::max<size_t>(layout_->needed, 1));
  }
  for (const Notice& notice : layout_->notices) {
    notes.Count(notice.kind, *notice.field);
  }
}

SampleReader::Layout SampleReader::MakeLayout(std::string_view format) {
  Layout layout;
  layout.positions.assign(wanted_.size(), kAbsent);
  TextSet seen;
  for (std::string_view rest = format == "." ? std::string_view() : format; rest.data() != nullptr; ++layout.keys) {
    const std::string_view key = NextPart(rest, ':');
    layout.slots.push_back(kAbsent);
    if (key.empty()) {
      continue;
    }
    const auto slot = slots_.find(key);
    const auto declared = declared_.find(key);
    const bool is_wanted = slot != slots_.end();
    const std::string& field = is_wanted ? wanted_[slot->second] : *noted_.insert("FORMAT/" + std::string(key)).first;
    if (!seen.emplace(key).second) {
      layout.notices.push_back({NoteKind::kRepeatedKey, &field});
      continue;
    }
    if (is_wanted) {
      layout.positions[slot->second] = layout.keys;
      layout.slots.back() = slot->second;
      layout.needed = layout.keys + 1;
    }
    if (declared == declared_.end() && !is_wanted) {
      layout.notices.push_back({NoteKind::kLateUndeclared, &field});
    } else if (is_wanted && (declared == declared_.end() || !declared->second)) {
      layout.notices.push_back({NoteKind::kUndeclared, &field});
    }
  }
  return layout;
}

void SampleReader::SkipSample() {
  const auto is_within_sample = [](char c) { return c == ':' || c == ',' || c == ';' || c == '='; };
  ++separator_;
  while (is_within_sample(line_[*separator_])) {
    ++separator_;
  }
}

void SampleReader::ReadSample() {
  const char* text = line_ + *separator_++ + 1;
  values_split_ = 0;
  char after;
  do {
    const uint32_t* const first = separator_;
    while (IsWithinValue(line_[*separator_])) {
      ++separator_;
    }
    const char* const stop = line_ + *separator_;
    values_[values_split_++] = {text, stop, first};
    after = *stop;
    text = stop + 1;
    separator_ += after == ':' ? 1 : 0;
  } while (after == ':' && values_split_ < layout_->needed);
  values_found_ = values_split_;
  if (after == ':') {
    ++values_found_;
    while (IsWithinValue(line_[*separator_]) || line_[*separator_] == ':') {
      values_found_ += line_[*separator_] == ':' ? 1 : 0;
      ++separator_;
    }
  }
}

}  // namespace varjoin::vcf
