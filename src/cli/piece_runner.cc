// piece_runner.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/piece_runner.h"

#include "annotate/annotate.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "sources/catalog.h"

namespace varjoin::cli {

RunPiece PieceRunner(const Configuration& configuration, const std::string& home, OpenIndexes& indexes) {
  return [&configuration, home, &indexes](const AnnotateRequest& request,
                                          const std::string& label) -> Result<AnnotateReport> {
    VARJOIN_ASSIGN(const auto session, DatabaseSession::Open(configuration));
    const Catalog catalog(home);
    Progress progress(*session, [](const std::string&) {});
    return Annotate(request, {.database = session->database(),
                              .catalog = catalog,
                              .limits = session->settings().limits,
                              .temp_folder = session->temp_folder(),
                              .version = VARJOIN_VERSION,
                              .on_phase = [&](const std::string& phase) { progress.SetPhase(label + phase); },
                              .indexes = &indexes});
  };
}

}  // namespace varjoin::cli
