// parquet_files.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "sources/source.h"

namespace varjoin {

/// Refuses paths that are not Parquet, by content, and says what to do instead.
Status CheckParquet(const std::string& path);

/// Fills columns, chrom_type and key of `source` from its files. `mapping` (start=pos, …) names key columns; those that
/// it leaves out are found under their common names. Errors name the column that is missing, given twice or of a wrong
/// type, and the columns that there are.
Status FindColumns(duck::Database& database, const std::vector<std::string>& files,
                   const std::map<std::string, std::string>& mapping, Source& source);

/// Fills contigs, contigs_of_file and rows of `source`: from the files' footers where a row group has one contig,
/// otherwise by reading the chrom column.
Status FindContigs(duck::Database& database, const std::vector<std::string>& files, Source& source);

/// A query for 100,000 rows, spread over the files: `columns` is what to select. "": the files have no rows.
Result<std::string> SampleSql(duck::Database& database, const Source& source, const std::vector<std::string>& files,
                              const std::string& columns);

/// What a sample of rows says about the alleles of a source. In rows.
struct AlleleSample {
  int64_t rows = 0;
  int64_t joined = 0;       ///< alternates joined by | , or /
  int64_t dashed = 0;       ///< alleles with - for no base
  int64_t other = 0;        ///< other characters that are neither letters nor VCF's symbolic forms
  int64_t not_minimal = 0;  ///< would be trimmed
  std::string joined_example = {};
  std::string dashed_example = {};
};
Result<AlleleSample> SampleAlleles(duck::Database& database, const std::vector<std::string>& files,
                                   const Source& source);

}  // namespace varjoin
