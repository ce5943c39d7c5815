// vcf_scan.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What read_vcf does once it is bound: DuckDB's threads take numbered batches, inflate and parse them straight into
// DuckDB's vectors; the numbers of runs of their chunks, given as partition data, keep file order with all threads at
// work.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/files.h"
#include "duck/functions.h"
#include "duck/pipes.h"
#include "duck/start_filter.h"
#include "duckdb.hpp"
#include "duckdb/function/table_function.hpp"
#include "vcf/inspect.h"
#include "vcf/record_parser.h"
#include "vcf/region_filter.h"
#include "vcf/text_source.h"

namespace varjoin::duck {

/// Notes `status` in the log, and throws what DuckDB reports.
[[noreturn]] void Throw(ScanLog& log, const Status& status);

template <typename T>
T OrThrow(ScanLog& log, Result<T> result) {
  if (!result.ok()) {
    Throw(log, result.status());
  }
  return *std::move(result);
}

struct VcfBindData : duckdb::TableFunctionData {
  std::shared_ptr<ScanLog> log;
  std::shared_ptr<Pipes> pipes;
  vcf::Inspection input;
  std::vector<FileStamp> stamps;  ///< of the files that `input` tells of; without a path: a pipe
  vcf::SchemaOptions schema;
  bool filename = false;  ///< a column after the ones of `input`
  vcf::OnBadRecord on_bad_record = vcf::OnBadRecord::kFail;
  std::shared_ptr<const vcf::RegionFilter> regions;  ///< of `regions := …`
  std::optional<vcf::VirtualRange> part;             ///< of `part := …`, of the only file
  bool part_is_virtual = false;                      ///< BGZF, not plain text
  StartFilter where;                                 ///< of the statement's conditions

  bool IsPipe(size_t file) const { return stamps[file].path.empty(); }

  /// Bytes of the files, 0 where that is not known.
  uint64_t BytesToRead() const {
    if (!part) {
      return input.bytes;
    }
    const int shift = part_is_virtual ? 16 : 0;
    const uint64_t end = std::min(input.bytes, part->end >> shift);
    return end - std::min(end, part->begin >> shift);
  }
};

/// What a scan is asked for.
struct Projection {
  std::vector<vcf::Column> columns;      ///< to be parsed
  std::vector<duckdb::idx_t> places;     ///< of these in the output
  std::vector<duckdb::idx_t> filenames;  ///< places of the column `filename`
  bool has_record = false;
  std::optional<duckdb::idx_t> record_place;  ///< the place of the column `record_place`
};

/// A scan, as all threads see it, and a thread's part of it. `bind` outlives both.
duckdb::unique_ptr<duckdb::GlobalTableFunctionState> StartVcfScan(duckdb::ClientContext& context,
                                                                  const VcfBindData& bind, Projection projection);
duckdb::unique_ptr<duckdb::LocalTableFunctionState> StartVcfScanThread(duckdb::ClientContext& context,
                                                                       duckdb::GlobalTableFunctionState& scan);

/// The next rows; leaves `output` empty at the end. A chunk's rows are all of one batch.
void ScanVcf(duckdb::ClientContext& context, duckdb::LocalTableFunctionState& thread,
             duckdb::GlobalTableFunctionState& scan, duckdb::DataChunk& output);

/// The number of the run of the last chunk, among all of the scan; not below those of the thread's chunks before it.
duckdb::idx_t RunNumber(const duckdb::LocalTableFunctionState& thread);

}  // namespace varjoin::duck
