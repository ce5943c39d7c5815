// database.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// duck/ is the only folder that includes DuckDB's headers: a configured database, the functions that varjoin adds to
// it, and results without a DuckDB type. It may include base/, genome/, vcf/ and index/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "duck/arrow_batches.h"
#include "genome/reference.h"
#include "index/index_file.h"
#include "index/interval_table.h"
#include "index/known_starts.h"
#include "vcf/inspect.h"
#include "vcf/notes.h"

namespace varjoin::duck {

struct DatabaseOptions {
  std::string memory_limit = {};    ///< as DuckDB reads it: "12GB"; empty: DuckDB's own default
  int threads = 0;                  ///< 0: DuckDB's own default
  std::string temp_directory = {};  ///< a folder that exists; empty: no spilling
  bool preserve_insertion_order = true;
  bool cache_parquet_metadata = false;
  bool track_progress = false;  ///< for StatementProgress(), at some 5 % of a run's CPU time
};

/// A small result, every value as DuckDB prints it; NULL is nullopt.
struct ResultTable {
  std::vector<std::string> names;
  std::vector<std::string> types;  ///< "VARCHAR", "INTEGER[]", …
  std::vector<std::vector<std::optional<std::string>>> rows;

  /// Preconditions: the row and column exist, the value is not NULL.
  const std::string& Text(size_t row, size_t column) const;
  int64_t Integer(size_t row, size_t column) const;
};

/// How far a VCF scan that is under way has come.
struct ScanProgress {
  uint64_t bytes_read = 0;
  uint64_t bytes_total = 0;  ///< 0: no scan yet
  int64_t records = 0;
  int64_t matched = 0;  ///< alleles with a hit so far, of all sources together
};

/// What a source's name stands for in SQL.
struct LookupSource {
  std::shared_ptr<const index::IndexFile> file = nullptr;  ///< null: the source is one of intervals
  std::shared_ptr<const Reference> reference = nullptr;    ///< alleles are left-aligned by it too; null: there is none
  std::shared_ptr<const index::IntervalTable> intervals = nullptr;
};

/// Finds the index that stands for a source's name in SQL. Must be thread-safe.
using IndexResolver = std::function<Result<LookupSource>(const std::string& source)>;

/// What was looked up in one source.
struct LookupCounts {
  int64_t alleles = 0;
  int64_t matched = 0;  ///< alleles with at least one hit
  int64_t hits = 0;

  LookupCounts& operator+=(const LookupCounts& other) {
    alleles += other.alleles;
    matched += other.matched;
    hits += other.hits;
    return *this;
  }
};

/// Some rows, and what their texts point into.
struct RowChunk {
  index::RowBatch rows;
  std::shared_ptr<void> memory;
};

/// The rows of a statement, drawn batch by batch; nothing else may run in its database meanwhile. Not thread-safe.
class RowStream {
 public:
  ~RowStream();

  /// The columns after the key, in the words of DuckDB's types.
  const std::vector<index::ColumnSchema>& schema() const;

  /// The next rows; they may outlive the stream. False: there are no more.
  Result<bool> Next(RowChunk& chunk);

 private:
  friend class Database;
  struct State;
  explicit RowStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// An in-memory DuckDB with varjoin's functions:
/// - read_vcf(path or list of paths [, split := true] [, on_bad_record := 'fail'|'skip'|'null'] [, regions :=
/// 'chr7:1-9'
///   or a list or a BED file] [, filename := false] [, samples := a name or a list] [, genotypes := 'list'|'long']
///   [, gt := 'text'|'numbers'] [, info_other := true|false] [, part := [begin, end] of vcf::VirtualRange, of one file,
///   see vcf::VcfFile::RestrictToLines()]): see docs/read_vcf.md; one row per ALT, in file order; a
///   path
///   "-" is standard input, which one scan of one statement may read; with `regions` (records whose start..end
///   overlaps) `record` counts the records among each other;
/// - FROM 'x.vcf.gz' is read_vcf('x.vcf.gz');
/// - vcf_header(path or pattern): kind (meta, contig, filter, info, format, sample), id, number, type, description,
///   length, assembly, declared, filename;
/// - allele_forms([chrom,] start, ref, alt): LIST(STRUCT(form INTEGER, start BIGINT, ref VARCHAR, alt VARCHAR)), the
/// forms in
///   which a source is probed, in upper case; empty for what is no sequence; with `chrom` and SetReference(), the
///   left-aligned one too;
/// - minimal_allele([chrom,] start, ref, alt): STRUCT(start, ref, alt), trimmed, and likewise left-aligned; what is no
///   sequence is returned as it is;
/// - canonical_contig(chrom) and contig_sort_key(chrom): see genome/contig.h;
/// - variant_lookup(source, chrom, start, ref, alt [, columns]): LIST(STRUCT(…)), the source's rows that the allele
///   matches, by form, then in the source's order; empty for a miss. Answered from the source's index;
/// - for plans, with the columns (empty: all) and the input's contigs that are not what their names say as VARCHAR[]:
///   variant_rows(source, chrom, start, ref, alt, columns, foreign), LIST(STRUCT(hits INTEGER, hit INTEGER, c1, c2,
///   …)), the hits numbered from 1, where a miss is one row of NULLs with 0 hits, number 0; variant_first(…),
///   STRUCT(hits, c1, …), the first hit; variant_lists(…), STRUCT(hits, c1 LIST, …);
/// - for plans, vcf_value(any): VARCHAR, the value as the text of an INFO entry: percent-encoded (see
///   vcf::AppendInfoValue()), booleans as 1 or 0, the elements of a list joined by `&`; vcf_hits(list): the elements'
///   texts joined by `|`;
/// - for plans, interval_first(source, chrom, start, end, columns, foreign), interval_rows(…) and interval_lists(…),
///   likewise, of a source of intervals: those that start..end overlaps;
/// - for plans, input_has_start([chrom,] start): false where no allele of SetInputStarts() begins there (on any
///   contig).
///
/// Errors have no code or class of DuckDB's in them: kBadInput for what the user wrote or gave, kFailed for I/O and
/// memory, kInterrupted. Thread-safety: one thread runs statements; Interrupt() and progress may be called from any.
class Database {
 public:
  static Result<std::unique_ptr<Database>> Open(const DatabaseOptions& options);
  ~Database();

