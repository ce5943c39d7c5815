// file_source.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "sources/catalog.h"

namespace varjoin {

/// A file that is used as a source without being registered: HOME/cache/NAME-KEY is a catalog of its own with that one
/// source, imported and indexed (of Parquet: registered as it is, without an index). KEY stands for the file's path and
/// the FASTA's; a file that was changed is imported anew in place of the old one.
struct FileSource {
  std::string path;       ///< absolute
  std::string name;       ///< of the source, see SourceNameOf()
  std::string reference;  ///< a FASTA to left-align by; "": alleles are only trimmed
};

struct PreparedFile {
  std::string home;  ///< of its catalog
  std::string note;  ///< a sentence about what was done; "": it was there
};

/// The name of a source for a file: "clinvar_2026" for "/data/clinvar-2026.vcf.gz".
std::string SourceNameOf(const std::string& path);

/// Makes the file's catalog, if it is not there or of another version of the file. One process does it, others wait.
Result<PreparedFile> PrepareFile(duck::Database& database, const Catalog& catalog, const FileSource& file,
                                 const std::string& temp_folder,
                                 const std::function<void(const std::string& what)>& on_phase);

/// What the cache holds: a catalog each, sorted by name.
struct CachedFile {
  std::string home;
  Source source;
};
std::vector<CachedFile> ListCachedFiles(const Catalog& catalog);

/// Removes what the cache holds of a file, but for what a run still reads. False: nothing.
Result<bool> RemoveCachedFile(const Catalog& catalog, const std::string& path);

}  // namespace varjoin
