// report_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/report_file.h"

#include "annotate/output_counts.h"
#include "base/files.h"
#include "base/output_file.h"
#include "base/text.h"
#include "report/page.h"

namespace varjoin::cli {
namespace {

Status Write(const std::string& path, const AnnotateRequest& request, const AnnotateReport& report,
             duck::Database& database) {
  VARJOIN_ASSIGN(const OutputCounts counts, CountOutput(database, report));
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(path));
  VARJOIN_ASSIGN(OutputFile page, OutputFile::Open(file.temporary_path(), path));
  VARJOIN_RETURN_IF_ERROR(page.Write(
      ReportPage(report, counts, {.command = request.command, .version = VARJOIN_VERSION, .made_at = NowUtc()})));
  VARJOIN_RETURN_IF_ERROR(page.Close());
  return file.Commit(request.force);
}

}  // namespace

Status CheckReportFile(const std::string& path, const AnnotateRequest& request) {
  if (path == "-") {
    return BadInput("--report -: a report is a file of its own; name it");
  }
  if (request.output == "-") {
    return BadInput("--report is about a finished file; name one with -o instead of standard output");
  }
  for (const std::string& input : request.inputs) {
    if (CanonicalPath(input) == CanonicalPath(path)) {
      return BadInput("--report {}: is an input; name another file", path);
    }
  }
  if (CanonicalPath(path) == CanonicalPath(request.output)) {
    return BadInput("--report {}: is where the output goes; name another file", path);
  }
  if (FileExists(path) && !request.force && !IsFolder(path)) {
    return BadInput("{} exists; use --force to replace it", path);
  }
  return AtomicFile::Begin(path).status();
}

Status WriteReportFile(const std::string& path, const AnnotateRequest& request, const AnnotateReport& report,
                       duck::Database& database) {
  const Status written = Write(path, request, report, database);
  return written.ok() ? written
                      : Status(written.code(), fmt::format("{} is complete, but its report is not there: {}",
                                                           report.output, written.message()));
}

}  // namespace varjoin::cli
