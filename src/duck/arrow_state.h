// arrow_state.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "duck/arrow_batches.h"
#include "duckdb.hpp"

namespace varjoin::duck {

/// What ArrowBatches has of its database.
struct ArrowBatches::State {
  duckdb::unique_ptr<duckdb::QueryResult> result;
  bool at_end = false;  ///< nothing may be fetched any more
  std::function<bool()> is_interrupted;
  std::function<Status(const duckdb::ErrorData&)> error_of;
};

}  // namespace varjoin::duck
