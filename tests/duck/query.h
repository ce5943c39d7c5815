// query.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests: a database, and results that are easy to compare.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "duck/database.h"
#include "scratch.h"

namespace varjoin::duck {

/// Null after a failed test.
inline std::unique_ptr<Database> OpenDatabase(const DatabaseOptions& options = {}) {
  auto database = Database::Open(options);
  EXPECT_TRUE(database.ok()) << database.status().message();
  return database.ok() ? *std::move(database) : nullptr;
}

/// A row is one text, values separated by blanks, NULL written so; an error is the only row.
inline std::vector<std::string> Rows(Database& database, const std::string& sql) {
  const Result<ResultTable> table = database.Query(sql);
  if (!table.ok()) {
    return {ErrorText(table)};
  }
  std::vector<std::string> rows;
  for (const auto& row : table->rows) {
    std::string& text = rows.emplace_back();
    for (const std::optional<std::string>& value : row) {
      text += (text.empty() ? "" : " ") + value.value_or("NULL");
    }
  }
  return rows;
}

/// The only row.
inline std::string Row(Database& database, const std::string& sql) {
  const std::vector<std::string> rows = Rows(database, sql);
  EXPECT_EQ(rows.size(), 1U) << sql;
  return rows.empty() ? "no row" : rows[0];
}

}  // namespace varjoin::duck
