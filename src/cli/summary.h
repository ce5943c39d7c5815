// summary.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "annotate/report.h"
#include "sources/import.h"
#include "sources/register.h"

namespace varjoin::cli {

/// A run's report on one screen, without its notes.
std::string Summary(const AnnotateReport& report);

std::string Summary(const Imported& imported, double seconds);
std::string Summary(const Registered& registered);

}  // namespace varjoin::cli
