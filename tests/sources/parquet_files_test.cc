// parquet_files_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/parquet_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "scratch.h"
#include "sources/parquet.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

using Mapping = std::map<std::string, std::string>;

/// "chrom start ref alt", or the error.
std::string KeyFound(duck::Database& database, const std::vector<std::string>& files, const Mapping& mapping = {}) {
  Source source;
  if (const Status found = FindColumns(database, files, mapping, source); !found.ok()) {
    return ErrorText(found);
  }
  return source.key.chrom + " " + source.key.start + " " + source.key.ref + " " + source.key.alt;
}

TEST(CheckParquet, GoesByTheContentAndSaysWhatToDo) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  EXPECT_OK(CheckParquet(WriteParquet(*database, scratch.Path("no-ending"), "SELECT 1 AS x")));
  struct Case {
    const char* name;
    std::string content;
    const char* text;
  };
  for (const Case& c : {Case{"x.parquet", "text", "is not Parquet"},
                        {"empty.parquet", "", "is not Parquet"},
                        {"three.parquet", "PAR", "is not Parquet"},
                        {"x.vcf", "##fileformat=VCFv4.2\n", "source import"},
                        {"x.vcf.gz", "\x1f\x8b\x08\x04", "source import"},
                        {"x.bcf", "BCF\x02\x02", "source import"}}) {
    EXPECT_THAT(ErrorText(CheckParquet(scratch.Write(c.name, c.content))), AllOf(StartsWith("2: "), HasSubstr(c.text)))
        << c.name;
  }
  EXPECT_THAT(ErrorText(CheckParquet(scratch.Folder("folder"))), AllOf(StartsWith("2: "), HasSubstr("folder")));
  EXPECT_THAT(ErrorText(CheckParquet(scratch.Path("absent.parquet"))),
              AllOf(StartsWith("2: "), HasSubstr("no such file")));
}

TEST(FindColumns, KnowsTheKeyUnderItsCommonNames) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  struct Case {
    const char* columns;
    const char* key;
  };
  int number = 0;
  for (const Case& c : {
           Case{"'1' AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt", "chrom start ref alt"},
           Case{"'1' AS \"#CHROM\", 5 AS POS, 'A' AS REF, 'C' AS ALT", "#CHROM POS REF ALT"},
           Case{"'1' AS Chromosome, 5::UINTEGER AS position, 'A' AS reference, 'C' AS alternate",
                "Chromosome position reference alternate"},
           Case{"1 AS chr, 5::SMALLINT AS pos, 'A' AS ref_allele, 'C' AS alt_allele", "chr pos ref_allele alt_allele"},
           Case{"1::UTINYINT AS contig, 5::UBIGINT AS seq_region_start, 'A' AS reference_bases, 'C' AS alternate_bases",
                "contig seq_region_start reference_bases alternate_bases"},
       }) {
    const std::string file = scratch.Path(std::to_string(number++));
    EXPECT_EQ(KeyFound(*database, {WriteParquet(*database, file, std::string("SELECT ") + c.columns + ", 1 AS v")}),
              c.key);
  }
}

