// run_facts.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "annotate/convert.h"
#include "annotate/report.h"
#include "annotate/request.h"
#include "index/index_file.h"
#include "runs/config_file.h"
#include "runs/run_record.h"
#include "sources/import.h"

namespace varjoin {

/// What is known of a run when it begins: who runs what where, by which configuration.
RunJson FactsAtBegin(const std::string& kind, const std::string& command, const std::string& version,
                     const std::vector<ConfigChoice>& configuration);

/// Adds the report of a run that is done, and `metadata`: the figures under the names that Dagster shows.
void AddReport(const AnnotateReport& report, const AnnotateRequest& request, RunJson& record);
/// `request`: the same as one to annotate with nothing.
void AddReport(const ConvertReport& report, const AnnotateRequest& request, RunJson& record);
/// Without what it has cost, as of an index.
void AddReport(const Imported& imported, RunJson& record);
/// Of an index; an import that builds it too keeps its own figures.
void AddReport(const Source& source, const index::IndexFile& file, RunJson& record);

/// Adds a phase of a run, after those that it has.
void AddPhase(const std::string& name, const ResourceUsage& usage, RunJson& record);

/// Adds what the whole of a run has cost.
void AddCost(const ResourceUsage& usage, RunJson& record);

/// Adds what an earlier run has made that this one gives back. What that has cost is the earlier run's, `usage` this
/// one's.
void AddReused(const RunJson& earlier, const ResourceUsage& usage, RunJson& record);

/// Adds why a run has ended, and what it has cost until then.
void AddError(const Status& status, const ResourceUsage& usage, RunJson& record);

/// The state of a run that ends with this status.
std::string StateAfter(const Status& status);

}  // namespace varjoin
