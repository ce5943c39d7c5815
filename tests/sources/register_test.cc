// register_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.h"
#include "sources/import.h"
#include "sources/parquet.h"
#include "varjoin/sources.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// A home and a database of the test's own.
class RegisterTest : public ::testing::Test {
 protected:
  RegisterTest() : catalog(scratch.Path("home")), database(duck::OpenDatabase()) {}

  std::string Parquet(const std::string& name, const std::string& values) {
    return WriteParquet(*database, scratch.Path(name), AlleleRows(values));
  }

  Result<Registered> Register(const std::string& name, const std::vector<std::string>& files, bool as_is = false) {
    return RegisterSource(*database, catalog,
                          {.name = name, .files = files, .mapping = {}, .assembly = {}, .as_is = as_is});
  }

  std::string Seen(const std::string& sql) {
    const auto reader = duck::OpenDatabase();
    EXPECT_OK(reader->Execute("ATTACH " + SqlString(catalog.path()) + " AS c (READ_ONLY)"));
    return duck::Row(*reader, sql);
  }

  Scratch scratch;
  Catalog catalog;
  std::unique_ptr<duck::Database> database;
};

TEST_F(RegisterTest, TakesParquetAsItStands) {
  const std::string file = Parquet("data/x.parquet", "('chr1', 5, 'A', 'C', 'one'), ('chrM', 6, 'A', 'C', 'two')");
  const std::string before = Content(file);
  const Registered registered = Value(Register("mine", {file}));
  EXPECT_FALSE(registered.replaced);
  EXPECT_THAT(registered.notes, IsEmpty());
  EXPECT_EQ(registered.source.rows, 2);
  EXPECT_EQ(registered.source.assembly, "");
  EXPECT_THAT(NamesOf(registered.source.contigs), ElementsAre("chr1", "chrM"));
  EXPECT_THAT(NamesOf(registered.source.columns), ElementsAre("v VARCHAR"));
  EXPECT_EQ(Content(file), before);
  EXPECT_EQ(ToJson(Value(catalog.Find("MINE"))), ToJson(registered.source));
  EXPECT_EQ(Seen("SELECT string_agg(v, '+' ORDER BY v) FROM c.mine"), "one+two");
  EXPECT_TRUE(Value(Register("Mine", {file})).replaced);
}

TEST_F(RegisterTest, TakesFilesPatternsAndFolders) {
  for (const char* chrom : {"1", "2", "X"}) {
    Parquet(std::string("data/chr") + chrom + ".parquet", std::string("('") + chrom + "', 5, 'A', 'C', 1)");
  }
  scratch.Write("data/README.txt", "x");
  for (const std::vector<std::string>& files :
       {std::vector<std::string>{scratch.Path("data")},
        {scratch.Path("data/")},
        {scratch.Path("data/*.parquet")},
        {scratch.Path("data/chr1.parquet"), scratch.Path("data/chr[2X].parquet")},
        {scratch.Path("data/chr1.parquet"), scratch.Path("data/chr1.parquet"), scratch.Path("data/chr[2X].parquet")}}) {
    const Registered registered = Value(Register("s", files));
    EXPECT_EQ(registered.source.rows, 3);
    EXPECT_THAT(NamesOf(registered.source.contigs), ElementsAre("1", "2", "X"));
    EXPECT_EQ(registered.source.contigs_of_file.size(), 3U);
    EXPECT_EQ(Seen("SELECT count(*) FROM c.s"), "3");
  }
}

TEST_F(RegisterTest, IsToldTheAssemblyByAccessionsOrByTheUser) {
  const std::string file = Parquet("x.parquet", "('NC_000001.10', 5, 'A', 'C', 1)");
  EXPECT_EQ(Value(Register("s", {file})).source.assembly, "GRCh37");
  EXPECT_EQ(Value(RegisterSource(*database, catalog, {.name = "s", .files = {file}, .mapping = {}, .assembly = "hg38"}))
                .source.assembly,
            "GRCh38");
}

TEST_F(RegisterTest, RefusesWhatIsNoSource) {
  const std::string good = Parquet("good.parquet", "('1', 5, 'A', 'C', 1)");
  const std::string no_alt =
      WriteParquet(*database, scratch.Path("noalt.parquet"), "SELECT '1' AS chrom, 5 AS \"start\", 'A' AS ref");
  const std::string vcf = scratch.Write("x.vcf", "##fileformat=VCFv4.2\n");
  scratch.Folder("empty");
  struct Case {
    const char* name;
    std::vector<std::string> files;
    const char* text;
  };
  for (const Case& c : {Case{"a b", {good}, "can't be a source's name"},
                        {"sources", {good}, "can't be a source's name"},
                        {"s", {scratch.Path("absent.parquet")}, "no such file"},
                        {"s", {scratch.Path("*.absent")}, "no file matches"},
                        {"s", {scratch.Path("empty")}, "no file matches"},
                        {"s", {good, vcf}, "source import"},
                        {"s", {no_alt}, "`alt`"},
                        {"s", {"s3://bucket/x.parquet"}, "download"}}) {
    EXPECT_THAT(ErrorText(Register(c.name, c.files)), AllOf(StartsWith("2: "), HasSubstr(c.text)));
  }
  EXPECT_FALSE(FileExists(catalog.path()));
}