TEST(FindColumns, SaysWhichColumnIsMissingDoubtfulOrOfAWrongType) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  struct Case {
    const char* columns;
    Mapping mapping;
    std::vector<std::string> texts;
  };
  const char* good = "'1' AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt";
  int number = 0;
  for (const Case& c : {
           Case{"'1' AS chrom, 5 AS \"start\", 'A' AS ref",
                {},
                {"no column for `alt`", "chrom, start, ref", "--map alt="}},
           Case{"'1' AS chrom, 5 AS \"start\", 6 AS pos, 'A' AS ref, 'C' AS alt",
                {},
                {"start, pos", "`start`", "--map start="}},
           Case{"'1' AS chrom, '5' AS \"start\", 'A' AS ref, 'C' AS alt", {}, {"`start` is VARCHAR", "integer"}},
           Case{"'1' AS chrom, 5.5::DOUBLE AS \"start\", 'A' AS ref, 'C' AS alt", {}, {"`start` is DOUBLE", "integer"}},
           Case{"'1' AS chrom, 5::DECIMAL(18,0) AS \"start\", 'A' AS ref, 'C' AS alt", {}, {"DECIMAL", "integer"}},
           Case{"'1' AS chrom, 5 AS \"start\", 'A' AS ref, ['C'] AS alt", {}, {"`alt` is VARCHAR[]", "text"}},
           Case{"1.5::DOUBLE AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt", {}, {"`chrom` is DOUBLE", "text"}},
           Case{"'1' AS chrom, 5 AS \"start\", 'A'::BLOB AS ref, 'C' AS alt", {}, {"`ref` is BLOB", "text"}},
           Case{"1 AS file_row_number, '1' AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt",
                {},
                {"file_row_number", "rename"}},
           Case{"1 AS FILE_INDEX, '1' AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt", {}, {"FILE_INDEX", "rename"}},
           Case{good, {{"stat", "start"}}, {"--map stat=start", "did you mean 'start'?"}},
           Case{good, {{"start", "stat"}}, {"--map start=stat", "did you mean 'start'?"}},
           Case{good, {{"alt", "ref"}}, {"`ref` can't be two parts"}},
       }) {
    const std::string file =
        WriteParquet(*database, scratch.Path(std::to_string(number++)), std::string("SELECT ") + c.columns);
    const std::string error = KeyFound(*database, {file}, c.mapping);
    EXPECT_THAT(error, StartsWith("2: ")) << c.columns;
    for (const std::string& text : c.texts) {
      EXPECT_THAT(error, HasSubstr(text)) << c.columns;
    }
  }
}

TEST(FindColumns, TakesTheMappingBeforeCommonNamesInAnyCase) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string file =
      WriteParquet(*database, scratch.Path("x"),
                   "SELECT '1' AS chrom, 4 AS \"start\", 5 AS Pos_1based, 'A' AS ref, 'C' AS Allele2, 'T' AS alt");
  EXPECT_EQ(KeyFound(*database, {file}, {{"start", "pos_1BASED"}, {"alt", "Allele2"}}), "chrom Pos_1based ref Allele2");
  Source source;
  ASSERT_OK(FindColumns(*database, {file}, {{"start", "Pos_1based"}, {"alt", "Allele2"}}, source));
  EXPECT_THAT(NamesOf(source.columns), ElementsAre("start INTEGER", "alt VARCHAR"));
}

TEST(FindColumns, ListsTheOthersOfAllFilesWithTheirTypes) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string key = "'1' AS chrom, 5 AS \"start\", 'A' AS ref, 'C' AS alt";
  const std::string a =
      WriteParquet(*database, scratch.Path("a"), "SELECT 'x' AS id, " + key + ", 1 AS n, [0.5::DOUBLE] AS af");
  const std::string b =
      WriteParquet(*database, scratch.Path("b"), "SELECT " + key + ", 'y' AS id, 1.5::DOUBLE AS n, {'a': 1} AS s");
  Source source;
  ASSERT_OK(FindColumns(*database, {a, b}, {}, source));
  EXPECT_THAT(NamesOf(source.columns), ElementsAre("id VARCHAR", "n DOUBLE", "af DOUBLE[]", "s STRUCT(a INTEGER)"));
  EXPECT_EQ(source.chrom_type, "VARCHAR");
}

TEST(FindContigs, AreThoseOfTheRowsWhateverTheFootersTell) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const auto rows = [](const std::string& chrom, int64_t n) {
    return "SELECT " + chrom + " AS chrom, range AS \"start\", 'A' AS ref, 'C' AS alt FROM range(" + std::to_string(n) +
           ")";
  };
  const std::vector<std::string> files = {
      WriteParquet(*database, scratch.Path("1.parquet"), rows("'chr1'", 10)),
      WriteParquet(*database, scratch.Path("mixed[1].parquet"), rows("'chr' || (range % 3)", 10)),
      WriteParquet(*database, scratch.Path("groups.parquet"), rows("'c' || (range // 2048)", 8192),
                   ", ROW_GROUP_SIZE 2048"),
      WriteParquet(*database, scratch.Path("nulls.parquet"), rows("CASE WHEN range > 5 THEN 'chrN' END", 10)),
      WriteParquet(*database, scratch.Path("allnull.parquet"), rows("NULL::VARCHAR", 10)),
      WriteParquet(*database, scratch.Path("empty.parquet"), rows("'chr9'", 0)),
      WriteParquet(*database, scratch.Path("long.parquet"), rows("repeat('x', 5000)", 10)),
  };
  Source source;
  ASSERT_OK(FindColumns(*database, files, {}, source));
  ASSERT_OK(FindContigs(*database, files, source));
  std::vector<std::string> distinct =
      duck::Rows(*database, "SELECT DISTINCT chrom FROM " + ReadParquetSql(files) + " WHERE chrom IS NOT NULL");
  EXPECT_THAT(NamesOf(source.contigs), ::testing::UnorderedElementsAreArray(distinct));
  EXPECT_EQ(source.rows, 10 + 10 + 8192 + 10 + 10 + 10);
  ASSERT_EQ(source.contigs_of_file.size(), files.size());
  for (const std::string& file : files) {
    std::vector<std::string> found;
    for (const int contig : source.contigs_of_file[file]) {
      found.push_back(source.contigs[static_cast<size_t>(contig)].name);
    }
    distinct =
        duck::Rows(*database, "SELECT DISTINCT chrom FROM " + ReadParquetSql({file}) + " WHERE chrom IS NOT NULL");
    EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(distinct)) << file;
  }
}

