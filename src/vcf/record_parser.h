// record_parser.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "vcf/column_buffer.h"
#include "vcf/notes.h"
#include "vcf/schema.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {

/// What happens at a record or field that cannot be read.
enum class OnBadRecord {
  kFail,  ///< the scan stops with an error that names file, record, contig:position, field, found and expected
  kSkip,  ///< the record is left out and counted
  kNull,  ///< the field is NULL and counted; a record without usable CHROM, POS, REF or ALT is left out
};

/// What to read from one file: shared by all threads, immutable.
struct ParsePlan {
  std::string path;             ///< for messages
  Header header;                ///< of this file
  std::vector<Column> columns;  ///< the requested ones, in the order of the buffers given to Fill()
  bool split = true;
  bool long_rows = false;  ///< one row per allele and chosen sample, all samples of an allele together
  OnBadRecord on_bad_record = OnBadRecord::kFail;
  std::vector<bool> chosen_samples;  ///< by sample of the header; empty: all
  int64_t records_before = 0;        ///< records of the files before this one: `record` counts over all files of a run
};

/// Turns a batch's lines into rows. A column that is not in the plan costs nothing but a scan for tabs, and only what
/// is in the plan can be found bad; CHROM, POS, that REF and ALTs are not empty, and that there are 8 columns (and more
/// where the header has samples) is always checked.
///
/// Where the specification leaves it open: a key without a value, or with an empty one, is NULL, but "" where no header
/// line or that of a Flag stands for a text column, so that its presence shows; an empty piece of a text list is "", of
/// a list of numbers bad; a fixed Number above 1 is not enforced; a record without ALT carries no ALT (`carried` is
/// false, or NULL where a GT is missing); with long_rows `carried` is about the row's sample; % codes are decoded in
/// INFO and FORMAT only, and %00 and GT never. With kNull, sample columns that don't fit the header or FORMAT make all
/// FORMAT fields of the record NULL.
///
/// Not thread-safe: one per thread, reused for batch after batch.
class RecordParser {
 public:
  /// Limits of one chunk: it ends when one of them is reached, always after at least one row.
  struct ChunkLimits {
    uint64_t rows = 2048;
    uint64_t text_bytes = uint64_t{4} << 20;  ///< of text written, per chunk over all columns
    uint64_t elements = uint64_t{1} << 16;    ///< of list elements, per chunk over all columns: they fit a cache
  };

  explicit RecordParser(std::shared_ptr<const ParsePlan> plan);
  ~RecordParser();

  /// Starts on `batch`; text that Fill() writes points into batch.memory, which the caller keeps as long as the rows.
  void Begin(const Batch& batch);

  /// Writes the next rows from row 0 of `columns` and returns how many; 0: the batch is used up.
  /// With more ALTs in a record than a chunk holds, the next call goes on within the record.
  Result<uint64_t> Fill(std::span<ColumnBuffer* const> columns, const ChunkLimits& limits);

  /// What was met since the last call; the counts are reset.
  ScanReport TakeReport();

  RecordParser(const RecordParser&) = delete;
  RecordParser& operator=(const RecordParser&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace varjoin::vcf