TEST_F(RegisterTest, RefusesJoinedAlternatesAndDashesUnlessTheUserInsists) {
  struct Case {
    const char* values;
    const char* text;
  };
  int number = 0;
  for (const Case& c :
       {Case{"('1', 5, 'A', 'C|G', 1)", "100 % of the rows have several alternates joined in one value (such as C|G)"},
        Case{"('1', 5, 'A', '-', 1)", "100 % of the rows write a missing base as `-` (such as A>-)"},
        Case{"('1', 5, 'A', 'C,G', 1), ('1', 5, 'A', 'C', 1), ('1', 6, 'A', 'C', 1)", "33 % of the rows"}}) {
    const std::string file = Parquet(std::to_string(number++) + ".parquet", c.values);
    EXPECT_THAT(ErrorText(Register("s", {file})),
                AllOf(StartsWith("2: "), HasSubstr(c.text), HasSubstr("source import s"), HasSubstr("--as-is")));
    EXPECT_FALSE(FileExists(catalog.path()));
    const Registered registered = Value(Register("as_is", {file}, /*as_is=*/true));
    EXPECT_THAT(registered.source.warnings, ElementsAre(HasSubstr(c.text)));
    EXPECT_THAT(registered.notes, ElementsAre(HasSubstr(c.text)));
    EXPECT_THAT(Value(catalog.Find("as_is")).warnings, ElementsAre(HasSubstr(c.text)));
    EXPECT_OK(catalog.Remove("as_is"));
    fs::remove_all(scratch.Path("home"));
  }
}

TEST_F(RegisterTest, NotesAllelesThatMatchLessThanTheyCould) {
  const std::string file = Parquet(
      "x.parquet", "('1', 5, 'CA', 'CG', 1), ('1', 5, 'A', 'C1', 1), ('1', 5, 'A', 'C', 1), ('1', 9, 'A', 'C', 1)");
  const Registered registered = Value(Register("s", {file}));
  EXPECT_THAT(registered.source.warnings, IsEmpty());
  EXPECT_THAT(registered.notes, ElementsAre(AllOf(StartsWith("25 %"), HasSubstr("no bases")),
                                            AllOf(StartsWith("25 %"), HasSubstr("not in minimal form"))));
}

TEST_F(RegisterTest, ReplacingAnImportedSourceRemovesItsParquet) {
  const std::string vcf = scratch.Write(
      "x.vcf", "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\t.\tA\tC\t.\t.\t.\n");
  ASSERT_OK(ImportSource(*database, catalog, {.name = "S", .files = {vcf}, .assembly = {}}));
  EXPECT_TRUE(Value(Register("s", {Parquet("x.parquet", "('1', 5, 'A', 'C', 1)")})).replaced);
  const std::string left =
      duck::Row(*database, "SELECT count(*) FROM glob(" + SqlString(scratch.Path("home/sources/**/*.parquet")) + ")");
  EXPECT_EQ(left, "0");
  EXPECT_EQ(Seen("SELECT v FROM c.s"), "1");
}

TEST_F(RegisterTest, AnImportedSourcesOwnParquetMayBeRegisteredInItsPlace) {
  const std::string vcf = scratch.Write(
      "x.vcf", "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\trs5\tA\tC\t.\t.\t.\n");
  const Imported imported = Value(ImportSource(*database, catalog, {.name = "s", .files = {vcf}, .assembly = {}}));
  ASSERT_OK(Register("s", {imported.path}));
  EXPECT_EQ(Seen("SELECT id FROM c.s"), "rs5");
}

TEST_F(RegisterTest, RefreshLooksAgainWhenFilesHaveChanged) {
  Parquet("data/chr1.parquet", "('1', 5, 'A', 'C', 1)");
  Source source = Value(Register("s", {scratch.Path("data")})).source;
  EXPECT_FALSE(Value(RefreshSource(*database, source)));
  WriteParquet(*database, scratch.Path("data/chr2.parquet"),
               "SELECT '2' AS chrom, 7 AS \"start\", 'A' AS ref, 'C' AS alt, 2 AS v, 0.5::DOUBLE AS af");
  EXPECT_TRUE(Value(RefreshSource(*database, source)));
  EXPECT_THAT(NamesOf(source.contigs), ElementsAre("1", "2"));
  EXPECT_THAT(NamesOf(source.columns), ElementsAre("v INTEGER", "af DOUBLE"));
  EXPECT_EQ(source.rows, 2);
  EXPECT_EQ(source.contigs_of_file.size(), 2U);
  EXPECT_FALSE(Value(RefreshSource(*database, source))) << "it knows the new files now";
  Parquet("data/chr1.parquet", "('1', 5, 'A', 'C', 1), ('X', 5, 'A', 'C', 1)");
  EXPECT_TRUE(Value(RefreshSource(*database, source)));
  EXPECT_THAT(NamesOf(source.contigs), ElementsAre("1", "2", "X"));
}

