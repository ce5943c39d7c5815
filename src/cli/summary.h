// summary.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "annotate/report.h"
#include "index/index_file.h"
#include "sources/import.h"
#include "sources/register.h"
#include "system/resource_tracker.h"

namespace varjoin::cli {

/// A run's report on one screen, without its notes.
std::string Summary(const AnnotateReport& report);

std::string Summary(const Imported& imported, double seconds);
std::string Summary(const Registered& registered);
std::string Summary(const index::IndexFile& file, const ResourceUsage& usage);

/// How far the building of an index is. `seconds` have passed since its first row.
std::string IndexProgress(const Source& source, int64_t rows, double seconds);

}  // namespace varjoin::cli
