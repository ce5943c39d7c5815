// manifest.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// cohort/ keeps the variants of many people so that each distinct allele is annotated and stored once: a folder of
// Parquet files and one manifest, whose replacement is what a change becomes real by. It may include base/, genome/,
// vcf/, duck/, sources/, annotate/ and shards/.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "annotate/request.h"
#include "base/files.h"
#include "base/status.h"

namespace varjoin {

inline constexpr const char* kCohortManifest = "cohort.json";

/// A Parquet of a cohort.
struct CohortFile {
  std::string path = {};  ///< below the cohort's folder
  int64_t rows = 0;
  uint64_t bytes = 0;
};

struct CohortColumn {
  std::string name;
  std::string type;  ///< DuckDB's
  bool operator==(const CohortColumn&) const = default;
};

/// A source that a cohort's alleles are annotated with.
struct CohortSource {
  SourceRequest request = {};
  std::string fingerprint = {};  ///< of its Parquet, when the alleles were annotated
  bool one_hit = false;          ///< with kList: no allele has two hits, so that values are no lists
  std::vector<CohortColumn> columns = {};
};

struct CohortSample {
  std::string name = {};
  FileStamp input = {};
  std::string added_at = {};
  CohortFile calls = {};
  bool counted = false;  ///< the calls are among those of CohortManifest::counts
};

/// Alleles that were added, or put together, at once: sorted within, and from file to file.
struct SitesPart {
  int level = 0;  ///< how often they were put together
  std::vector<CohortFile> files = {};

  int64_t Rows() const;
};

/// All that is known of a cohort. A generation is never changed: the next one has a manifest of its own, with new files
/// beside those that stay.
///
/// An allele's id is number of contig << 48 | start << 16 | which one of those that start there: it never changes, and
/// ids are in the order of the genome. The last part is below 16, and tells the letters, for one of A, C, G, T by
/// another; other alleles are numbered as they come.
struct CohortManifest {
  std::string folder = {};  ///< absolute; not in the file
  int64_t generation = 0;   ///< 0: there is no cohort yet
  std::string version = {};
  std::string changed_at = {};
  std::string assembly = {};   ///< "" where unknown
  std::string reference = {};  ///< the FASTA that alleles are left-aligned by; "" without one
  std::string reference_fingerprint = {};
  Duplicates duplicates = Duplicates::kList;  ///< kList or kFirst
  std::vector<CohortColumn> fields = {};      ///< of FORMAT, that calls have beside GT
  std::map<std::string, int> contigs = {};    ///< numbers by canonical names, the primary ones too
  std::vector<CohortSource> sources = {};
  std::vector<CohortSample> samples = {};
  std::vector<SitesPart> sites = {};
  std::vector<CohortFile> counts = {};  ///< of calls at each site, sorted within, and from file to file

  std::string PathOf(const CohortFile& file) const { return folder + "/" + file.path; }
  std::string LockPath() const { return folder + "/cohort.lock"; }
  /// Held by those who read the files of a generation.
  std::string ReadersPath() const { return folder + "/cohort.readers"; }
  /// There while files may lie about that no generation has.
  std::string UnfinishedPath() const { return folder + "/cohort.unfinished"; }

  /// The paths of all files, below the folder.
  std::set<std::string> Files() const;
  std::vector<std::string> SitesPaths() const;
  std::vector<std::string> CallsPaths() const;
  int64_t Alleles() const;  ///< rows of the sites' files
  int64_t Calls() const;
  uint64_t SitesBytes() const;
  uint64_t CallsBytes() const;
  uint64_t CountsBytes() const;
  const CohortSample* FindSample(const std::string& name) const;  ///< null: there is none
};

/// The cohort in a folder. Error (kBadInput): there is none, or it is of a later version of varjoin.
Result<CohortManifest> ReadCohort(const std::string& folder);

/// The same; generation 0 where the folder is not there, or empty but for what a first change that was killed has left.
Result<CohortManifest> ReadOrBeginCohort(const std::string& folder);

/// Puts the manifest in the place of the old one, which makes its generation the cohort's.
Status WriteCohort(const CohortManifest& manifest);

}  // namespace varjoin
