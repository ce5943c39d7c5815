// real_engines_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Real inputs against real databases: both engines give the same rows in the same order, or the same error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "real_sources.h"
#include "support/workbench.h"

namespace varjoin::test {
namespace {

using ::testing::IsEmpty;

/// Folder and name of a file in ../shared/data, without its endings.
struct Input {
  std::string folder;
  std::string name;
};

struct Pair {
  Input input;
  Words databases;
};

void PrintTo(const Pair& pair, std::ostream* out) {
  *out << pair.input.name << " x " << Join(pair.databases, " x ");
}

const Words kDatabases = {
    "clinvar_2016_lifted_GRCh38", "clinvar_20260226_part", "dbsnp_chr22_10",       "ensembl84_GRCh38_chr21_25-26Mb",
    "gnomad4_exomes_chr1",        "gnomad4_exomes_chrX",   "gnomad4_genomes_chrX", "mtdna_plp",
    "pharmcat_positions",         "vkgl_lp_202507",        "vkgl_vus_202507"};

/// Each database with an input that is small and shares contigs with it.
std::vector<Pair> SmallPairs() {
  const Input chr1 = {"people", "antku_small"};
  const Input exome = {"people", "NA12878_WES_MegaBOLT"};
  return {{chr1, {kDatabases[0]}},
          {chr1, {kDatabases[1]}},
          {{"people", "HG002_GIAB_chr22"}, {kDatabases[2]}},
          {{"people", "NA12878_PlatinumGenomes_chr21"}, {kDatabases[3]}},
          {chr1, {kDatabases[4]}},
          {exome, {kDatabases[5]}},
          {exome, {kDatabases[6]}},
          {exome, {kDatabases[7]}},
          {chr1, {kDatabases[8]}},
          {chr1, {kDatabases[9]}},
          {chr1, {kDatabases[10]}},
          {chr1, {kDatabases[0], kDatabases[9], kDatabases[10]}},
          {{"cohort", "1KG_phase3_subset_chrX"}, {kDatabases[5]}}};
}

std::vector<Pair> AllPairs() {
  std::vector<Pair> pairs;
  for (const std::string folder : {"people", "gvcf", "cohort", "annotated"}) {
    for (const std::string& name : NamesIn(RealData() + "/" + folder)) {
      if (RealData().empty() || name.ends_with(".tbi") || name.find(".vcf") == std::string::npos) {
        continue;
      }
      const Input input = {folder, name.substr(0, name.find('.'))};
      for (const std::string& database : kDatabases) {
        pairs.push_back({input, {database}});
      }
      pairs.push_back({input, {kDatabases[0], kDatabases[2], kDatabases[6]}});
    }
  }
  return pairs;
}

std::string NameOf(const ::testing::TestParamInfo<Pair>& info) {
  std::string name = info.param.input.name + "_x_" + Join(info.param.databases, "_x_");
  for (char& c : name) {
    c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

/// A name for a source.
std::string SourceName(const std::string& database) {
  return ReplaceAll(database, "-", "_");
}

/// A home that has the databases of a pair. Of several, those homes' Parquet is registered under the same names.
std::string HomeOf(const Workbench& bench, const Words& databases) {
  if (databases.size() == 1) {
    return HomeWithReal(SourceName(databases[0]), databases[0]);
  }
  for (const std::string& database : databases) {
    const std::string name = SourceName(database);
    bench.MustRun({"source", "add", name, HomeWithReal(name, database) + "/sources/" + name + "/*.parquet"});
    bench.MustRun({"source", "index", name});
  }
  return bench.home();
}

void ExpectTheSame(const Pair& pair) {
  if (RealData().empty()) {
    GTEST_SKIP() << "../shared/data is absent";
  }
  const std::string input = RealFile(pair.input.folder, pair.input.name);
  if (input.empty()) {
    GTEST_SKIP() << pair.input.name << " is absent";
  }
  Workbench bench;
  bench.UseHome(HomeOf(bench, pair.databases));
  std::map<std::string, Outcome> outcomes;
  for (const std::string engine : {"index", "duckdb"}) {
    Words command = {"annotate", input, "-o", engine + ".parquet", "--engine", engine, "--json"};
    for (const std::string& database : pair.databases) {
      command.insert(command.end(), {"-s", SourceName(database)});
    }
    outcomes[engine] = bench.Varjoin(command);
  }
  ASSERT_EQ(outcomes["index"].exit_code, outcomes["duckdb"].exit_code)
      << outcomes["index"].err << outcomes["duckdb"].err;
  EXPECT_EQ(outcomes["index"].err, outcomes["duckdb"].err);
  if (outcomes["index"].exit_code != 0) {
    EXPECT_EQ(outcomes["index"].exit_code, 2);
    EXPECT_THAT(bench.WorkNames(), IsEmpty());
    return;
  }
  const auto rows = [&](const std::string& engine) {
    return "(SELECT file_row_number, * FROM read_parquet(" + SqlString(bench.Path(engine + ".parquet")) + "))";
  };
  EXPECT_NE(Value("SELECT count(*) FROM " + rows("index")), "0");
  EXPECT_EQ(ColumnsOf(bench.Path("index.parquet")), ColumnsOf(bench.Path("duckdb.parquet")));
  const std::string some = "SELECT file_row_number, chrom, \"start\", ref, alt FROM (";
  EXPECT_THAT(Rows(some + rows("index") + " EXCEPT ALL " + rows("duckdb") + ") LIMIT 3"), IsEmpty());
  EXPECT_THAT(Rows(some + rows("duckdb") + " EXCEPT ALL " + rows("index") + ") LIMIT 3"), IsEmpty());
}

class RealPair : public ::testing::TestWithParam<Pair> {};
class RealPairLong : public ::testing::TestWithParam<Pair> {};

TEST_P(RealPair, GivesTheSameInBothEngines) {
  ExpectTheSame(GetParam());
}

TEST_P(RealPairLong, GivesTheSameInBothEngines) {
  ExpectTheSame(GetParam());
}

INSTANTIATE_TEST_SUITE_P(, RealPair, ::testing::ValuesIn(SmallPairs()), NameOf);
INSTANTIATE_TEST_SUITE_P(, RealPairLong, ::testing::ValuesIn(AllPairs()), NameOf);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealPairLong);

}  // namespace
}  // namespace varjoin::test
