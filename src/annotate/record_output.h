// record_output.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "annotate/plan.h"
#include "base/status.h"
#include "duck/database.h"
#include "vcf/annotated_header.h"
#include "vcf/record_writer.h"

namespace varjoin {

/// The INFO fields that a plan adds to records, in their order.
std::vector<vcf::NewField> NewFields(const Plan& plan);

/// Lines of the header about a plan's sources.
std::vector<std::string> SourceLines(const Plan& plan);

/// Makes records of the rows of Plan::RecordRowsSql(), each with the values of all its alleles and hits, and writes
/// them. Not thread-safe.
class RecordOutput {
 public:
  /// The references outlive the object.
  RecordOutput(const Plan& plan, vcf::RecordWriter& writer);

  /// The next rows, in the input's order; those of a record may be in several chunks.
  Status Add(duck::RowChunk chunk);

  /// Writes the last record.
  Status Finish();

  int64_t records() const { return records_; }

  /// A sentence about entries of INFO that the input had under the names of new ones, and that are gone; "": none.
  std::string ReplacedEntries() const;

 private:
  /// A row that is a hit, and its number among those of its allele in the source.
  struct Hit {
    int64_t number;
    const duck::RowChunk* chunk;
    size_t row;
  };

  /// Of one allele in one source; of a record without ALT, for intervals.
  struct AlleleHits {
    int64_t count = -1;  ///< matching rows in the source; -1: the allele is not to be annotated
    std::vector<Hit> hits;
  };

  void AddRow(const duck::RowChunk& chunk, size_t row);
  Status WriteRecord();
  std::string_view GatherValue(size_t field);
  static std::string_view TextOf(const Hit& hit, size_t column);
  void AppendValue(const RecordColumn& column, const AlleleHits& allele, std::string& out, bool& any) const;
  void AppendHits(const AlleleHits& allele, size_t column, std::string& out, bool& any) const;
  std::string IdOfRecord() const;

  const Plan& plan_;
  vcf::RecordWriter& writer_;
  const std::vector<RecordColumn> columns_;  ///< of the statement, one a field
  const std::vector<RecordPlaces> places_;   ///< by source
  size_t id_field_ = SIZE_MAX;               ///< whose values fill the column ID
  vcf::LineAnnotator annotator_;
  std::vector<std::shared_ptr<const duck::RowChunk>> chunks_;  ///< that the record at hand has rows in
  int64_t record_ = -1;
  std::string_view line_;
  std::vector<std::vector<AlleleHits>> alleles_;  ///< by source, then allele from 0; one of a record without ALT
  size_t allele_count_ = 0;
  std::vector<std::string_view> values_;  ///< by field, of the record at hand
  std::vector<std::string> texts_;        ///< by field: values that had to be put together
  int64_t records_ = 0;
};

}  // namespace varjoin
