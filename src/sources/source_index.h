// source_index.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/status.h"
#include "duck/database.h"
#include "index/index_file.h"
#include "sources/catalog.h"
#include "sources/source.h"

namespace varjoin {

/// Indexes that several runs use, one after the other: each is opened once, for as long as its file stays the same. Not
/// thread-safe.
class OpenIndexes {
 public:
  /// As index::IndexFile::Open().
  Result<std::shared_ptr<const index::IndexFile>> Open(const std::string& path);

 private:
  std::map<std::string, std::pair<FileStamp, std::shared_ptr<const index::IndexFile>>> files_;  ///< by path
};

/// The source's index, if it was made of the files, key and columns that the source has now. `opened`: null, or where
/// it may be open already.
/// Error: there is none, it is stale or damaged; the message names the command that builds it.
Result<std::shared_ptr<const index::IndexFile>> OpenIndex(const Catalog& catalog, const Source& source,
                                                          OpenIndexes* opened = nullptr);

/// The state of a source's index in one word: "current", "none", "no use" (stale or damaged), or "-" of intervals.
std::string IndexState(const Catalog& catalog, const Source& source);

/// Lets variant_lookup() in this database find the indexes of the catalog's sources. `catalog` is copied.
void UseCatalogIndexes(duck::Database& database, const Catalog& catalog);

/// What an index is made with.
struct IndexBuild {
  std::string temp_folder;
  size_t memory = size_t{512} << 20;  ///< bytes that rows may take which have to be sorted
  std::function<void(int64_t rows)> on_rows = [](int64_t) {};
};

/// The columns of a source that an index can't hold, because of their types.
std::vector<std::string> ColumnsWithoutIndex(duck::Database& database, const Source& source);

/// Builds the index of a source from its Parquet, beside its place, and puts it there when it is complete. Runs that
/// use the old one go on with it.
Status BuildIndex(duck::Database& database, const Catalog& catalog, const Source& source, const IndexBuild& build);

/// Looks at the source's files again, and builds its index of them as they are now. `source` and the catalog's entry
/// are brought up to date where the files have changed. Returns the index.
Result<std::shared_ptr<const index::IndexFile>> RefreshIndex(duck::Database& database, const Catalog& catalog,
                                                             Source& source, const IndexBuild& build);

/// Runs a step in a database that keeps the order of rows, whatever its user wants for outputs.
Status KeepingOrder(duck::Database& database, const std::function<Status()>& step);

/// Builds an index at `path` of the rows of a statement, in any order: columns chrom, start, ref, alt, place (UBIGINT,
/// which gives the order among equal starts), and others. The contigs' lengths are the source's.
Status BuildIndexOf(duck::Database& database, const std::string& sql, const Source& source, const std::string& path,
                    const IndexBuild& build);

}  // namespace varjoin
