// bound_queries.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/status.h"

namespace varjoin::duck {

/// A value for a `?` of a statement.
using BoundValue = std::variant<bool, int64_t, double, std::string>;

/// A value of a result with its structure.
struct Cell {
  enum class Kind { kMissing, kBoolean, kInteger, kReal, kText, kList, kStruct };

  Kind kind = Kind::kMissing;
  int64_t integer = 0;             ///< also of kBoolean: 0 or 1
  double real = 0;                 ///< may be NaN or infinite
  std::string text;                ///< as DuckDB prints it, of every type that is none of the others
  std::vector<Cell> items;         ///< of a list; of a struct the fields' values
  std::vector<std::string> names;  ///< of a struct, one an item
};

struct CellTable {
  std::vector<std::string> names;
  std::vector<std::string> types;  ///< DuckDB's
  std::vector<std::vector<Cell>> rows;
};

/// What a database for strangers' questions may do.
struct BoundQueryOptions {
  std::string memory_limit;  ///< as DuckDB reads it
  int threads = 2;
  std::string temp_directory = {};        ///< a folder that exists; "": no spilling
  std::vector<std::string> files = {};    ///< that may be read, by canonical paths
  std::vector<std::string> folders = {};  ///< likewise, with all that is in them
};

/// A DuckDB that reads named files and nothing else: DuckDB itself refuses all others, and its settings are locked.
/// Statements are single SELECTs; what a user gave is bound, never part of their text.
/// Thread-safe: each statement has a connection of its own; memory and threads are shared.
class BoundQueries {
 public:
  static Result<std::unique_ptr<BoundQueries>> Open(const BoundQueryOptions& options);
  ~BoundQueries();

  /// Runs a SELECT with `values` for its question marks. `stop` is asked again and again, from this thread; once it is
  /// true the statement ends with kInterrupted. Errors: kBadInput for a value that does not fit, a statement that is no
  /// SELECT, or a result of more than `most_bytes`; else as Database's.
  Result<CellTable> Run(const std::string& sql, const std::vector<BoundValue>& values, size_t most_bytes,
                        const std::function<bool()>& stop) const;

  BoundQueries(const BoundQueries&) = delete;
  BoundQueries& operator=(const BoundQueries&) = delete;

 private:
  struct State;
  explicit BoundQueries(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace varjoin::duck
