// record_notes.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "vcf/notes.h"

namespace varjoin::vcf {

/// Collects the notes of one file's records, and knows the place of the record that is being read.
/// Counting is cheap: neither text nor memory is made but for the first note of a kind and field.
class RecordNotes {
 public:
  explicit RecordNotes(std::string path) : path_(std::move(path)) {}

  /// `chrom` and `position` (null: not known) must outlive the work on the record.
  void StartRecord(uint64_t ordinal) {
    ordinal_ = ordinal;
    chrom_ = position_ = nullptr;
  }
  void SetPlace(const std::string_view* chrom, const std::string_view* position) {
    chrom_ = chrom;
    position_ = position;
  }

  /// "record 1042 (chr7:55191822)", as far as known.
  std::string Place() const;

  /// "sample.vcf.gz: record 1042 (chr7:55191822): " + `what`.
  std::string Message(std::string_view what) const;

  /// `field` ("INFO/AF") must stay where it is until Take().
  void Count(NoteKind kind, const std::string& field);

  /// `field` "": the record is left out; else the field is NULL.
  void CountBad(const std::string& field, std::string message);

  /// Moves all notes into `report`.
  void Take(ScanReport& report);

 private:
  std::string path_;
  uint64_t ordinal_ = 0;
  const std::string_view* chrom_ = nullptr;
  const std::string_view* position_ = nullptr;
  std::map<std::pair<NoteKind, const std::string*>, Note> counted_;
  ScanReport bad_;
};

/// A piece of input for a message: at most some 40 bytes, in quotes, without control characters, as UTF-8.
std::string Quoted(std::string_view found);

}  // namespace varjoin::vcf
