// parquet.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests: Parquet files made from SQL.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "duck/query.h"
#include "sources/source.h"

namespace varjoin {

/// Writes the rows of a query; returns the path.
inline std::string WriteParquet(duck::Database& database, const std::string& path, const std::string& query,
                                const std::string& options = "") {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  EXPECT_OK(database.Execute("COPY (" + query + ") TO " + SqlString(path) + " (FORMAT parquet" + options + ")"));
  return path;
}

/// Rows of a source: VALUES with the usual four columns and a payload.
inline std::string AlleleRows(const std::string& values) {
  return "SELECT * FROM (VALUES " + values + ") t(chrom, \"start\", ref, alt, v)";
}

inline std::vector<std::string> NamesOf(const std::vector<SourceColumn>& columns) {
  std::vector<std::string> names;
  for (const SourceColumn& column : columns) {
    names.push_back(column.name + " " + column.type);
  }
  return names;
}

inline std::vector<std::string> NamesOf(const std::vector<SourceContig>& contigs) {
  std::vector<std::string> names;
  for (const SourceContig& contig : contigs) {
    names.push_back(contig.name);
  }
  return names;
}

}  // namespace varjoin
