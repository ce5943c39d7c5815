// catalog_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The catalog as the command makes it: small, views only, kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "small_files.h"
#include "varjoin/sources.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// The catalog of a home, attached while it lives.
class Attached {
 public:
  explicit Attached(const std::string& home) {
    Query("ATTACH " + SqlString(home + "/catalog.duckdb") + " AS catalog (READ_ONLY)");
  }
  ~Attached() { Query("DETACH catalog"); }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

  static Words Views() {
    return Rows("SELECT view_name FROM duckdb_views() WHERE database_name = 'catalog' AND NOT internal ORDER BY 1");
  }
  static Words Tables() { return Rows("SELECT table_name FROM duckdb_tables() WHERE database_name = 'catalog'"); }
};

/// Where it lies and what it is, to see whether it was written anew.
std::string Identity(const std::string& path) {
  std::error_code error;
  return std::to_string(fs::file_size(path, error)) + " " +
         std::to_string(fs::last_write_time(path, error).time_since_epoch().count());
}

class TheCatalog : public ::testing::Test {
 protected:
  std::string Table(const std::string& name, const std::string& select = SmallTable()) {
    WriteParquet(bench_.Path(name), select);
    return bench_.Path(name);
  }
  /// The folders that imports made.
  Words ImportFolders() const {
    Words folders;
    for (const std::string& name : NamesIn(bench_.home() + "/sources")) {
      if (fs::is_directory(bench_.home() + "/sources/" + name)) {
        folders.push_back(name);
      }
    }
    return folders;
  }
  std::string CatalogPath() const { return bench_.home() + "/catalog.duckdb"; }

  Workbench bench_;
};

