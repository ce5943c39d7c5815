// where.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/status.h"
#include "duck/database.h"

namespace varjoin {

/// Error: what --where says is no condition over the columns of the SELECT `rows`. In plain words, with the types of
/// the columns that it names, and how values of such types are compared.
Status CheckWhere(duck::Database& database, const std::string& where, const std::string& rows);

}  // namespace varjoin
