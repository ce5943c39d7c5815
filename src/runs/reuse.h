// reuse.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "annotate/request.h"
#include "runs/config_file.h"
#include "runs/run_record.h"
#include "sources/catalog.h"

namespace varjoin {

/// One text for the bytes of a source, or of a file that is one, by their stamps. Error: it is not there.
Result<std::string> SourceKey(const SourceRequest& wanted, const Catalog& catalog);

/// One text for all that the output of a run depends on: the bytes of its inputs and sources (by their stamps), the
/// options that shape the output, files that they name, the output's path, and the version. Error: an input or source
/// is not there, or the input is a pipe.
Result<std::string> ReuseKey(const AnnotateRequest& request, const std::vector<ConfigChoice>& configuration,
                             const Catalog& catalog, const std::string& version);

/// The newest run that is done, has this key, and whose output, and the index of it, are still the files that it made.
/// None: nullopt.
std::optional<RunJson> FindReusable(const RunStore& store, const std::string& key);

}  // namespace varjoin
