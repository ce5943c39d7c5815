// plan.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "annotate/output_columns.h"
#include "annotate/request.h"
#include "base/status.h"
#include "sources/source.h"
#include "vcf/inspect.h"
#include "vcf/notes.h"

namespace varjoin {

/// How an input's contigs and a source's fit together.
struct ContigMatch {
  /// Input name and the source's spelling of the same contig; an input contig may have several.
  std::vector<std::pair<std::string, std::string>> spellings;
  /// Input contigs that occur and that the source lacks, with their alleles, most alleles first.
  std::vector<std::pair<std::string, int64_t>> missing;
};

/// Compares the contigs that occur in the input, with the lengths that its header gives, with the source's.
ContigMatch MatchContigs(const vcf::ScanReport& seen, const vcf::Inspection& input, const Source& source);

/// What is joined with one source, and how.
struct SourcePlan {
  Source source;
  std::vector<std::string> files;  ///< those of the contigs that occur
  ContigMatch contigs;
  std::vector<NamedColumn> columns;  ///< requested, with their names in the output
  std::string hits_column;           ///< "" with bare names
};

/// The plain plan of the `duckdb` engine: a short SQL script.
/// 1. keys: one pass over four columns of the input; every form of every allele.
/// 2. hits_N, one a source: keys joined with the source's Parquet, one equality on contig, start, ref and alt; and
///    counts_N, how many there are of each allele.
/// 3. COPY of the input, read again, with its hits, in the input's order.
/// With join columns of the user's there are no forms and no aliases, but plain equality.
struct Plan {
  vcf::Inspection input;
  std::vector<SourcePlan> sources;
  OutputColumns columns;
  std::vector<std::string> join_columns;
  Duplicates duplicates = Duplicates::kAll;
  bool sorted = true;
  std::string compression;
  std::string on_bad_record;

  std::string KeysSql() const;
  /// When all hits are there, the memory of the keys is given back.
  static constexpr const char* kDropKeysSql = "DROP TABLE keys";
  std::string HitsSql(size_t source) const;
  std::string CountsSql(size_t source) const;
  /// Of each allele's hits, leaves the first: by form, then in the source's order. Not before CountsSql().
  std::string KeepFirstSql(size_t source) const;
  /// Matched alleles, and the hits that come out.
  std::string HitCountsSql(size_t source) const;
  /// How many rows the hits that come out add to one row an allele.
  std::string AddedRowsSql() const;
  std::string CopySql(const std::string& path, const std::vector<std::pair<std::string, std::string>>& metadata) const;

  /// The whole script with comments, as --explain prints it.
  std::string Explain(const std::string& path) const;
};

}  // namespace varjoin
