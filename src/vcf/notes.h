// notes.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace varjoin::vcf {

/// What a scan met and went on from. Each is reported once per file and field, with how often and the first place.
enum class NoteKind {
  kBadRecord,         ///< skipped, or a field made NULL, by OnBadRecord; `first` holds the whole message
  kWrongLength,       ///< a Number=A/R/G/n field with another number of values: NULL
  kHighPloidy,        ///< a Number=G field above ploidy 2: NULL
  kEndBeforeStart,    ///< INFO/END smaller than POS: ignored
  kRepeatedKey,       ///< an INFO or FORMAT key twice in a record: the first counts
  kUndeclared,        ///< a field without a header line, read as text
  kLateUndeclared,    ///< a field without a header line that the look-ahead did not meet: not read
  kInOther,           ///< such a field of INFO, in the column info_other
  kFieldsDiffer,      ///< `field` has another Number or Type in another file
  kInvalidUtf8,       ///< replaced by U+FFFD
  kMissingEndMarker,  ///< BGZF without its end marker
  kUnusedIndex,       ///< an index is there and was not used; `field` is its path, `first` says why
  kEmptyRegions,      ///< no record overlaps the regions
  kUnknownContig,     ///< `field`, a contig of the regions, is not in the header
};

struct Note {
  uint64_t count = 0;
  std::string first;                          ///< "record 1042 (chr7:55191822)", or a message of its own
  uint64_t first_record = 0;                  ///< ordinal in its file, so that merging keeps the earliest
  std::vector<std::string> bad_records;       ///< with kBadRecord: the first ten messages
  std::vector<uint64_t> bad_record_ordinals;  ///< of these, ascending

  Note& operator+=(const Note& other);
};

/// Notes and counts of a scan, or of one thread's part of it. Not thread-safe: one per thread, then merged.
struct ScanReport {
  int64_t records = 0;  ///< met, with the ones that were left out
  int64_t rows = 0;     ///< of the records that were not left out: one per ALT with split := true
  /// Of the records that were not left out.
  struct ContigCount {
    int64_t records = 0;
    int64_t rows = 0;
    int64_t first_record = 0;  ///< ordinal over the run, for listing contigs in order of appearance
  };
  std::map<std::string, ContigCount, std::less<>> contigs;  ///< as spelled in the input
  /// By kind and "path\tfield" ("INFO/AF"; with kBadRecord "" for a record that was left out, a field that was made
  /// NULL).
  std::map<std::pair<NoteKind, std::string>, Note> notes;

  /// Counts one more; `first` as in Note.
  void Add(NoteKind kind, const std::string& path, const std::string& field, uint64_t record, std::string first);
  ScanReport& operator+=(const ScanReport& other);

  uint64_t BadRecords() const;  ///< left out
  uint64_t BadFields() const;   ///< made NULL

  /// One plain sentence per note, for the user, in a stable order.
  std::vector<std::string> Sentences() const;
};

}  // namespace varjoin::vcf
