// interval_source.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "index/interval_table.h"
#include "sources/source.h"

namespace varjoin {

/// Loads a source of intervals with these columns of it. Its memory is counted against the database's limit for as long
/// as the database lives. Error: too many rows, too much memory, or a column of a type that can't be held.
Result<std::shared_ptr<const index::IntervalTable>> LoadIntervals(duck::Database& database, const Source& source,
                                                                  const std::vector<std::string>& columns);

}  // namespace varjoin
