// catalog.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/status.h"
#include "sources/source.h"

namespace varjoin {

/// $VARJOIN_HOME, or `varjoin` under $XDG_DATA_HOME, or ~/.local/share/varjoin.
std::string DefaultHome();

/// One small DuckDB file, HOME/catalog.duckdb: a view for each source and the table `sources`; no variant data.
///
/// Readers take what they need and let go of the file. A writer holds the lock beside it, changes a copy and renames
/// that into place, so that a reader never waits and a killed writer changes nothing. Thread-safe: no state but paths.
class Catalog {
 public:
  explicit Catalog(std::string home) : home_(std::move(home)) {}

  const std::string& home() const { return home_; }
  std::string path() const { return home_ + "/catalog.duckdb"; }

  /// The folder of an imported source's Parquet.
  std::string FolderOf(const std::string& source) const { return home_ + "/sources/" + source; }

  /// The index of a source, if there is one.
  std::string IndexPath(const std::string& source) const;

  /// All sources by name. No catalog yet: none.
  Result<std::vector<Source>> List() const;

  /// Error (kBadInput): there is none of this name, without regard to case; the nearest name is suggested.
  Result<Source> Find(const std::string& name) const;

  /// Adds the source, in place of one of the same name. True: there was one.
  /// Error kTryAgain: another process is writing.
  Result<bool> Put(const Source& source) const;

  /// Notes when a source was checked, unless it has been replaced or removed since. Error kTryAgain as above.
  Status MarkChecked(const Source& source, const std::string& when) const;

  /// Removes the source, its index, and of an imported one its Parquet. The files of a registered one are never
  /// touched.
  Status Remove(const std::string& name) const;

 private:
  std::string LockPath() const { return path() + ".lock"; }
  Status Change(const std::string& sql) const;

  std::string home_;
};

}  // namespace varjoin
