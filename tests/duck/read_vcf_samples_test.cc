// read_vcf_samples_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "duck/query.h"
#include "vcf_text.h"

namespace varjoin::duck {
namespace {

using ::testing::HasSubstr;

/// Samples whose fields are missing, cut short, of any length.
std::string CohortRecords(int records) {
  std::string text;
  for (int i = 1; i <= records; ++i) {
    text += fmt::format("chr1\t{}\t.\tA\tC{}\t.\t.\tDP={}\t{}", i, i % 5 == 0 ? ",G" : "", i,
                        i % 9 == 0 ? "GT" : "GT:PL:DP");
    for (int sample = 0; sample < 5; ++sample) {
      const int kind = (i + sample) % 4;
      text += kind == 0                 ? "\t."
              : kind == 1 || i % 9 == 0 ? "\t0/1"
              : kind == 2               ? "\t1|1:.:7"
                                        : fmt::format("\t./.:{}:{}", i % 5 == 0 ? "1,2,3,4,5,6" : "1,.,3", i * sample);
    }
    text += "\n";
  }
  return text;
}

TEST(ReadVcf, NestedGenotypesGoThroughParquetAndBack) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("a\tb\tc\td\te") + CohortRecords(10'000));
  const auto database = OpenDatabase({.threads = 4});
  EXPECT_EQ(Row(*database, "SELECT typeof(genotypes) FROM " + ReadVcf(path) + " LIMIT 1"),
            "STRUCT(\"sample\" VARCHAR, GT VARCHAR, PL INTEGER[], DP INTEGER)[]");
  for (const std::string& from : {ReadVcf(path), ReadVcf(path, ", split := false")}) {
    const std::string parquet = SqlString(scratch.Path("out.parquet"));
    ASSERT_OK(database->Execute("COPY (FROM " + from + ") TO " + parquet));
    EXPECT_EQ(Row(*database, "SELECT count(*) FROM (FROM " + from + " EXCEPT ALL FROM read_parquet(" + parquet + "))"),
              "0");
    EXPECT_EQ(Row(*database, "SELECT count(*) FROM (FROM read_parquet(" + parquet + ") EXCEPT ALL FROM " + from + ")"),
              "0");
    EXPECT_EQ(Row(*database,
                  "SELECT count(*) FILTER (len(genotypes) <> 5), count(*) FILTER (list_transform(genotypes, g -> "
                  "g.sample) <> ['a', 'b', 'c', 'd', 'e']) FROM read_parquet(" +
                      parquet + ")"),
              "0 0");
  }
  // Against the text of the line.
  EXPECT_EQ(
      Row(*database,
          "WITH t AS (SELECT genotypes[s] AS g, string_split(split_part(decode(record_text), chr(9), "
          "9 + s::INTEGER), ':') AS parts FROM " +
              ReadVcf(path, ", split := false") +
              ", range(1, 6) r(s)) SELECT count(*), count(*) FILTER (g.GT IS DISTINCT FROM nullif(parts[1], '.')), "
              "count(*) FILTER (array_to_string(list_transform(g.PL, x -> coalesce(x::VARCHAR, '.')), ',') IS "
              "DISTINCT FROM nullif(parts[2], '.')), count(*) FILTER (g.DP::VARCHAR IS DISTINCT FROM parts[3]) "
              "FROM t"),
      "50000 0 0 0");
}

TEST(ReadVcf, LongRowsAreTheListOfGenotypesUnnested) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("a\tb\tc\td\te") + CohortRecords(10'000));
  const auto database = OpenDatabase({.threads = 4});
  struct Choice {
    std::string list;
    std::string in_long;
    int samples;
  };
  for (const auto& [list, in_long, samples] :
       {Choice{"", ", samples := 'long'", 5}, Choice{", split := false", ", split := false, genotypes := 'long'", 5},
        Choice{", samples := ['e', 'b']", ", samples := ['e', 'b'], genotypes := 'long'", 2}}) {
    const std::string allele = list == ", split := false" ? "alts" : "alt, alt_index";
    const std::string unnested = fmt::format(
        "SELECT record, \"start\", {}, info_DP, AF, GENE, g.sample, g.GT, g.PL, g.DP FROM (SELECT *, DP AS "
        "info_DP, unnest(genotypes) AS g FROM {})",
        allele, ReadVcf(path, list));
    const std::string rows =
        fmt::format("SELECT record, \"start\", {}, DP AS info_DP, AF, GENE, sample, GT, PL, fmt_DP AS DP FROM {}",
                    allele, ReadVcf(path, in_long));
    ASSERT_OK(database->Execute("CREATE OR REPLACE TABLE t AS " + rows));
    ASSERT_OK(database->Execute("CREATE OR REPLACE TABLE u AS " + unnested));
    EXPECT_EQ(Row(*database,
                  "SELECT (SELECT count(*) FROM t) - (SELECT count(*) FROM u), (SELECT count(*) FROM t) > "
                  "10000 * " +
                      std::to_string(samples - 1)),
              "0 true");
    EXPECT_EQ(Row(*database, "SELECT count(*) FROM t POSITIONAL JOIN u WHERE to_json(t) <> to_json(u)"), "0")
        << in_long;
    EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + ReadVcf(path, in_long)),
              Row(*database, "SELECT count(*) FROM t"));
  }
  EXPECT_THAT(Row(*database, "SELECT 1 FROM " + ReadVcf(path, ", genotypes := 'wide'")),
              HasSubstr("genotypes is 'wide', expected list"));
}