TEST_F(RegisterTest, RefreshKeepsTheKeyThatTheUserMapped) {
  const std::string query = "SELECT '1' AS chrom, 4 AS \"start\", 5 AS pos1, 'A' AS ref, 'C' AS alt";
  const std::string file = WriteParquet(*database, scratch.Path("x.parquet"), query);
  Source source = Value(RegisterSource(*database, catalog,
                                       {.name = "s", .files = {file}, .mapping = {{"start", "pos1"}}, .assembly = {}}))
                      .source;
  WriteParquet(*database, file, query + ", 1 AS more");
  EXPECT_TRUE(Value(RefreshSource(*database, source)));
  EXPECT_EQ(source.key.start, "pos1");
  EXPECT_THAT(NamesOf(source.columns), ElementsAre("start INTEGER", "more INTEGER"));
}

TEST_F(RegisterTest, RefreshOfAnImportedSourceKeepsWhatItsHeaderSaid) {
  const std::string vcf =
      scratch.Write("x.vcf",
                    "##fileformat=VCFv4.2\n##contig=<ID=chrM,length=16571>\n"
                    "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">\n"
                    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchrM\t73\t.\tA\tG\t.\t.\tAF=0.5\n");
  Imported imported = Value(ImportSource(*database, catalog, {.name = "s", .files = {vcf}, .assembly = {}}));
  fs::last_write_time(imported.path, fs::last_write_time(imported.path) + std::chrono::seconds(5));
  EXPECT_TRUE(Value(RefreshSource(*database, imported.source)));
  ASSERT_EQ(imported.source.contigs.size(), 1U);
  EXPECT_EQ(imported.source.contigs[0].length, 16571) << "without it hg19's chrM is taken for the rCRS";
  for (const SourceColumn& column : imported.source.columns) {
    if (column.name == "AF") {
      EXPECT_EQ(column.number + " " + column.vcf_type + " " + column.description, "A Float Frequency");
    }
  }
}

TEST_F(RegisterTest, RefreshOfFilesThatAreGoneNamesTheSource) {
  const std::string file = Parquet("x.parquet", "('1', 5, 'A', 'C', 1)");
  Source source = Value(Register("clinvar", {file})).source;
  fs::remove(file);
  EXPECT_THAT(ErrorText(RefreshSource(*database, source)),
              AllOf(StartsWith("2: "), HasSubstr("clinvar"), HasSubstr("is gone")));
}

TEST_F(RegisterTest, EnsureEnsemblCatalogMakesOnlyWhatIsMissing) {
  Parquet("ens[1]/chr1.parquet", "('1', 5, 'A', 'C', 'rs1')");
  const std::string folder = scratch.Path("ens[1]");
  EXPECT_EQ(Value(EnsureEnsemblCatalog(folder, catalog.home())), catalog.path());
  EXPECT_EQ(Seen("SELECT (SELECT v FROM c.ensembl_variations) || (SELECT v FROM c.ensembl_snv)"), "rs1rs1");
  EXPECT_LT(fs::file_size(catalog.path()), 500'000U);
  const FileStamp stamp = Value(StampOf(catalog.path()));
  EXPECT_EQ(Value(EnsureEnsemblCatalog(folder + "/", catalog.home())), catalog.path());
  EXPECT_EQ(Value(StampOf(catalog.path())), stamp) << "nothing was to be done";
  Parquet("ens[1]/chr2.parquet", "('2', 5, 'A', 'C', 'rs2')");
  EXPECT_OK(EnsureEnsemblCatalog(folder, catalog.home()));
  EXPECT_NE(Value(StampOf(catalog.path())), stamp);
  EXPECT_EQ(Value(catalog.Find("ensembl")).rows, 2);
  EXPECT_THAT(ErrorText(EnsureEnsemblCatalog(scratch.Folder("nothing"), catalog.home())), StartsWith("2: "));
  EXPECT_THAT(ErrorText(EnsureEnsemblCatalog(scratch.Path("absent"), catalog.home())), StartsWith("2: "));
  EXPECT_EQ(Value(catalog.Find("ensembl")).rows, 2);
}

}  // namespace
}  // namespace varjoin
