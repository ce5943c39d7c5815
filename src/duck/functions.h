// functions.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "base/status.h"
#include "duck/database.h"
#include "duck/pipes.h"
#include "duck/record_texts.h"
#include "duckdb/main/extension/extension_loader.hpp"
#include "genome/reference.h"
#include "index/known_starts.h"
#include "index/lookup.h"
#include "vcf/notes.h"

namespace varjoin::duck {

/// What the scans of one database tell the outside. Thread-safe.
class ScanLog {
 public:
  void Merge(const vcf::ScanReport& report) {
    const std::lock_guard lock(mutex_);
    report_ += report;
    records += report.records;
  }

  vcf::ScanReport TakeReport() {
    const std::lock_guard lock(mutex_);
    return std::exchange(report_, {});
  }

  /// Keeps the first error of a scan, with its code, which DuckDB's exceptions would lose.
  void SetError(const Status& status) {
    const std::lock_guard lock(mutex_);
    if (error_.ok()) {
      error_ = status;
    }
  }

  Status TakeError() {
    const std::lock_guard lock(mutex_);
    return std::exchange(error_, Status::Ok());
  }

  /// Before a statement: an error that the one before got over (one past its LIMIT) is none of this one's.
  void DropError() {
    (void)TakeError();
    texts.Clear();
  }

  RecordTexts texts;  ///< that rows of the statement tell the places of
  std::atomic<uint64_t> bytes_read{0};
  std::atomic<uint64_t> bytes_total{0};
  std::atomic<int64_t> records{0};

 private:
  std::mutex mutex_;
  vcf::ScanReport report_;
  Status error_;
};

/// What the look-ups of one database have found. Thread-safe.
class LookupLog {
 public:
  /// Adds a batch; `hits` are sorted by query.
  void Add(const std::string& source, size_t alleles, std::span<const index::Hit> hits) {
    LookupCounts counts{.alleles = static_cast<int64_t>(alleles)};
    for (size_t i = 0; i < hits.size(); ++i) {
      counts.matched += i == 0 || hits[i].query != hits[i - 1].query ? 1 : 0;
    }
    counts.hits = static_cast<int64_t>(hits.size());
    const std::lock_guard lock(mutex_);
    counts_[source] += counts;
  }

  /// Alleles with a hit, of all sources together, since the last Take().
  int64_t Matched() const {
    const std::lock_guard lock(mutex_);
    int64_t matched = 0;
    for (const auto& [source, counts] : counts_) {
      matched += counts.matched;
    }
    return matched;
  }

  std::map<std::string, LookupCounts> Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(counts_, {});
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, LookupCounts> counts_;
};

/// What input_has_start() knows; changed between statements only.
struct InputStarts {
  std::shared_ptr<const index::KnownStarts> known;
};

/// Makes FROM 'x.vcf.gz' (.vcf, .vcf.gz, .vcf.bgz, .vcf.zst, .vcf.bz2, .bcf, and patterns) a read_vcf().
void AddVcfReplacement(duckdb::DBConfig& config);

/// vcf_header(path or pattern): the lines of a VCF's header as rows.
void RegisterVcfHeader(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log);

/// LeftAligner::Align(), whose errors become DuckDB's exceptions.
Allele AlignedBy(LeftAligner& aligner, std::string_view contig, const Allele& allele);

/// The reference of one database, for statements that begin.
using ReferenceSlot = std::shared_ptr<const Reference>;

void RegisterReadVcf(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log,
                     const std::shared_ptr<Pipes>& pipes);
void RegisterAlleleFunctions(duckdb::ExtensionLoader& loader, const std::shared_ptr<ReferenceSlot>& reference);
void RegisterVariantLookup(duckdb::ExtensionLoader& loader, const std::shared_ptr<IndexResolver>& resolver,
                           const std::shared_ptr<LookupLog>& log);
/// vcf_value(any): the text of an INFO entry. vcf_hits(list): the texts of its elements, joined by `|`.
void RegisterVcfValue(duckdb::ExtensionLoader& loader);

/// nearly_sorted(sql): the rows of a statement that yields them nearly sorted by its last column, a BLOB; sorted by it,
/// and without it. Rows may come late by half of a window of some thousands of rows; one that comes later than that is
/// the error kNotNearlySorted. Takes a few windows of memory, whatever the number of rows.
void RegisterNearlySorted(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log);
inline constexpr const char* kNotNearlySorted = "the rows are further out of order than a window holds";

/// standard_json(json): "NaN", "Infinity" and "-Infinity" for the numbers that JSON does not have, and DuckDB writes.
void RegisterStandardJson(duckdb::ExtensionLoader& loader);

/// COPY … TO 'x.vcf' (FORMAT vcf), vcf.gz and bcf, of rows that have record_text.
void RegisterVcfCopy(duckdb::ExtensionLoader& loader, const std::shared_ptr<ScanLog>& log,
                     const std::shared_ptr<Pipes>& pipes);

void RegisterIntervalLookup(duckdb::ExtensionLoader& loader, const std::shared_ptr<IndexResolver>& resolver,
                            const std::shared_ptr<LookupLog>& log);
void RegisterInputHasStart(duckdb::ExtensionLoader& loader, const std::shared_ptr<InputStarts>& starts);

}  // namespace varjoin::duck
