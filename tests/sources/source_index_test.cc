// source_index_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/source_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "scratch.h"
#include "sources/import.h"
#include "sources/parquet.h"
#include "sources/register.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// A home, its catalog, and a database that finds the indexes of the catalog.
class SourceIndex : public ::testing::Test {
 protected:
  SourceIndex() : catalog(scratch.Path("home")), database(duck::OpenDatabase({.threads = 2})) {
    UseCatalogIndexes(*database, catalog);
  }

  /// Registers a Parquet file a query as source `name`.
  Source Register(const std::string& name, const std::vector<std::string>& queries,
                  const std::map<std::string, std::string>& mapping = {}) {
    std::vector<std::string> files;
    for (const std::string& query : queries) {
      files.push_back(WriteParquet(*database, scratch.Path(fmt::format("{}-{}.parquet", name, files.size())), query));
    }
    return Value(RegisterSource(*database, catalog,
                                {.name = name, .files = files, .mapping = mapping, .assembly = {}, .as_is = true}))
        .source;
  }

  Status Build(const Source& source, IndexBuild build = {}) {
    build.temp_folder = build.temp_folder.empty() ? scratch.Folder("temp") : build.temp_folder;
    return BuildIndex(*database, catalog, source, build);
  }

  /// The values of column v of the rows that an allele matches.
  std::string Hits(const std::string& source, const std::string& chrom, int64_t start, const std::string& ref,
                   const std::string& alt) {
    return duck::Row(*database, fmt::format("SELECT [h.v FOR h IN variant_lookup('{}', '{}', {}, '{}', '{}')]", source,
                                            chrom, start, ref, alt));
  }

  std::string IndexError(const std::string& source) {
    return ErrorText(OpenIndex(catalog, Value(catalog.Find(source))));
  }

  /// What lies beside the indexes.
  std::vector<std::string> IndexFiles() { return scratch.Names("home/sources"); }

  Scratch scratch;
  Catalog catalog;
  std::unique_ptr<duck::Database> database;
};

TEST_F(SourceIndex, OfAnUnsortedSourceKeepsTheOrderOfFilesAndRowsAmongEqualKeys) {
  // Contigs lie in both files, under several names, and starts fall.
  const std::string rows =
      "SELECT ['1', 'chr2', 'chr1', '2'][1 + i % 4] AS chrom, 5000 - i // 8 AS \"start\", 'A' AS ref, 'C' AS alt, {} + "
      "i "
      "AS v FROM range(20000) r(i)";
  const Source source = Register("s", {fmt::format(fmt::runtime(rows), 0), fmt::format(fmt::runtime(rows), 100000)});
  ASSERT_OK(Build(source));
  EXPECT_EQ(Hits("s", "1", 5000, "A", "C"), "[0, 2, 4, 6, 100000, 100002, 100004, 100006]");
  EXPECT_EQ(Hits("s", "chr2", 4999, "A", "C"), "[9, 11, 13, 15, 100009, 100011, 100013, 100015]");
  // all keys, against SQL over file and row
  EXPECT_THAT(
      duck::Rows(
          *database,
          fmt::format("SELECT chrom, \"start\", hits, expected FROM (SELECT right(chrom, 1) AS chrom, \"start\", "
                      "list(v ORDER BY file_index, file_row_number) AS expected FROM {} GROUP BY ALL), LATERAL "
                      "(SELECT [h.v FOR h IN variant_lookup('s', chrom, \"start\", 'A', 'C')] AS hits) WHERE hits "
                      "<> expected LIMIT 3",
                      ReadParquetSql({scratch.Path("s-0.parquet"), scratch.Path("s-1.parquet")}))),
      IsEmpty());
  const auto file = Value(OpenIndex(catalog, source));
  EXPECT_EQ(file->counts().rows, 40000);
  EXPECT_EQ(file->counts().repeated, 35000);
}

