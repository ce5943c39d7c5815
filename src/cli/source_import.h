// source_import.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/status.h"
#include "cli/recorded_run.h"
#include "cli/session.h"
#include "sources/catalog.h"
#include "sources/import.h"

namespace varjoin::cli {

enum class Index { kBuilt, kNone };

/// Imports a source, with progress, and builds its index. Says what it made and cost, to the run's record too.
Status ImportAndIndex(DatabaseSession& session, const Catalog& catalog, const ImportRequest& request, Index index,
                      RecordedRun& run);

/// Builds the index of a source, likewise.
Status IndexSource(DatabaseSession& session, const Catalog& catalog, Source source, RecordedRun& run);

}  // namespace varjoin::cli
