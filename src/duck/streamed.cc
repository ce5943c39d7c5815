// streamed.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/streamed.h"

#include <thread>

#include "duckdb/main/stream_query_result.hpp"

namespace varjoin::duck {
namespace {

using duckdb::idx_t;

idx_t BytesOf(duckdb::Vector& vector, idx_t count) {
  const auto type = vector.GetType().InternalType();
  idx_t bytes = count * duckdb::GetTypeIdSize(type);
  if (type == duckdb::PhysicalType::VARCHAR) {
    duckdb::UnifiedVectorFormat texts;
    vector.ToUnifiedFormat(count, texts);
    const auto* text = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(texts);
    for (idx_t row = 0; row < count; ++row) {
      const idx_t at = texts.sel->get_index(row);
      bytes += texts.validity.RowIsValid(at) ? text[at].GetSize() : 0;
    }
  } else if (type == duckdb::PhysicalType::LIST) {
    vector.Flatten(count);
    bytes += BytesOf(duckdb::ListVector::GetEntry(vector), duckdb::ListVector::GetListSize(vector));
  } else if (type == duckdb::PhysicalType::STRUCT) {
    vector.Flatten(count);
    for (const auto& field : duckdb::StructVector::GetEntries(vector)) {
      bytes += BytesOf(*field, count);
    }
  }
  return bytes;
}

}  // namespace

duckdb::unique_ptr<duckdb::DataChunk> FetchChunk(duckdb::QueryResult& result) {
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

idx_t BytesOf(duckdb::DataChunk& chunk) {
  idx_t bytes = 0;
  for (duckdb::Vector& vector : chunk.data) {
    bytes += BytesOf(vector, chunk.size());
  }
  return bytes;
}

}  // namespace varjoin::duck