TEST_F(SourceIndex, IsTheSameWhetherRowsAreSortedInMemoryOrOnDiskOrCameSorted) {
  const std::string rows =
      "SELECT '1' AS chrom, 1 + i // 3 AS \"start\", 'A' AS ref, 'C' AS alt, 'v' || i AS v FROM range(150000) r(i)";
  ASSERT_OK(Build(Register("sorted", {rows})));
  const Source unsorted = Register("unsorted", {rows + " ORDER BY hash(i // 3), i"});
  std::vector<std::string> answers;
  for (const auto& [name, memory] :
       std::map<std::string, size_t>{{"sorted", 512 << 20}, {"unsorted", 512 << 20}, {"UNSORTED", 1 << 20}}) {
    if (name != "sorted") {
      ASSERT_OK(Build(unsorted, {.temp_folder = scratch.Folder("temp"), .memory = memory}));
    }
    answers.push_back(duck::Row(
        *database, fmt::format("SELECT md5(string_agg(i || ':' || l::VARCHAR, ' ' ORDER BY i)) FROM (SELECT i, "
                               "variant_lookup('{}', '1', i, 'A', 'C') AS l FROM range(60000) r(i))",
                               name)));
    EXPECT_EQ(Hits(name, "1", 7, "A", "C"), "[v18, v19, v20]");
  }
  EXPECT_EQ(answers, std::vector<std::string>(3, answers[0]));
  EXPECT_THAT(scratch.Names("temp"), IsEmpty());
}

TEST_F(SourceIndex, KeepsTheSourcesOrderForUsersWhoAllowUnsortedOutput) {
  const std::string rows =
      "SELECT '1' AS chrom, 1 + i // 1000 AS \"start\", 'A' AS ref, 'C' AS alt, i AS v FROM range(400000) r(i)";
  for (const std::string order : {"", " ORDER BY hash(i // 1000), i"}) {
    const Source source = Register("s", {rows + order});
    database = duck::OpenDatabase({.threads = 4, .preserve_insertion_order = false});
    UseCatalogIndexes(*database, catalog);
    ASSERT_OK(Build(source));
    EXPECT_EQ(duck::Row(*database,
                        "SELECT count(*) FROM range(400) r(i) WHERE [h.v FOR h IN variant_lookup('s', '1', 1 "
                        "+ i, 'A', 'C')] <> range(1000 * i, 1000 * i + 1000)"),
              "0");
    EXPECT_EQ(Value(database->Setting("preserve_insertion_order")), "false");
  }
}

TEST_F(SourceIndex, HoldsTheColumnsOfFilesThatDiffer) {
  const Source source = Register(
      "s", {"SELECT 1 AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt, 1::SMALLINT AS v, 'only here' AS w",
            "SELECT 2 AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt, 3000000000 AS v",
            "SELECT 'X' AS chrom, 5::UINTEGER AS \"start\", 'A' AS ref, 'C' AS alt, NULL::INTEGER AS v, 0.5 AS y"});
  ASSERT_OK(Build(source));
  EXPECT_EQ(duck::Row(*database, "SELECT variant_lookup('s', 'chr1', 5, 'A', 'C')"),
            "[{'v': 1, 'w': only here, 'y': NULL}]");
  EXPECT_EQ(duck::Row(*database, "SELECT variant_lookup('s', '2', 5, 'A', 'C')"),
            "[{'v': 3000000000, 'w': NULL, 'y': NULL}]");
  EXPECT_EQ(duck::Row(*database, "SELECT variant_lookup('s', 'chrX', 5, 'A', 'C')"),
            "[{'v': NULL, 'w': NULL, 'y': 0.5}]");
}

TEST_F(SourceIndex, TakesTheKeyFromMappedColumns) {
  // The columns that are not the key have the key's names.
  const Source source =
      Register("s",
               {"SELECT 'chr1' AS contig, 100 AS pos, 99 AS \"start\", 'A' AS ref, 'C' AS allele, 'G' AS alt, 'x' AS "
                "chrom, 'mapped' AS v"},
               {{"chrom", "contig"}, {"start", "pos"}, {"alt", "allele"}});
  ASSERT_OK(Build(source));
  EXPECT_EQ(Hits("s", "1", 100, "A", "C"), "[mapped]");
  EXPECT_EQ(Hits("s", "1", 99, "A", "G"), "[]");
  EXPECT_EQ(duck::Row(*database, "SELECT variant_lookup('s', '1', 100, 'a', 'c', ['start', 'alt', 'chrom'])"),
            "[{'start': 99, 'alt': G, 'chrom': x}]");
}

