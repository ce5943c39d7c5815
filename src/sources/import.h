// import.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "sources/catalog.h"

namespace varjoin {

struct ImportRequest {
  std::string name;
  std::vector<std::string> files;      ///< VCFs: paths or patterns, read as one table
  std::string reference = {};          ///< a FASTA that alleles are left-aligned by; "": they are only trimmed
  std::string assembly;                ///< "": told by contig lengths or accessions, or unknown
  std::string on_bad_record = "fail";  ///< "fail", "skip" or "null"
};

struct Imported {
  Source source;
  bool replaced = false;
  std::string path;         ///< of the Parquet
  uint64_t bytes = 0;       ///< its size
  int64_t records = 0;      ///< of the input
  int64_t unmatchable = 0;  ///< rows kept that match nothing: no ALT, symbolic alleles, breakends
  int64_t duplicates = 0;   ///< rows beyond the first of their key
  int samples_dropped = 0;
  std::vector<std::string> notes;
};

/// Turns VCFs into a source: one zstd Parquet of one row per ALT, alleles minimal and left-aligned, with id, qual,
/// filter and the INFO fields as columns, sorted by canonical contig, start, ref, alt and the input's order. Written
/// aside, then put into the catalog in place of a source of the same name; interrupted, it leaves nothing.
Result<Imported> ImportSource(duck::Database& database, const Catalog& catalog, const ImportRequest& request);

}  // namespace varjoin
