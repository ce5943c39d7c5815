// streamed.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "duckdb.hpp"

namespace varjoin::duck {

/// How long a thread waits that finds no task of its statement to work on.
inline constexpr auto kPause = std::chrono::microseconds(200);

/// The next rows of a result; null or empty at its end, and after an error, which the result has. Works on the
/// statement together with DuckDB's threads until there are rows: Fetch() by itself would ask for work without a pause
/// while the other threads have all of it.
duckdb::unique_ptr<duckdb::DataChunk> FetchChunk(duckdb::QueryResult& result);

/// The memory of a chunk's rows, their texts included, which GetAllocationSize() leaves out. May flatten vectors.
duckdb::idx_t BytesOf(duckdb::DataChunk& chunk);

}  // namespace varjoin::duck
