// page.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "annotate/output_counts.h"
#include "annotate/report.h"

namespace varjoin {

/// How a run was asked for.
struct RunOrigin {
  std::string command;  ///< the command line
  std::string version;  ///< of varjoin
  std::string made_at;  ///< UTC
};

/// A page of HTML that says what a run did and what its output is like: complete in itself, without scripts, and with
/// every text of the user's escaped.
std::string ReportPage(const AnnotateReport& report, const OutputCounts& counts, const RunOrigin& origin);

}  // namespace varjoin
