// lookup_rows.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "annotate/request.h"
#include "annotate/variant.h"
#include "base/status.h"
#include "duck/database.h"

namespace varjoin {

/// The rows of one source that one variant matches, as JSON objects of its columns, named as the request names them.
/// NaN and the infinities, which JSON does not have, are texts. Precondition: see OpenForLookup().
Result<nlohmann::ordered_json> LookupRows(duck::Database& database, const SourceRequest& source,
                                          const Variant& variant);

}  // namespace varjoin
