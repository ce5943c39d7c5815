// record_notes.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_notes.h"

#include "base/status.h"
#include "vcf/field_values.h"

namespace varjoin::vcf {
namespace {

/// Cut to `limit` bytes, control characters as '?', as UTF-8.
std::string Printable(std::string_view text, size_t limit) {
  std::string clean(text.substr(0, limit));
  for (char& c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    c = byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return RepairUtf8(clean) + (text.size() > limit ? "…" : "");
}

}  // namespace

std::string Quoted(std::string_view found) {
  return fmt::format("\"{}\"", Printable(found, 40));
}

std::string RecordNotes::Place() const {
  if (chrom_ == nullptr || chrom_->empty()) {
    return fmt::format("record {}", ordinal_);
  }
  if (position_ == nullptr || position_->empty()) {
    return fmt::format("record {} ({})", ordinal_, Printable(*chrom_, 80));
  }
  return fmt::format("record {} ({}:{})", ordinal_, Printable(*chrom_, 80), *position_);
}

std::string RecordNotes::Message(std::string_view what) const {
  return fmt::format("{}: {}: {}", path_, Place(), what);
}

void RecordNotes::Count(NoteKind kind, const std::string& field) {
  Note& note = counted_[{kind, &field}];
  if (note.count++ == 0) {
    note.first = Place();
    note.first_record = ordinal_;
  }
}

void RecordNotes::CountBad(const std::string& field, std::string message) {
  bad_.Add(NoteKind::kBadRecord, path_, field, ordinal_, std::move(message));
}

void RecordNotes::Take(ScanReport& report) {
  for (const auto& [key, note] : counted_) {
    report.notes[{key.first, path_ + "\t" + *key.second}] += note;
  }
  report += bad_;
  counted_.clear();
  bad_ = {};
}

}  // namespace varjoin::vcf
