// info_texts.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "duckdb.hpp"

namespace varjoin::duck {

/// Values of a scalar type as texts by row; booleans as 1 and 0.
class TextRows {
 public:
  /// `values` outlives the object.
  TextRows(duckdb::Vector& values, duckdb::idx_t count);

  /// NULL has no data.
  std::string_view operator[](duckdb::idx_t row) const;

 private:
  duckdb::Vector texts_;
  duckdb::UnifiedVectorFormat format_;
};

/// Texts of INFO by row, see vcf::AppendInfoValue(): the elements of a list joined by `&`, a NULL among them as `.`,
/// and so an empty list.
class InfoTexts {
 public:
  /// `values` outlives the object.
  InfoTexts(duckdb::Vector& values, duckdb::idx_t count);

  /// False: the row is NULL.
  bool Append(duckdb::idx_t row, std::string& out) const;

 private:
  const bool is_list_;
  const TextRows texts_;
  duckdb::UnifiedVectorFormat format_;
};

}  // namespace varjoin::duck
