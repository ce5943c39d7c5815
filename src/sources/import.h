// import.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "sources/catalog.h"

namespace varjoin {

struct ImportRequest {
  std::string name = {};
  std::vector<std::string> files =
      {};  ///< VCFs, tables of text, or Parquet: paths or patterns of one kind, read as one
  std::map<std::string, std::string> mapping = {};  ///< of tables: key to column, start=pos
  bool zero_based = false;     ///< of tables: positions count from 0; an interval's end is then the one after its last
  bool interval = false;       ///< rows are intervals, not alleles; of BED, they always are
  std::string reference = {};  ///< a FASTA that alleles are left-aligned by; "": they are only trimmed
  std::string contig_aliases = {};          ///< a file of names to store contigs under; "": as they are
  std::string assembly = {};                ///< "": told by contig lengths or accessions, or unknown
  std::string on_bad_record = "fail";       ///< "fail", "skip" or "null"; of a table's row, "null" is "skip"
  std::vector<std::string> columns = {};    ///< to keep, besides the key; empty: all
  std::string where = {};                   ///< a condition on the source's rows, all their columns; "": all rows
  bool split_csq = false;                   ///< consequences (CSQ, vep, ANN, BCSQ) become LIST(STRUCT(…))
  std::vector<std::string> made_from = {};  ///< what the catalog calls the input; empty: its paths
};

struct Imported {
  Source source;
  bool replaced = false;
  std::string path;         ///< of the Parquet
  uint64_t bytes = 0;       ///< its size
  int64_t records = 0;      ///< of the input
  int64_t bad_records = 0;  ///< left out, by on_bad_record
  int64_t bad_fields = 0;   ///< made NULL, likewise
  int64_t unmatchable = 0;  ///< rows kept that match nothing: no ALT, symbolic alleles, breakends, `-`
  int64_t dashed = 0;       ///< of these, rows with `-` for no base
  int64_t duplicates = 0;   ///< rows beyond the first of their key
  int samples_dropped = 0;
  std::vector<std::string> notes;
};

/// Turns VCFs or tables into a source: one zstd Parquet of one row per ALT, alleles minimal and left-aligned, with the
/// other columns (of a VCF id, qual, filter and the INFO fields), sorted by canonical contig, start, ref, alt and the
/// input's order. Written aside, then put into the catalog in place of a source of the same name; interrupted, it
/// leaves nothing.
Result<Imported> ImportSource(duck::Database& database, const Catalog& catalog, const ImportRequest& request);

}  // namespace varjoin
