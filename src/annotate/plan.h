// plan.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "annotate/filters.h"
#include "annotate/output_columns.h"
#include "annotate/output_format.h"
#include "annotate/request.h"
#include "base/status.h"
#include "genome/contig_aliases.h"
#include "sources/source.h"
#include "vcf/annotated_line.h"
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

/// Compares the contigs that occur in the input, by their aliases and with the lengths that its header gives, with the
/// source's.
ContigMatch MatchContigs(const vcf::ScanReport& seen, const vcf::Inspection& input, const Source& source,
                         const ContigAliases& aliases = {});

/// How a run finds the hits.
enum class Engine {
  kIndex,   ///< look-ups in the sources' indexes
  kDuckdb,  ///< look-ups in indexes that are made for the run, of the rows of the sources' Parquet that it hits
  kPlain,   ///< a join with the sources' Parquet, see the plain plan
};

/// What is joined with one source, and how.
struct SourcePlan {
  Source source;
  std::vector<std::string> files;  ///< those of the contigs that occur
  ContigMatch contigs;
  std::vector<NamedColumn> columns;  ///< requested, with their names in the output
  std::string hits_column;           ///< "" with bare names
  bool one_hit_at_most = false;      ///< no allele has two hits; not known before the index is there
  bool one_value = false;            ///< a record's field has one value an allele, whichever the engine
};

/// An INFO field of the records that come out, and its column of Plan::RecordRowsSql().
struct RecordColumn {
  size_t source = 0;
  std::string from;       ///< the source's column; "" for the count of hits
  std::string to;         ///< its name in a table
  std::string key;        ///< its name in INFO
  bool is_count = false;  ///< of the hits
  size_t place = 0;
  std::optional<size_t> ref_column = {};  ///< the column with the value of REF, where the field is Number=R
  /// The source has intervals: the value is one for all alleles that share it, and a record without ALT has one, too.
  bool of_record = false;
};

/// What a table says of itself: names and texts, as a Parquet's key-value metadata has them.
using OutputFacts = std::vector<std::pair<std::string, std::string>>;

/// Where Plan::RecordRowsSql() has what a source's hits are told by.
struct RecordPlaces {
  size_t count = 0;  ///< of the allele's hits
  size_t hit = 0;    ///< the row's number among them, from 1
};

/// A run as a short SQL script. The engines `index` and `duckdb` end in the same statement, in which the input streams
/// through look-ups to the output; `duckdb` makes the indexes before it:
/// 1. one pass over four columns of the input: where the forms of its alleles begin;
/// 2. for each source, the rows of its Parquet that begin there, and few others.
///
/// The plain plan, for join columns of the user's and types that an index can't hold:
/// 1. keys: one pass over four columns of the input; every form of every allele.
/// 2. hits_N, one a source: keys joined with the source's Parquet, one equality on contig, start, ref and alt; and
///    counts_N, how many there are of each allele.
/// 3. COPY of the input, read again, with its hits, in the input's order.
/// With join columns of the user's there are no forms and no aliases, but plain equality.
struct Plan {
  Engine engine = Engine::kPlain;
  vcf::Inspection input;
  std::vector<SourcePlan> sources;
  OutputColumns columns;
  std::vector<std::string> join_columns;
  Duplicates duplicates = Duplicates::kAll;
  bool sorted = true;
  std::string compression;
  std::optional<int> level = {};  ///< of compression
  size_t group_rows = 0;          ///< of a row group; 0: by the number of columns
  bool by_chrom = false;          ///< the output is a folder with a Parquet for each chromosome
  OutputFormat format = OutputFormat::kParquet;
  vcf::ExistingInfo existing_info = vcf::ExistingInfo::kReplace;
  std::string set_id;  ///< the column that fills ID; "": none
  std::string on_bad_record;
  Filters filters;
  std::vector<Condition> input_conditions;  ///< of the filters, on the rows of the input
  ContigAliases contig_aliases;             ///< of the input's contigs
  /// Contigs of the input that are not what their names say, by their lengths; they match nothing.
  std::vector<std::string> foreign_contigs;

  /// kDuckdb: every form of every allele.
  std::string FormsSql() const;
  /// kDuckdb: the rows of a source that the input may hit, with their places in it.
  std::string HitRowsSql(size_t source) const;
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
  /// The INFO fields of records, and where each source's hits are told.
  std::vector<RecordColumn> RecordColumns() const;
  std::vector<RecordPlaces> RecordPlaceOfSources() const;
  /// For records: a row for each allele and hit, in the input's order, of record, alt_index, record_place, and for each
  /// source the count of the allele's hits, the row's number among them, and its values as INFO has them.
  std::string RecordRowsSql() const;
  /// Whether filters look at pairs of allele and hit.
  bool HasPairConditions() const { return !filters.where.empty() || filters.only_matched; }
  /// Rows of the types that --where sees, for an early look at it.
  std::string WhereRowsSql() const;
  /// Of the output.
  size_t ColumnCount() const;
  /// How many rows a row group of the output has, if it is Parquet.
  size_t RowsOfParquetGroup() const;
  /// Of the output, for WithWorkingMemory().
  size_t WrittenColumns() const;
  std::string CopySql(const std::string& path, const OutputFacts& facts) const;
  /// by_chrom: of the table that CopySql() has written, the rows of one chromosome, without the column that says it.
  std::string ChromCopySql(const std::string& table, const std::string& chrom, const std::string& path,
                           const OutputFacts& facts) const;

  /// The whole script with comments, as --explain prints it.
  std::string Explain(const std::string& path) const;

 private:
  /// Aliases beside the names of the user's.
  static constexpr const char* kMatched = "\"matched;:\"";
  static constexpr const char* kRecordAlias = "\"record;:\"";
  static constexpr const char* kAltAlias = "\"alt;:\"";

  std::string JoinedSql() const;
  std::vector<OutputColumn> TableColumns() const;
  std::string LookedUpSql() const;
  std::string LookedUpRowsSql(const std::string& columns) const;
  std::string KeptPairsSql(const std::string& more_columns, const std::string& read) const;
  std::string FirstKeptSql(const std::string& kept) const;
  std::vector<std::string> NamedColumnsSql() const;
  std::vector<Condition> PairConditions() const;
  bool HasRowForEachHit(size_t source) const;
  /// An alias that no field can have as its name, for what was looked up in a source.
  static std::string HitName(size_t source);
  std::string LookupCall(size_t source) const;
  std::string ExplainHits() const;
};

}  // namespace varjoin
