// filters.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "duck/database.h"
#include "vcf/inspect.h"
#include "vcf/text_source.h"

namespace varjoin {

/// Which of the input comes out. A condition on what is missing is not fulfilled.
struct Filters {
  std::vector<std::string> regions;            ///< records that overlap; none: everything; see read_vcf
  std::optional<vcf::VirtualRange> part = {};  ///< of the only input: see vcf::VcfFile::RestrictToLines()
  std::vector<std::string> samples;            ///< whose genotypes count, and are read; none: all
  bool pass = false;                           ///< FILTER is PASS
  std::optional<double> min_qual;
  std::optional<int64_t> min_dp;  ///< FORMAT/DP of one of the samples; INFO/DP where there are none
  std::optional<int64_t> min_gq;  ///< FORMAT/GQ of the same sample
  bool carried = false;           ///< the allele is in the genotype of one of the samples
  bool drop_ref_blocks = false;   ///< records whose first ALT stands for what is not called, or that have none
  std::string where;              ///< SQL over the output's columns, each pair of allele and hit
  bool only_matched = false;      ///< a source has the allele

  bool HasAny() const;
};

/// A condition in SQL and the option that it stands for.
struct Condition {
  std::string name;
  std::string sql;
};

/// The conditions on the rows of read_vcf, in their order. Error: the input lacks a field that one is about.
Result<std::vector<Condition>> InputConditions(const Filters& filters, const vcf::Inspection& input);

/// "rows_kept(['--pass', …], …)", which counts what it leaves out; "" without conditions.
std::string KeptSql(const std::vector<Condition>& conditions);

/// The same over rows of read_vcf, counting by contig, too.
std::string KeptAllelesSql(const std::vector<Condition>& conditions);

/// A source in pairs of allele and hit, and what tells in SQL whether the hit is one.
struct PairedSource {
  std::string name;
  std::string matched;
};

/// The same over pairs of allele and hit, those of an allele one after the other, counting what is left of each
/// source's matches. `allele`: SQL of the record's number and the allele's.
std::string KeptPairsSql(const std::vector<Condition>& conditions, const std::string& allele,
                         const std::vector<PairedSource>& sources);

/// The arguments of read_vcf that are about regions and samples: ", regions := […]" and so on.
std::string FilterArguments(const Filters& filters);

/// How much each option has left out: alleles, or with --where and --only-matched pairs of allele and hit.
using DropCounts = std::vector<std::pair<std::string, int64_t>>;

/// What filters have left out, and left.
struct FilterCounts {
  DropCounts dropped;
  std::map<std::string, int64_t> of_contigs;  ///< alleles that KeptAllelesSql() left out, by the input's contigs
  std::map<std::string, int64_t> matched;     ///< by source: alleles with a hit that KeptPairsSql() left

  int64_t AllelesDropped() const;
};

/// What the statements since the last call have counted.
Result<FilterCounts> TakeFilterCounts(duck::Database& database);

}  // namespace varjoin
