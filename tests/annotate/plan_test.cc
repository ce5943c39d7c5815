// plan_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace varjoin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

vcf::ScanReport Seen(const std::vector<std::pair<std::string, int64_t>>& contigs) {
  vcf::ScanReport report;
  for (const auto& [name, rows] : contigs) {
    report.contigs[name].rows = rows;
  }
  return report;
}

vcf::Inspection InputWith(const std::vector<std::vector<vcf::ContigDefinition>>& headers) {
  vcf::Inspection input;
  for (const auto& contigs : headers) {
    input.headers.emplace_back().contigs = contigs;
  }
  return input;
}

Source SourceOf(const std::vector<SourceContig>& contigs) {
  Source source;
  source.name = "s";
  source.chrom_type = "VARCHAR";
  source.contigs = contigs;
  return source;
}

TEST(MatchContigs, FindsASourcesSpellingsByAlias) {
  const ContigMatch match =
      MatchContigs(Seen({{"chr1", 5}, {"chrM", 2}, {"NC_000023.11", 1}, {"HLA-A*01:01", 1}}), InputWith({{}}),
                   SourceOf({{"1", {}}, {"2", {}}, {"MT", {}}, {"CHRX", {}}, {"HLA-A*01:01", {}}}));
  EXPECT_THAT(match.spellings, ElementsAre(Pair("HLA-A*01:01", "HLA-A*01:01"), Pair("NC_000023.11", "CHRX"),
                                           Pair("chr1", "1"), Pair("chrM", "MT")));
  EXPECT_THAT(match.missing, IsEmpty());
}

TEST(MatchContigs, TakesAllSpellingsOfBothSides) {
  const ContigMatch match =
      MatchContigs(Seen({{"1", 1}, {"chr1", 1}}), InputWith({{}}), SourceOf({{"chr1", {}}, {"1", {}}}));
  EXPECT_THAT(match.spellings, ElementsAre(Pair("1", "chr1"), Pair("1", "1"), Pair("chr1", "chr1"), Pair("chr1", "1")));
}

TEST(MatchContigs, ListsWhatTheSourceLacksByTheNumberOfAlleles) {
  const ContigMatch match = MatchContigs(Seen({{"a", 1}, {"b", 7}, {"c", 7}, {"chr1_KI270706v1_random", 3}}),
                                         InputWith({{}}), SourceOf({{"1", {}}}));
  EXPECT_THAT(match.spellings, IsEmpty());
  EXPECT_THAT(match.missing, ElementsAre(Pair("b", 7), Pair("c", 7), Pair("chr1_KI270706v1_random", 3), Pair("a", 1)));
}

TEST(MatchContigs, KnowsTheOtherMitochondrionByEitherSidesLength) {
  const vcf::ScanReport seen = Seen({{"chrM", 4}});
  struct Case {
    std::optional<int64_t> input;
    std::optional<int64_t> source;
    bool match;
  };
  for (const Case& c :
       {Case{{}, {}, true}, Case{16569, {}, true}, Case{{}, 16569, true}, Case{16569, 16569, true},
        Case{16571, {}, false}, Case{{}, 16571, false}, Case{16571, 16569, false}, Case{16571, 16571, false}}) {
    const ContigMatch match = MatchContigs(seen, InputWith({{}, {{.name = "chrM", .length = c.input, .assembly = ""}}}),
                                           SourceOf({{"MT", c.source}}));
    EXPECT_EQ(match.spellings.size(), c.match ? 1U : 0U);
    EXPECT_EQ(match.missing.size(), c.match ? 0U : 1U);
  }
}

/// Blanks and line ends as one blank, so that the layout of a statement is free.
std::string Flat(const std::string& sql) {
  std::string flat;
  for (const char c : sql) {
    if (c != ' ' && c != '\n') {
      flat += c;
    } else if (!flat.empty() && flat.back() != ' ') {
      flat += ' ';
    }
  }
  return flat;
}

