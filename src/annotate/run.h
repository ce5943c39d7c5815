// run.h
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

#include "annotate/annotate.h"
#include "annotate/plan.h"
#include "base/files.h"
#include "genome/reference.h"
#include "index/index_file.h"
#include "vcf/notes.h"
#include "vcf/record_writer.h"

namespace varjoin {

/// A run from its request to its report, for annotate.cc. The steps are called in the order in which they stand here.
/// run_plan.cc and run_output_path.cc have what is checked before, run_contigs.cc how the input's contigs and the
/// sources' fit together, run_hits.cc the engines, run_output.cc the writing, run_partition.cc that of folders.
class AnnotateRun {
 public:
  AnnotateRun(const AnnotateRequest& request, const AnnotateSession& session)
      : request_(request), session_(session), database_(session.database) {}

  Status MakePlan();
  Status SeeContigs();
  Status FindHits();
  Status Begin();
  Status Write();
  Status Finish();

  /// Runs `step` and adds what it cost to the report.
  Status Measured(const std::string& phase, const std::function<Status()>& step) {
    ResourceTracker tracker;
    Status status = step();
    report_.phases.push_back({phase, tracker.Stop()});
    return status;
  }

  const std::string& output() const { return report_.output; }
  const Plan& plan() const { return plan_; }
  AnnotateReport& report() { return report_; }

 private:
  Status CheckOutput();
  Status PrepareFiles();
  Status FindSources();
  Status CheckOutputIsNoSource() const;
  Status CheckAssemblies();
  Status CheckSourceAssemblies() const;
  Status FindReference();
  Status JudgeReference();
  Status CheckJoinColumns() const;
  bool NeedsOnePass() const;
  Status ChooseEngine();
  std::string WhyNoIndex();
  bool HasPlainColumns();
  Status LoadIntervalSources();
  Status CheckSeenAssembly();
  Status MatchSeenContigs();
  Status SeeStarts();
  Status JoinHits(size_t source);
  Status IndexHits(size_t source);
  Status Sparingly(size_t columns, const std::function<Status()>& step);
  void UseIndexes();
  void ReportLookups();
  std::vector<std::pair<std::string, int64_t>> MissingContigs(const SourcePlan& source) const;
  void ReportSource(const SourcePlan& source, int64_t matched, int64_t rows);
  Result<int64_t> AddedRows();
  Result<Source> FindAndHold(size_t source);
  Status PickFiles(SourcePlan& source);
  Result<bool> HaveSameTypes(const Source& source, const std::vector<std::string>& files);
  Status CheckOverlap(const SourcePlan& source);
  void NoteContigLengths();
  void NoteForeignContigs();
  Status CheckRows(int64_t rows);
  Status PlanOutput();
  Status PlanFilters();
  Status PlanRecords();
  Status AboutOutput(const Status& status) const;
  Status WriteTable();
  Status WriteRecords();
  Status SaveIndex(vcf::RecordWriter& writer);
  Status ReportScan();
  Status FinishTable();
  Status CheckFolder() const;
  Status BeginFolder();
  std::string WholeTable() const;
  Status WriteFolder();
  Status WriteMark(const std::string& folder) const;
  Status FinishFolder();
  bool ToStandardOutput() const { return request_.output == kStandardOutput; }
  OutputFacts Metadata() const;
  OutputFacts CostMetadata() const;

  const AnnotateRequest& request_;
  const AnnotateSession& session_;
  duck::Database& database_;
  Plan plan_;
  std::vector<Catalog> catalogs_;  ///< one a source of the request
  std::vector<FileLock> holds_;
  std::map<std::string, int64_t> foreign_lengths_;
  bool reads_pipe_ = false;  ///< as it comes, once
  std::vector<FileStamp> input_stamps_;
  std::map<std::string, std::shared_ptr<const index::IndexFile>> indexes_;        ///< by their sources' names
  std::map<std::string, std::shared_ptr<const index::IntervalTable>> intervals_;  ///< likewise
  std::shared_ptr<const Reference> reference_;                                    ///< alleles are left-aligned by it
  std::vector<std::shared_ptr<const Reference>> references_;  ///< the same for each source's look-ups
  vcf::ScanReport seen_;                                      ///< by the first pass over the input
  FilterCounts filter_counts_;                                ///< of the last pass over the input
  AnnotateReport report_;
  std::optional<AtomicFile> file_;    ///< nothing: standard output, or by chromosomes
  std::optional<TempFolder> beside_;  ///< of an output by chromosomes, until it is complete
  std::optional<AtomicFile> index_;   ///< of VCF.gz and BCF, where there can be one
};

}  // namespace varjoin
