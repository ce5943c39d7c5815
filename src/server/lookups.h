// lookups.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "annotate/lookup.h"
#include "duck/database.h"
#include "server/answer.h"
#include "sources/catalog.h"

namespace varjoin::server {

/// Looks single variants up in the catalog's indexed sources, which stay open until the catalog changes. Thread-safe:
/// one look-up at a time.
class Lookups {
 public:
  Lookups(const Catalog& catalog, std::string temp_folder) : catalog_(catalog), temp_folder_(std::move(temp_folder)) {}

  /// {"variant": "chr19:44908684:T:C"} gives each source's rows; a source without a current index has a note instead.
  /// Error: the text is no variant.
  Result<Json> Find(const Json& question);

 private:
  struct Opened {
    std::string version;  ///< of the catalog and the indexes then
    std::unique_ptr<duck::Database> database;
    LookupSources sources;
    Json notes = Json::array();
  };

  Status Open();

  const Catalog& catalog_;
  std::string temp_folder_;
  std::mutex mutex_;
  std::optional<Opened> opened_;
};

}  // namespace varjoin::server
