// import_choices_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What a user chooses of an import: columns, rows, consequences split.
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

constexpr const char* kVcf =
    "##fileformat=VCFv4.2\n"
    "##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n"
    "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"From VEP. Format: Allele|Gene|Allele|HGVS\">\n"
    "##INFO=<ID=ANN,Number=.,Type=String,Description=\"Functional annotations: 'Allele | cDNA.pos / cDNA.length' \">\n"
    "##INFO=<ID=vep,Number=1,Type=String,Description=\"no names\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "1\t100\ta\tA\tC,G\t.\tPASS\tAF=0.5,0.1;CSQ=C|BRCA1||x,G|TP53|2|p|q;ANN=C|1/2\n"
    "1\t99\tb\tTAG\tTCG\t.\tq10\tAF=0.2;vep=x|y\n"
    "2\t7\tc\tA\tT\t.\tPASS\tCSQ=T|\n";

class ImportChoicesTest : public ::testing::Test {
 protected:
  ImportChoicesTest() : catalog(scratch.Path("home")), database(duck::OpenDatabase({.threads = 2})) {}

  Result<Imported> Import(ImportRequest request) {
    request.name = "s";
    request.files = {scratch.Write("x.vcf", kVcf)};
    return ImportSource(*database, catalog, request);
  }

  std::vector<std::string> Stored(const Imported& imported, const std::string& select) {
    return duck::Rows(*database,
                      "SELECT " + select + " FROM " + ReadParquetSql({imported.path}) + " ORDER BY file_row_number");
  }

  Scratch scratch;
  Catalog catalog;
  std::unique_ptr<duck::Database> database;
};

TEST_F(ImportChoicesTest, KeepsTheColumnsThatAreNamed) {
  const Imported imported = Value(Import({.columns = {"af", "ID"}}));
  EXPECT_THAT(NamesOf(imported.source.columns), ElementsAre("id VARCHAR", "AF DOUBLE"));
  EXPECT_EQ(imported.source.columns[1].number, "A");
  EXPECT_THAT(Stored(imported, "*"),
              ElementsAre("1 100 A C a 0.5", "1 100 A C b 0.2", "1 100 A G a 0.1", "2 7 A T c NULL"));
  EXPECT_THAT(ErrorText(Import({.columns = {"AFF"}})),
              AllOf(StartsWith("2: --columns AFF"), HasSubstr("did you mean 'AF'")));
}

TEST_F(ImportChoicesTest, KeepsTheRowsForWhichAConditionHolds) {
  struct Case {
    const char* where;
    std::vector<std::string> ids;
  };
  for (const Case& c : {Case{"AF > 0.15", {"a", "b"}},
                        {"filter = 'PASS' AND alt <> 'G'", {"a", "c"}},
                        {"\"start\" = 100 AND ref = 'A' AND id = 'b' -- as it is stored", {"b"}},
                        {"false", {}}}) {
    const Imported imported = Value(Import({.columns = {"id"}, .where = c.where}));
    EXPECT_EQ(Stored(imported, "id"), c.ids) << c.where;
    EXPECT_EQ(imported.source.rows, static_cast<int64_t>(c.ids.size()));
    EXPECT_TRUE(imported.records == 3 || c.ids.empty()) << imported.records;
  }
  EXPECT_THAT(NamesOf(Value(Import({.where = "chrom = '2'"})).source.contigs), ElementsAre("2"));
}

TEST_F(ImportChoicesTest, ExplainsAConditionThatCantBe) {
  EXPECT_THAT(ErrorText(Import({.where = "AFF > 0.5"})),
              AllOf(StartsWith("2: --where AFF > 0.5: the rows have no column 'AFF'; did you mean 'AF'?"),
                    Not(HasSubstr("FROM"))));
  for (const char* where : {"AF >", "AF > 'x", "AF > 0.5) OR (true", "nofunction(AF)", "1); DROP TABLE x; SELECT (1"}) {
    const Result<Imported> imported = Import({.where = where});
    if (std::string_view(where) == "AF > 0.5) OR (true") {
      EXPECT_OK(imported) << "a condition, if an odd one";
      continue;
    }
    EXPECT_THAT(ErrorText(imported), AllOf(StartsWith("2: --where "), Not(HasSubstr("LINE")))) << where;
  }
}

TEST_F(ImportChoicesTest, SplitsConsequencesByTheNamesInTheHeader) {
  const Imported imported = Value(Import({.columns = {"CSQ", "ANN", "vep"}, .split_csq = true}));
  EXPECT_THAT(NamesOf(imported.source.columns),
              ElementsAre("CSQ STRUCT(Allele VARCHAR, Gene VARCHAR, Allele_2 VARCHAR, HGVS VARCHAR)[]",
                          "ANN STRUCT(Allele VARCHAR, \"cDNA.pos / cDNA.length\" VARCHAR)[]", "vep VARCHAR"));
  EXPECT_THAT(
      Stored(imported, "CSQ[1].Gene, CSQ[1].Allele_2, CSQ[2].HGVS, ANN[1].\"cDNA.pos / cDNA.length\", len(CSQ)"),
      ElementsAre("BRCA1 NULL p|q 1/2 2", "NULL NULL NULL NULL NULL", "BRCA1 NULL p|q 1/2 2", "NULL NULL NULL NULL 1"));
  EXPECT_THAT(imported.notes, ElementsAre(HasSubstr("INFO/vep stays text")));
}

TEST_F(ImportChoicesTest, RefusesChoicesThatMakeNoSenseForTheFile) {
  EXPECT_THAT(ErrorText(Import({.zero_based = true})), AllOf(StartsWith("2: "), HasSubstr("--zero-based")));
  EXPECT_THAT(ErrorText(Import({.mapping = {{"start", "POS"}}})), HasSubstr("--map"));
  EXPECT_THAT(ErrorText(ImportSource(*database, catalog,
                                     {.name = "s",
                                      .files = {scratch.Write("t.tsv", "chrom\tpos\tref\talt\n")},

                                      .split_csq = true})),
              HasSubstr("--split-csq"));
}

}  // namespace
}  // namespace varjoin
