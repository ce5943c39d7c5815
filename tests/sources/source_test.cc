// source_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.h"
#include "sources/parquet.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Source FullSource() {
  Source source;
  source.name = "ClinVar";
  source.kind = Source::Kind::kImported;
  source.patterns = {"/data/it's \"a\" *.parquet", "/data/ünï/[1].parquet"};
  source.key = {"#CHROM", "POS", "Reference", "alt\"ernate"};
  source.chrom_type = "INTEGER";
  source.columns = {{"CLNSIG", "VARCHAR[]", ".", "String", "Clinical \"significance\"\tof Ménière"},
                    {"AF", "DOUBLE", "A", "Float", ""},
                    {"plain", "STRUCT(a INTEGER)", "", "", ""}};
  source.contigs = {{"1", 248956422}, {"HLA-A*01:01", std::nullopt}};
  source.contigs_of_file = {{"/data/a.parquet", {0, 1}}, {"/data/b.parquet", {}}};
  source.rows = 5'000'000'000;
  source.assembly = "GRCh38";
  source.fingerprint = "2:0123456789abcdef";
  source.warnings = {"a warning", "another"};
  source.made_from = {"/in/x.vcf.gz"};
  source.made_at = "2026-11-21T12:00:00Z";
  source.zero_based = true;
  source.hive = true;
  source.contig_aliases = {{"odd", "1"}};
  source.input_fingerprint = "1:abc";
  source.checked_at = "2026-01-01T00:00:00Z";
  return source;
}

TEST(SourceJson, GivesEverythingBack) {
  const Source source = FullSource();
  const Source read = Value(SourceFromJson(ToJson(source)));
  EXPECT_EQ(read.name, source.name);
  EXPECT_EQ(read.kind, source.kind);
  EXPECT_EQ(read.patterns, source.patterns);
  EXPECT_EQ(read.key.chrom, source.key.chrom);
  EXPECT_EQ(read.key.start, source.key.start);
  EXPECT_EQ(read.key.ref, source.key.ref);
  EXPECT_EQ(read.key.alt, source.key.alt);
  EXPECT_EQ(read.chrom_type, source.chrom_type);
  ASSERT_EQ(read.columns.size(), source.columns.size());
  for (size_t i = 0; i < read.columns.size(); ++i) {
    EXPECT_EQ(read.columns[i].name, source.columns[i].name);
    EXPECT_EQ(read.columns[i].type, source.columns[i].type);
    EXPECT_EQ(read.columns[i].number, source.columns[i].number);
    EXPECT_EQ(read.columns[i].vcf_type, source.columns[i].vcf_type);
    EXPECT_EQ(read.columns[i].description, source.columns[i].description);
  }
  ASSERT_EQ(read.contigs.size(), 2U);
  EXPECT_EQ(read.contigs[0].name, "1");
  EXPECT_EQ(read.contigs[0].length, 248956422);
  EXPECT_EQ(read.contigs[1].name, "HLA-A*01:01");
  EXPECT_EQ(read.contigs[1].length, std::nullopt);
  EXPECT_EQ(read.contigs_of_file, source.contigs_of_file);
  EXPECT_EQ(read.rows, source.rows);
  EXPECT_TRUE(read.zero_based && read.hive);
  EXPECT_EQ(read.contig_aliases, source.contig_aliases);
  EXPECT_EQ(read.checked_at, source.checked_at);
  EXPECT_EQ(read.input_fingerprint, source.input_fingerprint);
  EXPECT_EQ(read.assembly, source.assembly);
  EXPECT_EQ(read.fingerprint, source.fingerprint);
  EXPECT_EQ(read.warnings, source.warnings);
  EXPECT_EQ(read.made_from, source.made_from);
  EXPECT_EQ(read.made_at, source.made_at);
  EXPECT_EQ(ToJson(read), ToJson(source));
}

TEST(SourceJson, OfAnEmptySourceIsFine) {
  EXPECT_EQ(ToJson(Value(SourceFromJson(ToJson(Source())))), ToJson(Source()));
}

TEST(SourceJson, ReplacesBytesThatAreNoText) {
  Source source = FullSource();
  source.columns[0].description = "Latin-1 \xe9";
  EXPECT_EQ(Value(SourceFromJson(ToJson(source))).columns[0].description, "Latin-1 \xef\xbf\xbd");
}

TEST(SourceJson, ThatCannotBeReadIsAnError) {
  const std::string whole = ToJson(FullSource());
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THAT(ErrorText(SourceFromJson(whole.substr(0, length))), StartsWith("1: "));
  }
  for (const char* other : {"null", "[]", "5", "{\"name\": 5}", "{\"name\": \"x\", \"kind\": \"registered\"}"}) {
    EXPECT_THAT(ErrorText(SourceFromJson(other)), AllOf(StartsWith("1: "), HasSubstr("catalog"))) << other;
  }
}

