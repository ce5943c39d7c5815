// read_vcf_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/text.h"
#include "duck/query.h"
#include "vcf/packing.h"
#include "vcf_text.h"

namespace varjoin::duck {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Under a sanitizer a tenth of the text has as many races in it.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kBig = 60'000;
constexpr int kRounds = 3;
constexpr double kASecond = 5;  // the code is slower by so much
#else
constexpr int kBig = 600'000;
constexpr int kRounds = 10;
constexpr double kASecond = 1;
#endif

TEST(ReadVcf, KeepsFileOrderWithAnyNumberOfThreads) {
  const Scratch scratch;
  const std::string text = Header("S1") + Records(1, kBig);
  for (const std::string& path : {scratch.Write("big.vcf", text), scratch.Write("big.vcf.gz", vcf::Bgzf(text))}) {
    for (const int threads : {1, 2, 3, 4, 8}) {
      const auto database = OpenDatabase({.threads = threads});
      const std::string parquet = scratch.Path("out.parquet");
      ASSERT_OK(database->Execute("COPY (SELECT record, alt_index, \"start\", alt FROM " + ReadVcf(path) + ") TO " +
                                  SqlString(parquet)));
      EXPECT_EQ(
          Row(*database,
              "WITH t AS (SELECT *, file_row_number AS n, lag(record, 1, 0) OVER w AS before, lag(alt_index, 1, 0) "
              "OVER w "
              "AS alt_before FROM read_parquet(" +
                  SqlString(parquet) +
                  ", file_row_number = true) WINDOW w AS (ORDER BY file_row_number)) "
                  "SELECT count(*), max(record), count(*) FILTER (CASE WHEN alt_index = 1 THEN record <> before + 1 "
                  "ELSE record <> before OR alt_index <> alt_before + 1 END), "
                  "count(*) FILTER (\"start\" <> 1000 + record) FROM t"),
          fmt::format("{} {} 0 0", RowsOf(kBig), kBig))
          << path << " with " << threads << " threads";
    }
  }
}

TEST(ReadVcf, KeepsFileOrderInTablesAndUnderLimitAndFilters) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("S1") + Records(1, kBig / 10));
  const auto database = OpenDatabase({.threads = 8});
  ASSERT_OK(database->Execute("CREATE TABLE t AS SELECT record, alt_index FROM " + ReadVcf(path)));
  EXPECT_EQ(Row(*database,
                "SELECT count(*), count(*) FILTER (record < before) FROM (SELECT record, lag(record, 1, 0) OVER "
                "(ORDER BY rowid) AS before FROM t)"),
            fmt::format("{} 0", RowsOf(kBig / 10)));
  EXPECT_THAT(Rows(*database, "SELECT record FROM " + ReadVcf(path) + " LIMIT 3 OFFSET 5000"),
              ElementsAre("4376", "4377", "4378"));
  EXPECT_THAT(Rows(*database,
                   "SELECT record, alt_index FROM " + ReadVcf(path) + " WHERE qual = 99 AND \"start\" > 6000 LIMIT 3"),
              ElementsAre("5099 1", "5199 1", "5299 1"));
  EXPECT_THAT(Rows(*database, "SELECT record FROM " + ReadVcf(path) + " ORDER BY record DESC, alt_index LIMIT 2"),
              ElementsAre(std::to_string(kBig / 10), std::to_string(kBig / 10 - 1)));
}

TEST(ReadVcf, CountsRowsWithoutReadingAColumn) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("S1") + Records(1, 30'000));
  const std::string empty = scratch.Write("empty.vcf", Header("S1"));
  const auto database = OpenDatabase({.threads = 4});
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + ReadVcf(path)), std::to_string(RowsOf(30'000)));
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + ReadVcf(path, ", split := false")), "30000");
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM (FROM " + ReadVcf(path) + " LIMIT 10000)"), "10000");
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM (FROM " + ReadVcf(path) + " LIMIT 0)"), "0");
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + ReadVcf(empty)), "0");
  EXPECT_EQ(Row(*database, "SELECT 1 FROM " + ReadVcf(path) + " LIMIT 1"), "1");
}

