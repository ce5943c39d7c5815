// catalog_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "scratch.h"
#include "sources/parquet.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Source SourceNamed(const std::string& name, const std::string& pattern) {
  Source source;
  source.name = name;
  source.patterns = {pattern};
  source.chrom_type = "VARCHAR";
  source.rows = 3;
  return source;
}

std::vector<std::string> NamesIn(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const Source& source : Value(catalog.List())) {
    names.push_back(source.name);
  }
  return names;
}

/// What is in the file: "name type".
std::vector<std::string> ObjectsIn(const Catalog& catalog) {
  const auto database = duck::OpenDatabase();
  EXPECT_OK(database->Execute("ATTACH " + SqlString(catalog.path()) + " AS c (READ_ONLY)"));
  return duck::Rows(
      *database, "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = 'c' ORDER BY ALL");
}

TEST(Catalog, IsEmptyWhereThereIsNone) {
  const Scratch scratch;
  const Catalog catalog(scratch.Path("home"));
  EXPECT_THAT(NamesIn(catalog), IsEmpty());
  EXPECT_THAT(ErrorText(catalog.Find("clinvar")),
              AllOf(StartsWith("2: "), HasSubstr("clinvar"), HasSubstr("source add")));
  EXPECT_THAT(ErrorText(catalog.Remove("clinvar")), StartsWith("2: "));
  EXPECT_FALSE(FileExists(catalog.path())) << "looking makes nothing";
}

TEST(Catalog, KeepsFindsReplacesAndRemovesSourcesWithoutRegardToCase) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string file = WriteParquet(*database, scratch.Path("x.parquet"), AlleleRows("('1', 5, 'A', 'C', 1)"));
  const Catalog catalog(scratch.Path("home"));
  EXPECT_FALSE(Value(catalog.Put(SourceNamed("ClinVar", file))));
  EXPECT_FALSE(Value(catalog.Put(SourceNamed("dbsnp", file))));
  EXPECT_FALSE(Value(catalog.Put(SourceNamed("Ensembl", file))));
  EXPECT_THAT(NamesIn(catalog), ElementsAre("ClinVar", "dbsnp", "Ensembl"));
  EXPECT_EQ(Value(catalog.Find("clinvar")).name, "ClinVar");
  EXPECT_EQ(Value(catalog.Find("CLINVAR")).rows, 3);
  EXPECT_THAT(ErrorText(catalog.Find("clinvr")), HasSubstr("did you mean 'ClinVar'?"));
  EXPECT_THAT(ErrorText(catalog.Find("gnomad")), HasSubstr("there are: ClinVar, dbsnp, Ensembl"));
  EXPECT_THAT(ObjectsIn(catalog), ElementsAre("ClinVar VIEW", "dbsnp VIEW", "ensembl_snv VIEW",
                                              "ensembl_variations VIEW", "sources BASE TABLE"));

  Source again = SourceNamed("CLINVAR", file);
  again.rows = 4;
  EXPECT_TRUE(Value(catalog.Put(again)));
  EXPECT_THAT(NamesIn(catalog), ElementsAre("CLINVAR", "dbsnp", "Ensembl"));
  EXPECT_EQ(Value(catalog.Find("ClinVar")).rows, 4);

  EXPECT_OK(catalog.Remove("clinvar"));
  EXPECT_OK(catalog.Remove("ENSEMBL"));
  EXPECT_THAT(NamesIn(catalog), ElementsAre("dbsnp"));
  EXPECT_THAT(ObjectsIn(catalog), ElementsAre("dbsnp VIEW", "sources BASE TABLE"));
  EXPECT_TRUE(FileExists(file)) << "registered files are the user's";
}