TEST_F(SourceIndex, TakesContigsAndPositionsOfAnyIntegerType) {
  for (const std::string type : {"INTEGER", "UINTEGER", "SMALLINT", "BIGINT", "UBIGINT"}) {
    const Source source =
        Register("s", {fmt::format("SELECT (1 + i % 2)::{0} AS chrom, (1000 + i)::{0} AS \"start\", 'A' AS ref, 'C' AS "
                                   "alt, i AS v FROM range(2000) r(i)",
                                   type)});
    ASSERT_OK(Build(source));
    EXPECT_EQ(Hits("s", "chr2", 1001, "A", "C"), "[1]") << type;
    EXPECT_EQ(Hits("s", "1", 2998, "A", "C"), "[1998]") << type;
    EXPECT_EQ(Hits("s", "1", 1001, "A", "C"), "[]") << type;
  }
  const Source far = Register("far", {AlleleRows("('1', 18446744073709551615::UBIGINT, 'A', 'C', 'too far'), ('1', "
                                                 "9000000000000000000, 'A', 'C', 'far'), ('1', 7, 'A', 'C', 'near')")});
  ASSERT_OK(Build(far));
  EXPECT_EQ(Hits("far", "1", 9000000000000000000, "A", "C"), "[far]");
  EXPECT_EQ(Hits("far", "1", 7, "A", "C"), "[near]");
  EXPECT_EQ(Hits("far", "1", -1, "A", "C"), "[]");
  EXPECT_EQ(Value(OpenIndex(catalog, far))->counts().unmatchable, 1);
}

TEST_F(SourceIndex, CountsRowsThatNoAlleleMatches) {
  const Source source = Register(
      "s",
      {AlleleRows("('1', 5, 'A', 'C', 'good'), (NULL, 5, 'A', 'C', 'a'), ('1', NULL, 'A', 'C', 'b'), ('1', 5, NULL, "
                  "'C', 'c'), ('1', 5, 'A', NULL, 'd'), ('1', 5, 'A', '<DEL>', 'e'), ('1', 5, '', 'C', 'f'), ('1', "
                  "-5, 'A', 'C', 'g'), ('1', 5, 'A', '-', 'h'), ('1', 5, 'A', 'C,G', 'i'), ('1', 5, 'AC', 'GC', "
                  "'not minimal')")});
  ASSERT_OK(Build(source));
  EXPECT_EQ(Hits("s", "1", 5, "A", "C"), "[good]");
  EXPECT_EQ(Hits("s", "1", 5, "AC", "GC"), "[not minimal]");
  const auto counts = Value(OpenIndex(catalog, source))->counts();
  EXPECT_EQ(counts.rows, 11);
  EXPECT_EQ(counts.unmatchable, 9);
  EXPECT_EQ(counts.not_minimal, 1);
}

TEST_F(SourceIndex, MayBeOfNoRowOrOfOne) {
  const std::string one = AlleleRows("('1', 5, 'A', 'C', 'one')");
  ASSERT_OK(Build(Register("none", {one + " WHERE v = 'two'"})));
  EXPECT_EQ(Hits("none", "1", 5, "A", "C"), "[]");
  EXPECT_EQ(Value(OpenIndex(catalog, Value(catalog.Find("none"))))->counts().rows, 0);
  ASSERT_OK(Build(Register("one", {one})));
  EXPECT_EQ(Hits("one", "1", 5, "A", "C"), "[one]");
  ASSERT_OK(Build(Register("keys", {"SELECT '1' AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt"})));
  EXPECT_EQ(duck::Row(*database, "SELECT variant_first('keys', '1', 5, 'A', 'C', [], []).hits"), "1");
}

