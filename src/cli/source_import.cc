// source_import.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/source_import.h"

#include <chrono>

#include "base/text.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "cli/summary.h"
#include "runs/run_facts.h"
#include "sources/register.h"
#include "sources/source_index.h"
#include "system/resource_tracker.h"

namespace varjoin::cli {

Status IndexSource(DatabaseSession& session, const Catalog& catalog, Source source, RecordedRun& run) {
  ResourceTracker tracker;
  const auto file = [&] {
    Progress progress(session, [&](const std::string& line) { run.Tell(line); });
    const auto started = std::chrono::steady_clock::now();
    const auto on_rows = [&](int64_t rows) {
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
      progress.SetPhase(IndexProgress(source, rows, seconds));
    };
    return RefreshIndex(session.database(), catalog, source,
                        {.temp_folder = session.temp_folder(), .on_rows = on_rows});
  }();
  VARJOIN_RETURN_IF_ERROR(file.status());
  for (const std::string& column : ColumnsWithoutIndex(session.database(), source)) {
    Note(
        fmt::format("column '{}' is of a type that an index can't hold; runs that ask for it use the Parquet", column));
  }
  AddPhase("index", tracker.Stop(), run.json());
  AddReport(source, **file, run.json());
  Say(Summary(**file, tracker.Usage()));
  return Status::Ok();
}

Status ImportAndIndex(DatabaseSession& session, const Catalog& catalog, const ImportRequest& request, Index index,
                      RecordedRun& run) {
  ResourceTracker tracker;
  const Result<Imported> imported = [&] {
    Progress progress(session, [&](const std::string& line) { run.Tell(line); });
    progress.SetPhase("importing");
    return ImportSource(session.database(), catalog, request);
  }();
  VARJOIN_RETURN_IF_ERROR(imported.status());
  for (const std::string& note : imported->notes) {
    Note(note);
  }
  const ResourceUsage usage = tracker.Stop();
  AddPhase("import", usage, run.json());
  AddReport(*imported, run.json());
  Say(Summary(*imported, usage.wall_seconds));
  Say(fmt::format("  cost: {:.2f} s, CPU {:.0f} %, peak RAM {}", usage.wall_seconds, usage.CpuPercent(),
                  HumanBytes(usage.peak_rss_bytes)));
  return index == Index::kNone || imported->source.interval ? Status::Ok()
                                                            : IndexSource(session, catalog, imported->source, run);
}

}  // namespace varjoin::cli