TEST(Catalog, ItsViewsAreTablesForSql) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string odd = "it's [a] *?/x*.parquet";
  WriteParquet(*database, scratch.Path(odd), AlleleRows("('1', 5, 'A', 'C', 'odd')"));
  WriteParquet(*database, scratch.Path("plain/a.parquet"), AlleleRows("('1', 5, 'A', 'C', 'a')"));
  WriteParquet(*database, scratch.Path("plain/b.parquet"),
               "SELECT 'chrX' AS chrom, 6::BIGINT AS \"start\", 'A' AS ref, 'G' AS alt, 7 AS more");
  WriteParquet(*database, scratch.Path("plain/chrom=9/c.parquet"), AlleleRows("('1', 5, 'A', 'C', 'c')"));
  const Catalog catalog(scratch.Path("home"));
  ASSERT_OK(catalog.Put(SourceNamed("odd", scratch.Path(odd))));
  ASSERT_OK(catalog.Put(SourceNamed("ensembl", scratch.Path("plain/*.parquet"))));
  ASSERT_OK(catalog.Put(SourceNamed("hive", scratch.Path("plain/chrom=9/c.parquet"))));
  ASSERT_OK(database->Execute("ATTACH " + SqlString(catalog.path()) + " AS c (READ_ONLY)"));
  EXPECT_THAT(duck::Rows(*database, "FROM c.odd"), ElementsAre("1 5 A C odd"));
  EXPECT_THAT(duck::Rows(*database, "FROM c.ensembl_variations ORDER BY chrom"),
              ElementsAre("1 5 A C a NULL", "chrX 6 A G NULL 7"));
  EXPECT_THAT(duck::Rows(*database, "SELECT count(*) FROM c.ensembl_snv"), ElementsAre("2"));
  EXPECT_THAT(duck::Rows(*database, "FROM c.hive"), ElementsAre("1 5 A C c")) << "a folder's name is no column";
  EXPECT_THAT(duck::Rows(*database, "SELECT name, kind, \"rows\" FROM c.sources ORDER BY name LIMIT 1"),
              ElementsAre("ensembl registered 3"));
}

TEST(Catalog, StaysSmallAndKeepsItsSizeWhenSourcesAreReplaced) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string file = WriteParquet(*database, scratch.Path("x.parquet"), AlleleRows("('1', 5, 'A', 'C', 1)"));
  const Catalog catalog(scratch.Path("home"));
  Source source = SourceNamed("s", file);
  for (int i = 0; i < 100; ++i) {
    source.columns.push_back({"INFO_" + std::to_string(i), "VARCHAR", "A", "String", std::string(150, 'd')});
  }
  for (int i = 0; i < 200; ++i) {
    source.contigs.push_back({"chrUn_KI27" + std::to_string(i), 100000 + i});
  }
  for (int i = 0; i < 8; ++i) {
    source.name = "s" + std::to_string(i);
    ASSERT_OK(catalog.Put(source));
  }
  EXPECT_LT(fs::file_size(catalog.path()), 500'000U);
  for (int i = 0; i < 8; ++i) {
    source.name = "s0";
    ASSERT_OK(catalog.Put(source));
  }
  EXPECT_LT(fs::file_size(catalog.path()), 500'000U);
}

TEST(Catalog, AWriterThatFindsTheLockTakenSaysTryAgain) {
  const Scratch scratch;
  const Catalog catalog(scratch.Folder("home"));
  const auto lock = FileLock::Take(catalog.path() + ".lock", 0);
  ASSERT_OK(lock);
  EXPECT_THAT(ErrorText(catalog.Put(SourceNamed("a", "/x"))), StartsWith("75: "));
  EXPECT_THAT(NamesIn(catalog), IsEmpty()) << "readers do not wait";
}

TEST(Catalog, WritersAndReadersAtTheSameTimeLoseNothing) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string file = WriteParquet(*database, scratch.Path("x.parquet"), AlleleRows("('1', 5, 'A', 'C', 1)"));
  const Catalog catalog(scratch.Path("home"));
  std::atomic<bool> writing{true};
  std::thread reader([&] {
    size_t before = 0;
    while (writing) {
      const auto sources = catalog.List();
      ASSERT_OK(sources);
      EXPECT_GE(sources->size(), before) << "a source has disappeared";
      before = sources->size();
    }
  });
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&, i] {
      for (int j = 0; j < 3; ++j) {
        const Source source = SourceNamed("s" + std::to_string(i) + "_" + std::to_string(j), file);
        Result<bool> put = catalog.Put(source);
        while (!put.ok() && put.status().code() == StatusCode::kTryAgain) {
          put = catalog.Put(source);
        }
        ASSERT_OK(put);
      }
    });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  writing = false;
  reader.join();
  EXPECT_EQ(Value(catalog.List()).size(), 12U);
  EXPECT_EQ(ObjectsIn(catalog).size(), 13U);
}

