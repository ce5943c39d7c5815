// counts.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cohort/counts.h"

#include <set>

#include "base/text.h"
#include "sources/source.h"

namespace varjoin {
namespace {

/// As many calls a site of the counts may be left to queries: what they add up stays a small multiple of the sites, and
/// counting anew costs each call the same, however many samples there are.
constexpr int64_t kCallsLeft = 2;

/// The largest genotype of what is added and taken away: how many there are of two alleles can be taken away too, and
/// those of more never are.
constexpr const char* kLargestLeft =
    "CASE WHEN sum(of_more) > 0 THEN max(largest) WHEN sum(of_two) > 0 THEN 2 ELSE 1 END";

constexpr const char* kSums[] = {"calls",       "AC",         "AN_called", "carriers",
                                 "homozygotes", "incomplete", "of_two",    "of_more"};

std::vector<std::string> PathsOf(const CohortManifest& manifest, const std::vector<CohortSample>& samples) {
  std::vector<std::string> paths;
  for (const CohortSample& sample : samples) {
    paths.push_back(manifest.PathOf(sample.calls));
  }
  return paths;
}

/// What each call counts; `sign` is "-" for those that are taken away.
std::string CallsOf(const std::vector<std::string>& paths, const std::string& sign) {
  return fmt::format(
      "SELECT site, {0}1 AS calls, {0}CAST(copies AS INTEGER) AS AC, {0}CAST(called AS INTEGER) AS AN_called,\n"
      "  {0}CAST(copies > 0 AS INTEGER) AS carriers, {0}CAST(copies > 1 AND copies = ploidy AS INTEGER) AS "
      "homozygotes,\n"
      "  {0}CAST(called < ploidy OR ploidy = 0 AS INTEGER) AS incomplete, {0}CAST(ploidy = 2 AS INTEGER) AS of_two,\n"
      "  {0}CAST(ploidy > 2 AS INTEGER) AS of_more, ploidy AS largest\n"
      " FROM {1} WHERE NOT repeated",
      sign, ReadParquetSql(paths));
}

/// The counts by site of what `parts`, SELECTs, have.
std::string AddedUp(const std::vector<std::string>& parts, const std::string& largest) {
  std::string sums;
  for (const char* const name : kSums) {
    sums += fmt::format(", CAST(sum({0}) AS INTEGER) AS {0}", name);
  }
  return fmt::format("SELECT site{}, CAST({} AS UTINYINT) AS largest\n FROM ({})\n GROUP BY site", sums, largest,
                     Join(parts, "\n UNION ALL "));
}

std::string Counted(const CohortManifest& manifest) {
  std::vector<std::string> paths;
  for (const CohortFile& file : manifest.counts) {
    paths.push_back(manifest.PathOf(file));
  }
  return "SELECT * FROM " + ReadParquetSql(paths);
}

int64_t RowsOf(const std::vector<CohortFile>& files) {
  int64_t rows = 0;
  for (const CohortFile& file : files) {
    rows += file.rows;
  }
  return rows;
}

/// What there is to do, in terms of samples.
struct Uncounted {
  std::vector<CohortSample> more;  ///< are to be counted
  std::vector<CohortSample> lost;  ///< were counted, and are no more
  int64_t calls = 0;               ///< of `more`
};

Uncounted UncountedOf(const CohortManifest& before, const CohortManifest& manifest) {
  Uncounted uncounted;
  std::set<std::string> there;
  for (const CohortSample& sample : manifest.samples) {
    there.insert(sample.calls.path);
    if (!sample.counted) {
      uncounted.more.push_back(sample);
      uncounted.calls += sample.calls.rows;
    }
  }
  for (const CohortSample& sample : before.samples) {
    if (sample.counted && !there.contains(sample.calls.path)) {
      uncounted.lost.push_back(sample);
    }
  }
  return uncounted;
}

/// Whether what is lost can't be taken away: of genotypes of more than two alleles, the largest is only known by
/// looking at all.
Result<bool> HasLargeGenotypes(const CohortSession& session, const CohortManifest& manifest,
                               const std::vector<CohortSample>& samples) {
  VARJOIN_ASSIGN(const duck::ResultTable found,
                 session.database.Query(fmt::format("SELECT count(*) FROM {} WHERE ploidy > 2",
                                                    ReadParquetSql(PathsOf(manifest, samples)))));
  return found.Integer(0, 0) > 0;
}

/// Calls that are added up must be those that are counted.
Status CheckCounts(const CohortSession& session, const CohortManifest& manifest,
                   const std::vector<std::string>& parts) {
  std::string expected = "0";
  for (const std::string& part : parts) {
    expected += fmt::format(" + (SELECT coalesce(sum(calls), 0) FROM ({}))", part);
  }
  VARJOIN_ASSIGN(const duck::ResultTable sums,
                 session.database.Query(fmt::format("SELECT CAST({} AS BIGINT), CAST((SELECT coalesce(sum(calls), 0) "
                                                    "FROM ({})) AS BIGINT)",
                                                    expected, Counted(manifest))));
  return sums.Integer(0, 0) == sums.Integer(0, 1)
             ? Status::Ok()
             : Failed(
                   "{} calls were counted where there are {}: this is a fault of varjoin's; nothing is changed, please "
                   "report it",
                   sums.Integer(0, 1), sums.Integer(0, 0));
}

}  // namespace

std::string CountsSql(const CohortManifest& manifest) {
  const std::vector<CohortSample> more = UncountedOf(manifest, manifest).more;
  std::vector<std::string> parts;
  if (!manifest.counts.empty()) {
    parts.push_back(Counted(manifest));
  }
  if (!more.empty()) {
    parts.push_back(CallsOf(PathsOf(manifest, more), ""));
  }
  std::string counts = parts.empty()  ? "SELECT 0 AS site, 0 AS calls, 0 AS AC, 0 AS AN_called, 0 AS carriers, 0 AS "
                                        "homozygotes, 0 AS incomplete, 0 AS largest WHERE false"
                       : more.empty() ? parts[0]
                                      : AddedUp(parts, "greatest(max(largest), 1)");
  std::string columns;
  for (const char* const name : {"calls", "AC", "AN_called", "carriers", "homozygotes", "incomplete"}) {
    columns += fmt::format(", CAST({0} AS BIGINT) AS {0}", name);
  }
  return fmt::format("SELECT CAST(site AS BIGINT) AS site{}, largest FROM ({})", columns, counts);
}

Status CountCalls(const CohortSession& session, CohortChange& change) {
  CohortManifest& manifest = change.manifest();
  Uncounted uncounted = UncountedOf(change.before(), manifest);
  if (uncounted.lost.empty() && uncounted.calls <= kCallsLeft * RowsOf(manifest.counts)) {
    return Status::Ok();
  }
  session.on_phase("counting alleles");
  std::vector<std::string> parts;
  VARJOIN_ASSIGN(const bool anew, uncounted.lost.empty() ? Result<bool>(manifest.counts.empty())
                                                         : HasLargeGenotypes(session, manifest, uncounted.lost));
  if (anew) {
    uncounted.more = manifest.samples;
  } else {
    parts.push_back(Counted(manifest));
    if (!uncounted.lost.empty()) {
      parts.push_back(CallsOf(PathsOf(manifest, uncounted.lost), "-"));
    }
  }
  if (!uncounted.more.empty()) {
    parts.push_back(CallsOf(PathsOf(manifest, uncounted.more), ""));
  }
  manifest.counts.clear();
  if (!manifest.samples.empty()) {
    const auto counted = [&](int64_t after, int64_t last) {
      std::vector<std::string> of_range;
      for (const std::string& part : parts) {
        of_range.push_back(fmt::format("SELECT * FROM ({}) WHERE site > {} AND site <= {}", part, after, last));
      }
      return AddedUp(of_range, kLargestLeft) + " HAVING sum(calls) > 0 ORDER BY site";
    };
    VARJOIN_ASSIGN(manifest.counts, WriteInOrder(session, change, "counts", ReadParquetSql(manifest.SitesPaths()),
                                                 manifest.Alleles(), counted));
    VARJOIN_RETURN_IF_ERROR(CheckCounts(session, manifest, parts));
  }
  for (CohortSample& sample : manifest.samples) {
    sample.counted = true;
  }
  return Status::Ok();
}

}  // namespace varjoin
