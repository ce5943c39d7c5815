// annotate.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/annotate.h"

#include "annotate/input.h"
#include "annotate/run.h"
#include "base/text.h"

namespace varjoin {
namespace {

/// Texts about the copy of a pipe are about the pipe, for the user.
std::string AboutInput(const std::string& text, const AnnotateRequest& request, const AnnotateSession& session) {
  return request.inputs.empty() ? text : ReplaceAll(text, CopyOfPipe(session.temp_folder), PipeName(request.inputs[0]));
}

Result<AnnotateReport> RunSteps(const AnnotateRequest& request, const AnnotateSession& session) {
  ResourceTracker total;
  AnnotateRun run(request, session);
  session.on_phase("planning");
  VARJOIN_RETURN_IF_ERROR(run.Measured("plan", [&] { return run.MakePlan(); }));
  VARJOIN_RETURN_IF_ERROR(run.Begin());
  VARJOIN_RETURN_IF_ERROR(run.Measured("run", [&] {
    VARJOIN_RETURN_IF_ERROR(run.FindHits());
    return run.Write();
  }));
  VARJOIN_RETURN_IF_ERROR(run.Measured("finish", [&] { return run.Finish(); }));
  run.report().total = total.Stop();
  return std::move(run.report());
}

}  // namespace

Result<AnnotateReport> Annotate(const AnnotateRequest& request, const AnnotateSession& session) {
  Result<AnnotateReport> report = RunSteps(request, session);
  if (!report.ok()) {
    return Status(report.status().code(), AboutInput(report.status().message(), request, session));
  }
  for (std::string& note : report->notes) {
    note = AboutInput(note, request, session);
  }
  return report;
}

Result<std::string> ExplainAnnotate(const AnnotateRequest& request, const AnnotateSession& session) {
  AnnotateRequest dry = request;
  dry.force = true;
  AnnotateRun run(dry, session);
  VARJOIN_RETURN_IF_ERROR(run.MakePlan());
  if (run.plan().engine != Engine::kIndex) {
    VARJOIN_RETURN_IF_ERROR(run.SeeContigs());
  }
  return run.plan().Explain(run.output());
}

}  // namespace varjoin
