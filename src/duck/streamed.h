// streamed.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <thread>

#include "duckdb.hpp"
#include "duckdb/main/stream_query_result.hpp"

namespace varjoin::duck {

/// How long a thread waits that finds no task of its statement to work on.
inline constexpr auto kPause = std::chrono::microseconds(200);

/// The next rows of a result; null or empty at its end, and after an error, which the result has. Works on the
/// statement together with DuckDB's threads until there are rows: Fetch() by itself would ask for work without a pause
/// while the other threads have all of it.
inline duckdb::unique_ptr<duckdb::DataChunk> FetchChunk(duckdb::QueryResult& result) {
  using duckdb::StreamExecutionResult;
  if (result.type != duckdb::QueryResultType::STREAM_RESULT) {
    return result.Fetch();
  }
  auto& stream = result.Cast<duckdb::StreamQueryResult>();
  if (!stream.IsOpen()) {
    return nullptr;
  }
  auto step = stream.ExecuteTask();
  for (; !duckdb::StreamQueryResult::IsChunkReady(step); step = stream.ExecuteTask()) {
    if (step == StreamExecutionResult::BLOCKED) {
      stream.WaitForTask();
    }
    if (step != StreamExecutionResult::CHUNK_NOT_READY) {
      std::this_thread::sleep_for(kPause);
    }
  }
  return result.HasError() ? nullptr : result.Fetch();  // a failed one is closed
}

}  // namespace varjoin::duck