TEST(ReadVcf, AnyChoiceOfColumnsGivesTheValuesOfAllOfThem) {
  const Scratch scratch;
  const std::string one = scratch.Write("one.vcf", Header("S1") + Records(1, 5'000));
  std::string text = Header("S1\tS2");
  for (int i = 1; i <= 5'000; ++i) {
    const std::string record = Record(i);
    text += record.substr(0, record.size() - 1) + (i % 6 == 0 ? "\t.\n" : "\t0|0:1,2,3\n");
  }
  const std::string two = scratch.Write("two.vcf", text);
  const auto database = OpenDatabase({.threads = 2});
  for (const std::string& from :
       {ReadVcf(one), ReadVcf(one, ", split := false"), ReadVcf(two), ReadVcf(two, ", split := false")}) {
    ASSERT_OK(database->Execute("CREATE OR REPLACE TABLE whole AS FROM " + from));
    std::vector<std::string> columns;
    for (const std::string& name : Rows(*database, "SELECT column_name FROM (DESCRIBE whole)")) {
      columns.push_back(SqlName(name));
    }
    ASSERT_GT(columns.size(), 12U);
    std::vector<std::vector<std::string>> choices;
    for (size_t i = 0; i < columns.size(); ++i) {
      choices.push_back({columns[i]});
      choices.push_back({columns[(i + 5) % columns.size()], columns[i], columns[(i * 3 + 1) % columns.size()]});
    }
    choices.push_back({columns.rbegin(), columns.rend()});
    for (const std::vector<std::string>& choice : choices) {
      std::string differs;
      std::string select;
      for (size_t i = 0; i < choice.size(); ++i) {
        select += fmt::format("{}{} AS c{}", i == 0 ? "" : ", ", choice[i], i);
        differs += fmt::format("{}part.c{} IS DISTINCT FROM whole.{}", i == 0 ? "" : " OR ", i, choice[i]);
      }
      ASSERT_OK(database->Execute("CREATE OR REPLACE TABLE part AS SELECT " + select + " FROM " + from));
      EXPECT_EQ(Row(*database, "SELECT (SELECT count(*) FROM part) - (SELECT count(*) FROM whole)"), "0") << select;
      EXPECT_EQ(Row(*database, "SELECT count(*) FROM part POSITIONAL JOIN whole WHERE " + differs), "0")
          << from << ": " << select;
    }
  }
}

TEST(ReadVcf, ValuesAreThoseOfTheText) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("S1") + Records(1, 14));
  const auto database = OpenDatabase();
  EXPECT_THAT(
      Rows(*database,
           "SELECT record, alt_index, id, alt, qual, DP, AF, AD, DB, GENE, GT, PL, fmt_DP, carried, \"end\" FROM " +
               ReadVcf(path) + " WHERE record IN (6, 7, 10)"),
      ElementsAre(
          "6 1 NULL G 6.0 6 0.125 [3, 4] false [BRCA1, a_gene_of_a_longer_name;] 0/1 [9, 0, 9] 6 true 1006",
          "7 1 rs7 G 7.0 7 0.25 [3, 4] false [BRCA1, a_gene_of_a_longer_name;] 1/2 [9, 8, 7] 7 true 1007",
          "7 2 rs7 TTTTTTTTTTTTTTTTTTTT 7.0 7 0.5 [3, 5] false [BRCA1, a_gene_of_a_longer_name;] 1/2 [9, 6, 4] 7 true "
          "1007",
          "10 1 rs10 G 10.0 10 0.125 [3, 4] false NULL 0/1 [9, 0, 9] 10 true 1010"));
}

TEST(ReadVcf, KeepsTheFieldsWholeWithoutSplit) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("S1") + Records(1, 7));
  const auto database = OpenDatabase();
  EXPECT_EQ(Row(*database, "SELECT alts, AF, AD, PL FROM " + ReadVcf(path, ", split := false") + " WHERE record = 7"),
            "[G, TTTTTTTTTTTTTTTTTTTT] [0.25, 0.5] [3, 4, 5] [9, 8, 7, 6, 5, 4]");
  EXPECT_EQ(Row(*database, "SELECT list(column_name) FROM (DESCRIBE FROM " + ReadVcf(path, ", split := false") +
                               ") WHERE column_name IN ('alt', 'alts', 'alt_index', 'carried', 'record')"),
            "[alts, record]");
}