TEST(CheckSourceName, AllowsWhatIsANameInAnySystem) {
  for (const std::string& name : {std::string("clinvar"), std::string("ClinVar_2026"), std::string("a"),
                                  std::string("ensembl"), std::string(64, 'x')}) {
    EXPECT_OK(CheckSourceName(name));
  }
  for (const std::string& name : {std::string(""),
                                  std::string("1000g"),
                                  std::string("_x"),
                                  std::string("a-b"),
                                  std::string("a b"),
                                  std::string("a.b"),
                                  std::string("a/b"),
                                  std::string(".."),
                                  std::string("../x"),
                                  std::string("é"),
                                  std::string("a\n"),
                                  std::string("a\0b", 3),
                                  std::string("a:b"),
                                  std::string("a+b"),
                                  std::string("a'b"),
                                  std::string(65, 'x'),
                                  std::string("sources"),
                                  std::string("SOURCES"),
                                  std::string("ensembl_variations"),
                                  std::string("Ensembl_SNV")}) {
    EXPECT_THAT(ErrorText(CheckSourceName(name)), StartsWith("2: ")) << name;
  }
}

TEST(ViewNames, AreTheSourcesOrEnsemblsTwo) {
  Source source;
  source.name = "ClinVar";
  EXPECT_THAT(ViewNames(source), ElementsAre("ClinVar"));
  source.name = "Ensembl";
  EXPECT_THAT(ViewNames(source), ElementsAre("ensembl_variations", "ensembl_snv"));
}

TEST(ReadParquetSql, ReadsExactlyTheFilesItNames) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::vector<std::string> names = {"plain", "a*b",  "axb", "a?b", "a[b]c",  "abc",   "a]b", "a{1,2}b", "a1b",
                                          "it's",  "a b",  "ünï", "#1",  "100%25", "a\"b",  "-x",  "a!b",     "we\\ird",
                                          "[",     "[!a]", "b",   "**",  "a\\xb",  "$HOME", "~"};
  int number = 0;
  for (const std::string& name : names) {
    WriteParquet(*database, scratch.Path(name + ".parquet"), "SELECT " + std::to_string(number++) + " AS n");
  }
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(duck::Row(*database, "SELECT n FROM " + ReadParquetSql({scratch.Path(names[i] + ".parquet")})),
              std::to_string(i))
        << names[i];
  }
}

TEST(ReadParquetSql, KeepsTheOrderOfTheFiles) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  std::vector<std::string> files;
  for (const char* name : {"b", "a", "c"}) {
    files.push_back(WriteParquet(*database, scratch.Path(name), std::string("SELECT '") + name + "' AS n"));
  }
  EXPECT_EQ(duck::Row(*database, "SELECT list(n ORDER BY file_index) FROM " + ReadParquetSql(files)), "[b, a, c]");
}

TEST(FilesOf, AreSortedAndEachIsOne) {
  const Scratch scratch;
  for (const char* name : {"b.parquet", "a.parquet", "c.txt"}) {
    scratch.Write(name, "x");
  }
  Source source;
  source.name = "s";
  source.patterns = {scratch.Path("b.parquet"), scratch.Path("*.parquet"), scratch.Path("a.parquet")};
  const std::vector<FileStamp> stamps = Value(FilesOf(source));
  ASSERT_EQ(stamps.size(), 2U);
  EXPECT_EQ(stamps[0].path, scratch.Path("a.parquet"));
  EXPECT_EQ(stamps[1].path, scratch.Path("b.parquet"));
}

TEST(FilesOf, ThatAreGoneNameTheSourceAndTheWayBack) {
  Source source;
  source.name = "clinvar";
  source.patterns = {"/absent/*.parquet"};
  EXPECT_THAT(ErrorText(FilesOf(source)),
              AllOf(StartsWith("2: "), HasSubstr("clinvar"), HasSubstr("source add clinvar")));
  source.kind = Source::Kind::kImported;
  EXPECT_THAT(ErrorText(FilesOf(source)), HasSubstr("source import clinvar"));
}

TEST(NumberedSex, IsAskedAboutWhereItMayBePlinks) {
  const auto note = [](const std::vector<std::string>& names, std::map<std::string, std::string> aliases = {}) {
    Source source;
    for (const std::string& name : names) {
      source.contigs.push_back({name, std::nullopt});
    }
    source.contig_aliases = std::move(aliases);
    return NumberedSexNote(source);
  };
  EXPECT_THAT(note({"22", "23", "24", "26"}), HasSubstr("--contig-aliases"));
  EXPECT_EQ(note({"22", "X"}), "");
  EXPECT_EQ(note({"23", "X"}), "");                  // a fish
  EXPECT_EQ(note({"22", "23", "27", "38"}), "");     // a dog
  EXPECT_EQ(note({"22", "23"}, {{"23", "X"}}), "");  // said already
}

}  // namespace
}  // namespace varjoin
