// annotate.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "annotate/report.h"
#include "annotate/request.h"
#include "base/status.h"
#include "duck/database.h"
#include "sources/catalog.h"
#include "sources/source_index.h"
#include "system/limits.h"

namespace varjoin {

/// What a run uses of its surroundings. All references outlive the run.
struct AnnotateSession {
  duck::Database& database;  ///< of its own: the run leaves temporary tables in it
  const Catalog& catalog;
  const Limits& limits;
  std::string temp_folder;  ///< private to the run
  std::string version;      ///< of varjoin, for the output's metadata
  std::function<void(const std::string& what)> on_phase = [](const std::string&) {};
  OpenIndexes* indexes = nullptr;  ///< those that runs before this one have opened; null: there are none
};

/// Annotates the inputs with the sources and puts the Parquet in its place when it is complete; otherwise nothing is
/// changed. The report names the engine that was taken, and why.
Result<AnnotateReport> Annotate(const AnnotateRequest& request, const AnnotateSession& session);

/// The SQL that Annotate() would run for this request. Reads the input once, to see which contigs occur.
Result<std::string> ExplainAnnotate(const AnnotateRequest& request, const AnnotateSession& session);

/// HOME/users/USER/SAMPLE/SOURCES.parquet: where the result goes if the request names no output.
std::string DefaultOutput(const AnnotateRequest& request, const std::string& home);

/// Who the run is for: as named, else $USER. And the sample: as named, else the input's name without its endings.
std::string UserOf(const AnnotateRequest& request);
std::string SampleOf(const AnnotateRequest& request);

}  // namespace varjoin
