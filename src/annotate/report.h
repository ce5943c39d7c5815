// report.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "annotate/filters.h"
#include "annotate/output_format.h"
#include "base/files.h"
#include "system/limits.h"
#include "system/resource_tracker.h"

namespace varjoin {

/// What a run found in one source.
struct SourceMatches {
  std::string name;
  std::string kind;         ///< "imported" or "registered"
  std::string fingerprint;  ///< of its Parquet
  std::string assembly;     ///< "" where unknown
  int64_t matched = 0;      ///< alleles with at least one hit, of those that the filters on the input left
  int64_t rows = 0;         ///< hits that came out; more than `matched` where the source has duplicates
  std::vector<std::pair<std::string, int64_t>>
      missing_contigs;         ///< of the input, with the alleles looked up; largest first
  int64_t common_contigs = 0;  ///< that occur in the input and the source has
  /// Of `matched`, those that come out with a hit of this source, where --where or --only-matched looked at them.
  std::optional<int64_t> matched_left = {};
};

struct PhaseCost {
  std::string name;  ///< "plan", "run", "finish"
  ResourceUsage usage;
};

/// What a run did and what it cost.
struct AnnotateReport {
  std::vector<std::string> inputs;
  std::vector<FileStamp> input_files;  ///< none of standard input
  std::string user_name;
  std::string sample_name;
  std::string input_assembly;  ///< "" where unknown
  std::string engine;
  std::string engine_reason;
  int64_t records = 0;
  int64_t alleles = 0;           ///< rows of the input: one per ALT, one for a record without
  int64_t bad_records = 0;       ///< left out, by --on-bad-record skip
  int64_t bad_fields = 0;        ///< made NULL, by --on-bad-record null
  DropCounts dropped;            ///< by each filter that was asked for
  int64_t filtered_alleles = 0;  ///< that filters on the input left out, so that they were not looked up
  std::vector<SourceMatches> sources;
  std::string output;
  std::string format;  ///< as -O has it
  uint64_t output_bytes = 0;
  int64_t output_rows = 0;            ///< of VCF: records
  int64_t output_columns = 0;         ///< of VCF: new INFO fields
  std::vector<OutputColumn> columns;  ///< of Parquet
  std::string compression;
  size_t group_rows = 0;           ///< of a row group, of Parquet
  std::vector<std::string> notes;  ///< sentences for the user: warnings first
  std::vector<PhaseCost> phases;
  ResourceUsage total;  ///< of all phases
  Limits limits;
};

/// The report as a JSON object, for machines.
std::string ToJson(const AnnotateReport& report);

/// What something has cost, as a JSON object.
std::string ToJson(const ResourceUsage& usage);

/// The cost of phases as a JSON array, for the output's metadata.
std::string ToJson(const std::vector<PhaseCost>& phases);

}  // namespace varjoin
