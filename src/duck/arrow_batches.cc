// arrow_batches.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/arrow_batches.h"

#include "duck/arrow_state.h"
#include "duck/streamed.h"
#include "duckdb/common/arrow/arrow.hpp"
#include "duckdb/common/arrow/arrow_appender.hpp"
#include "duckdb/common/arrow/arrow_converter.hpp"

namespace varjoin::duck {
namespace {

constexpr duckdb::idx_t kMostRows = 16'384;
constexpr duckdb::idx_t kMostBytes = 16 << 20;

}  // namespace

ArrowBatches::ArrowBatches(std::unique_ptr<State> state) : state_(std::move(state)) {}

ArrowBatches::~ArrowBatches() = default;

Status ArrowBatches::Schema(ArrowSchema* schema) {
  schema->release = nullptr;
  try {
    duckdb::ArrowConverter::ToArrowSchema(schema, state_->result->types, state_->result->names,
                                          state_->result->client_properties);
    return Status::Ok();
  } catch (const std::exception& error) {
    return state_->error_of(duckdb::ErrorData(error));
  }
}

Result<bool> ArrowBatches::Next(ArrowArray* batch) {
  batch->release = nullptr;
  duckdb::QueryResult& result = *state_->result;
  try {
    // Which types become extension types, as the schema above has them: none of those that varjoin reads.
    duckdb::ArrowAppender appender(result.types, STANDARD_VECTOR_SIZE, result.client_properties, {});
    duckdb::idx_t rows = 0;
    for (duckdb::idx_t bytes = 0; !state_->at_end && rows < kMostRows && bytes < kMostBytes;) {
      if (state_->is_interrupted()) {
        return Status(StatusCode::kInterrupted, "interrupted");
      }
      const auto chunk = FetchChunk(result);
      if (result.HasError()) {
        return state_->error_of(result.GetErrorObject());
      }
      if (chunk == nullptr || chunk->size() == 0) {
        state_->at_end = true;
        break;
      }
      appender.Append(*chunk, 0, chunk->size(), chunk->size());
      rows += chunk->size();
      bytes += BytesOf(*chunk);
    }
    if (rows == 0) {
      return false;
    }
    *batch = appender.Finalize();
    return true;
  } catch (const std::exception& error) {
    return state_->error_of(duckdb::ErrorData(error));
  }
}

}  // namespace varjoin::duck