  Status Execute(const std::string& sql);
  Result<ResultTable> Query(const std::string& sql);

  /// A result drawn as a box for a person.
  struct Drawing {
    std::string text;
    bool cut = false;  ///< the result has more rows than kMostDrawn, which were not read
  };
  static constexpr uint64_t kMostDrawn = 10'000;

  /// Draws a result. `width` is the terminal's in columns, `rows` how many are shown. The result is streamed: no more
  /// than kMostDrawn rows of it are held.
  Result<Drawing> Draw(const std::string& sql, int width, int rows);

  /// The value of a setting as DuckDB has it: current_setting(name).
  Result<std::string> Setting(const std::string& name);

  /// Stops the running statement and every later one with kInterrupted. Async-signal-safe.
  void Interrupt();
  bool Interrupted() const;

  ScanProgress Progress() const;
  /// 0 to 100 of the running statement, as DuckDB estimates it; negative where it can't.
  double StatementProgress() const;

  /// What all read_vcf scans since the last call have met, and counted.
  vcf::ScanReport TakeScanReport();

  /// The reference of allele_forms() and minimal_allele() from now on; null: none.
  void SetReference(std::shared_ptr<const Reference> reference);

  /// How variant_lookup() and the functions of plans find indexes; without it, there are none.
  void SetIndexResolver(IndexResolver resolver);

  /// What they have found since the last call, by source.
  std::map<std::string, LookupCounts> TakeLookupCounts();

  /// What input_has_start() answers from; nothing may be added to it any more.
  void SetInputStarts(std::shared_ptr<const index::KnownStarts> starts);

  /// vcf::Inspect() of files and pipes. What has been read of a pipe is not lost: read_vcf() goes on with it.
  Result<vcf::Inspection> Inspect(const std::vector<std::string>& paths, const vcf::SchemaOptions& options);

  /// Runs a SELECT of chrom VARCHAR, start BIGINT, ref VARCHAR, alt VARCHAR [, place UBIGINT] and other columns, for an
  /// index to be built of. Error: a column is of a type that an index can't hold.
  Result<std::unique_ptr<RowStream>> StreamRows(const std::string& sql, bool with_place);

  /// The same for a SELECT of any columns: of each RowChunk, only rows.columns are filled.
  Result<std::unique_ptr<RowStream>> StreamColumns(const std::string& sql);

  /// Runs a SELECT of any columns, for Arrow. `string_views`: text as Arrow's string views, which Polars takes as they
  /// are, instead of strings, which every library knows.
  Result<std::unique_ptr<ArrowBatches>> StreamArrow(const std::string& sql, bool string_views = false);

  /// Counts memory of the caller's against the limit for as long as the database lives. Error: it is too much.
  Status ReserveMemory(size_t bytes);

  /// Whether an index holds values of this type of DuckDB's.
  bool IndexHolds(const std::string& type);

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

 private:
  friend class RowStream;
  struct State;
  explicit Database(std::unique_ptr<State> state);
  Result<std::unique_ptr<RowStream>> Stream(const std::string& sql, size_t key_columns);
  std::unique_ptr<State> state_;
};

/// Whether a statement failed because rows came later than nearly_sorted() can put right.
bool IsNotNearlySorted(const Status& status);

/// Whether a statement failed because the memory limit was too small for it.
bool IsOutOfMemory(const Status& status);

/// libduckdb's version: "v1.5.6".
std::string LibraryVersion();

}  // namespace varjoin::duck