TEST_F(TheCatalog, HoldsViewsAndIsSmallWithTenSources) {
  Table("t.parquet",
        "SELECT '1' AS chrom, i AS \"start\", 'A' AS ref, 'G' AS alt, 'payload ' || hash(i) AS text "
        "FROM range(1, 100000) r(i)");
  bench_.Write("demo.vcf", SmallSource());
  for (int i = 0; i < 9; ++i) {
    bench_.MustRun({"source", "add", "source" + std::to_string(i), "t.parquet"});
  }
  bench_.MustRun({"source", "import", "imported", "demo.vcf"});
  EXPECT_LT(fs::file_size(CatalogPath()), 500'000U);
  EXPECT_THAT(bench_.Sources(), SizeIs(10));

  const Attached attached(bench_.home());
  EXPECT_THAT(Attached::Tables(), ElementsAre("sources"));
  EXPECT_THAT(Attached::Views(), SizeIs(10));
  EXPECT_EQ(Value("SELECT count(*) FROM catalog.source0"), "99999");
  EXPECT_EQ(Value("SELECT count(*) FROM catalog.imported"), "4");
  EXPECT_THAT(
      Value("SELECT sql FROM duckdb_views() WHERE view_name = 'source0'"),
      AllOf(HasSubstr("read_parquet("), HasSubstr(bench_.Path("t.parquet")),
            HasSubstr("hive_partitioning = CAST('f' AS BOOLEAN)"), HasSubstr("union_by_name = CAST('t' AS BOOLEAN)")));
}

TEST_F(TheCatalog, GivesEnsemblItsTwoViews) {
  Table("chr1.parquet");
  bench_.MustRun({"source", "add", "ensembl", "*.parquet"});
  {
    const Attached attached(bench_.home());
    EXPECT_THAT(Attached::Views(), ElementsAre("ensembl_snv", "ensembl_variations"));
    EXPECT_EQ(Value("SELECT count(*) FROM catalog.ensembl_variations"), "3");
  }
  EXPECT_THAT(bench_.MustRun({"query", "SELECT count(*) AS n FROM ensembl_snv"}).out, HasSubstr("3"));
}

TEST_F(TheCatalog, SeesFilesThatAPatternMatchesLater) {
  Table("chr1.parquet");
  bench_.MustRun({"source", "add", "ensembl", "chr*.parquet"});
  Table("chr3.parquet", "SELECT '3' AS chrom, 5::BIGINT AS \"start\", 'A' AS ref, 'G' AS alt, 'new' AS SIG");
  bench_.Write("q.vcf", Vcf({}, {"3 5 . A G . . ."}));
  const Outcome outcome = bench_.MustRun({"annotate", "q.vcf", "-s", "ensembl:SIG", "-o", "o.parquet"});
  EXPECT_THAT(outcome.err, HasSubstr("have changed"));
  EXPECT_EQ(Value("SELECT ensembl_SIG FROM '" + bench_.Path("o.parquet") + "'"), "new");
}

TEST_F(TheCatalog, ReplacesASourceOfTheSameNameAndSaysSo) {
  Table("one.parquet");
  Table("two.parquet", SmallTable() + " LIMIT 1");
  bench_.MustRun({"source", "add", "mine", "one.parquet"});
  EXPECT_THAT(bench_.MustRun({"source", "add", "MINE", "two.parquet"}).err, HasSubstr("replaced"));
  EXPECT_THAT(bench_.Sources(), ElementsAre("MINE"));
  const Attached attached(bench_.home());
  EXPECT_EQ(Value("SELECT count(*) FROM catalog.mine"), "1");
}

TEST_F(TheCatalog, KeepsNothingOfAnImportThatWasReplaced) {
  bench_.Write("demo.vcf", SmallSource());
  Table("t.parquet");
  bench_.MustRun({"source", "import", "mine", "demo.vcf"});
  bench_.MustRun({"source", "import", "mine", "demo.vcf"});
  EXPECT_THAT(NamesIn(bench_.home() + "/sources/mine"), ElementsAre(EndsWith(".parquet")));
  bench_.MustRun({"source", "import", "Mine", "demo.vcf"});
  EXPECT_THAT(ImportFolders(), ElementsAre("Mine"));
  bench_.MustRun({"source", "add", "mine", "t.parquet"});
  EXPECT_THAT(ImportFolders(), IsEmpty());
  EXPECT_THAT(bench_.Sources(), ElementsAre("mine"));
}

TEST_F(TheCatalog, ForgetsARemovedSourceAndDeletesOnlyWhatImportMade) {
  bench_.Write("demo.vcf", SmallSource());
  Table("t.parquet");
  bench_.MustRun({"source", "import", "imported", "demo.vcf"});
  bench_.MustRun({"source", "add", "registered", "t.parquet"});
  bench_.MustRun({"source", "remove", "IMPORTED"});
  EXPECT_THAT(bench_.Sources(), ElementsAre("registered"));
  EXPECT_THAT(ImportFolders(), IsEmpty());
  bench_.MustRun({"source", "remove", "registered"});
  EXPECT_THAT(bench_.Sources(), IsEmpty());
  EXPECT_THAT(bench_.WorkNames(), ElementsAre("demo.vcf", "t.parquet"));
  {
    const Attached attached(bench_.home());
    EXPECT_THAT(Attached::Views(), IsEmpty());
  }
  const Outcome again = bench_.Varjoin({"source", "remove", "registered"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("no source 'registered'"));
}

TEST_F(TheCatalog, ShowsWhatIsKnownOfASource) {
  bench_.Write("demo.vcf", SmallSource());
  bench_.MustRun({"source", "import", "demo", "demo.vcf"});
  const nlohmann::json shown = nlohmann::json::parse(bench_.MustRun({"source", "show", "demo", "--json"}).out);
  EXPECT_EQ(shown.at("rows"), 4);
  EXPECT_EQ(shown.at("made_from"), nlohmann::json::array({bench_.Path("demo.vcf")}));
  const std::string text = bench_.MustRun({"source", "show", "demo"}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("SIG"), HasSubstr("Significance"), HasSubstr("demo.vcf")));
  EXPECT_THAT(bench_.MustRun({"source", "list"}).out, HasSubstr("demo"));
}

TEST_F(TheCatalog, OfAnImportHoldsMinimalSortedAlleles) {
  bench_.Write("odd.vcf", Vcf({"INFO=<ID=V,Number=A,Type=String,Description=\"v\">"},
                              {"2 5 . A G . . V=e", "10 7 . C T . . V=f", "1 99 . TAG TCG,TAGG . . V=b,a",
                               "1 5 . a <DEL> . . V=c", "1 5 . A . . . ."}));
  const Outcome outcome = bench_.MustRun({"source", "import", "odd", "odd.vcf"});
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("6 rows from 5 records"), HasSubstr("2 rows without an ALT, or with a symbolic one")));
  const Attached attached(bench_.home());
  EXPECT_THAT(
      Rows("SELECT chrom, \"start\", ref, alt, V FROM catalog.odd"),
      ElementsAre("1|5|a|<DEL>|c", "1|5|A|NULL|NULL", "1|100|A|AG|a", "1|100|A|C|b", "2|5|A|G|e", "10|7|C|T|f"));
}