TEST(FindContigs, OfNumbersAreTheirDigits) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::vector<std::string> files = {
      WriteParquet(*database, scratch.Path("a"), "SELECT 7 AS chrom, 1 AS pos, 'A' AS ref, 'C' AS alt"),
      WriteParquet(*database, scratch.Path("b"),
                   "SELECT range::INTEGER AS chrom, 1 AS pos, 'A' AS ref, 'C' AS alt FROM range(2)")};
  Source source;
  ASSERT_OK(FindColumns(*database, files, {}, source));
  ASSERT_OK(FindContigs(*database, files, source));
  EXPECT_EQ(source.chrom_type, "INTEGER");
  EXPECT_THAT(NamesOf(source.contigs), UnorderedElementsAre("0", "1", "7"));
}

TEST(FindContigs, KeepsNoListOfFilesIfThereAreVeryMany) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string one =
      WriteParquet(*database, scratch.Path("000"), "SELECT '1' AS chrom, 1 AS pos, 'A' AS ref, 'C' AS alt");
  std::vector<std::string> files = {one};
  for (int i = 1; i <= 200; ++i) {
    files.push_back(scratch.Path(std::to_string(1000 + i)));
    std::filesystem::copy_file(one, files.back());
  }
  Source source;
  ASSERT_OK(FindColumns(*database, files, {}, source));
  ASSERT_OK(FindContigs(*database, files, source));
  EXPECT_THAT(source.contigs_of_file, IsEmpty());
  EXPECT_THAT(NamesOf(source.contigs), ElementsAre("1"));
  EXPECT_EQ(source.rows, 201);
}

AlleleSample Sampled(duck::Database& database, const std::vector<std::string>& files) {
  Source source;
  EXPECT_OK(FindColumns(database, files, {}, source));
  return Value(SampleAlleles(database, files, source));
}

TEST(SampleAlleles, TellsTheKindsOfAllelesApart) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  struct Case {
    const char* ref;
    const char* alt;
    AlleleSample counts;
  };
  int number = 0;
  for (const Case& c : {
           Case{"A", "C", {}},
           Case{"a", "cgt", {}},
           Case{"A", "N", {}},
           Case{"A", "<DEL>", {}},
           Case{"A", "*", {}},
           Case{"A", ".", {}},
           Case{"A", "", {}},
           Case{"A", "A[2:200[", {}},
           Case{"A", "]HLA-A:5]A", {}},
           Case{"A", "C|G", {.joined = 1}},
           Case{"A", "C,G", {.joined = 1}},
           Case{"A", "C/G/T", {.joined = 1}},
           Case{"A", "-|G", {.joined = 1}},
           Case{"A", "C,*", {.joined = 1}},
           Case{"A", "-", {.dashed = 1}},
           Case{"-", "A", {.dashed = 1}},
           Case{"AC-", "A", {.dashed = 1}},
           Case{"A", "C1", {.other = 1}},
           Case{"A C", "C", {.other = 1}},
           Case{"CA", "CG", {.not_minimal = 1}},
       }) {
    const std::string file =
        WriteParquet(*database, scratch.Path(std::to_string(number++)),
                     "SELECT '1' AS chrom, 5 AS pos, " + SqlString(c.ref) + " AS ref, " + SqlString(c.alt) + " AS alt");
    const AlleleSample sample = Sampled(*database, {file});
    EXPECT_EQ(sample.rows, 1) << c.alt;
    EXPECT_EQ(sample.joined, c.counts.joined) << c.ref << " " << c.alt;
    EXPECT_EQ(sample.dashed, c.counts.dashed) << c.ref << " " << c.alt;
    EXPECT_EQ(sample.other, c.counts.other) << c.ref << " " << c.alt;
    EXPECT_EQ(sample.not_minimal, c.counts.not_minimal) << c.ref << " " << c.alt;
    EXPECT_EQ(sample.joined_example, c.counts.joined > 0 ? c.alt : "");
    EXPECT_EQ(sample.dashed_example, c.counts.dashed > 0 ? std::string(c.ref) + ">" + c.alt : "");
  }
}