TEST(ReadVcf, HasTheNumbersOfGenotypesOnRequest) {
  const Scratch scratch;
  const std::string one = scratch.Write("one.vcf", Header("S1") + Records(1, 7'000));
  const std::string five = scratch.Write("five.vcf", Header("a\tb\tc\td\te") + CohortRecords(10'000));
  const auto database = OpenDatabase({.threads = 2});
  EXPECT_EQ(Row(*database,
                "SELECT count(*), count(*) FILTER (GT_alleles = [1, 2]), count(*) FILTER (GT_alleles = "
                "[0, 1]), count(*) FILTER (GT_phased) FROM " +
                    ReadVcf(one, ", gt := 'numbers'")),
            "8000 2000 6000 0");
  const std::string expected =
      "SELECT count(*), count(*) FILTER (GT_alleles IS DISTINCT FROM list_transform(regexp_split_to_array(GT, '[/|]'), "
      "a -> try_cast(a AS INTEGER))), count(*) FILTER (GT_phased IS DISTINCT FROM NOT contains(GT, '/')) FROM ";
  const std::string in_long = ReadVcf(five, ", gt := 'numbers', genotypes := 'long', split := false");
  EXPECT_EQ(Row(*database, expected + in_long), "50000 0 0");
  EXPECT_EQ(Row(*database, expected + "(SELECT unnest(g) FROM (SELECT unnest(genotypes) AS g FROM " +
                               ReadVcf(five, ", gt := 'numbers', split := false") + "))"),
            "50000 0 0");
  EXPECT_THAT(Row(*database, "SELECT 1 FROM " + ReadVcf(one, ", gt := 'both'")), HasSubstr("gt is 'both', expected"));
}

TEST(ReadVcf, LongRowsOfARecordGoOnInTheNextChunk) {
  const Scratch scratch;
  std::string samples;
  std::string genotypes;
  for (int i = 0; i < 5'000; ++i) {
    samples += fmt::format("{}a_sample_of_number_{}", i == 0 ? "" : "\t", i);
    genotypes += fmt::format("\t0/{}:1,2,3:{}", i % 2, i);
  }
  const std::string path =
      scratch.Write("x.vcf", Header(samples) + "chr1\t5\t.\tA\tC\t.\t.\tGENE=a_gene_of_a_longer_name%3B\tGT:PL:DP" +
                                 genotypes + "\nchr1\t6\t.\tA\tC,G\t.\t.\tDP=1\tGT:PL:DP" + genotypes + "\n");
  const auto database = OpenDatabase({.threads = 2});
  EXPECT_EQ(Row(*database,
                "SELECT count(*), count(DISTINCT (record, alt_index, sample)), sum(fmt_DP), count(*) FILTER (carried), "
                "count(*) FILTER (sample <> 'a_sample_of_number_' || fmt_DP), count(*) FILTER (GENE = "
                "['a_gene_of_a_longer_name;']) FROM " +
                    ReadVcf(path, ", samples := 'long'")),
            "15000 15000 37492500 5000 0 5000");
}

}  // namespace
}  // namespace varjoin::duck
