// source_check.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "sources/source.h"

namespace varjoin {

/// What reading a source through has shown. In rows.
struct SourceCheck {
  bool files_changed = false;  ///< since the catalog's entry was made
  int64_t files = 0;
  uint64_t bytes = 0;  ///< of the files
  int64_t rows = 0;
  int64_t null_keys = 0;    ///< without chrom, start, ref or alt
  int64_t low_starts = 0;   ///< with a position below 1
  int64_t not_minimal = 0;  ///< whose alleles can be trimmed: they match only what writes them in the same way
  int64_t unmatchable = 0;  ///< whose alleles are no sequences: symbolic, breakends, joined, with `-`
  std::string
      unsorted;  ///< where the order breaks first: "row 7: 1:5 after 1:9"; "": each contig is in one piece, by start
  /// Rows that repeat the allele of another one. Nothing where the order breaks: they are not side by side.
  std::optional<int64_t> repeated;
  std::vector<std::pair<std::string, int64_t>> contigs;  ///< under the source's names, in order of appearance
};

/// Reads the key of every row, in the order of the files. Memory: the alleles of one position.
Result<SourceCheck> CheckSource(
    duck::Database& database, const Source& source, const std::function<void(int64_t rows)>& on_rows = [](int64_t) {});

}  // namespace varjoin
