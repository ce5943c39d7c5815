// vector_columns.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "duckdb.hpp"
#include "vcf/column_buffer.h"
#include "vcf/schema.h"

namespace varjoin::duck {

duckdb::LogicalType TypeOf(const vcf::Column& column);

/// A vcf::ColumnBuffer whose memory is a DuckDB vector's. Attach() before each chunk.
class VectorColumn : public vcf::ColumnBuffer {
 public:
  explicit VectorColumn(const vcf::Column& column);

  /// Points at a flat vector of `capacity` rows, which then keeps `batch` alive for the text that points into it.
  void Attach(duckdb::Vector& vector, uint64_t capacity, const duckdb::buffer_ptr<duckdb::VectorBuffer>& batch);

  void ReserveElements(uint64_t elements) override;
  char* AllocateText(size_t size) override;
  void SetElements(uint64_t elements) override;
  void Share(const std::shared_ptr<const vcf::SharedTexts>& shared, uint64_t count) override;

 private:
  void Renew(uint64_t capacity);

  enum class Shape { kScalar, kText, kList, kStruct };
  Shape shape_;
  duckdb::Vector* vector_ = nullptr;
  uint64_t last_elements_ = 0;  ///< of a list: about the most of the last chunks
  duckdb::buffer_ptr<duckdb::VectorBuffer> batch_;
  std::vector<std::unique_ptr<VectorColumn>> owned_;
};

}  // namespace varjoin::duck
