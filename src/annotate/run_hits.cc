// run_hits.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/run.h"

#include <algorithm>

#include "annotate/input.h"
#include "annotate/working_memory.h"
#include "base/text.h"
#include "sources/interval_source.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

constexpr size_t kSortMemory = size_t{48} << 20;  ///< bytes, for hits that wait to be sorted

}  // namespace

/// Whether the run will look up all in indexes, by what can be told before its input is opened. Where something is
/// amiss that ends the run, it may be either.
bool AnnotateRun::NeedsOnePass() const {
  if (request_.engine == "duckdb" || !request_.join_columns.empty()) {
    return request_.sources.empty();
  }
  for (size_t i = 0; i < request_.sources.size(); ++i) {
    const Result<Source> source = catalogs_[i].Find(request_.sources[i].name);
    if (source.ok() && (!OpenIndex(catalogs_[i], *source, session_.indexes).ok() ||
                        !ColumnsWithoutIndex(database_, *source).empty())) {
      return false;
    }
  }
  return true;
}

/// Whether a column is wanted that an index can't hold.
bool AnnotateRun::HasPlainColumns() {
  for (const SourcePlan& source : plan_.sources) {
    if (source.source.interval) {
      continue;
    }
    const std::vector<std::string> without = ColumnsWithoutIndex(database_, source.source);
    for (const NamedColumn& column : source.columns) {
      if (std::find(without.begin(), without.end(), column.from) != without.end()) {
        return true;
      }
    }
  }
  return false;
}

/// Opens the sources' indexes; why they can't be used, or "".
std::string AnnotateRun::WhyNoIndex() {
  if (!plan_.join_columns.empty()) {
    return "--join-columns compares columns as they are, which needs the Parquet";
  }
  if (HasPlainColumns()) {
    return "a column is of a type that an index can't hold";
  }
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    if (plan_.sources[i].source.interval) {
      continue;
    }
    auto file = OpenIndex(catalogs_[i], plan_.sources[i].source, session_.indexes);
    if (!file.ok()) {
      return file.status().message();
    }
    indexes_[ToLower(plan_.sources[i].source.name)] = *std::move(file);
  }
  return "";
}

/// They are held in memory, whatever the engine.
Status AnnotateRun::LoadIntervalSources() {
  for (const SourcePlan& source : plan_.sources) {
    if (!source.source.interval) {
      continue;
    }
    if (!plan_.join_columns.empty()) {
      return BadInput("--join-columns: source '{}' has intervals, which are not compared by columns; leave one out",
                      source.source.name);
    }
    session_.on_phase(fmt::format("loading {}", source.source.name));
    std::vector<std::string> columns;
    for (const NamedColumn& column : source.columns) {
      if (std::find(columns.begin(), columns.end(), column.from) == columns.end()) {
        columns.push_back(column.from);
      }
    }
    VARJOIN_ASSIGN(intervals_[ToLower(source.source.name)], LoadIntervals(database_, source.source, columns));
  }
  return Status::Ok();
}

Status AnnotateRun::ChooseEngine() {
  VARJOIN_RETURN_IF_ERROR(LoadIntervalSources());
  report_.engine = "duckdb";
  if (plan_.sources.empty()) {
    plan_.engine = Engine::kIndex;
    report_.engine_reason = "there is nothing to look up";
    return Status::Ok();
  }
  const std::string why_not = request_.engine == "duckdb" ? "as asked for" : WhyNoIndex();
  if (why_not.empty()) {
    plan_.engine = Engine::kIndex;
    report_.engine = "index";
    report_.engine_reason = request_.engine == "index" ? "as asked for" : "every source has a current index";
    UseIndexes();
    return Status::Ok();
  }
  if (request_.engine == "index") {
    return BadInput("--engine index: {}", why_not);
  }
  if (reads_pipe_) {
    return Failed("{} can't be read twice, and there was an index a moment ago, but now {}; run again",
                  PipeName(request_.inputs[0]), why_not);
  }
  report_.engine_reason = why_not;
  indexes_.clear();
  const bool plain = !plan_.join_columns.empty() || HasPlainColumns();
  if (plain && !intervals_.empty()) {
    return BadInput("a source of intervals can't be in one run with others of which {}; leave that column out",
                    why_not);
  }
  plan_.engine = plain ? Engine::kPlain : Engine::kDuckdb;
  if (plain && plan_.HasPairConditions()) {
    return BadInput("--where and --only-matched: can't be had where {}", why_not);
  }
  if (plain && plan_.duplicates == Duplicates::kList && !IsRecords(plan_.format)) {
    return BadInput("--duplicates list: can't be had where {}", why_not);
  }
  return Status::Ok();
}

/// Lets the plan's look-ups find the indexes of this run.
void AnnotateRun::UseIndexes() {
  std::map<std::string, duck::LookupSource> found;
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    const std::string name = ToLower(plan_.sources[i].source.name);
    if (plan_.sources[i].source.interval) {
      found[name].intervals = intervals_[name];
      continue;
    }
    const auto index = indexes_.find(name);
    const index::IndexCounts counts = index->second->counts();
    plan_.sources[i].one_hit_at_most = counts.repeated == 0 && counts.not_minimal == 0 && reference_ == nullptr;
    found[name] = {.file = index->second, .reference = reference_ == nullptr ? nullptr : references_[i]};
  }
  database_.SetIndexResolver([found](const std::string& source) -> Result<duck::LookupSource> {
    const auto entry = found.find(ToLower(source));
    if (entry == found.end()) {
      return BadInput("source '{}' has no index in this run", source);
    }
    return entry->second;
  });
}

