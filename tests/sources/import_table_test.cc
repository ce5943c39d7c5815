// import_table_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.h"
#include "sources/import.h"
#include "sources/parquet.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ImportTableTest : public ::testing::Test {
 protected:
  ImportTableTest() : catalog(scratch.Path("home")), database(duck::OpenDatabase({.threads = 2})) {}

  /// Of a file "x" with this content.
  Result<Imported> Import(const std::string& content, ImportRequest request = {}) {
    return ImportFiles({scratch.Write("x", content)}, std::move(request));
  }

  Result<Imported> ImportFiles(const std::vector<std::string>& files, ImportRequest request = {}) {
    request.name = "s";
    request.files = files;
    return ImportSource(*database, catalog, request);
  }

  std::vector<std::string> Stored(const Imported& imported, const std::string& select = "chrom, \"start\", ref, alt") {
    return duck::Rows(*database,
                      "SELECT " + select + " FROM " + ReadParquetSql({imported.path}) + " ORDER BY file_row_number");
  }

  Scratch scratch;
  Catalog catalog;
  std::unique_ptr<duck::Database> database;
};

TEST_F(ImportTableTest, ReadsTextsWhateverTheyAreCalledAndHoweverTheyAreDelimited) {
  for (const char* content : {"chrom\tpos\tref\talt\tid\n2\t7\tA\tC\trs2\n1\t9\tTAG\tTCG\trs1\n",
                              "#CHROM\tPOS\tREF\tALT\tID\n2\t7\tA\tC\trs2\n1\t9\tTAG\tTCG\trs1\n",
                              "Chr,Position,Reference_Allele,Alt_Allele,id\r\n2,7,A,C,rs2\r\n1,9,TAG,TCG,rs1\r\n",
                              "# hello, world\nid;CHROM;POS;REF;ALT\n\"rs2\";2;7;A;C\nrs1;1;9;TAG;TCG",
                              "chrom|start|ref|alt|id\n2|7|A|C|rs2\n1|9|TAG|TCG|rs1\n"}) {
    const Imported imported = Value(Import(content));
    EXPECT_THAT(Stored(imported, "chrom, \"start\", ref, alt, id"), ElementsAre("1 10 A C rs1", "2 7 A C rs2"))
        << content;
    EXPECT_EQ(imported.records, 2);
    EXPECT_THAT(NamesOf(imported.source.contigs), ElementsAre("1", "2"));
  }
}

TEST_F(ImportTableTest, MakesNumbersOfColumnsThatHoldNothingElse) {
  const Imported imported =
      Value(Import("chrom\tpos\tref\talt\tint\tbig\tfloat\tmixed\tzeros\tnone\tna\ttext\n"
                   "1\t1\tA\tC\t5\t12345678901234\t0.5\t1\t007\t.\tNA\tNA\n"
                   "1\t2\tA\tC\t-6\t1\t1e-5\tx\t08\t\t3\t.\n"
                   "1\t3\tA\tC\t.\t2\t.5\t2\t1\t.\t\tb\n"));
  EXPECT_THAT(NamesOf(imported.source.columns),
              ElementsAre("int BIGINT", "big BIGINT", "float DOUBLE", "mixed VARCHAR", "zeros VARCHAR", "none VARCHAR",
                          "na BIGINT", "text VARCHAR"));
  EXPECT_THAT(Stored(imported, "* EXCLUDE (chrom, \"start\", ref, alt)"),
              ElementsAre("5 12345678901234 0.5 1 007 NULL NULL NA", "-6 1 1e-05 x 08 NULL 3 NULL",
                          "NULL 2 0.5 2 1 NULL NULL b"));
}