TEST(SampleAlleles, SeesEveryRowOnceUpToItsLimitAndASpreadOfMore) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const auto rows = [](int64_t n) {
    return "SELECT '1' AS chrom, range AS pos, 'A' AS ref, CASE WHEN range % 10 = 0 THEN 'C|G' ELSE 'C' END AS alt "
           "FROM range(" +
           std::to_string(n) + ")";
  };
  for (const int64_t n : {0, 1, 10, 1999, 2000, 2001, 5000, 20'000, 99'990}) {
    const AlleleSample sample = Sampled(*database, {WriteParquet(*database, scratch.Path(std::to_string(n)), rows(n))});
    EXPECT_EQ(sample.rows, n);
    EXPECT_EQ(sample.joined, (n + 9) / 10);
  }
  const AlleleSample large = Sampled(*database, {WriteParquet(*database, scratch.Path("large"), rows(1'000'000))});
  EXPECT_GE(large.rows, 90'000);
  EXPECT_LE(large.rows, 110'000);
  EXPECT_NEAR(static_cast<double>(large.joined) / static_cast<double>(large.rows), 0.1, 0.01);
}

TEST(SampleAlleles, SeesWhatIsOnlyInOneOfManyFiles) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  std::vector<std::string> files;
  for (int i = 0; i < 24; ++i) {
    files.push_back(WriteParquet(*database, scratch.Path(std::to_string(100 + i)),
                                 "SELECT '1' AS chrom, range AS pos, 'A' AS ref, '" + std::string(i == 20 ? "-" : "C") +
                                     "' AS alt FROM range(5000)"));
  }
  EXPECT_GT(Sampled(*database, files).dashed, 1000);
}

TEST(SampleAlleles, SeesEveryRowOfManySmallFiles) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  std::vector<std::string> files;
  for (int i = 0; i < 60; ++i) {
    files.push_back(WriteParquet(
        *database, scratch.Path(std::to_string(100 + i)),
        "SELECT '1' AS chrom, range AS pos, 'A' AS ref, 'C|G' AS alt FROM range(" + std::to_string(i * 3) + ")"));
  }
  const AlleleSample sample = Sampled(*database, files);
  EXPECT_EQ(sample.rows, 3 * 59 * 60 / 2);
  EXPECT_EQ(sample.joined, sample.rows);
}

/// Bytes that this process has read so far.
int64_t BytesRead() {
  std::ifstream io("/proc/self/io");
  std::string name;
  int64_t bytes = 0;
  io >> name >> bytes;
  return bytes;
}

TEST(SampleAlleles, ReadsFewRowGroupsOfALargeFile) {
  const Scratch scratch;
  const auto database = duck::OpenDatabase();
  const std::string file = WriteParquet(*database, scratch.Path("large"),
                                        "SELECT '1' AS chrom, range AS pos, 'A' AS ref, translate(md5(range::VARCHAR), "
                                        "'0123456789abcdef', 'ACGTACGTACGTACGT') AS alt "
                                        "FROM range(1000000)",
                                        ", ROW_GROUP_SIZE 2048, COMPRESSION uncompressed");
  Source source;
  ASSERT_OK(FindColumns(*database, {file}, {}, source));
  const int64_t before = BytesRead();
  ASSERT_OK(SampleAlleles(*database, {file}, source));
  const int64_t read = BytesRead() - before;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file));
  EXPECT_LT(read, size / 2) << "of " << size;
}

}  // namespace
}  // namespace varjoin
