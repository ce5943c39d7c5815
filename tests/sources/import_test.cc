// import_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <thread>

#include "scratch.h"
#include "sources/parquet.h"
#include "sources/register.h"
#include "support/places.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kColumns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// A record per line, blanks for tabs: "1 100 rs1 A C AF=0.5".
std::string Vcf(const std::string& header, const std::vector<std::string>& records) {
  std::string text = "##fileformat=VCFv4.2\n" + header + kColumns;
  for (const std::string& record : records) {
    const auto f = Split(record, ' ');
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t.\t.\t{}\n", f[0], f[1], f[2], f[3], f[4], f.size() > 5 ? f[5] : ".");
  }
  return text;
}

class ImportTest : public ::testing::Test {
 protected:
  ImportTest() : catalog(scratch.Path("home")), database(duck::OpenDatabase({.threads = 2})) {}

  Result<Imported> Import(const std::string& name, const std::vector<std::string>& files) {
    return ImportSource(*database, catalog, {.name = name, .files = files, .assembly = {}});
  }

  /// Rows of the source's Parquet in its order.
  std::vector<std::string> Stored(const Imported& imported, const std::string& select) {
    return duck::Rows(*database,
                      "SELECT " + select + " FROM " + ReadParquetSql({imported.path}) + " ORDER BY file_row_number");
  }

  std::vector<std::string> ParquetFiles() {
    return duck::Rows(*duck::OpenDatabase(),
                      "SELECT file FROM glob(" + SqlString(scratch.Path("home/sources/**/*.parquet")) + ")");
  }

  Scratch scratch;
  Catalog catalog;
  std::unique_ptr<duck::Database> database;
};

TEST_F(ImportTest, SortsByContigStartRefAndAltAndTrims) {
  const std::string file = scratch.Write("x.vcf", Vcf("", {
                                                              "X 5 x A C",
                                                              "10 100 ten A C",
                                                              "chr2 100 two A C",
                                                              "HLA-A*01 7 hla A C",
                                                              "M 73 mito A G",
                                                              "1 200 later A C",
                                                              "1 99 both TAG TCG",
                                                              "1 100 multi A T,G",
                                                              "1 98 trim CCAT CCGT",
                                                              "2 50 other_name A C",
                                                              "1 100 lower a c",
                                                          }));
  const Imported imported = Value(Import("s", {file}));
  EXPECT_THAT(Stored(imported, "chrom, \"start\", ref, alt, id"),
              ElementsAre("1 100 A C both", "1 100 a c lower", "1 100 A G multi", "1 100 A G trim", "1 100 A T multi",
                          "1 200 A C later", "2 50 A C other_name", "chr2 100 A C two", "10 100 A C ten", "X 5 A C x",
                          "M 73 A G mito", "HLA-A*01 7 A C hla"));
  EXPECT_EQ(imported.records, 11);
  EXPECT_EQ(imported.source.rows, 12);
  EXPECT_EQ(imported.duplicates, 2) << "1:100 A>C and 1:100 A>G";
  EXPECT_EQ(imported.unmatchable, 0);
  EXPECT_EQ(imported.bytes, fs::file_size(imported.path));
  EXPECT_THAT(NamesOf(imported.source.contigs), ElementsAre("1", "2", "chr2", "10", "X", "M", "HLA-A*01"));
  EXPECT_THAT(
      duck::Row(*database, "SELECT DISTINCT compression FROM parquet_metadata(" + SqlString(imported.path) + ")"),
      "ZSTD");
  EXPECT_EQ(ToJson(Value(catalog.Find("S"))), ToJson(imported.source));
  Source same = imported.source;
  EXPECT_FALSE(Value(RefreshSource(*database, same)));
}