TEST(ReadVcf, RecordTextIsTheLineAndInNoStar) {
  const Scratch scratch;
  const std::string lines = Records(1, 3000);
  const std::string path = scratch.Write("x.vcf", Header("S1") + lines);
  const auto database = OpenDatabase({.threads = 2});
  ASSERT_OK(
      database->Execute("CREATE TABLE lines AS SELECT record, record_text FROM " + ReadVcf(path, ", split := false")));
  EXPECT_EQ(Row(*database, "SELECT string_agg(decode(record_text) || chr(10), '' ORDER BY record) = " +
                               SqlString(lines) + " FROM lines"),
            "true");
  EXPECT_EQ(Row(*database, "SELECT typeof(record_text) FROM " + ReadVcf(path) + " LIMIT 1"), "BLOB");
  EXPECT_EQ(
      Row(*database, "SELECT count(*) FROM (DESCRIBE FROM " + ReadVcf(path) + ") WHERE column_name = 'record_text'"),
      "0");
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + ReadVcf(path) +
                               " WHERE split_part(decode(record_text), chr(9), 2)::BIGINT <> \"start\" OR "
                               "split_part(split_part(decode(record_text), chr(9), 10), ':', 1) <> GT"),
            "0");
}

TEST(ReadVcf, ReadsSeveralFilesAsOneTable) {
  const Scratch scratch;
  const std::string c = scratch.Write("c.vcf", Header("S1") + Records(1, 5'000));
  const std::string a = scratch.Write("a.vcf.gz", vcf::Bgzf(Header("S1") + Records(5'001, 15'000)));
  const std::string b = scratch.Write("b.vcf.gz", vcf::Gzip(Header("S1") + Records(15'001, 20'000)));
  const std::string none = scratch.Write("n.vcf", Header("S1"));
  const std::string in_order =
      fmt::format("read_vcf([{}, {}, {}, {}])", SqlString(c), SqlString(none), SqlString(a), SqlString(b));
  for (const int threads : {1, 4}) {
    const auto database = OpenDatabase({.threads = threads});
    ASSERT_OK(database->Execute("CREATE OR REPLACE TABLE t AS SELECT record, alt_index, \"start\" FROM " + in_order));
    EXPECT_EQ(Row(*database,
                  "SELECT count(*), max(record), count(*) FILTER (\"start\" <> 1000 + record), count(*) FILTER "
                  "(record < before) FROM (SELECT *, lag(record, 1, 0) OVER (ORDER BY rowid) AS before FROM t)"),
              fmt::format("{} 20000 0 0", RowsOf(20'000)));
    // By a pattern: in the order of the names, whatever record numbers they then get.
    EXPECT_THAT(Rows(*database, "SELECT min(\"start\") FROM " + ReadVcf(scratch.Path("?.vcf*")) +
                                    " GROUP BY record IN (1, 10001, 15001) HAVING count(*) < 10"),
                ElementsAre("1001"));
    EXPECT_EQ(
        Row(*database, "SELECT DISTINCT \"start\" FROM " + ReadVcf(scratch.Path("[ab].vcf*")) + " WHERE record = 1"),
        "6001");
    EXPECT_EQ(Row(*database,
                  "SELECT DISTINCT \"start\" FROM " + ReadVcf(scratch.Path("[ab].vcf*")) + " WHERE record = 10001"),
              "16001");
  }
}

TEST(ReadVcf, ManySmallFilesComeInTheirOrder) {
  const Scratch scratch;
  constexpr int kFiles = 300;
  std::string list;
  for (int file = 0; file < kFiles; ++file) {
    const std::string name = fmt::format("{:03}.vcf", file);
    list +=
        (file == 0 ? "" : ", ") + SqlString(scratch.Write(name, Header("S1") + Records(3 * file + 1, 3 * file + 3)));
  }
  const std::string parquet = SqlString(scratch.Path("out.parquet"));
  for (int round = 0; round < kRounds; ++round) {
    const auto database = OpenDatabase({.threads = 8});
    ASSERT_OK(database->Execute(
        fmt::format("COPY (SELECT record, \"start\" FROM read_vcf([{}], split := false)) TO {}", list, parquet)));
    ASSERT_EQ(Row(*database,
                  "SELECT count(*), count(*) FILTER (record <> file_row_number + 1), count(*) FILTER (\"start\" <> "
                  "1000 + record) FROM read_parquet(" +
                      parquet + ", file_row_number = true)"),
              fmt::format("{} 0 0", 3 * kFiles))
        << "round " << round;
  }
}

TEST(ReadVcf, TheUnionOfFieldsIsReadFromFilesWithOtherHeaders) {
  const Scratch scratch;
  const std::string head = "##fileformat=VCFv4.2\n";
  const std::string columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
  const std::string a = scratch.Write("a.vcf", head + "##INFO=<ID=X,Number=1,Type=Integer,Description=\"\">\n" +
                                                   columns + "1\t1\t.\tA\tC\t.\t.\tX=5\n");
  const std::string b = scratch.Write("b.vcf", head + "##INFO=<ID=X,Number=1,Type=Float,Description=\"\">\n" +
                                                   "##INFO=<ID=Y,Number=.,Type=String,Description=\"\">\n" + columns +
                                                   "1\t2\t.\tA\tC\t.\t.\tY=a,b;X=0.5\n");
  const auto database = OpenDatabase();
  EXPECT_THAT(Rows(*database,
                   fmt::format("SELECT record, \"start\", X, Y FROM read_vcf([{}, {}])", SqlString(a), SqlString(b))),
              ElementsAre("1 1 5.0 NULL", "2 2 0.5 [a, b]"));
  EXPECT_THAT(Rows(*database,
                   fmt::format("SELECT record, \"start\", X, Y FROM read_vcf([{}, {}])", SqlString(b), SqlString(a))),
              ElementsAre("1 2 0.5 [a, b]", "2 1 5.0 NULL"));
}

TEST(ReadVcf, FieldsWithoutAHeaderLineAreText) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf",
                                         "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
                                         "1\t1\t.\tA\tC\t.\t.\tUNDECLARED=1,2\n1\t2\t.\tA\tC\t.\t.\t.\n");
  const auto database = OpenDatabase();
  EXPECT_THAT(Rows(*database, "SELECT UNDECLARED, typeof(UNDECLARED) FROM " + ReadVcf(path)),
              ElementsAre("1,2 VARCHAR", "NULL VARCHAR"));
  EXPECT_THAT(database->TakeScanReport().Sentences(),
              ElementsAre(AllOf(HasSubstr(path), HasSubstr("INFO/UNDECLARED"))));
}

TEST(ReadVcf, UndeclaredKeysBeyondTheLookAheadAreInInfoOther) {
  const Scratch scratch;
  struct Choice {
    std::string name;
    std::string header;
    std::string early;  ///< INFO of the first record
    int records;
    std::string options;
    bool expected;
  };
  // The look-ahead sees some 3 MiB; 50,000 of these records have 5.
  const std::string no_info = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
  const int many = 50'000;
  const auto database = OpenDatabase({.threads = 2});
  for (const auto& [name, header, early, records, options, expected] :
       {Choice{"undeclared keys among the first", Header(), "EARLY=1", many, "", true},
        Choice{"no INFO line in the header", no_info, ".", many, "", true},
        Choice{"all keys declared", Header(), "DP=1", many, "", false},
        Choice{"a small file, seen whole", Header(), "EARLY=1", 10, "", false},
        Choice{"asked for", Header(), "DP=1", many, ", info_other := true", true},
        Choice{"asked for without", Header(), "EARLY=1", many, ", info_other := false", false}}) {
    std::string text = header + "chr1\t1\t.\tA\tC\t.\t.\t" + early + "\n";
    for (int i = 2; i < records; ++i) {
      text +=
          fmt::format("chr1\t{}\ta_name_of_forty_characters_for_record_{:05}\tACGTACGT\tA\t.\tPASS\tDP={}\n", i, i, i);
    }
    text += "chr1\t99999999\t.\tA\tC\t.\t.\tLATE=a%3Bb;LAST\n";
    const std::string from = ReadVcf(scratch.Write("x.vcf", text), options);
    const std::string names = Row(*database, "SELECT list(column_name) FROM (DESCRIBE FROM " + from + ")");
    EXPECT_EQ(names.find("info_other") != std::string::npos, expected) << name;
    EXPECT_EQ(names.find("LATE") != std::string::npos, records != many) << name;
    (void)database->TakeScanReport();
    if (expected) {
      EXPECT_THAT(
          Rows(*database, "SELECT \"start\", info_other::VARCHAR FROM " + from + " WHERE info_other IS NOT NULL"),
          ElementsAre("99999999 {LATE=a;b, LAST=''}"))
          << name;
    } else {
      ASSERT_OK(database->Execute("CREATE OR REPLACE TABLE t AS FROM " + from));
    }
    std::string notes;
    for (const std::string& sentence : database->TakeScanReport().Sentences()) {
      notes += sentence + "\n";
    }
    EXPECT_THAT(
        notes,
        HasSubstr(records != many ? "INFO/LATE has no header line and is read as text"
                  : expected ? "INFO/LATE has no header line, appears late in the file and is in the column info_other"
                             : "INFO/LATE has no header line, appears late in the file and is NOT read"))
        << name;
  }
}

TEST(ReadVcf, ABadRecordStopsIsSkippedOrLosesAField) {
  const Scratch scratch;
  std::string text = Header("S1") + Records(1, 9'999);
  text += "chr1\t20000\t.\tA\tC\t.\t.\tDP=many\tGT\t0/1\n";  // record 10000
  text += Records(10'001, 20'000);
  const std::string path = scratch.Write("x.vcf", text);
  for (const int threads : {1, 4}) {
    const auto database = OpenDatabase({.threads = threads});
    EXPECT_THAT(ErrorText(database->Execute("CREATE TABLE t AS FROM " + ReadVcf(path))),
                AllOf(StartsWith("2: "), HasSubstr(path), HasSubstr("record 10000"), HasSubstr("chr1:20000"),
                      HasSubstr("DP"), HasSubstr("many")));
    database->TakeScanReport();
    EXPECT_EQ(Row(*database, "SELECT count(DISTINCT record), max(record), count(DP) FROM " +
                                 ReadVcf(path, ", on_bad_record := 'skip'")),
              fmt::format("19999 20000 {}", RowsOf(20'000) - 1));
    const vcf::ScanReport skipped = database->TakeScanReport();
    EXPECT_EQ(skipped.records, 20'000);
    EXPECT_EQ(skipped.rows, RowsOf(20'000) - 1);
    EXPECT_THAT(skipped.Sentences(), ElementsAre(HasSubstr("record 10000")));
    EXPECT_EQ(Row(*database, "SELECT count(DISTINCT record), count(*) FILTER (DP IS NULL) FROM " +
                                 ReadVcf(path, ", on_bad_record := 'null'")),
              "20000 1");
    EXPECT_EQ(database->TakeScanReport().rows, RowsOf(20'000));
  }
  const auto database = OpenDatabase();
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + ReadVcf(path)), std::to_string(RowsOf(20'000)))
      << "DP is not asked for";
  EXPECT_THAT(ErrorText(database->Execute("FROM " + ReadVcf(path, ", on_bad_record := 'perhaps'"))),
              AllOf(StartsWith("2: "), HasSubstr("expected fail, skip or null")));
  EXPECT_THAT(ErrorText(database->Execute("FROM " + ReadVcf(path, ", on_bad_record := NULL"))), StartsWith("2: "));
}

TEST(ReadVcf, ALeftoverErrorIsNotTakenForALaterOne) {
  const Scratch scratch;
  const std::string path = scratch.Write(
      "x.vcf", Header("S1") + Records(1, 40'000) + "chr1\tx\t.\tA\tC\t.\t.\t.\tGT\t0/1\n" + Records(1, 40'000));
  const auto database = OpenDatabase({.threads = 8});
  for (int round = 0; round < kRounds; ++round) {
    const Status limited = database->Execute("SELECT record FROM " + ReadVcf(path) + " LIMIT 20000");
    if (limited.ok()) {
      EXPECT_THAT(ErrorText(database->Execute("SELECT nothing_of_the_kind")),
                  AllOf(StartsWith("2: "), HasSubstr("nothing_of_the_kind")));
    }
  }
}

TEST(ReadVcf, ReportsEachScanOnceAndContigsAsTheyAreSpelled) {
  const Scratch scratch;
  std::string text = Header("S1") + Records(1, 7);
  text += "2\t5\t.\tA\t.\t.\t.\t.\tGT\t0/0\nchr1\t9\t.\tA\t<DEL>\t.\t.\t.\tGT\t0/1\n";
  const std::string path = scratch.Write("x.vcf", text);
  const auto database = OpenDatabase({.threads = 4});
  EXPECT_EQ(database->TakeScanReport().records, 0);
  ASSERT_OK(database->Execute("SELECT count(*) FROM " + ReadVcf(path)));
  vcf::ScanReport report = database->TakeScanReport();
  EXPECT_EQ(report.records, 9);
  EXPECT_EQ(report.rows, 10);
  ASSERT_EQ(report.contigs.size(), 2U);
  EXPECT_EQ(report.contigs["chr1"].records, 8);
  EXPECT_EQ(report.contigs["chr1"].rows, 9);
  EXPECT_EQ(report.contigs["chr1"].first_record, 1);
  EXPECT_EQ(report.contigs["2"].first_record, 8);
  EXPECT_THAT(report.Sentences(), IsEmpty());
  EXPECT_EQ(database->TakeScanReport().records, 0) << "it was taken";
  ASSERT_OK(database->Execute("EXPLAIN FROM " + ReadVcf(path)));
  EXPECT_EQ(database->TakeScanReport().records, 0) << "nothing is read for a plan";
}

TEST(ReadVcf, SaysThatABgzfFileHasNoEndMarker) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf.gz", vcf::Bgzf(Header("S1") + Records(1, 10), 65280, ""));
  const auto database = OpenDatabase();
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM " + ReadVcf(path)), "11");
  EXPECT_THAT(database->TakeScanReport().Sentences(), ElementsAre(HasSubstr("end marker")));
}

TEST(ReadVcf, CutsARecordOfFiveThousandAltsIntoChunks) {
  const Scratch scratch;
  std::string alts;
  std::string frequencies;
  std::string depths = "77";
  for (int i = 1; i <= 5'000; ++i) {
    alts += (i == 1 ? "" : ",") + std::string("A") + std::string(static_cast<size_t>(i % 40), 'C') + "G";
    frequencies += fmt::format("{}{}", i == 1 ? "" : ",", i);
    depths += fmt::format(",{}", 2 * i);
  }
  const std::string path = scratch.Write(
      "x.vcf",
      Header("S1") + Records(1, 2'040) +
          fmt::format("chr1\t5000\t.\tA\t{}\t.\t.\tAF={};AD={};GENE=x,y\tGT\t4999/5000\n", alts, frequencies, depths) +
          Records(2'042, 6'000));
  for (const int threads : {1, 4}) {
    const auto database = OpenDatabase({.threads = threads});
    ASSERT_OK(database->Execute("CREATE TABLE t AS SELECT record, alt_index, alt, AF, AD, carried, GENE FROM " +
                                ReadVcf(path)));
    EXPECT_EQ(Row(*database,
                  "SELECT count(*), sum(alt_index), count(*) FILTER (AF <> alt_index OR AD[1] <> 77 OR len(AD) <> 2 "
                  "OR AD[2] <> 2 * alt_index OR length(alt) <> 2 + alt_index % 40 OR GENE <> ['x', 'y']), "
                  "list(alt_index ORDER BY alt_index) FILTER (carried) FROM t WHERE record = 2041"),
              "5000 12502500 0 [4999, 5000]");
    EXPECT_EQ(Row(*database,
                  "SELECT count(*) FILTER (record < before OR (record = before AND alt_index <> alt_before + 1)), "
                  "count(DISTINCT record) FROM (SELECT *, lag(record, 1, 0) OVER w AS before, lag(alt_index, 1, 0) "
                  "OVER w AS alt_before FROM t WINDOW w AS (ORDER BY rowid))"),
              "0 6000");
  }
}

TEST(ReadVcf, ListsGrowBeyondTheVectorTheyWereMadeFor) {
  const Scratch scratch;
  std::string text = Header();
  int64_t elements = 0;
  for (int i = 1; i <= 300; ++i) {
    text += fmt::format("chr1\t{}\t.\tA\tC\t.\t.\tGENE=", i);
    const int n = i % 50 == 0 ? 100'000 : i % 7;
    for (int j = 0; j < std::max(n, 1); ++j) {
      text += fmt::format("{}{}", j == 0 ? "" : ",", n == 0 ? "." : fmt::format("g{}", i * j));
    }
    text += "\n";
    elements += n;
  }
  const std::string path = scratch.Write("x.vcf", text);
  const auto database = OpenDatabase({.threads = 2});
  EXPECT_EQ(Row(*database,
                "SELECT sum(len(GENE)), count(GENE), count(*) FILTER (GENE[1] <> 'g0'), "
                "count(*) FILTER (GENE[-1] <> 'g' || record * (len(GENE) - 1)) FROM " +
                    ReadVcf(path)),
            fmt::format("{} {} 0 0", elements, 300 - 300 / 7 + 300 / 350));
}

TEST(ReadVcf, MayOccurTwiceInAStatement) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("S1") + Records(1, 20'000));
  const auto database = OpenDatabase({.threads = 4});
  ASSERT_OK(database->Execute("CREATE VIEW v AS FROM " + ReadVcf(path)));
  const std::string rows = std::to_string(RowsOf(20'000));
  EXPECT_EQ(
      Row(*database, "SELECT count(*), count(*) FILTER (a.alt <> b.alt) FROM v a JOIN v b USING (record, alt_index)"),
      rows + " 0");
  EXPECT_EQ(database->TakeScanReport().records, 40'000);
  EXPECT_EQ(
      Row(*database, "WITH t AS MATERIALIZED (FROM v) SELECT count(*) FROM t a JOIN t b USING (record, alt_index)"),
      rows);
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM (SELECT record FROM v UNION ALL SELECT record FROM v)"),
            std::to_string(2 * RowsOf(20'000)));
  EXPECT_EQ(Row(*database, "SELECT count(*) FROM v WHERE record IN (SELECT record FROM v WHERE alt_index = 2)"),
            std::to_string(2 * (20'000 / 7)));
}

TEST(ReadVcf, WorksUnderTheStatementsThatPeopleWrite) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("S1") + Records(1, 7'000));
  const auto database = OpenDatabase({.threads = 4});
  ASSERT_OK(database->Execute("CREATE TABLE t AS FROM " + ReadVcf(path)));
  for (const std::string& sql : {
           std::string("SELECT sum(DP), avg(AF), count(DISTINCT id) FROM {}"),
           std::string("SELECT alt, count(*) FROM {} GROUP BY alt ORDER BY alt"),
           std::string("SELECT record FROM {} WHERE AF > 0.2 ORDER BY DP DESC, record, alt_index LIMIT 5"),
           std::string("FROM {} ORDER BY DP DESC, record DESC, alt_index LIMIT 5"),
           std::string("SELECT x.record, g FROM {} x, unnest(x.GENE) u(g) WHERE record < 9 ORDER BY ALL"),
           std::string(
               "SELECT * EXCLUDE (GENE) REPLACE (upper(alt) AS alt) FROM {} WHERE record BETWEEN 2000 AND 2003"),
           std::string("SELECT count(*) FROM (SELECT row_number() OVER (PARTITION BY DP ORDER BY record) AS n FROM {}) "
                       "WHERE n = 1"),
           std::string("SELECT count(*) FROM {} a WHERE EXISTS (FROM range(10) r(i) WHERE r.i = a.DP)"),
           std::string("SELECT (SELECT max(record) FROM {} b WHERE b.DP = i) FROM range(3) r(i) ORDER BY i"),
           std::string("FROM (PIVOT (SELECT DP % 2 AS p, alt_index FROM {}) ON alt_index USING count(*)) ORDER BY p"),
           std::string("SELECT column_name, count FROM (SUMMARIZE SELECT chrom, \"start\", DP FROM {})"),
           std::string("SELECT count(*) FROM {} WHERE hash(record) IS NOT NULL AND random() >= 0"),
       }) {
    const auto with = [&](const std::string& table) {
      std::string text = sql;
      return text.replace(text.find("{}"), 2, table);
    };
    const std::vector<std::string> wanted = Rows(*database, with("t"));
    EXPECT_FALSE(wanted.empty()) << sql;
    EXPECT_EQ(Rows(*database, with(ReadVcf(path))), wanted) << sql;
  }
  EXPECT_THAT(Rows(*database, "EXPLAIN SELECT DP FROM " + ReadVcf(path) + " WHERE DP > 3"),
              ElementsAre(HasSubstr("READ_VCF")));
  EXPECT_THAT(Rows(*database, "EXPLAIN ANALYZE SELECT DP FROM " + ReadVcf(path)),
              ElementsAre(ContainsRegex("8,?000 rows")));
  EXPECT_EQ(Row(*database, "SELECT count(*) < 7000 FROM " + ReadVcf(path) + " USING SAMPLE 10%"), "true");
}

TEST(ReadVcf, APreparedStatementSeesTheFileOfTheMoment) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("S1") + Records(1, 10));
  const auto database = OpenDatabase({.threads = 2});
  ASSERT_OK(database->Execute("PREPARE p AS SELECT count(*), max(DP) FROM " + ReadVcf(path)));
  EXPECT_EQ(Row(*database, "EXECUTE p"), "11 10");
  EXPECT_EQ(Row(*database, "EXECUTE p"), "11 10") << "twice";
  // Another header: read by the old one, every value would stand in a wrong place, or be NULL.
  scratch.Write("x.vcf",
                "##fileformat=VCFv4.2\n##INFO=<ID=DP,Number=.,Type=String,Description=\"\">\n"
                "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t5\t.\tA\tC\t.\t.\tDP=a,b\n");
  const std::string changed = Row(*database, "EXECUTE p");
  EXPECT_THAT(changed, AllOf(StartsWith("1: "), HasSubstr(path), HasSubstr("changed")));
  ASSERT_OK(database->Execute("DEALLOCATE p"));
  EXPECT_EQ(Row(*database, "SELECT count(*), max(DP) FROM " + ReadVcf(path)), "1 [a, b]");
  ASSERT_OK(database->Execute("PREPARE p AS SELECT count(*), max(DP) FROM " + ReadVcf(path)));
  EXPECT_EQ(Row(*database, "EXECUTE p"), "1 [a, b]");
  std::filesystem::remove(path);
  EXPECT_THAT(Row(*database, "EXECUTE p"), AllOf(StartsWith("2: "), HasSubstr(path)));
}

TEST(ReadVcf, EstimatesItsRowsNearTheTruthAndNotAboveIt) {
  const Scratch scratch;
  const std::string text = Header("S1") + Records(1, 50'000);
  const auto database = OpenDatabase();
  for (const std::string& path : {scratch.Write("x.vcf", text), scratch.Write("x.vcf.gz", vcf::Bgzf(text)),
                                  scratch.Write("y.vcf.gz", vcf::Gzip(text))}) {
    const std::string plan = Row(*database, "EXPLAIN (FORMAT json) FROM " + ReadVcf(path));
    const size_t at = plan.find("\"Estimated Cardinality\": \"");
    ASSERT_NE(at, std::string::npos) << plan;
    const long estimate = std::stol(plan.substr(at + 26));
    EXPECT_GE(estimate, 10'000) << path;
    EXPECT_LE(estimate, 60'000) << path;
  }
}

TEST(ReadVcf, SaysHowFarItHasCome) {
  const Scratch scratch;
  const std::string text = Header("S1") + Records(1, 20'000);
  const std::string path = scratch.Write("x.vcf", text);
  const auto database = OpenDatabase();
  EXPECT_EQ(database->Progress().bytes_total, 0U);
  ASSERT_OK(database->Execute("SELECT max(DP) FROM " + ReadVcf(path)));
  EXPECT_EQ(database->Progress().bytes_total, text.size());
  EXPECT_EQ(database->Progress().bytes_read, text.size());
  EXPECT_EQ(database->Progress().records, 20'000);
}

TEST(ReadVcf, IsInterruptedInTheMiddleOfAFile) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "DuckDB waits for the threads of a cancelled statement on an atomic that this sanitizer does not see";
#endif
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", Header("S1") + Records(1, kBig));
  const auto database = OpenDatabase({.threads = 2});
  std::chrono::steady_clock::time_point asked;
  std::thread other([&] {
    while (database->Progress().bytes_read == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    asked = std::chrono::steady_clock::now();
    database->Interrupt();
  });
  std::string many = "SELECT max(length(md5(PL::VARCHAR || GENE::VARCHAR))) FROM (";
  for (int i = 0; i < 50; ++i) {
    many += std::string(i == 0 ? "" : " UNION ALL ") + "SELECT PL, GENE FROM " + ReadVcf(path);
  }
  EXPECT_EQ(ErrorText(database->Execute(many + ")")), "130: interrupted");
  const auto stopped = std::chrono::steady_clock::now();
  other.join();
  EXPECT_LT(std::chrono::duration<double>(stopped - asked).count(), kASecond);
}

TEST(ReadVcf, ADamagedBlockIsAnErrorWhateverTheNumberOfThreads) {
  const Scratch scratch;
  std::string packed = vcf::Bgzf(Header("S1") + Records(1, 100'000));
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
  const std::string path = scratch.Write("x.vcf.gz", packed);
  std::string first;
  for (const int threads : {1, 2, 8, 8, 8}) {
    const auto database = OpenDatabase({.threads = threads});
    const std::string error = ErrorText(database->Execute("CREATE TABLE t AS FROM " + ReadVcf(path)));
    EXPECT_THAT(error, AllOf(StartsWith("2: "), HasSubstr(path)));
    EXPECT_EQ(error, first.empty() ? error : first);
    first = error;
  }
}

}  // namespace
}  // namespace varjoin::duck
