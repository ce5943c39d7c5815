// register.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "sources/catalog.h"

namespace varjoin {

struct RegisterRequest {
  std::string name;
  std::vector<std::string> files;              ///< paths, patterns, or folders (all their *.parquet)
  std::map<std::string, std::string> mapping;  ///< key to column: start=pos
  std::string assembly;                        ///< "": told by accessions, or unknown
  bool zero_based = false;                     ///< positions count from 0; an end is then the one after the last
  std::string contig_aliases = {};             ///< a file of what the source's contigs are called elsewhere; "": none
  bool interval = false;                       ///< rows are intervals, start to end, which match what overlaps them
  bool as_is = false;                          ///< register joined alternates and dashes, with a warning at every run
};

struct Registered {
  Source source;
  bool replaced = false;
  std::vector<std::string> notes;  ///< sentences for the user
};

/// Registers Parquet as it stands: looks at its columns, contigs and a sample of its alleles, and makes the view.
/// Nothing of the files is copied.
Result<Registered> RegisterSource(duck::Database& database, const Catalog& catalog, const RegisterRequest& request);

/// Looks at the files again, if they are not the ones that the catalog's entry was made from: columns and contigs as
/// they are now. True: they had changed.
Result<bool> RefreshSource(duck::Database& database, Source& source);

}  // namespace varjoin
