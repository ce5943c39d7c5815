// lookup.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "annotate/request.h"
#include "annotate/variant.h"
#include "base/status.h"
#include "duck/database.h"
#include "sources/catalog.h"

namespace varjoin {

/// Sources whose indexes are open, for look-ups of single variants.
struct LookupSources {
  std::vector<SourceRequest> requests;
  std::vector<Source> sources;                      ///< one a request
  std::map<std::string, duck::LookupSource> found;  ///< by the requests' names
  std::vector<std::string> notes;                   ///< sentences for the user

  /// Whether a source has the contig, by any of its names.
  bool HasContig(const std::string& source, const std::string& contig) const;
};

/// Opens what `-s` names: sources of the catalog, or files, which are imported into the cache first. The database's
/// functions find their indexes from then on. Error: one has no current index; the message names the command that
/// builds it.
Result<LookupSources> OpenForLookup(duck::Database& database, const Catalog& catalog,
                                    const std::vector<std::string>& texts, const std::string& temp_folder);

/// The SELECT that looks variants up, in their order: `variant` (its number, from 0), chrom, start, ref, alt, then each
/// source's columns and its count of hits, named as annotate names them. A variant has a row for each of its hits (of
/// several sources: for each combination), and one of NULLs where there is none.
/// Error: a column that a source lacks, two columns of one name.
Result<std::string> LookupSql(const LookupSources& sources, const std::vector<Variant>& variants);

}  // namespace varjoin