TEST_F(ImportTest, KeepsFileAndRecordOrderAmongEqualKeys) {
  std::vector<std::string> first;
  std::vector<std::string> second;
  for (int i = 0; i < 5'000; ++i) {
    first.push_back(fmt::format("{} 100 a{:05} A {}", i % 2 == 0 ? "1" : "chr1", i, i % 3 == 0 ? "c" : "C"));
    second.push_back(fmt::format("1 100 b{:05} A C", i));
  }
  const Imported imported =
      Value(Import("s", {scratch.Write("z.vcf", Vcf("", first)), scratch.Write("a.vcf", Vcf("", second))}));
  EXPECT_EQ(duck::Row(*database,
                      "SELECT count(*), count(*) FILTER (id <= before) FROM (SELECT id, lag(id, 1, '') OVER (ORDER BY "
                      "file_row_number) AS before FROM " +
                          ReadParquetSql({imported.path}) + ")"),
            "10000 0");
  EXPECT_EQ(imported.duplicates, 9'999);
}

TEST_F(ImportTest, SortsManyRowsInWhateverOrderTheyAre) {
  std::vector<std::string> forwards;
  for (int i = 0; i < 150'000; ++i) {
    forwards.push_back(fmt::format("{} {} . {} C", i < 100'000 ? 1 : 2, 1'000 + i % 100'000, i % 10 == 0 ? "GA" : "A"));
  }
  const std::vector<std::string> backwards(forwards.rbegin(), forwards.rend());
  for (const std::vector<std::string>& records : {forwards, backwards}) {
    const Imported imported = Value(Import("s", {scratch.Write("x.vcf", Vcf("", records))}));
    EXPECT_EQ(imported.records, 150'000);
    EXPECT_EQ(
        duck::Row(*database,
                  "SELECT count(*), count(*) FILTER ((chrom, start, ref) < before) FROM (SELECT chrom, start, ref, "
                  "lag((chrom, start, ref)) OVER (ORDER BY file_row_number) AS before FROM " +
                      ReadParquetSql({imported.path}) + ")"),
        "150000 0");
  }
}

TEST_F(ImportTest, CutsFieldsDownToTheirAllele) {
  const std::string header =
      "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n##INFO=<ID=AD,Number=R,Type=Integer,Description=\"\">\n"
      "##INFO=<ID=GENES,Number=.,Type=String,Description=\"Genes, "
      "all\">\n##INFO=<ID=DB,Number=0,Type=Flag,Description=\"\">\n";
  const std::string file = scratch.Write("x.vcf", Vcf(header, {"1 100 . A C,G AC=1,2;AD=7,8,9;GENES=a,b%2Cc;DB",
                                                               "1 200 . A C AC=.;AD=1", "1 300 . A C ."}));
  const Imported imported = Value(Import("s", {file}));
  EXPECT_THAT(Stored(imported, "alt, AC, AD, GENES, DB"),
              ElementsAre("C 1 [7, 8] [a, 'b,c'] true", "G 2 [7, 9] [a, 'b,c'] true", "C NULL NULL NULL false",
                          "C NULL NULL NULL false"));
  EXPECT_THAT(NamesOf(imported.source.columns), ElementsAre("id VARCHAR", "qual DOUBLE", "filter VARCHAR", "AC INTEGER",
                                                            "AD INTEGER[]", "GENES VARCHAR[]", "DB BOOLEAN"));
  EXPECT_EQ(imported.source.columns[3].number, "A");
  EXPECT_EQ(imported.source.columns[4].number, "R");
  EXPECT_EQ(imported.source.columns[5].description, "Genes, all");
  EXPECT_EQ(imported.source.columns[6].vcf_type, "Flag");
  EXPECT_EQ(imported.source.columns[0].number, "");
  EXPECT_THAT(imported.notes, ElementsAre(HasSubstr("AD"))) << "the wrong length is said";
}

TEST_F(ImportTest, KeepsAndCountsRowsThatMatchNothing) {
  const std::string file = scratch.Write("x.vcf", Vcf("", {"1 100 del A <DEL>", "1 100 ref A .", "1 100 star A *,G",
                                                           "1 100 bnd A A[2:200[", "1 100 del A <DEL>"}));
  const Imported imported = Value(Import("s", {file}));
  EXPECT_EQ(imported.source.rows, 6);
  EXPECT_EQ(imported.unmatchable, 5);
  EXPECT_EQ(imported.duplicates, 0);
  EXPECT_THAT(Stored(imported, "id, alt"), ::testing::UnorderedElementsAre("del <DEL>", "del <DEL>", "ref NULL",
                                                                           "star *", "star G", "bnd A[2:200["));
}

TEST_F(ImportTest, ReadsFilesWithOtherHeadersAsOneTable) {
  const std::string a = scratch.Write(
      "a.vcf", Vcf("##contig=<ID=1,length=248956422>\n##INFO=<ID=X,Number=1,Type=Integer,Description=\"\">\n",
                   {"1 100 a A C X=5"}));
  const std::string b = scratch.Write(
      "b.vcf", Vcf("##contig=<ID=2,length=242193529>\n##INFO=<ID=Y,Number=1,Type=Float,Description=\"\">\n",
                   {"2 100 b A C Y=0.5"}));
  const Imported imported = Value(Import("s", {a, b}));
  EXPECT_THAT(Stored(imported, "id, X, Y"), ElementsAre("a 5 NULL", "b NULL 0.5"));
  EXPECT_EQ(imported.source.assembly, "GRCh38");
  EXPECT_THAT(imported.source.made_from, ElementsAre(a, b));
  ASSERT_EQ(imported.source.contigs.size(), 2U);
  EXPECT_EQ(imported.source.contigs[1].length, 242193529);
}

TEST_F(ImportTest, FieldsWithTheNamesOfItsOwnColumnsKeepTheirValues) {
  std::string header;
  std::string info;
  for (const char* name : {"chrom", "START", "ref", "alt", "id", "file_index", "file_row_number", "record", "alt_index",
                           "minimal", "m", "v", "end", "filename", "rowid", "a b", "select"}) {
    header += fmt::format("##INFO=<ID={},Number=1,Type=String,Description=\"\">\n", name);
    info += fmt::format("{}{}=x_{}", info.empty() ? "" : ";", name, name);
  }
  const std::string text = "##fileformat=VCFv4.2\n" + header + kColumns + "1\t300\t.\tA\tC\t.\t.\t" + info +
                           "\n1\t200\t.\tAG\tCG\t.\t.\t" + info + "\n";
  const Imported imported = Value(Import("s", {scratch.Write("x.vcf", text)}));
  EXPECT_THAT(Stored(imported, "chrom, \"start\", ref, alt"), ElementsAre("1 200 A C", "1 300 A C"));
  int fields = 0;
  for (const SourceColumn& column : imported.source.columns) {
    if (column.vcf_type == "String") {
      ++fields;
      EXPECT_EQ(duck::Row(*database, "SELECT count(*) FROM " + ReadParquetSql({imported.path}) + " WHERE starts_with(" +
                                         SqlName(column.name) + ", 'x_')"),
                "2")
          << column.name;
      EXPECT_FALSE(IsReservedColumn(column.name));
    }
  }
  EXPECT_EQ(fields, 17);
}

TEST_F(ImportTest, DropsSamplesAndSaysHowMany) {
  const std::string text =
      "##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
      "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n1\t5\t.\tA\tC\t.\t.\t.\tGT\t0/1\t1/1\n";
  const Imported imported = Value(Import("s", {scratch.Write("x.vcf", text)}));
  EXPECT_EQ(imported.samples_dropped, 2);
  EXPECT_THAT(NamesOf(imported.source.columns), ElementsAre("id VARCHAR", "qual DOUBLE", "filter VARCHAR"));
}

TEST_F(ImportTest, OfAFileWithoutRecordsIsAnEmptySource) {
  const Imported imported = Value(Import("s", {scratch.Write("x.vcf", Vcf("", {}))}));
  EXPECT_EQ(imported.source.rows, 0);
  EXPECT_THAT(imported.source.contigs, IsEmpty());
}

TEST_F(ImportTest, AgainReplacesTheSourceAndItsFileWhateverTheCase) {
  const std::string file = scratch.Write("x.vcf", Vcf("", {"1 100 . A C"}));
  const Imported first = Value(Import("ClinVar", {file}));
  EXPECT_FALSE(first.replaced);
  scratch.Write("x.vcf", Vcf("", {"1 100 . A C", "1 200 . A C"}));
  const Imported second = Value(Import("ClinVar", {file}));
  EXPECT_TRUE(second.replaced);
  EXPECT_THAT(ParquetFiles(), ElementsAre(second.path));
  const Imported third = Value(Import("clinvar", {file}));
  EXPECT_TRUE(third.replaced);
  EXPECT_THAT(ParquetFiles(), ElementsAre(third.path));
  EXPECT_EQ(Value(catalog.List()).size(), 1U);
  EXPECT_OK(catalog.Remove("CLINVAR"));
  EXPECT_THAT(ParquetFiles(), IsEmpty());
}

TEST_F(ImportTest, ThatFailsLeavesTheOldSourceAndNothingElse) {
  const std::string file = scratch.Write("x.vcf", Vcf("", {"1 100 . A C"}));
  const Imported first = Value(Import("s", {file}));
  const std::string bad = scratch.Write("bad.vcf", Vcf("", {"1 100 . A C", "1 x . A C"}));
  EXPECT_THAT(ErrorText(Import("s", {bad})), AllOf(StartsWith("2: "), HasSubstr("bad.vcf"), HasSubstr("record 2")));
  EXPECT_THAT(ErrorText(Import("s", {scratch.Path("absent.vcf")})), StartsWith("2: "));
  EXPECT_THAT(ErrorText(Import("s", {first.path, file})), AllOf(StartsWith("2: "), HasSubstr("of one kind")));
  EXPECT_THAT(ErrorText(Import("a/b", {file})), StartsWith("2: "));
  EXPECT_THAT(ParquetFiles(), ElementsAre(first.path));
  EXPECT_EQ(ToJson(Value(catalog.Find("s"))), ToJson(first.source));
  // What was counted before the failure is not the next import's.
  const Imported again = Value(Import("s", {file}));
  EXPECT_EQ(again.records, 1);
  EXPECT_THAT(NamesOf(again.source.contigs), ElementsAre("1"));
}

TEST_F(ImportTest, OfANewSourceThatFailsLeavesNothing) {
  const std::string bad = scratch.Write("bad.vcf", Vcf("", {"1 x . A C"}));
  EXPECT_THAT(ErrorText(Import("s", {bad})), StartsWith("2: "));
  EXPECT_FALSE(FileExists(catalog.path()));
  EXPECT_THAT(ParquetFiles(), IsEmpty());
  if (FileExists(scratch.Path("home/sources"))) {
    EXPECT_THAT(scratch.Names("home/sources"), ::testing::Each(::testing::EndsWith(".lock")));
  }
}

TEST_F(ImportTest, ThatIsInterruptedLeavesNothing) {
  std::vector<std::string> records;
  for (int i = 0; i < 300'000; ++i) {
    records.push_back(fmt::format("1 {} rs{} A C", 1'000'000 - i, i));
  }
  const std::string file = scratch.Write("x.vcf", Vcf("", records));
  std::thread other([&] {
    while (database->Progress().bytes_read == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    database->Interrupt();
  });
  EXPECT_EQ(ErrorText(Import("s", {file})), "130: interrupted");
  other.join();
  EXPECT_FALSE(FileExists(catalog.path()));
  EXPECT_THAT(ParquetFiles(), IsEmpty());
  if (FileExists(scratch.Path("home/sources/s"))) {
    EXPECT_THAT(scratch.Names("home/sources/s"), IsEmpty());
  }
}

TEST_F(ImportTest, TwoOfOneNameAtOnceLeaveOneWholeSource) {
  const std::string file = scratch.Write("x.vcf", Vcf("", {"1 100 . A C"}));
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      const auto own = duck::OpenDatabase({.threads = 1});
      for (int round = 0; round < 3; ++round) {
        auto imported = ImportSource(*own, catalog, {.name = "s", .files = {file}, .assembly = {}});
        while (!imported.ok() && imported.status().code() == StatusCode::kTryAgain) {
          imported = ImportSource(*own, catalog, {.name = "s", .files = {file}, .assembly = {}});
        }
        EXPECT_OK(imported);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const Source source = Value(catalog.Find("s"));
  EXPECT_OK(FilesOf(source));
  EXPECT_THAT(ParquetFiles(), ElementsAre(source.patterns[0]));
}

/// The lines that a command prints, without header lines; -1: it could not be run.
int64_t RecordsOf(const std::string& command) {
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) {
    return -1;
  }
  int64_t lines = 0;
  std::array<char, 1 << 16> buffer;
  bool at_start = true;
  while (fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    const std::string_view part(buffer.data());
    lines += at_start && part[0] != '#' ? 1 : 0;
    at_start = part.ends_with('\n');
  }
  return pclose(pipe) == 0 ? lines : -1;
}

TEST_F(ImportTest, OfRealDatabasesHasARowForEveryAlleleThatBcftoolsSees) {
  const std::string folder = test::ProjectRoot() + "/../shared/data/databases/";
  if (!IsFolder(folder)) {
    GTEST_SKIP() << "5 real databases skipped: there is no " << folder;
  }
  for (const char* name : {"gnomad4_exomes_chr1.vcf.bgz", "gnomad4_exomes_chrX.vcf.bgz", "gnomad4_genomes_chrX.vcf.bgz",
                           "clinvar_20260226_part.plain-gzip.vcf.gz", "clinvar_2016_lifted_GRCh38.vcf.gz"}) {
    const Imported imported = Value(Import("real", {folder + name}));
    const std::string path = "'" + folder + name + "'";
    EXPECT_EQ(imported.records, RecordsOf("zcat " + path)) << name;
    EXPECT_EQ(imported.source.rows,
              RecordsOf("zcat " + path + " | awk '!/^#/ { for (n = split($5, a, \",\"); n > 0; --n) print }'"))
        << name;
    // bcftools writes none of ClinVar's files: their headers lack contigs, or a field.
    if (std::string_view(name).starts_with("gnomad") && RecordsOf("bcftools --version") > 0) {
      EXPECT_EQ(imported.source.rows, RecordsOf("bcftools norm -m- " + path)) << name;
    }
    // In order, and nothing left to trim.
    EXPECT_EQ(
        duck::Row(
            *database,
            "SELECT count(*) FILTER (k < before), count(*) FILTER (len(allele_forms(\"start\", ref, alt)) > 1) FROM "
            "(SELECT *, (contig_sort_key(chrom), \"start\", upper(ref), upper(alt)) AS k, lag(k) OVER (ORDER BY "
            "file_row_number) AS before FROM " +
                ReadParquetSql({imported.path}) + ")"),
        "0 0")
        << name;
  }
}

}  // namespace
}  // namespace varjoin
