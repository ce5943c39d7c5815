// table.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/status.h"
#include "duck/bound_queries.h"
#include "server/answer.h"
#include "server/places.h"
#include "server/query_gate.h"
#include "sources/catalog.h"

namespace varjoin::server {

/// Runs statements, a few at a time. Thread-safe.
class Asker {
 public:
  Asker(const duck::BoundQueries& queries, QueryGate& gate) : queries_(queries), gate_(gate) {}

  /// As BoundQueries::Run(); waits for its turn.
  Result<duck::CellTable> Ask(const std::string& sql, const std::vector<duck::BoundValue>& values,
                              const Stop& stop) const;

 private:
  const duck::BoundQueries& queries_;
  QueryGate& gate_;
};

/// A column of a table, or something that is worked out of a row.
struct TableColumn {
  enum class Kind { kNumber, kText, kBoolean, kOther };  ///< of a list: of its elements

  std::string name;
  std::string type;  ///< DuckDB's
  Kind kind = Kind::kOther;
  bool list = false;
  std::string sql;     ///< its value in a row: a name of the file's own, quoted, or an expression of varjoin's own
  std::string source;  ///< that it came from; "": the person's file
  std::string description;
  bool computed = false;
};

/// A Parquet file, as it was when it was looked at.
struct Table {
  FileStamp stamp;
  std::string version;  ///< another one when the file has changed
  int64_t rows = 0;
  std::vector<TableColumn> columns;                           ///< of the file, in order; then computed ones
  std::vector<std::string> sources;                           ///< in the order of their columns
  std::vector<std::string> contigs;                           ///< as the file spells them, in the genome's order
  std::vector<std::pair<std::string, std::string>> metadata;  ///< as the file tells of itself

  /// The FROM clause that reads it.
  std::string From() const;

  /// Null: there is none of this name (which is compared without case).
  const TableColumn* Find(const std::string& name) const;

  /// Error: there is none; the nearest is suggested.
  Result<const TableColumn*> Get(const std::string& name) const;
};

/// The name of the count of a source's hits.
std::string HitsName(const std::string& source);

/// Looks at files and remembers what it saw, until they change. Thread-safe.
class Tables {
 public:
  Tables(const Places& places, const Asker& asker, const Catalog& catalog)
      : places_(places), asker_(asker), catalog_(catalog) {}

  /// Errors: see Places::Resolve(); the file can't be read as Parquet.
  Result<std::shared_ptr<const Table>> Open(const std::string& path, const Stop& stop);

 private:
  Result<std::shared_ptr<const Table>> Look(const FileStamp& stamp, const Stop& stop) const;
  void Describe(Table& table) const;

  static constexpr size_t kMostRemembered = 64;

  const Places& places_;
  const Asker& asker_;
  const Catalog& catalog_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Table>> seen_;  ///< by path
};

}  // namespace varjoin::server