TEST_F(SourceIndex, LeavesOutColumnsOfTypesThatItCantHold) {
  const Source source = Register("s", {AlleleRows("('1', 5, 'A', 'C', 'v')")});
  Source changed = source;
  changed.columns.push_back({"pair", "INTEGER[2]", "", "", ""});
  EXPECT_THAT(ColumnsWithoutIndex(*database, changed), ElementsAre("pair"));
  EXPECT_THAT(ColumnsWithoutIndex(*database, source), IsEmpty());
}

TEST_F(SourceIndex, IsStaleAfterAnyChangeOfItsSource) {
  const std::string first = AlleleRows("('1', 5, 'A', 'C', 'old')");
  const std::string other = AlleleRows("('1', 5, 'A', 'C', 'new'), ('1', 6, 'A', 'C', 'new')");
  struct Case {
    const char* what;
    std::function<void()> change;
  };
  const std::string file = scratch.Path("s-0.parquet");
  for (const Case& c : {
           Case{"a file is written anew", [&] { WriteParquet(*database, file, other); }},
           Case{"a file is touched",
                [&] { fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(1)); }},
           Case{"a file comes to it",
                [&] {
                  Register("s", {first, other});
                }},
           Case{"it is registered with another key",
                [&] {
                  Value(RegisterSource(
                      *database, catalog,
                      {.name = "s", .files = {file}, .mapping = {{"alt", "v"}}, .assembly = {}, .as_is = true}));
                }},
           Case{"it is imported under the same name",
                [&] {
                  const std::string vcf =
                      scratch.Write("s.vcf",
                                    "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\t.\tA\tC"
                                    "\t.\t.\t.\n");
                  Value(ImportSource(*database, catalog, {.name = "s", .files = {vcf}, .assembly = {}}));
                }},
       }) {
    ASSERT_OK(Build(Register("s", {first}))) << c.what;
    EXPECT_EQ(Hits("s", "1", 5, "A", "C"), "[old]");
    c.change();
    EXPECT_THAT(IndexError("s"), AllOf(StartsWith("2: the index of source 's' is stale"),
                                       HasSubstr("build it with `varjoin source index s`")))
        << c.what;
    EXPECT_THAT(Hits("s", "1", 5, "A", "C"), HasSubstr("is stale")) << c.what;
  }
}

TEST_F(SourceIndex, IsCurrentAgainWhenBuiltAgain) {
  ASSERT_OK(Build(Register("s", {AlleleRows("('1', 5, 'A', 'C', 'old')")})));
  const Source source = Register("s", {AlleleRows("('1', 5, 'A', 'C', 'newer')")});
  EXPECT_THAT(IndexError("s"), HasSubstr("stale"));
  ASSERT_OK(Build(source));
  EXPECT_EQ(Hits("s", "1", 5, "A", "C"), "[newer]");
  EXPECT_THAT(IndexFiles(), ElementsAre("s.vji"));
}

TEST_F(SourceIndex, ThatIsAbsentDamagedOrAnothersIsNeverUsed) {
  const Source source = Register("s", {AlleleRows("('1', 5, 'A', 'C', 'mine')")});
  const std::string path = catalog.IndexPath("s");
  EXPECT_THAT(IndexError("s"), AllOf(StartsWith("2: source 's' has no index"), HasSubstr("`varjoin source index s`")));
  ASSERT_OK(Build(source));
  const std::string good = Content(path);
  const auto put = [&](const std::string& content) { std::ofstream(path, std::ios::binary) << content; };
  for (const size_t length : {size_t{0}, size_t{7}, good.size() / 2, good.size() - 1}) {
    put(good.substr(0, length));
    EXPECT_THAT(IndexError("s"), AllOf(HasSubstr(path), HasSubstr("varjoin source index s"))) << length;
    EXPECT_THAT(Hits("s", "1", 5, "A", "C"), HasSubstr(path)) << length;
  }
  put("this is no index at all, but is long enough to look like one" + std::string(good.size(), ' '));
  EXPECT_THAT(IndexError("s"), AllOf(HasSubstr(path), HasSubstr("varjoin source index s")));
  ASSERT_OK(Build(Register("other", {AlleleRows("('1', 5, 'A', 'C', 'other')")})));
  put(Content(catalog.IndexPath("other")));
  EXPECT_THAT(IndexError("s"), HasSubstr("stale"));
  put(good);
  EXPECT_EQ(Hits("s", "1", 5, "A", "C"), "[mine]");
}

