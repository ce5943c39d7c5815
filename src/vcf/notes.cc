// notes.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/notes.h"

#include <algorithm>

#include "base/counted.h"
#include "base/status.h"
#include "base/text.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kMessagesKept = 10;

std::string BadRecords(const std::string& field, const Note& note) {
  if (field.empty()) {
    return fmt::format("{} left out; the first: {}", Counted(note.count, "bad record was", "bad records were"),
                       note.first);
  }
  return fmt::format("{} of {} made NULL; the first: {}", Counted(note.count, "bad value", "bad values"), field,
                     note.first);
}

std::string Sentence(NoteKind kind, const std::string& path, const std::string& field, const Note& note) {
  const std::string values = Counted(note.count, "value", "values");
  const std::string records = Counted(note.count, "record", "records");
  switch (kind) {
    case NoteKind::kBadRecord:
      return BadRecords(field, note);
    case NoteKind::kWrongLength:
      return fmt::format("{}: {} of {} made NULL, because the number of entries does not fit the alleles; first in {}",
                         path, values, field, note.first);
    case NoteKind::kHighPloidy:
      return fmt::format("{}: {} of {} made NULL, because the ploidy is above 2; first in {}", path, values, field,
                         note.first);
    case NoteKind::kEndBeforeStart:
      return fmt::format("{}: {} smaller than POS ignored in {}; first in {}", path, field, records, note.first);
    case NoteKind::kRepeatedKey:
      return fmt::format("{}: {} given more than once in {}, the first one counts; first in {}", path, field, records,
                         note.first);
    case NoteKind::kUndeclared:
      return fmt::format("{}: {} has no header line and is read as text, in {}; first in {}", path, field, records,
                         note.first);
    case NoteKind::kLateUndeclared:
      return fmt::format("{}: {} has no header line, appears late in the file and is NOT read, in {}; first in {}{}",
                         path, field, records, note.first,
                         field.starts_with("INFO/")
                             ? "; read_vcf(…, info_other := true) has it in the column info_other"
                             : "; give it a header line: bcftools annotate --header-lines");
    case NoteKind::kInOther:
      return fmt::format(
          "{}: {} has no header line, appears late in the file and is in the column info_other, in {}; "
          "first in {}",
          path, field, records, note.first);
    case NoteKind::kFieldsDiffer:
      return fmt::format("{}: {} has another Number or Type in another of the files; it is read as what holds both",
                         path, field);
    case NoteKind::kInvalidUtf8:
      return fmt::format("{}: {} of {} with bytes that are not UTF-8, replaced by U+FFFD; first in {}", path, values,
                         field, note.first);
    case NoteKind::kMissingEndMarker:
      return fmt::format("{}: the BGZF end marker is missing; the file may have been cut short", path);
    case NoteKind::kUnusedIndex:
      return fmt::format("{}: its index {} {}, so the whole file is read; make it anew: bcftools index -f {}", path,
                         field, note.first, path);
    case NoteKind::kEmptyRegions:
      return fmt::format("{}: no record overlaps the regions", path);
    case NoteKind::kUnknownContig:
      return fmt::format("{}: contig '{}' of the regions is not in its header{}", path, field, note.first);
  }
  return {};
}

/// Bad records that were left out, or fields of them that were made NULL.
uint64_t CountOfBad(const ScanReport& report, bool left_out) {
  uint64_t count = 0;
  for (const auto& [key, note] : report.notes) {
    if (key.first == NoteKind::kBadRecord && key.second.ends_with('\t') == left_out) {
      count += note.count;
    }
  }
  return count;
}

}  // namespace

Note& Note::operator+=(const Note& other) {
  if (count == 0 || (other.count != 0 && other.first_record < first_record)) {
    first = other.first;
    first_record = other.first_record;
  }
  count += other.count;
  for (size_t i = 0; i < other.bad_records.size(); ++i) {
    const uint64_t ordinal = other.bad_record_ordinals[i];
    const auto place = std::upper_bound(bad_record_ordinals.begin(), bad_record_ordinals.end(), ordinal);
    bad_records.insert(bad_records.begin() + (place - bad_record_ordinals.begin()), other.bad_records[i]);
    bad_record_ordinals.insert(place, ordinal);
  }
  if (bad_records.size() > kMessagesKept) {
    bad_records.resize(kMessagesKept);
    bad_record_ordinals.resize(kMessagesKept);
  }
  return *this;
}

void ScanReport::Add(NoteKind kind, const std::string& path, const std::string& field, uint64_t record,
                     std::string first) {
  Note note;
  note.count = 1;
  note.first_record = record;
  if (kind == NoteKind::kBadRecord) {
    note.bad_records.push_back(first);
    note.bad_record_ordinals.push_back(record);
  }
  note.first = std::move(first);
  notes[{kind, path + "\t" + field}] += note;
}

ScanReport& ScanReport::operator+=(const ScanReport& other) {
  records += other.records;
  rows += other.rows;
  for (const auto& [name, count] : other.contigs) {
    const auto [entry, is_new] = contigs.try_emplace(name, count);
    if (!is_new) {
      entry->second.records += count.records;
      entry->second.rows += count.rows;
      entry->second.first_record = std::min(entry->second.first_record, count.first_record);
    }
  }
  for (const auto& [key, note] : other.notes) {
    notes[key] += note;
  }
  return *this;
}

uint64_t ScanReport::BadRecords() const {
  return CountOfBad(*this, true);
}

uint64_t ScanReport::BadFields() const {
  return CountOfBad(*this, false);
}

std::vector<std::string> ScanReport::Sentences() const {
  std::vector<std::string> sentences;
  for (const auto& [key, note] : notes) {
    const size_t tab = key.second.find('\t');
    sentences.push_back(Sentence(key.first, key.second.substr(0, tab), key.second.substr(tab + 1), note));
  }
  return sentences;
}

}  // namespace varjoin::vcf
