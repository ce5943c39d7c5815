// report_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "annotate/report.h"
#include "annotate/request.h"
#include "base/status.h"
#include "duck/database.h"

namespace varjoin::cli {

/// Whether --report can be written to `path`, before the run. Errors: it is there without --force, it is an input or
/// the output, its folder can't be written, or the output is none that can be read again.
Status CheckReportFile(const std::string& path, const AnnotateRequest& request);

/// Counts the finished output and writes the page. Errors say that the output itself is complete.
Status WriteReportFile(const std::string& path, const AnnotateRequest& request, const AnnotateReport& report,
                       duck::Database& database);

}  // namespace varjoin::cli
