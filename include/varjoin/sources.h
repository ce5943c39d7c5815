// sources.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "varjoin/status.h"

namespace varjoin {

/// Makes sure that the catalog exists and knows Ensembl's variation Parquet in `parquet_dir` (all its *.parquet files)
/// as the source `ensembl`, with the views `ensembl_variations` and `ensembl_snv` (its older name).
/// What is there and still agrees with the folder's files is left alone. Known to users of the Python pipeline as
/// ensure_ensembl_duckdb_exists.
///
/// `home` is varjoin's folder; "": $VARJOIN_HOME, or varjoin's folder under the XDG data directory.
/// Returns the catalog's path. Errors: no Parquet in the folder, a column that a source needs is missing, another
/// process holds the catalog's lock (kTryAgain). Thread-safe.
Result<std::string> EnsureEnsemblCatalog(const std::string& parquet_dir, const std::string& home = "");

}  // namespace varjoin
