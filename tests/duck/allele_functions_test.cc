// allele_functions_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "duck/query.h"

namespace varjoin::duck {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

/// An SQL expression and its value as DuckDB prints it.
struct Case {
  const char* sql;
  const char* value;
};

TEST(AlleleForms, OfOneAllele) {
  const auto database = OpenDatabase();
  for (const Case& c : {
           Case{"allele_forms(100, 'A', 'G')", "[{'form': 0, 'start': 100, 'ref': A, 'alt': G}]"},
           Case{"allele_forms(100, 'a', 'g')", "[{'form': 0, 'start': 100, 'ref': A, 'alt': G}]"},
           Case{"allele_forms(100, 'CAt', 'CgT')",
                "[{'form': 0, 'start': 100, 'ref': CAT, 'alt': CGT}, {'form': 1, 'start': 101, 'ref': A, 'alt': G}]"},
           Case{"allele_forms(4294967400, 'CA', 'C')", "[{'form': 0, 'start': 4294967400, 'ref': CA, 'alt': C}]"},
           Case{"allele_forms(100, 'A', '<DEL>')", "[]"},
           Case{"allele_forms(100, 'A', '*')", "[]"},
           Case{"allele_forms(100, 'A', '')", "[]"},
           Case{"allele_forms(100, '', 'A')", "[]"},
           Case{"allele_forms(NULL, 'A', 'G')", "[]"},
           Case{"allele_forms(100, NULL, 'G')", "[]"},
           Case{"allele_forms(100, 'A', NULL)", "[]"},
           Case{"allele_forms(NULL, NULL, NULL)", "[]"},
           Case{"typeof(allele_forms(1, 'A', 'G'))",
                "STRUCT(form INTEGER, \"start\" BIGINT, \"ref\" VARCHAR, alt VARCHAR)[]"},
       }) {
    EXPECT_EQ(Row(*database, std::string("SELECT ") + c.sql), c.value) << c.sql;
  }
}

TEST(MinimalAllele, OfOneAllele) {
  const auto database = OpenDatabase();
  for (const Case& c : {
           Case{"minimal_allele(100, 'CAT', 'CGT')", "{'start': 101, 'ref': A, 'alt': G}"},
           Case{"minimal_allele(100, 'CAt', 'cgT')", "{'start': 101, 'ref': A, 'alt': g}"},
           Case{"minimal_allele(100, 'A', '<DEL>')", "{'start': 100, 'ref': A, 'alt': <DEL>}"},
           Case{"minimal_allele(100, 'A', '')", "{'start': 100, 'ref': A, 'alt': ''}"},
           Case{"minimal_allele(100, 'AC', 'A[2:200[')", "{'start': 100, 'ref': AC, 'alt': 'A[2:200['}"},
           Case{"minimal_allele(100, 'A', NULL)", "NULL"},
           Case{"minimal_allele(NULL, 'A', 'C')", "NULL"},
           Case{"minimal_allele(100, NULL, 'C')", "NULL"},
           Case{"(minimal_allele(100, 'A', NULL)).ref", "NULL"},
           Case{"(minimal_allele(100, 'GA', 'GC')).start", "101"},
       }) {
    EXPECT_EQ(Row(*database, std::string("SELECT ") + c.sql), c.value) << c.sql;
  }
}

TEST(CanonicalContigFunction, AndItsSortKey) {
  const auto database = OpenDatabase();
  for (const Case& c : {
           Case{"canonical_contig('chr1')", "1"},
           Case{"canonical_contig('NC_000023.11')", "X"},
           Case{"canonical_contig('chrM')", "MT"},
           Case{"canonical_contig('')", ""},
           Case{"canonical_contig(NULL)", "NULL"},
           Case{"contig_sort_key(NULL)", "NULL"},
           Case{"contig_sort_key('chr9') < contig_sort_key('10')", "true"},
           Case{"contig_sort_key('chrM') < contig_sort_key('GL000220.1')", "true"},
           Case{"contig_sort_key('chr1') = contig_sort_key('1')", "true"},
       }) {
    EXPECT_EQ(Row(*database, std::string("SELECT ") + c.sql), c.value) << c.sql;
  }
}

TEST(AlleleFunctions, TakeVectorsOfAnyKindForTheSameRows) {
  const Scratch scratch;
  const auto database = OpenDatabase({.threads = 2});
  // Long alleles as well as such that DuckDB keeps inline, NULLs, symbolic ones; 10,000 rows: several vectors.
  ASSERT_OK(database->Execute(
      "CREATE TABLE flat AS SELECT range AS i, CASE WHEN range % 11 <> 0 THEN range END AS s, "
      "CASE WHEN range % 7 <> 0 THEN repeat('CA', (range % 9)::INTEGER) || 'T' END AS r, "
      "CASE WHEN range % 13 = 0 THEN '<DEL>' WHEN range % 5 <> 0 THEN repeat('ca', (range % 8)::INTEGER) || 'GT' END "
      "AS a, "
      "['chr1', 'X', 'chrM', 'NC_000002.12', 'HLA-A*01:01', NULL][1 + range % 6] AS c FROM range(10000)"));
  // The dictionary vectors of a Parquet file, and those that a filter and a join make.
  const std::string parquet = SqlString(scratch.Path("d.parquet"));
  ASSERT_OK(database->Execute("COPY flat TO " + parquet + " (FORMAT parquet, DICTIONARY_SIZE_LIMIT 100000)"));
  const std::string calls =
      "allele_forms(s, r, a)::VARCHAR AS f, minimal_allele(s, r, a)::VARCHAR AS m, "
      "canonical_contig(c) AS cc, contig_sort_key(c) AS k";
  ASSERT_OK(database->Execute("CREATE TABLE wanted AS SELECT i, " + calls + " FROM flat"));
  for (const std::string& from : {
           "read_parquet(" + parquet + ")",
           std::string("(FROM flat WHERE i % 3 <> 1)"),
           std::string("(SELECT flat.* FROM flat JOIN range(0, 10000, 2) t(j) ON i = j)"),
           std::string("(SELECT flat.* FROM flat JOIN (SELECT * FROM flat) o USING (i) WHERE hash(i) % 2 = 0)"),
           std::string("(FROM flat ORDER BY hash(i) LIMIT 5000)"),
       }) {
    EXPECT_EQ(Row(*database,
                  "SELECT count(*) > 1000, count(*) FILTER (g.f IS DISTINCT FROM w.f OR g.m IS DISTINCT FROM w.m "
                  "OR g.cc IS DISTINCT FROM w.cc OR g.k IS DISTINCT FROM w.k) FROM (SELECT i, " +
                      calls + " FROM " + from + ") g JOIN wanted w USING (i)"),
              "true 0")
        << from;
  }
  // Constants beside columns.
  EXPECT_EQ(Row(*database,
                "SELECT count(*), count(DISTINCT allele_forms(100, 'CAT', 'CGT')::VARCHAR), "
                "count(*) FILTER (allele_forms(s, 'CAT', 'CGT')[2].start = s + 1), "
                "count(*) FILTER (minimal_allele(100, r, NULL) IS NOT NULL), "
                "count(*) FILTER (minimal_allele(s, 'GA', 'GC').start = s + 1) FROM flat"),
            "10000 1 9090 0 9090");
}

TEST(AlleleForms, KeepsRowsApartWhenUnnested) {
  const auto database = OpenDatabase({.threads = 2});
  EXPECT_EQ(
      Row(*database,
          "WITH v AS (SELECT range AS i, range * 10 AS s, 'CAT' AS r, CASE range % 3 WHEN 0 THEN 'CGT' WHEN 1 THEN 'C' "
          "ELSE '*' END AS a FROM range(30000)), u AS (SELECT i, s, a, unnest(allele_forms(s, r, a)) AS f FROM v) "
          "SELECT count(*), count(*) FILTER (f.start = s + f.form AND (f.form = 0) = (f.ref = 'CAT')) FROM u"),
      "30000 30000");
}

TEST(AlleleForms, TakesAllelesLongerThanAVector) {
  const auto database = OpenDatabase();
  EXPECT_EQ(Row(*database,
                "SELECT len(f), f[1].ref = repeat('A', 100000) || 'C', f[2] FROM (SELECT allele_forms(1, "
                "repeat('a', 100000) || 'c', repeat('A', 100000) || 'g') AS f)"),
            "2 true {'form': 1, 'start': 100001, 'ref': C, 'alt': G}");
}

TEST(InputHasStart, KnowsWhereTheInputsAllelesBeginUnderAnyNameOfTheirContig) {
  const auto database = OpenDatabase({.threads = 2});
  EXPECT_THAT(Row(*database, "SELECT input_has_start('1', 5)"), StartsWith("2: "));
  const auto starts = std::make_shared<index::KnownStarts>();
  for (int64_t start = 0; start < 300'000; start += 100) {
    starts->Add(index::KnownStarts::ContigNumber("1"), start);
  }
  database->SetInputStarts(starts);
  EXPECT_EQ(Row(*database,
                "SELECT bool_and(input_has_start(c, s)) FROM range(0, 300000, 100) r(s), (VALUES ('1'), ('chr1'), "
                "('NC_000001.11')) v(c)"),
            "true");
  EXPECT_EQ(Row(*database,
                "SELECT count(*) < 200 FROM range(300000) r(s), (VALUES ('1'), ('2')) v(c) WHERE input_has_start(c, s) "
                "AND (c = '2' OR s % 100 > 0)"),
            "true");
  EXPECT_EQ(Row(*database,
                "SELECT count(*) FILTER (s % 100 = 0), count(*) < 3200 FROM range(300000) r(s) WHERE "
                "input_has_start(s) OR input_has_start(NULL)"),
            "3000 true");
  EXPECT_EQ(
      Row(*database,
          "SELECT input_has_start('1', NULL) OR input_has_start(NULL, 100) OR bool_or(input_has_start(c, s)) FROM "
          "(VALUES (NULL::VARCHAR, 100), ('1', NULL)) v(c, s)"),
      "false");
  database->SetInputStarts(nullptr);
  EXPECT_THAT(Row(*database, "SELECT input_has_start('1', 5)"), StartsWith("2: "));
}

TEST(AlleleFunctions, RefuseOtherTypes) {
  const auto database = OpenDatabase();
  EXPECT_THAT(Rows(*database, "SELECT allele_forms('x', 'A', 'G')"), ElementsAre(StartsWith("2: ")));
  EXPECT_THAT(Rows(*database, "SELECT allele_forms(1, 'A')"), ElementsAre(StartsWith("2: ")));
  EXPECT_THAT(Rows(*database, "SELECT canonical_contig([1])"), ElementsAre(StartsWith("2: ")));
}

}  // namespace
}  // namespace varjoin::duck
