// lookup_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "duck/query.h"
#include "scratch.h"
#include "sources/parquet.h"
#include "sources/register.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* kVcf =
    "##fileformat=VCFv4.2\n##INFO=<ID=SIG,Number=1,Type=String,Description=\"\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\t"
    "FILTER\tINFO\n1\t100\t.\tA\tG\t.\t.\tSIG=it's\n";

/// A catalog, and a database that looks its sources' indexes up.
class LookupTest : public ::testing::Test {
 protected:
  LookupTest() : catalog(scratch.Path("home")), database(duck::OpenDatabase({.threads = 2})) {}

  /// Registers a source of one column v, "chrom, start, ref, alt, v" in parentheses, and builds its index.
  void AddSource(const std::string& name, const std::string& values) {
    const Source source = Register(name, values);
    ASSERT_OK(BuildIndex(*database, catalog, source, {.temp_folder = scratch.Folder("temp")}));
  }

  Source Register(const std::string& name, const std::string& values) {
    const std::string file = WriteParquet(*database, scratch.Path(name + ".parquet"), AlleleRows(values));
    return Value(RegisterSource(*database, catalog, {.name = name, .files = {file}, .mapping = {}, .assembly = {}}))
        .source;
  }

  /// The rows' values after chrom, start, ref and alt; an error is the only row.
  std::vector<std::string> Look(const std::vector<std::string>& sources, const std::vector<Variant>& variants) {
    const auto opened = OpenForLookup(*database, catalog, sources, scratch.Folder("temp"));
    if (!opened.ok()) {
      return {ErrorText(opened)};
    }
    notes = opened->notes;
    const auto sql = LookupSql(*opened, variants);
    return sql.ok() ? duck::Rows(*database, "SELECT * EXCLUDE (chrom, \"start\", ref, alt) FROM (" + *sql + ")")
                    : std::vector<std::string>{ErrorText(sql)};
  }

  const Scratch scratch;
  Catalog catalog;
  std::unique_ptr<duck::Database> database;
  std::vector<std::string> notes;
};

TEST_F(LookupTest, GivesARowForEachHitAndOneForAMissInTheVariantsOrder) {
  AddSource("s", "('1', 100, 'A', 'G', 'first'), ('1', 100, 'A', 'G', 'second'), ('MT', 5, 'C', 'T', 'm')");
  EXPECT_THAT(Look({"s"}, {{"chrM", 5, "C", "T"}, {"1", 7, "A", "G"}, {"CHR1", 100, "a", "g"}, {"9", 1, "A", "C"}}),
              ElementsAre("0 m 1", "1 NULL 0", "2 first 2", "2 second 2", "3 NULL 0"));
  EXPECT_THAT(Look({"s"}, {{"1", 99, "TA", "TG"}}), ElementsAre("0 first 2", "0 second 2"));
  EXPECT_THAT(Look({"s"}, {}), IsEmpty());
}

TEST_F(LookupTest, SeveralSourcesGiveEachCombination) {
  AddSource("s", "('1', 100, 'A', 'G', 'a'), ('1', 100, 'A', 'G', 'b')");
  AddSource("t", "('1', 100, 'A', 'G', 'x'), ('1', 100, 'A', 'G', 'y'), ('1', 200, 'A', 'G', 'z')");
  EXPECT_THAT(Look({"s", "t:v=w"}, {{"1", 100, "A", "G"}, {"1", 200, "A", "G"}}),
              ElementsAre("0 a 2 x 2", "0 a 2 y 2", "0 b 2 x 2", "0 b 2 y 2", "1 NULL 0 z 1"));
}

TEST_F(LookupTest, TextsAreNeverSql) {
  AddSource("s", "('it''s', 100, 'A', 'G', 'quoted')");
  EXPECT_THAT(Look({"s"}, {{"it's", 100, "A", "G"}, {"'); DROP TABLE t; --", 100, "A", "G"}}),
              ElementsAre("0 quoted 1", "1 NULL 0"));
}

TEST_F(LookupTest, FilesAreImportedIntoTheCacheAndSaidSo) {
  const std::string file = scratch.Write("known.vcf", kVcf);
  EXPECT_THAT(Look({file + ":SIG"}, {{"chr1", 100, "A", "G"}}), ElementsAre("0 it's 1"));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("known")));
  EXPECT_THAT(Look({file + ":SIG"}, {{"chr1", 100, "A", "G"}}), ElementsAre("0 it's 1"));
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_THAT(Value(catalog.List()), IsEmpty());
}

TEST_F(LookupTest, WhatIsMissingIsNamedWithTheNextStep) {
  AddSource("s", "('1', 100, 'A', 'G', 'a')");
  Register("plain", "('1', 100, 'A', 'G', 'a')");
  const std::vector<Variant> variants = {{"1", 100, "A", "G"}};
  EXPECT_THAT(Look({"nosuch"}, variants), ElementsAre(AllOf(StartsWith("2: "), HasSubstr("'nosuch'"))));
  EXPECT_THAT(Look({"plain"}, variants),
              ElementsAre(AllOf(StartsWith("2: "), HasSubstr("varjoin source index plain"))));
  EXPECT_THAT(Look({"s:nosuch"}, variants), ElementsAre(AllOf(StartsWith("2: "), HasSubstr("nosuch"))));
  EXPECT_THAT(Look({"s:v=x,v=x"}, variants), ElementsAre(StartsWith("2: ")));
}

TEST_F(LookupTest, KnowsAContigByAnyOfItsNames) {
  AddSource("s", "('chr1', 100, 'A', 'G', 'a'), ('MT', 5, 'C', 'T', 'm')");
  const LookupSources opened = Value(OpenForLookup(*database, catalog, {"s"}, scratch.Folder("temp")));
  for (const char* known : {"1", "chr1", "CHR1", "M", "chrM", "MT", "NC_000001.11"}) {
    EXPECT_TRUE(opened.HasContig("s", known)) << known;
  }
  for (const char* unknown : {"2", "chr11", "", "x"}) {
    EXPECT_FALSE(opened.HasContig("s", unknown)) << unknown;
  }
}

}  // namespace
}  // namespace varjoin
