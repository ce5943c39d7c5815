// piece_runner.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/piece_runner.h"

#include <optional>

#include "annotate/annotate.h"
#include "cli/session.h"
#include "sources/catalog.h"

namespace varjoin::cli {

RunPiece PieceRunner(const Configuration& configuration, const std::string& home, OpenIndexes& indexes,
                     Progress* whole) {
  return [&configuration, home, &indexes, whole](const AnnotateRequest& request,
                                                 const std::string& label) -> Result<AnnotateReport> {
    VARJOIN_ASSIGN(const auto session, DatabaseSession::Open(configuration));
    const Catalog catalog(home);
    std::optional<Progress> of_piece;
    if (whole == nullptr) {
      of_piece.emplace(*session, [](const std::string&) {});
    }
    Progress& progress = whole == nullptr ? *of_piece : *whole;
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
