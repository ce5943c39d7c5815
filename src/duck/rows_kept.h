// rows_kept.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "duckdb/main/extension/extension_loader.hpp"

namespace varjoin::duck {

/// For plans:
/// - rows_kept(names, condition, …): BOOLEAN, whether all conditions are true, each with a name of the list; a row that
///   one leaves out counts for the first that does;
/// - rows_dropped(): LIST(STRUCT(name VARCHAR, dropped BIGINT)), those counts since the last call, sorted by name.
void RegisterRowsKept(duckdb::ExtensionLoader& loader);

}  // namespace varjoin::duck
