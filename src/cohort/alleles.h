// alleles.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "annotate/report.h"
#include "base/status.h"
#include "cohort/change.h"
#include "duck/database.h"
#include "shards/make_plan.h"
#include "sources/catalog.h"

namespace varjoin {

/// What changes of a cohort use of their surroundings. All references outlive them.
struct CohortSession {
  duck::Database& database;  ///< of its own: temporary tables are left in it
  const Catalog& catalog;
  std::string temp_folder;  ///< private to the change
  std::string version;      ///< of varjoin
  RunPiece annotate;        ///< annotates alleles, in a database of its own
  std::function<void(const std::string& what)> on_phase = [](const std::string&) {};
};

/// What a change has done.
struct CohortReport {
  std::vector<std::string> added = {};          ///< samples
  std::vector<std::string> there = {};          ///< samples that were there already, of the same file
  int64_t calls = 0;                            ///< of the samples that were added
  int64_t new_alleles = 0;                      ///< annotated now
  std::map<std::string, int64_t> matched = {};  ///< by source: of the alleles annotated now, those that have a hit
  std::vector<std::string> notes = {};          ///< sentences for the user

  void AddNote(const std::string& note);
  void AddMatches(const std::vector<SourceMatches>& more);
};

/// Adds to the manifest's sources those of `requests`, with what they are now. Error: they are given as files, were
/// imported by another reference than the cohort's, or are not there.
Status AddSources(const CohortSession& session, const std::vector<SourceRequest>& requests, CohortManifest& manifest);

/// Error: a source has changed since the cohort was annotated with it; names the command that brings it up to date.
Status CheckSources(const CohortSession& session, const CohortManifest& manifest);

/// The alleles of the temporary table `fresh` (allele, site, chrom, start, end, ref, alt, sorted by allele), annotated
/// with the manifest's sources, as a part more. `label` says to the user whose they are. Fills the columns of sources
/// that have none yet.
Status AddAlleles(const CohortSession& session, const std::string& label, bool allow_no_overlap, CohortChange& change,
                  CohortReport& report);

/// Writes all alleles anew with columns of the sources `names`, which are the manifest's; other columns stay as they
/// are.
Status AnnotateAgain(const CohortSession& session, const std::vector<std::string>& names, CohortChange& change,
                     CohortReport& report);

/// Writes files of a folder one after the other, each of a range of ids that has some million of the `rows` rows of
/// `alleles`, which can be selected from. `select` is a SELECT of the ids after `after` up to `last`, sorted.
Result<std::vector<CohortFile>> WriteInOrder(const CohortSession& session, CohortChange& change,
                                             const std::string& folder, const std::string& alleles, int64_t rows,
                                             const std::function<std::string(int64_t after, int64_t last)>& select);

/// Puts parts together where there are many, so that there are never more than a few for each level.
Status PutPartsTogether(const CohortSession& session, CohortChange& change);

}  // namespace varjoin