TEST_F(SourceIndex, IsReplacedWhileAReaderGoesOnWithTheOldOne) {
  const std::string rows =
      "SELECT '1' AS chrom, i AS \"start\", 'A' AS ref, 'C' AS alt, '{}' AS v FROM range(50000) r(i)";
  const Source source = Register("s", {fmt::format(fmt::runtime(rows), "old")});
  ASSERT_OK(Build(source));
  const auto old = Value(OpenIndex(catalog, source));
  const Source changed = Register("s", {fmt::format(fmt::runtime(rows), "new")});
  ASSERT_OK(Build(changed));
  database->SetIndexResolver([&](const std::string&) -> Result<duck::LookupSource> { return duck::LookupSource{old}; });
  EXPECT_EQ(Hits("s", "1", 30000, "A", "C"), "[old]");
  EXPECT_OK(old->CheckAll());
  UseCatalogIndexes(*database, catalog);
  EXPECT_EQ(Hits("s", "1", 30000, "A", "C"), "[new]");
}

TEST_F(SourceIndex, ABuildThatFailsChangesNothing) {
  const std::string unsorted =
      "SELECT '1' AS chrom, 400000 - i AS \"start\", 'A' AS ref, 'C' AS alt, md5(i::VARCHAR) AS v FROM range(400000) "
      "r(i)";
  ASSERT_OK(Build(Register("s", {AlleleRows("('1', 5, 'A', 'C', 'old')")})));
  const std::string before = Content(catalog.IndexPath("s"));
  const Source source = Register("s", {unsorted});
  const auto expect_unchanged = [&] {
    EXPECT_TRUE(Content(catalog.IndexPath("s")) == before);
    EXPECT_THAT(IndexFiles(), ElementsAre("s.vji"));
    EXPECT_THAT(scratch.Names("temp"), IsEmpty());
  };

  scratch.Folder("temp");
  const std::string gone = scratch.Path("no-such-folder");
  EXPECT_THAT(ErrorText(Build(source, {.temp_folder = gone, .memory = 1 << 20})),
              AllOf(StartsWith("1: "), HasSubstr(gone)));
  expect_unchanged();

  int64_t rows = 0;
  EXPECT_THAT(ErrorText(Build(source, {.temp_folder = scratch.Path("temp"),
                                       .memory = 1 << 20,
                                       .on_rows =
                                           [&](int64_t read) {
                                             rows = read;
                                             if (read > 100000) {
                                               database->Interrupt();
                                             }
                                           }})),
              StartsWith("130: "));
  EXPECT_GT(rows, 100000);
  expect_unchanged();
  database = duck::OpenDatabase();

  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{.rlim_cur = 2 << 20, .rlim_max = limit.rlim_max};
  for (const size_t memory : {size_t{1} << 20, size_t{512} << 20}) {  // the sorter's file is too large, or the index
    setrlimit(RLIMIT_FSIZE, &small);
    const Status full = Build(source, {.temp_folder = scratch.Path("temp"), .memory = memory});
    setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_THAT(ErrorText(full), AllOf(StartsWith("75: "), HasSubstr("the largest size"), Not(HasSubstr(".varjoin-"))));
    expect_unchanged();
  }
  std::signal(SIGXFSZ, SIG_DFL);
}

TEST_F(SourceIndex, AFileThatChangesWhileItIsReadIsAnError) {
  const Source source = Register("s", {"SELECT '1' AS chrom, i AS \"start\", 'A' AS ref, 'C' AS alt, i AS v FROM "
                                       "range(300000) r(i)"});
  const std::string file = scratch.Path("s-0.parquet");
  EXPECT_THAT(ErrorText(Build(source, {.temp_folder = scratch.Folder("temp"),
                                       .on_rows =
                                           [&](int64_t) {
                                             fs::last_write_time(file,
                                                                 fs::last_write_time(file) + std::chrono::seconds(1));
                                           }})),
              HasSubstr("source 's' were changed while they were read"));
  EXPECT_THAT(IndexFiles(), IsEmpty());
}