TEST_F(TheCatalog, FindsTheKeyUnderCommonNamesOrByMap) {
  Table("vcflike.parquet",
        "SELECT 'chr1' AS \"#CHROM\", 100::INTEGER AS POS, 'A' AS reference, 'G' AS alternate, 1 AS v");
  bench_.MustRun({"source", "add", "common", "vcflike.parquet"});
  Table("odd.parquet", "SELECT 'chr1' AS c, 100 AS p, 'A' AS r, 'G' AS a, 2 AS v");
  EXPECT_THAT(bench_.Varjoin({"source", "add", "odd", "odd.parquet"}).err, HasSubstr("--map chrom=COLUMN"));
  bench_.MustRun({"source", "add", "odd", "odd.parquet", "--map", "chrom=c,start=p,ref=r,alt=a"});
  bench_.Write("person.vcf", SmallPerson());
  bench_.MustRun({"annotate", "person.vcf", "-s", "common", "-s", "odd", "-o", "o.parquet"});
  EXPECT_EQ(Rows("SELECT common_v, odd_v FROM '" + bench_.Path("o.parquet") + "' LIMIT 1"), Words{"1|2"});
}

TEST_F(TheCatalog, RefusesAllelesThatNeverMatchUnlessAsIs) {
  Table("joined.parquet", "SELECT '1' AS chrom, 100 AS \"start\", 'A' AS ref, 'G|T' AS alt");
  Table("dashed.parquet", "SELECT '1' AS chrom, 100 AS \"start\", 'A' AS ref, '-' AS alt");
  for (const std::string name : {"joined", "dashed"}) {
    const Outcome refused = bench_.Varjoin({"source", "add", name, name + ".parquet"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("100 %"), HasSubstr("source import " + name), HasSubstr("--as-is")));
    bench_.MustRun({"source", "add", name, name + ".parquet", "--as-is"});
  }
  bench_.Write("person.vcf", SmallPerson());
  const Outcome outcome = bench_.MustRun({"annotate", "person.vcf", "-s", "joined", "-o", "o.parquet"});
  EXPECT_THAT(outcome.err, HasSubstr("alternates joined"));
}

class EnsureEnsembl : public TheCatalog {
 protected:
  EnsureEnsembl() {
    fs::create_directories(Folder());
    Table("ensembl/chr1.parquet");
  }
  std::string Folder() const { return bench_.Path("ensembl"); }
};

TEST_F(EnsureEnsembl, MakesTheCatalogAndKeepsIt) {
  const Result<std::string> made = EnsureEnsemblCatalog(Folder(), bench_.home());
  ASSERT_TRUE(made.ok()) << made.status().message();
  EXPECT_EQ(*made, CatalogPath());
  {
    const Attached attached(bench_.home());
    EXPECT_THAT(Attached::Views(), ElementsAre("ensembl_snv", "ensembl_variations"));
  }
  const std::string before = Identity(CatalogPath());
  const Result<std::string> kept = EnsureEnsemblCatalog(Folder(), bench_.home());
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(*kept, *made);
  EXPECT_EQ(Identity(CatalogPath()), before) << "the catalog was written again";
}

TEST_F(EnsureEnsembl, LooksAgainWhenTheFolderHasChanged) {
  ASSERT_TRUE(EnsureEnsemblCatalog(Folder(), bench_.home()).ok());
  Table("ensembl/chr7.parquet", "SELECT '7' AS chrom, 1::BIGINT AS \"start\", 'A' AS ref, 'G' AS alt");
  ASSERT_TRUE(EnsureEnsemblCatalog(Folder() + "/", bench_.home()).ok());
  const nlohmann::json shown = nlohmann::json::parse(bench_.MustRun({"source", "show", "ensembl", "--json"}).out);
  EXPECT_EQ(shown.at("rows"), 4);
}

TEST_F(EnsureEnsembl, LeavesOtherSourcesAlone) {
  bench_.MustRun({"source", "add", "mine", "ensembl/chr1.parquet"});
  ASSERT_TRUE(EnsureEnsemblCatalog(Folder(), bench_.home()).ok());
  EXPECT_THAT(bench_.Sources(), ElementsAre("ensembl", "mine"));
}

TEST_F(EnsureEnsembl, RefusesAFolderWithoutParquet) {
  fs::create_directories(bench_.Path("empty"));
  for (const std::string folder : {"empty", "nowhere"}) {
    const Result<std::string> made = EnsureEnsemblCatalog(bench_.Path(folder), bench_.home());
    ASSERT_FALSE(made.ok());
    EXPECT_THAT(made.status().message(), HasSubstr(folder));
    EXPECT_FALSE(fs::exists(CatalogPath()));
  }
}

}  // namespace
}  // namespace varjoin::test
