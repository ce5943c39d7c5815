// cohort_bench.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests of cohorts: people to add, and eyes to compare a cohort with what `annotate` says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {

/// Other people and moments with each run of the tests; the printed seed in the environment gives the same ones again.
inline uint32_t Seed() {
  const char* const given = std::getenv("VARJOIN_TEST_SEED");
  const uint32_t seed = given == nullptr ? std::random_device()() : static_cast<uint32_t>(std::stoul(given));
  std::cout << "VARJOIN_TEST_SEED=" << seed << std::endl;
  return seed;
}

/// A VCF of these samples. `contigs` are as ##contig lines have them: "ID=chr1".
inline std::string People(const std::string& samples, const Words& records, const Words& contigs = {}) {
  Words meta = {"INFO=<ID=END,Number=1,Type=Integer,Description=\"End\">",
                "INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"Length\">",
                "FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">",
                "FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">",
                "FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"Quality\">",
                "FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"Depths\">"};
  for (const std::string& contig : contigs) {
    meta.push_back("contig=<" + contig + ">");
  }
  return Vcf(meta, records, "\tFORMAT\t" + ReplaceAll(samples, " ", "\t"));
}

class CohortBench : public SmallBench {
 public:
  Outcome Cohort(const std::string& verb, const Words& arguments) const {
    Words words = {"cohort", verb, "c"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return Varjoin(words);
  }
  Outcome MustCohort(const std::string& verb, const Words& arguments) const {
    Outcome outcome = Cohort(verb, arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome;
  }

  nlohmann::json Show() const { return nlohmann::json::parse(MustCohort("show", {"--json"}).out); }

  /// Rows of a SELECT over the views.
  Words Look(const std::string& sql) const { return Rows(MustCohort("show", {"--sql"}).out + sql); }

  /// Counts of alleles must be those of the calls, all looked at.
  void ExpectCountsOfCalls() const {
    EXPECT_THAT(
        Look("SELECT site, AC, AN, AN_called, AN_assumed, carriers, homozygotes, incomplete, assumed, calls FROM "
             "cohort_frequencies ORDER BY site"),
        ::testing::ElementsAreArray(
            Look("SELECT site, AC, AN_called + assumed * largest, AN_called, assumed * largest, carriers, "
                 "homozygotes, incomplete, assumed, calls FROM (SELECT site, sum(copies) AS AC, sum(called) AS "
                 "AN_called, count(*) FILTER (copies > 0) AS carriers, count(*) FILTER (copies > 1 AND copies = "
                 "ploidy) AS homozygotes, count(*) FILTER (called < ploidy OR ploidy = 0) AS incomplete, (SELECT "
                 "count(*) FROM cohort_samples) - count(*) AS assumed, count(*) AS calls, "
                 "greatest(max(ploidy), 1) AS largest FROM cohort_calls WHERE NOT repeated GROUP BY site) ORDER "
                 "BY site")));
  }

  /// Of the samples, those whose calls are in the counts.
  Words Counted() const {
    Words counted;
    const nlohmann::json manifest = nlohmann::json::parse(ReadFile(Path("c/cohort.json")));
    for (const auto& sample : manifest.at("samples")) {
      if (sample.at("counted").get<bool>()) {
        counted.push_back(sample.at("name"));
      }
    }
    return counted;
  }

  /// What the cohort says of a sample, and what `annotate` says of its VCF, must be the same: all alleles that it has
  /// or may have, with genotypes, fields and the values of all sources.
  void ExpectSame(const std::string& vcf, const std::string& sample, const std::string& header_sample,
                  const Words& options) const {
    SCOPED_TRACE(vcf + ", sample " + sample);
    Words annotate = {"annotate", vcf, "-o", "o.parquet", "--force", "--samples", header_sample, "--allow-no-overlap"};
    annotate.insert(annotate.end(), options.begin(), options.end());
    MustRun(annotate);
    std::string columns;
    for (const std::string& column : Rows("SELECT column_name FROM (DESCRIBE FROM '" + Path("o.parquet") +
                                          "') WHERE column_name LIKE 'demo\\_%' ESCAPE '\\' OR column_name LIKE "
                                          "'table\\_%' ESCAPE '\\' OR column_name LIKE 'regions\\_%' ESCAPE '\\'")) {
      columns += ", " + SqlName(column);
    }
    const std::string said = fmt::format(
        "SELECT CASE WHEN chrom = 'chrM' AND start > 16000 THEN 'MT' ELSE replace(replace(replace(chrom, 'chr', ''), "
        "'M', 'MT'), 'TT', 'T') END AS chrom, start, \"end\", upper(ref) AS ref, CASE WHEN alt ~ '[A-Za-z]+' THEN "
        "upper(alt) ELSE alt END AS alt, alt_index, GT, DP, GQ, filter{} FROM '{}' WHERE carried IS NOT FALSE AND alt "
        "IS NOT NULL ORDER BY ALL",
        columns, Path("o.parquet"));
    const std::string kept = fmt::format(
        "SELECT chrom, start, \"end\", ref, alt, alt_index, GT, DP, GQ, filter{} FROM cohort_variants WHERE sample = "
        "{} "
        "ORDER BY ALL",
        columns, SqlString(sample));
    EXPECT_THAT(Look(kept), ::testing::ElementsAreArray(Rows(said)));
    EXPECT_EQ(Look("SELECT column_type FROM (DESCRIBE " + kept + ") OFFSET 10"),
              Rows("SELECT column_type FROM (DESCRIBE " + said + ") OFFSET 10"));
  }
};

}  // namespace varjoin::test