TEST_F(SourceIndex, GoesWithItsSource) {
  ASSERT_OK(Build(Register("Mine", {AlleleRows("('1', 5, 'A', 'C', 'v')")})));
  EXPECT_TRUE(FileExists(catalog.IndexPath("mine")));
  ASSERT_OK(catalog.Remove("MINE"));
  EXPECT_THAT(IndexFiles(), IsEmpty());
  EXPECT_TRUE(FileExists(scratch.Path("Mine-0.parquet")));
}

TEST_F(SourceIndex, OfRowsOfAStatementIsOrderedByTheirPlaces) {
  const Source source = Register("s", {AlleleRows("('1', 5, 'A', 'C', 'v')")});
  const std::string path = scratch.Path("of-rows.vji");
  ASSERT_OK(
      BuildIndexOf(*database,
                   "SELECT chrom, \"start\", ref, alt, place, v FROM (SELECT 'chr' || (1 + i % 2) AS chrom, 10 + i "
                   "// 100 AS \"start\", 'A' AS ref, 'C' AS alt, (100000 - i)::UBIGINT AS place, i AS v FROM "
                   "range(50000) r(i)) ORDER BY hash(v)",
                   source, path, {.temp_folder = scratch.Folder("temp"), .memory = 1 << 20}));
  const auto file = Value(index::IndexFile::Open(path));
  database->SetIndexResolver(
      [&](const std::string&) -> Result<duck::LookupSource> { return duck::LookupSource{file}; });
  EXPECT_EQ(duck::Row(*database,
                      "SELECT count(*) FROM range(1000) r(k) WHERE [h.v FOR h IN variant_lookup('x', '' || (1 "
                      "+ k % 2), 10 + k // 2, 'A', 'C')] IS DISTINCT FROM range(100 * (k // 2) + 98 + k % 2, "
                      "100 * (k // 2) - 1, -2)"),
            "0");
}

TEST_F(SourceIndex, OfRowsOfAStatementIsTheSameWhereverTheirOrderBreaks) {
  const Source source = Register("s", {AlleleRows("('1', 5, 'A', 'C', 'v')")});
  const std::string path = scratch.Path("of-rows.vji");
  const std::string temp = scratch.Folder("temp");
  std::shared_ptr<const index::IndexFile> file;
  database->SetIndexResolver(
      [&](const std::string&) -> Result<duck::LookupSource> { return duck::LookupSource{file}; });
  constexpr int kRows = 200'000;  // more than are looked at before the first is written
  for (const char* const order : {
           "i",                                       // in order
           "CASE WHEN i = 5 THEN 9 ELSE i END",       // breaks among the first rows
           "CASE WHEN i = 5 THEN 199998 ELSE i END",  // breaks at the end: all begins again
           "CASE WHEN i = 199998 THEN 5 ELSE i END",
           "-i",
       }) {
    int64_t most_rows = 0;
    ASSERT_OK(
        BuildIndexOf(*database,
                     fmt::format("SELECT '1' AS chrom, 10 + i // 4 AS \"start\", 'A' AS ref, 'C' AS alt, i::UBIGINT "
                                 "AS place, 'v' || i AS v FROM range({}) r(i) ORDER BY {}, i",
                                 kRows, order),
                     source, path, {.temp_folder = temp, .memory = 1 << 20, .on_rows = [&](int64_t rows) {
                                      most_rows = std::max(most_rows, rows);
                                    }}));
    EXPECT_EQ(most_rows, kRows) << order;
    file = Value(index::IndexFile::Open(path));
    EXPECT_EQ(file->counts().rows, kRows);
    EXPECT_EQ(
        duck::Row(*database,
                  fmt::format("SELECT count(*) FROM range({}) r(k) WHERE [h.v FOR h IN variant_lookup('x', '1', 10 "
                              "+ k, 'A', 'C')] IS DISTINCT FROM ['v' || i FOR i IN range(4 * k, 4 * k + 4)]",
                              kRows / 4)),
        "0")
        << order;
  }
  EXPECT_TRUE(scratch.Names("temp").empty());
}

}  // namespace
}  // namespace varjoin