/// Before the last statement: for the engine `index`, nothing.
Status AnnotateRun::FindHits() {
  if (plan_.engine == Engine::kIndex) {
    return Status::Ok();
  }
  VARJOIN_RETURN_IF_ERROR(SeeContigs());
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    if (plan_.sources[i].source.interval) {
      continue;
    }
    session_.on_phase(fmt::format("looking up {}", plan_.sources[i].source.name));
    if (const Status status = plan_.engine == Engine::kPlain ? JoinHits(i) : IndexHits(i); !status.ok()) {
      return {status.code(), fmt::format("source '{}': {}", plan_.sources[i].source.name, status.message())};
    }
  }
  if (plan_.engine == Engine::kPlain) {
    return database_.Execute(Plan::kDropKeysSql);
  }
  database_.SetInputStarts(nullptr);
  UseIndexes();
  return Status::Ok();
}

/// The plain plan's hits.
Status AnnotateRun::JoinHits(size_t source) {
  VARJOIN_RETURN_IF_ERROR(database_.Execute(plan_.HitsSql(source)));
  VARJOIN_RETURN_IF_ERROR(database_.Execute(plan_.CountsSql(source)));
  if (plan_.duplicates == Duplicates::kFirst) {
    VARJOIN_RETURN_IF_ERROR(database_.Execute(plan_.KeepFirstSql(source)));
  }
  VARJOIN_ASSIGN(const duck::ResultTable counts, database_.Query(plan_.HitCountsSql(source)));
  ReportSource(plan_.sources[source], counts.Integer(0, 0), counts.Integer(0, 1));
  return Status::Ok();
}

/// Makes an index for this run.
Status AnnotateRun::IndexHits(size_t source) {
  const std::string path = fmt::format("{}/hits-{}.vji", session_.temp_folder, source + 1);
  VARJOIN_RETURN_IF_ERROR(Sparingly(0, [&] {
    return BuildIndexOf(database_, plan_.HitRowsSql(source), plan_.sources[source].source, path,
                        {.temp_folder = session_.temp_folder, .memory = kSortMemory});
  }));
  VARJOIN_ASSIGN(indexes_[ToLower(plan_.sources[source].source.name)], index::IndexFile::Open(path));
  return Status::Ok();
}

/// The plain plan holds and sorts the input's rows, the others stream. The step writes so many columns (0: none).
Status AnnotateRun::Sparingly(size_t columns, const std::function<Status()>& step) {
  if (plan_.engine == Engine::kPlain) {
    return step();
  }
  return reads_pipe_ || ToStandardOutput() ? InWorkingMemory(database_, session_.limits, columns, step)
                                           : WithWorkingMemory(database_, session_.limits, columns, step);
}

/// The contigs that a source lacks, with the alleles on them that the filters on the input left.
std::vector<std::pair<std::string, int64_t>> AnnotateRun::MissingContigs(const SourcePlan& source) const {
  std::vector<std::pair<std::string, int64_t>> missing;
  for (const auto& [contig, alleles] : source.contigs.missing) {
    const auto dropped = filter_counts_.of_contigs.find(contig);
    const int64_t left = alleles - (dropped == filter_counts_.of_contigs.end() ? 0 : dropped->second);
    if (left > 0) {
      missing.emplace_back(contig, left);
    }
  }
  std::stable_sort(missing.begin(), missing.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return missing;
}

void AnnotateRun::ReportSource(const SourcePlan& source, int64_t matched, int64_t rows) {
  report_.sources.push_back({.name = source.source.name,
                             .kind = std::string(KindName(source.source.kind)),
                             .fingerprint = source.source.fingerprint,
                             .assembly = source.source.assembly,
                             .matched = matched,
                             .rows = rows,
                             .missing_contigs = MissingContigs(source),
                             .common_contigs = static_cast<int64_t>(source.contigs.spellings.size()),
                             .matched_left = plan_.HasPairConditions()
                                                 ? std::optional(filter_counts_.matched[source.source.name])
                                                 : std::nullopt});
  if (matched == 0 && seen_.rows > filter_counts_.AllelesDropped()) {
    report_.notes.push_back(fmt::format("nothing matched in source '{}'{}", source.source.name,
                                        plan_.join_columns.empty()
                                            ? ": is it of the input's assembly?"
                                            : ": --join-columns compares the columns as they are, without aliases"));
  }
}

/// What the last statement's look-ups have found.
void AnnotateRun::ReportLookups() {
  std::map<std::string, duck::LookupCounts> counts = database_.TakeLookupCounts();
  for (const SourcePlan& source : plan_.sources) {
    const duck::LookupCounts& of_source = counts[source.source.name];
    const bool in_rows = !source.source.interval || !request_.filters.where.empty();
    const bool all = plan_.duplicates == Duplicates::kAll && in_rows;
    ReportSource(source, of_source.matched, all ? of_source.hits : of_source.matched);
  }
}

}  // namespace varjoin