Plan SmallPlan() {
  Plan plan;
  plan.input.paths = {"it's.vcf", "b.vcf"};
  plan.compression = "zstd";
  plan.on_bad_record = "fail";
  SourcePlan& source = plan.sources.emplace_back();
  source.source = SourceOf({{"1", {}}});
  source.source.key = {"#CHROM", "POS", "REF", "ALT"};
  source.files = {"/data/a*.parquet"};
  source.contigs.spellings = {{"chr1", "1"}, {"1", "1"}};
  source.columns = {{"CLN \"SIG\"", "s_CLN \"SIG\""}, {"AF", "s_AF"}};
  source.hits_column = "s_hits";
  plan.columns.input = {{"chrom", "chrom"}, {"AF", "info_AF"}};
  return plan;
}

TEST(PlanSql, RowsThatMayBeHitAreThoseOfTheInputsContigsAndStarts) {
  Plan plan = SmallPlan();
  plan.engine = Engine::kDuckdb;
  EXPECT_EQ(Flat(plan.FormsSql()),
            "SELECT chrom, f.\"start\", f.ref, f.alt FROM (SELECT chrom AS chrom, unnest(allele_forms(chrom, "
            "\"start\", ref, alt)) AS f "
            "FROM read_vcf(['it''s.vcf', 'b.vcf'], on_bad_record := 'fail') \"row;:\")");
  EXPECT_EQ(Flat(plan.HitRowsSql(0)),
            "SELECT CAST(e.\"#CHROM\" AS VARCHAR) AS chrom, TRY_CAST(e.\"POS\" AS BIGINT) AS \"start\", e.\"REF\" AS "
            "ref, e.\"ALT\" AS alt, (CAST(e.file_index AS UBIGINT) << 40) + CAST(e.file_row_number AS UBIGINT) AS "
            "place, e.\"CLN \"\"SIG\"\"\" AS \"CLN \"\"SIG\"\"\", e.\"AF\" AS \"AF\" FROM "
            "read_parquet(['/data/a[*].parquet'], hive_partitioning = false, union_by_name = true) e WHERE "
            "e.\"#CHROM\" IN ('1') AND input_has_start(TRY_CAST(e.\"POS\" AS BIGINT)) AND "
            "input_has_start(CAST(e.\"#CHROM\" AS VARCHAR), TRY_CAST(e.\"POS\" AS BIGINT))");
  plan.on_bad_record = "skip";
  EXPECT_THAT(plan.FormsSql(), HasSubstr("WHERE hash(\"row;:\") IS NOT NULL"));
}

TEST(PlanSql, KeysAreAllFormsOfAllAllelesOfAllFiles) {
  EXPECT_EQ(
      Flat(SmallPlan().KeysSql()),
      "CREATE TEMP TABLE keys AS SELECT record, alt_index, chrom, f.form, f.\"start\", f.ref, f.alt FROM (SELECT "
      "record, "
      "alt_index, chrom, unnest(allele_forms(chrom, \"start\", ref, alt)) AS f FROM read_vcf(['it''s.vcf', 'b.vcf'], "
      "on_bad_record := 'fail') \"row;:\")");
}

TEST(PlanSql, KeysSkipTheRecordsThatTheOutputSkips) {
  Plan plan = SmallPlan();
  plan.on_bad_record = "skip";
  EXPECT_THAT(plan.KeysSql(), HasSubstr("WHERE hash(\"row;:\") IS NOT NULL"));
}

TEST(PlanSql, HitsAreFoundByPlainEqualityOfTheSourcesColumns) {
  EXPECT_EQ(
      Flat(SmallPlan().HitsSql(0)),
      "CREATE TEMP TABLE hits_1 AS SELECT k.record, k.alt_index, k.form, e.file_index AS file, e.file_row_number AS "
      "file_row, e.\"CLN \"\"SIG\"\"\" AS c1, e.\"AF\" AS c2 FROM (SELECT k.record, k.alt_index, k.form, k.\"start\", "
      "k.ref, "
      "k.alt, m.spelling AS chrom FROM keys k JOIN (VALUES ('chr1', '1'), ('1', '1')) m(chrom, spelling) ON k.chrom = "
      "m.chrom) k JOIN read_parquet(['/data/a[*].parquet'], hive_partitioning = false, union_by_name = true) e ON "
      "e.\"#CHROM\" = k.chrom AND upper(e.\"REF\") = k.ref AND upper(e.\"ALT\") = k.alt AND e.\"POS\" = k.\"start\" "
      "WHERE "
      "e.\"#CHROM\" IN ('1')");
}

