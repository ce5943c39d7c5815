// database.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// duck/ is the only folder that includes DuckDB's headers: a configured database, the functions that varjoin adds to
// it, and results without a DuckDB type. It may include base/, genome/ and vcf/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "vcf/notes.h"

namespace varjoin::duck {

struct DatabaseOptions {
  std::string memory_limit = {};    ///< as DuckDB reads it: "12GB"; empty: DuckDB's own default
  int threads = 0;                  ///< 0: DuckDB's own default
  std::string temp_directory = {};  ///< a folder that exists; empty: no spilling
  bool preserve_insertion_order = true;
  bool cache_parquet_metadata = false;
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
};

/// An in-memory DuckDB with varjoin's functions:
/// - read_vcf(path or list of paths [, split := true] [, on_bad_record := 'fail'|'skip'|'null']): see DESIGN; one row
///   per ALT, in file order;
/// - allele_forms(start, ref, alt): LIST(STRUCT(form INTEGER, start BIGINT, ref VARCHAR, alt VARCHAR)), the forms in
///   which a source is probed, in upper case; empty for what is no sequence;
/// - minimal_allele(start, ref, alt): STRUCT(start, ref, alt), trimmed; what is no sequence is returned as it is;
/// - canonical_contig(chrom) and contig_sort_key(chrom): see genome/contig.h.
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

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// libduckdb's version: "v1.5.6".
std::string LibraryVersion();

}  // namespace varjoin::duck
