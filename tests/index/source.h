// source.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests of index/: sources in memory, indexes built from them, and what a look-up must find in them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "index/coding.h"
#include "index/columns.h"
#include "index/contigs.h"
#include "index/index_file.h"
#include "index/lookup.h"

namespace varjoin::index {

/// A value of any kind; `text` for ValueKind::kText, else `number`. An empty optional is NULL.
struct Value {
  uint64_t number = 0;
  std::string text;
  bool operator==(const Value&) const = default;
};

struct SourceRow {
  std::optional<std::string> chrom;
  std::optional<int64_t> start;
  std::optional<std::string> ref;
  std::optional<std::string> alt;
  std::vector<std::optional<Value>> values;
};

struct Source {
  std::vector<ColumnSchema> schema;
  std::vector<SourceRow> rows;
  ContigLengths lengths;
};

inline Value Number(uint64_t number) {
  return {.number = number, .text = {}};
}
inline Value Text(std::string text) {
  return {.number = 0, .text = std::move(text)};
}

/// A source without columns, for tests of keys alone.
Source KeysOnly(std::vector<SourceRow> rows);
inline SourceRow Row(std::string chrom, int64_t start, std::string ref, std::string alt,
                     std::vector<std::optional<Value>> values = {}) {
  return {std::move(chrom), start, std::move(ref), std::move(alt), std::move(values)};
}

inline ColumnCoding PlainCoding(ColumnSchema schema) {
  return {.schema = std::move(schema), .coding = Coding::kPlain, .prefix = {}, .dictionary = {}, .frames = {}};
}

/// Views of `rows`; valid as long as they are.
RowBatch BatchOf(std::span<const SourceRow> rows, const std::vector<ColumnSchema>& schema);

/// How an index is built from a source.
struct Building {
  size_t batch = 2048;                     ///< rows handed over at once
  bool sorted = true;                      ///< else through a RowSorter
  size_t memory = 1 << 20;                 ///< of that
  std::vector<ColumnCoding> columns = {};  ///< empty: what a Profiler decides
};

/// Writes the index; an error is "the rows are not sorted" where the writer says so.
Status Write(const std::string& path, const Source& source, const Building& building);

/// Write() and Open(); a failed test and nullptr if that fails.
std::shared_ptr<const IndexFile> Build(const std::string& path, const Source& source, const Building& building = {});

/// A query as the tests hold it.
struct Asked {
  std::string chrom;
  int64_t start = 0;
  std::string ref;
  std::string alt;
};

std::vector<Query> QueriesOf(const IndexFile& file, std::span<const Asked> asked);

/// "query/form: value, value, …" for each hit.
std::vector<std::string> HitsOf(const Lookup& lookup);

/// Finds in a plain map by contig, start, REF and ALT what an index must find.
class PlainMap {
 public:
  explicit PlainMap(const Source& source);

  /// As HitsOf(); columns as Lookup's.
  std::vector<std::string> Hits(std::span<const Asked> asked, const std::vector<int>& columns) const;

  IndexCounts Counts() const;

 private:
  const Source& source_;
  std::unordered_map<std::string, std::vector<size_t>> rows_;
};

std::vector<int> AllColumns(const Source& source);

/// Makes sources and queries that are ugly on purpose.
class RandomSource {
 public:
  explicit RandomSource(uint64_t seed) : random_(seed) {}

  Source Make(size_t rows);
  std::vector<Asked> Queries(const Source& source, size_t count);

  size_t Below(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }
  std::mt19937_64& random() { return random_; }

 private:
  template <typename T>
  const T& Pick(const std::vector<T>& choices) {
    return choices[Below(choices.size())];
  }
  bool Chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  std::string Letters(size_t length);
  std::string AlleleText();
  void MakeAllele(SourceRow& row);
  SourceRow MakeRow(const SourceRow* before);
  Value MakeValue(size_t column, const SourceRow& row);
  std::string LongText(size_t most);

  std::mt19937_64 random_;
  // Of the source that is made:
  std::vector<size_t> columns_;       ///< which of the kinds of column it has
  std::vector<double> null_chances_;  ///< of each column
  std::vector<std::string> words_;
  int64_t step_ = 1;  ///< about how far its rows are from each other
  int64_t first_ = 0;
};

/// The order of IndexWriter: contigs together, by start, then as they came.
void SortRows(Source& source);

}  // namespace varjoin::index
