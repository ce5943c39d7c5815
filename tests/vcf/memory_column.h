// memory_column.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vcf/column_buffer.h"
#include "vcf/schema.h"

namespace varjoin::vcf {

/// A column in plain memory whose values can be looked at as text. What nobody has written is rubbish, and growing
/// moves everything, so that a write to the wrong place shows.
class MemoryColumn : public ColumnBuffer {
 public:
  explicit MemoryColumn(const Column& column);

  /// Empties it, with room for `rows`.
  void Reset(uint64_t rows);

  void ReserveElements(uint64_t wanted) override;
  char* AllocateText(size_t size) override;
  void SetElements(uint64_t used) override;
  void Share(const std::shared_ptr<const SharedTexts>& shared, uint64_t count) override;

  /// NULL, 12, 0.5, true, text, [a,b], {sample:x,GT:0/1}. Says so if a NULL's bytes are not zero, or if a list goes
  /// beyond its elements.
  std::string Text(uint64_t row) const;

  /// Text() has met a NULL whose bytes are not zero.
  bool MetRubbish() const;

 private:
  enum class Shape { kScalar, kList, kStruct };

  void Resize(uint64_t rows);
  size_t ValueSize() const;
  std::string ScalarText(uint64_t row) const;

  Column column_;
  Shape shape_;
  std::vector<std::unique_ptr<MemoryColumn>> owned_;
  std::vector<char> bytes_;
  std::vector<uint64_t> bits_;
  std::vector<std::unique_ptr<char[]>> texts_;
  std::shared_ptr<const SharedTexts> shared_;
  uint64_t elements_set_ = 0;
  mutable bool met_rubbish_ = false;
};

}  // namespace varjoin::vcf