TEST(Catalog, ThatIsNoDatabaseIsAnErrorAndIsNotTouched) {
  const Scratch scratch;
  const Catalog catalog(scratch.Folder("home"));
  scratch.Write("home/catalog.duckdb", "this is no database");
  EXPECT_THAT(ErrorText(catalog.List()), AllOf(StartsWith("1: "), HasSubstr(catalog.path())));
  EXPECT_THAT(ErrorText(catalog.Put(SourceNamed("a", "/x"))), Not("no error"));
  EXPECT_EQ(Content(catalog.path()), "this is no database");
}

TEST(Catalog, AChangeThatFailsLeavesTheOldOne) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string file = WriteParquet(*database, scratch.Path("x.parquet"), AlleleRows("('1', 5, 'A', 'C', 1)"));
  const Catalog catalog(scratch.Path("home"));
  ASSERT_OK(catalog.Put(SourceNamed("a", file)));
  const std::string before = Content(catalog.path());
  EXPECT_THAT(ErrorText(catalog.Put(SourceNamed("b", scratch.Path("absent.parquet")))), Not("no error"))
      << "a view of nothing can't be made";
  EXPECT_EQ(Content(catalog.path()), before);
  EXPECT_THAT(NamesIn(catalog), ElementsAre("a"));
  EXPECT_THAT(scratch.Names("home/tmp"), IsEmpty());
}

TEST(Catalog, CanBeCleanedUpWhenASourcesFilesAreGone) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const Catalog catalog(scratch.Path("home"));
  for (const char* name : {"a", "b"}) {
    ASSERT_OK(catalog.Put(SourceNamed(name, WriteParquet(*database, scratch.Path(std::string(name) + ".parquet"),
                                                         AlleleRows("('1', 5, 'A', 'C', 1)")))));
  }
  fs::remove(scratch.Path("a.parquet"));
  EXPECT_THAT(NamesIn(catalog), ElementsAre("a", "b"));
  EXPECT_OK(catalog.Put(SourceNamed("c", scratch.Path("b.parquet"))));
  EXPECT_OK(catalog.Remove("a"));
  EXPECT_THAT(NamesIn(catalog), ElementsAre("b", "c"));
}

TEST(DefaultHome, IsWhatTheEnvironmentSays) {
  std::vector<std::pair<std::string, std::string>> before;
  for (const char* name : {"HOME", "XDG_DATA_HOME", "VARJOIN_HOME"}) {
    const char* value = getenv(name);
    before.emplace_back(name, value == nullptr ? "" : value);
  }
  setenv("HOME", "/home/ann", 1);
  unsetenv("XDG_DATA_HOME");
  unsetenv("VARJOIN_HOME");
  EXPECT_EQ(DefaultHome(), "/home/ann/.local/share/varjoin");
  setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(DefaultHome(), "/data/varjoin");
  setenv("VARJOIN_HOME", "/lab/varjoin/../vj", 1);
  EXPECT_EQ(DefaultHome(), "/lab/vj");
  setenv("VARJOIN_HOME", "", 1);
  EXPECT_EQ(DefaultHome(), "/data/varjoin");
  for (const auto& [name, value] : before) {
    value.empty() ? unsetenv(name.c_str()) : setenv(name.c_str(), value.c_str(), 1);
  }
}

}  // namespace
}  // namespace varjoin