TEST_F(ImportTableTest, ReadsToTheEndBeforeAColumnIsOneOfNumbers) {
  std::string content = "chrom\tpos\tref\talt\tv\tlate\n";
  for (int i = 1; i <= 50'000; ++i) {
    content += fmt::format("1\t{}\tA\tC\t{}\t.\n", i, i);
  }
  const Imported imported = Value(Import(content + "1\t50001\tA\tC\tx1\t0.5\n"));
  EXPECT_THAT(NamesOf(imported.source.columns), ElementsAre("v VARCHAR", "late DOUBLE"));
  EXPECT_EQ(imported.source.rows, 50'001);
}

TEST_F(ImportTableTest, SplitsJoinedAlternates) {
  for (const char* separator : {"|", ",", "/"}) {
    const Imported imported = Value(Import(
        fmt::format("chrom\tpos\tref\talt\tv\n1\t5\tA\tC{0}G\tboth\n1\t6\tCAT\tC{0}CGT{0}*\tthree\n", separator)));
    EXPECT_THAT(Stored(imported, "\"start\", ref, alt, v"),
                ElementsAre("5 A C both", "5 A G both", "6 CAT * three", "6 CAT C three", "7 A G three"))
        << separator;
    EXPECT_EQ(imported.records, 2);
    EXPECT_THAT(imported.notes, ElementsAre(HasSubstr("joined in one value: 2")));
  }
  const std::string parquet = WriteParquet(
      *database, scratch.Path("x.parquet"),
      "SELECT * FROM (VALUES (1, 5, 'A', 'C|G'), (2, 6, 'A', '<DEL>'), (2, 7, 'A', 'A[2:200[')) t(chr, pos, ref, alt)");
  EXPECT_THAT(Stored(Value(ImportFiles({parquet}))),
              ElementsAre("1 5 A C", "1 5 A G", "2 6 A <DEL>", "2 7 A A[2:200["));
  const std::string lists = WriteParquet(*database, scratch.Path("l.parquet"),
                                         "SELECT 1 AS chr, 5 AS pos, 'A' AS ref, ['C', 'G'] AS alt "
                                         "UNION ALL SELECT 1, 6, 'A', [] UNION ALL SELECT 1, 7, 'A', NULL");
  EXPECT_THAT(Stored(Value(ImportFiles({lists}))), ElementsAre("1 5 A C", "1 5 A G", "1 6 A NULL", "1 7 A NULL"));
}

TEST_F(ImportTableTest, KeepsDashesAsRowsThatMatchNothing) {
  const Imported imported = Value(
      Import("chrom\tpos\tref\talt\n1\t5\t-\tA\n1\t6\tAC\t-\n1\t7\tA\tC/-\n1\t8\tA\t<DEL>\n1\t9\tA\t.\n1\t10\t.\tC\n"));
  EXPECT_EQ(imported.source.rows, 7);
  EXPECT_EQ(imported.dashed, 3);
  EXPECT_EQ(imported.unmatchable, 6);
  EXPECT_THAT(Stored(imported),
              ElementsAre("1 5 - A", "1 6 AC -", "1 7 A -", "1 7 A C", "1 8 A <DEL>", "1 9 A NULL", "1 10 NULL C"));
}

TEST_F(ImportTableTest, GivesDashesTheBaseBeforeThemWhereItIsKnown) {
  const std::string reference = scratch.Write("r.fa", ">1\nGATTACAGGGCA\n");
  const struct {
    std::string row;
    std::string stored;
  } cases[] = {
      {"8\t8\tG\t-", "1 7 AG A"},    // a deletion
      {"10\t10\tG\t-", "1 7 AG A"},  // left-aligned
      {"4\t5\tta\t-", "1 3 Tta T"},  // in whatever letters
      {"6\t5\t-\tT", "1 5 A AT"},    // an insertion between 5 and 6, as Ensembl has it
      {"5\t5\t-\tT", "1 5 A AT"},    // as ANNOVAR
      {"5\t6\t-\tT", "1 5 A AT"},    // as MAF
      {"6\t.\t-\tT", "1 6 - T"},     // before or after 6?
      {"9\t.\t-\tG", "1 7 A AG"},    // the same on either side
      {"9\t.\t-\tGC", "1 9 - GC"},   // not so
      {"6\t9\t-\tT", "1 6 - T"},     // no usage that is known
      {"2\t2\tC\t-", "1 2 C -"},     // the reference has another base
      {"1\t1\tG\t-", "1 1 G -"},     // there is no base before
      {"1\t0\t-\tG", "1 1 - G"},     //
      {"99\t98\t-\tG", "1 99 - G"},  // beyond the contig
      {"5\t5\t-\tT|G", "1 5 A AG,1 5 A AT"},
  };
  for (const auto& [row, stored] : cases) {
    const Imported imported = Value(Import("chrom\tstart\tend\tref\talt\n1\t" + row + "\n", {.reference = reference}));
    EXPECT_EQ(fmt::format("{}", fmt::join(Stored(imported), ",")), stored) << row;
    const bool is_left = stored.find('-') != std::string::npos;
    EXPECT_EQ(imported.dashed, is_left ? 1 : 0) << row;
    EXPECT_EQ(imported.unmatchable, is_left ? 1 : 0) << row;
    EXPECT_EQ(
        testing::PrintToString(imported.notes).find("given the base before, from the reference") == std::string::npos,
        is_left)
        << row;
  }
  // Without the FASTA they stay; positions from 0 are half-open.
  EXPECT_EQ(Value(Import("chrom\tstart\tend\tref\talt\n1\t8\t8\tG\t-\n")).dashed, 1);
  EXPECT_THAT(Stored(Value(Import("chrom\tstart\tend\tref\talt\n1\t5\t5\t-\tT\n1\t7\t8\tG\t-\n",
                                  {.zero_based = true, .reference = reference}))),
              ElementsAre("1 5 A AT", "1 7 AG A"));
  // A contig that the FASTA lacks.
  EXPECT_THAT(Stored(Value(Import("chrom\tstart\tend\tref\talt\n2\t8\t8\tG\t-\n", {.reference = reference}))),
              ElementsAre("2 8 G -"));
}

TEST_F(ImportTableTest, CountsPositionsFromZeroIfTold) {
  const std::string content = "chrom\tpos\tref\talt\n1\t0\tA\tC\n1\t9\tTAG\tTCG\n";
  EXPECT_THAT(Stored(Value(Import(content, {.zero_based = true}))), ElementsAre("1 1 A C", "1 11 A C"));
}

TEST_F(ImportTableTest, TakesTheNamesThatItIsGiven) {
  const std::string content = "c\tstart\tend\tr\ta\tv\n1\t5\t6\tA\tC\tx\n";
  EXPECT_THAT(ErrorText(Import(content)),
              AllOf(StartsWith("2: "), HasSubstr("c, start, end, r, a, v"), HasSubstr("--map chrom=COLUMN")));
  const Imported imported =
      Value(Import(content, {.mapping = {{"chrom", "C"}, {"start", "end"}, {"ref", "r"}, {"alt", "a"}}}));
  EXPECT_THAT(Stored(imported, "*"), ElementsAre("1 6 A C 5 x"));
  EXPECT_THAT(NamesOf(imported.source.columns), ElementsAre("info_start BIGINT", "v VARCHAR"));
  EXPECT_THAT(ErrorText(Import("chrom\tpos\tposition\tref\talt\n")), HasSubstr("--map start=COLUMN"));
  EXPECT_THAT(ErrorText(Import("chrom\tpos\tref\talt\tAF\taf\n")), HasSubstr("two columns are called AF"));
}

TEST_F(ImportTableTest, ReadsSeveralFilesAsOneInTheirOrder) {
  const std::string a = scratch.Write("z1.tsv", "chrom\tpos\tref\talt\tv\n1\t5\tA\tC\tfirst\n1\t5\tA\tC\tsecond\n");
  const std::string b = scratch.Write("a2.tsv", "#comment\nalt\tref\tpos\tCHROM\tw\nC\tA\t5\tchr1\t7\nT\tA\t4\t1\t8\n");
  EXPECT_THAT(Stored(Value(ImportFiles({a, b})), "chrom, \"start\", alt, v, w"),
              ElementsAre("1 4 T NULL 8", "1 5 C first NULL", "1 5 C second NULL", "chr1 5 C NULL 7"));
  const Imported other_way = Value(ImportFiles({scratch.Path("a2.tsv"), scratch.Path("z*.tsv")}));
  EXPECT_THAT(Stored(other_way, "v"), ElementsAre("NULL", "NULL", "first", "second"));
  EXPECT_EQ(other_way.duplicates, 2);
}

TEST_F(ImportTableTest, StopsAtRowsWithoutAPlaceOrLeavesThemOut) {
  const std::string header = "chrom\tpos\tref\talt\n";
  for (const char* row : {"1\tx\tA\tC", "1\t1.5\tA\tC", "1\t1e3\tA\tC", "1\t\tA\tC", "\t5\tA\tC", ".\t5\tA\tC",
                          "1\t-5\tA\tC", "1\t99999999999999999999\tA\tC"}) {
    const std::string content = header + "1\t5\tA\tC\n" + row + "\n1\t6\tA\tC\n";
    EXPECT_THAT(ErrorText(Import(content)), AllOf(StartsWith("2: "), HasSubstr("/x: row 2: "), HasSubstr("1 such row")))
        << row;
    const Imported imported = Value(Import(content, {.on_bad_record = "skip"}));
    EXPECT_THAT(Stored(imported), ElementsAre("1 5 A C", "1 6 A C")) << row;
    EXPECT_THAT(imported.notes, ElementsAre(HasSubstr("left out: 1"))) << row;
  }
}

TEST_F(ImportTableTest, RefusesRaggedRowsAndOpenQuotesWithFileAndLine) {
  const std::string header = "chrom\tpos\tref\talt\n1\t5\tA\tC\n";
  for (const auto& [rows, text] :
       {std::pair{"1\t6\tA\n", "Line: 3"}, std::pair{"1\t6\tA\tC\tX\n", "Line: 3"},
        std::pair{"1\t6\tA\t\"C\n", "quote"}, std::pair{"1\t6\tA\tC\r\n1\t7\tA\tC\n", "lines end in different ways"}}) {
    EXPECT_THAT(ErrorText(Import(header + rows)),
                AllOf(StartsWith("2: "), HasSubstr("/x: "), HasSubstr(text), Not(HasSubstr("strict_mode"))))
        << rows;
  }
}

TEST_F(ImportTableTest, ReadsParquetOfAnyColumnOrderAndIntegerTypes) {
  const std::string file =
      WriteParquet(*database, scratch.Path("x.parquet"),
                   "SELECT 'G' AS ALT, 2::UTINYINT AS chr, 0.5 AS af, 7::INTEGER AS pos, 'A' AS REF, [1, 2] AS l "
                   "UNION ALL SELECT 'CT', 1, NULL, 9, 'CA', NULL");
  const Imported imported = Value(ImportFiles({file}));
  EXPECT_THAT(Stored(imported, "*"), ElementsAre("1 10 A T NULL NULL", "2 7 A G 0.5 [1, 2]"));
  EXPECT_THAT(NamesOf(imported.source.columns), ElementsAre("af DECIMAL(2,1)", "l INTEGER[]"));
  const std::string real =
      WriteParquet(*database, scratch.Path("f.parquet"), "SELECT 1 AS chr, 1.5::DOUBLE AS pos, 'A' AS ref, 'C' AS alt");
  EXPECT_THAT(ErrorText(ImportFiles({real})), AllOf(StartsWith("2: "), HasSubstr("`pos` is DOUBLE")));
}

TEST_F(ImportTableTest, OfNamesThatHurtKeepsThem) {
  const Imported imported = Value(
      Import("chrom,pos,ref,alt,\"a \"\"b\"\"\",it's,select,\";record\",file_index,chrom;\n1,5,A,C,1,2,3,4,5,6\n"));
  EXPECT_THAT(Stored(imported, "*"), ElementsAre("1 5 A C 1 2 3 4 5 6"));
}

TEST_F(ImportTableTest, OfBedAndOfIntervalsKeepsStartAndLastBase) {
  const Imported bed = Value(Import("track name=x\nchr2\t4\t6\tb\nchr1\t0\t10\ta\nchr1\t7\t7\tempty\n"));
  EXPECT_TRUE(bed.source.interval);
  EXPECT_THAT(Stored(bed, "chrom, \"start\", \"end\", name"),
              ElementsAre("chr1 1 10 a", "chr1 8 7 empty", "chr2 5 6 b"));
  EXPECT_EQ(bed.unmatchable, 0);
  const std::string blanks = "#my regions\nchr1 0  10 a#1\n# more\n\ntrack name=x\nchr1   20 30\tb\n";
  EXPECT_THAT(Stored(Value(Import(blanks)), "chrom, \"start\", \"end\", name"),
              ElementsAre("chr1 1 10 a#1", "chr1 21 30 b"));
  EXPECT_THAT(Stored(Value(Import("chr1\t0\t10\t\"a b\n#c\nchr1\t20\t30\t\n")), "chrom, \"start\", \"end\", name"),
              ElementsAre("chr1 1 10 \"a b", "chr1 21 30 NULL"));
  EXPECT_THAT(ErrorText(Import("chr1\t0\t10\ta\nchr1\t20\n")), HasSubstr("a line has 2 fields, the first row has 4"));
  const std::string table = "chrom\tstart\tstop\tgene\tref\n1\t5\t9\tx\tA\n";
  const Imported intervals = Value(Import(table, {.interval = true}));
  EXPECT_THAT(Stored(intervals, "chrom, \"start\", \"end\", gene, info_ref"), ElementsAre("1 5 9 x A"));
  EXPECT_THAT(ErrorText(Import("chrom\tstart\tgene\n1\t5\tx\n", {.interval = true})),
              AllOf(StartsWith("2: "), HasSubstr("no column for `end`"), HasSubstr("--map end=COLUMN")));
  EXPECT_THAT(ErrorText(Import("chrom\tstart\tend\n1\t5\tx\n", {.interval = true})), HasSubstr("row 1"));
  EXPECT_THAT(ErrorText(Import("1\t5\t9\n1\tx\t9\n")), HasSubstr("row 2"));
  EXPECT_THAT(
      ErrorText(Import("1\t5\t9\n1\t30\t20\n")),
      AllOf(HasSubstr("row 2: chrom is '1', start is '30', end is '20'"), HasSubstr("the end not before the start")));
}

TEST_F(ImportTableTest, OfBedLeavesBadLinesOutAndCountsThemWhereThatIsWanted) {
  const Imported bed = Value(Import("1\t5\t9\n1\t30\t20\n1\t5\n1\tx\t9\n2\t0\t1\n", {.on_bad_record = "skip"}));
  EXPECT_EQ(bed.bad_records, 3);
  EXPECT_THAT(Stored(bed, "chrom, \"start\", \"end\""), ElementsAre("1 6 9", "2 1 1"));
  EXPECT_THAT(bed.notes, Contains(AllOf(HasSubstr("left out: 3"), HasSubstr("row 2: "))));
}

TEST_F(ImportTableTest, KeepsTheDigitsOfIntegersThatNoDoubleHolds) {
  const Imported imported =
      Value(Import("chrom\tpos\tref\talt\tid\tbig\tround\n1\t1\tA\tC\t9007199254740993\t18446744073709551615\t"
                   "100000000000000000000\n1\t2\tA\tC\t0.5\t1\t2\n"));
  EXPECT_THAT(NamesOf(imported.source.columns), ElementsAre("id VARCHAR", "big VARCHAR", "round DOUBLE"));
  EXPECT_THAT(Stored(imported, "id, big"), ElementsAre("9007199254740993 18446744073709551615", "0.5 1"));
}

TEST_F(ImportTableTest, RefusesTextThatIsNotUtf8) {
  for (const int rows : {1, 30'000}) {
    std::string content = "chrom\tpos\tref\talt\tv\n";
    for (int i = 1; i < rows; ++i) {
      content += fmt::format("1\t{}\tA\tG\tx\n", i);
    }
    EXPECT_THAT(ErrorText(Import(content + "1\t50000\tA\tG\tcaf\xe9\n")),
                AllOf(StartsWith("2: "), HasSubstr("/x: "), HasSubstr("utf-8"), Not(HasSubstr("Stack Trace"))));
  }
}

}  // namespace
}  // namespace varjoin