TEST(PlanSql, ContigsAreOfTheTypeOfTheSourcesColumn) {
  Plan plan = SmallPlan();
  plan.sources[0].source.chrom_type = "INTEGER";
  EXPECT_THAT(plan.HitsSql(0), HasSubstr("IN (CAST('1' AS INTEGER))"));
}

TEST(PlanSql, WithoutACommonContigNothingIsRead) {
  Plan plan = SmallPlan();
  plan.sources[0].contigs.spellings.clear();
  EXPECT_THAT(plan.HitsSql(0), HasSubstr("ON false"));
}

TEST(PlanSql, TheUsersJoinColumnsHaveNoFormsAndNoAliases) {
  Plan plan = SmallPlan();
  plan.join_columns = {"Chrom", "start", "AF"};
  plan.sources[0].source.columns = {{"AF", "DOUBLE", "", "", ""}};
  EXPECT_EQ(Flat(plan.KeysSql()),
            "CREATE TEMP TABLE keys AS SELECT record, alt_index, 0 AS form, \"Chrom\" AS k1, \"start\" AS k2, \"AF\" "
            "AS k3 FROM "
            "read_vcf(['it''s.vcf', 'b.vcf'], on_bad_record := 'fail') \"row;:\"");
  EXPECT_THAT(plan.HitsSql(0), HasSubstr("e.\"#CHROM\""));
  EXPECT_THAT(plan.HitsSql(0), HasSubstr("e.\"POS\" = k.k2 AND e.\"AF\" = k.k3"));
  EXPECT_THAT(plan.HitsSql(0), Not(HasSubstr("upper")));
}

TEST(PlanSql, TheOutputIsTheInputWithItsHitsInTheInputsOrder) {
  EXPECT_EQ(
      Flat(SmallPlan().CopySql("out.parquet", {{"command", "varjoin 'x'"}})),
      "COPY (SELECT v.\"chrom\" AS \"chrom\", v.\"AF\" AS \"info_AF\", h1.c1 AS \"s_CLN \"\"SIG\"\"\", h1.c2 AS "
      "\"s_AF\", "
      "coalesce(n1.hits, 0) AS \"s_hits\" FROM read_vcf(['it''s.vcf', 'b.vcf'], on_bad_record := 'fail') v LEFT JOIN "
      "counts_1 "
      "n1 ON v.record = n1.record AND v.alt_index = n1.alt_index LEFT JOIN hits_1 h1 ON v.record = h1.record AND "
      "v.alt_index = "
      "h1.alt_index ORDER BY v.record, v.alt_index, h1.form, h1.file, h1.file_row) TO 'out.parquet' (FORMAT parquet, "
      "COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 30720, STRING_DICTIONARY_PAGE_SIZE_LIMIT 1048576, "
      "USE_TMP_FILE false, KV_METADATA {command: 'varjoin "
      "''x'''})");
}

TEST(PlanSql, TheOutputIsNotSortedWithoutSourcesOrWhereThatIsAsked) {
  Plan plan = SmallPlan();
  plan.sorted = false;
  EXPECT_THAT(plan.CopySql("x", {}), Not(HasSubstr("ORDER BY")));
  plan.sorted = true;
  plan.sources.clear();
  EXPECT_THAT(plan.CopySql("x", {}), Not(HasSubstr("ORDER BY")));
  EXPECT_THAT(plan.CopySql("x", {}), Not(HasSubstr("KV_METADATA")));
}

}  // namespace
}  // namespace varjoin
