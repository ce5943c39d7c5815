// copy_vcf_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// COPY (SELECT record, record_text …) TO 'x.vcf' (FORMAT vcf) in `varjoin query`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class CopyToVcf : public ::testing::Test {
 protected:
  CopyToVcf() {
    person_ =
        ReplaceAll(SmallPerson(), "##INFO=<ID=DP",
                   "##contig=<ID=chr1>\n##contig=<ID=chr2>\n##FILTER=<ID=LowQual,Description=\"l\">\n##INFO=<ID=DP");
    bench_.Write("person.vcf", person_);
  }

  Outcome Copy(const std::string& select, const std::string& target) const {
    return bench_.Varjoin({"query", "COPY (" + select + ") TO " + target});
  }

  /// Of what is written to o.vcf, without the header.
  Words Written(const std::string& select, const std::string& options = "FORMAT vcf") const {
    const Outcome outcome = Copy(select, "'o.vcf' (" + options + ")");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    Words lines;
    const std::string text = ReadFile(bench_.Path("o.vcf"));
    for (const std::string_view line : Split(text, '\n')) {
      if (!line.empty() && line[0] != '#') {
        lines.emplace_back(line);
      }
    }
    return lines;
  }

  SmallBench bench_;
  std::string person_;
};

TEST_F(CopyToVcf, GivesTheFileThatWasRead) {
  const Outcome outcome = Copy("SELECT record, record_text FROM read_vcf('person.vcf')", "'o.vcf' (FORMAT vcf)");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_EQ(ReadFile(bench_.Path("o.vcf")), person_);
  bench_.Write("crlf.vcf", ReplaceAll(person_, "\n", "\r\n"));
  EXPECT_EQ(Copy("SELECT record, record_text FROM 'crlf.vcf'", "'o.vcf'").exit_code, 0) << "over an old file";
  EXPECT_EQ(ReadFile(bench_.Path("o.vcf")), ReplaceAll(person_, "\n", "\r\n"));
  EXPECT_THAT(bench_.WorkNames(), Not(Contains(StartsWith("tmp_"))));
}

TEST_F(CopyToVcf, GoesByTheNameOrTheFormatAndIsIndexed) {
  if (RunProcess({"sh", "-c", "command -v bcftools tabix"}).exit_code != 0) {
    GTEST_SKIP() << "bcftools and tabix are not installed";
  }
  const std::string expected = RunProcess({"bcftools", "view", "--no-version", bench_.Path("person.vcf")}).out;
  const struct {
    const char* target;
    const char* file;
    const char* index;
  } cases[] = {{"'o.vcf.gz'", "o.vcf.gz", "o.vcf.gz.tbi"},
               {"'named.bcf' (FORMAT vcf)", "named.bcf", "named.bcf.csi"},
               {"'x.data' (FORMAT bcf, COMPRESSION_LEVEL 1)", "x.data", "x.data.csi"},
               {"'y.data' (FORMAT 'vcf.gz')", "y.data", "y.data.tbi"}};
  for (const auto& [target, file, index] : cases) {
    const Outcome outcome = Copy("SELECT record, record_text FROM read_vcf('person.vcf')", target);
    ASSERT_EQ(outcome.exit_code, 0) << target << ": " << outcome.err;
    const Outcome viewed = RunProcess({"bcftools", "view", "--no-version", bench_.Path(file)});
    EXPECT_EQ(viewed.out, expected) << target;
    EXPECT_THAT(viewed.err, IsEmpty());
    EXPECT_THAT(bench_.WorkNames(), Contains(index));
  }
  EXPECT_THAT(RunProcess({"tabix", bench_.Path("o.vcf.gz"), "chr2"}).out, StartsWith("chr2\t300\t"));
  const Outcome piped = Copy("SELECT record, record_text FROM read_vcf('person.vcf')", "'/dev/stdout' (FORMAT vcf)");
  EXPECT_EQ(piped.out, person_) << piped.err;
}

TEST_F(CopyToVcf, WritesARecordOnceWithColumnsAsInfoByAllele) {
  EXPECT_THAT(Written("SELECT record, record_text FROM read_vcf('person.vcf') WHERE alt = 'T' OR qual < 10"),
              ElementsAre(StartsWith("chr1\t100\t"), StartsWith("chr1\t150\t"), StartsWith("chr2\t300\t")));
  const Words lines = Written(
      "SELECT record, alt_index, record_text, qual::INTEGER AS q, [alt, 'x;y', NULL] AS l, alt = 'T' AS t, 0.5 AS AF "
      "FROM read_vcf('person.vcf') WHERE alt IN ('T', 'A')",
      "FORMAT vcf, INFO (q, l, t, AF)");
  EXPECT_THAT(lines, ElementsAre("chr1\t100\trs1\tA\tG,T\t30\tPASS\tDP=10;q=.,30;l=.,T&x%3By&.;t=.,1;AF=.,0.5\tGT\t0/1",
                                 "chr1\t150\t.\tC\tT\t.\t.\tDP=11;l=T&x%3By&.;t=1;AF=0.5\tGT\t1/1",
                                 "chr2\t300\trs9\tG\tA\t7\tLowQual\tDP=12;q=7;l=A&x%3By&.;t=0;AF=0.5\tGT\t0/0"));
  EXPECT_THAT(ReadFile(bench_.Path("o.vcf")),
              AllOf(HasSubstr("##INFO=<ID=q,Number=A,Type=Integer"), HasSubstr("##INFO=<ID=l,Number=A,Type=String"),
                    HasSubstr("##INFO=<ID=t,Number=A,Type=Integer"), HasSubstr("##INFO=<ID=AF,Number=A,Type=Float")));
}

TEST_F(CopyToVcf, TakesATablesRecordsUnderTheHeaderThatIsNamed) {
  bench_.MustRun({"query", "COPY (SELECT record, record_text FROM read_vcf('person.vcf')) TO 't.parquet'"});
  EXPECT_THAT(Written("SELECT * FROM 't.parquet'", "FORMAT vcf, HEADER 'person.vcf'").size(), 3U);
  EXPECT_EQ(ReadFile(bench_.Path("o.vcf")), person_);
  EXPECT_THAT(Written("SELECT record, record_text FROM read_vcf('person.vcf') WHERE false"), IsEmpty());
  EXPECT_THAT(Written("SELECT record_text FROM read_vcf('person.vcf', split := false)").size(), 3U)
      << "a row a record needs no number";
}

TEST_F(CopyToVcf, IsExplainedWithItsHeader) {
  const Outcome outcome = bench_.Varjoin({"query",
                                          "EXPLAIN ANALYZE COPY (SELECT record, record_text FROM 'person.vcf') "
                                          "TO 'o.vcf'"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(ReadFile(bench_.Path("o.vcf")), person_);
}

TEST_F(CopyToVcf, SaysWhatIsWrongAndLeavesTheOldFile) {
  bench_.Write("o.vcf", "old");
  bench_.Write("sites.vcf", Vcf({}, {"chr1 1 . A C . . ."}));
  bench_.MustRun({"query", "COPY (SELECT record, record_text FROM read_vcf('person.vcf')) TO 't.parquet'"});
  const Words before = bench_.WorkNames();
  const struct {
    std::string select, options, message;
  } cases[] = {
      {"SELECT * FROM read_vcf('person.vcf')", "", "no column record_text"},
      {"SELECT record, record_text FROM 't.parquet'", "", "the SELECT reads no VCF; name the file that has it"},
      {"SELECT record, record_text FROM read_vcf(['person.vcf', 'sites.vcf'])", "", "reads several VCFs"},
      {"SELECT record, record_text FROM 't.parquet'", ", HEADER 'sites.vcf'",
       "has 10 columns, the header of sites.vcf"},
      {"SELECT record, record_text FROM read_vcf('person.vcf')", ", HEADER 'persn.vcf'", "did you mean 'person.vcf'"},
      {"SELECT record_text FROM read_vcf('person.vcf')", "", "(chr1:100); select the column record too"},
      {"SELECT record, record_text FROM read_vcf('person.vcf') ORDER BY record DESC", "", "add ORDER BY record"},
      {"SELECT record, NULL::VARCHAR AS record_text FROM read_vcf('person.vcf')", "", "a row has no record_text"},
      {"SELECT record, 5 AS record_text FROM read_vcf('person.vcf')", "", "has to be text"},
      {"SELECT 'x' AS record, record_text FROM read_vcf('person.vcf')", "", "has to be a whole number"},
      {"SELECT record, replace(decode(record_text), 'DP', chr(10)) AS record_text FROM "
       "read_vcf('person.vcf')",
       "", "a line end in it"},
      {"SELECT record, record_text, qual FROM read_vcf('person.vcf')", ", INFO (qual)", "no column alt_index"},
      {"SELECT record, alt_index, record_text, qual FROM read_vcf('person.vcf')", ", INFO (qal)",
       "did you mean 'qual'"},
      {"SELECT record, alt_index, record_text, {'a': 1} AS s FROM read_vcf('person.vcf')", ", INFO (s)",
       "which INFO can't hold"},
      {"SELECT record, 1 AS alt_index, record_text, qual FROM read_vcf('person.vcf')", ", INFO (qual)",
       "two rows for ALT 1"},
      {"SELECT record, 7 AS alt_index, record_text, qual FROM read_vcf('person.vcf')", ", INFO (qual)",
       "alt_index is 7"},
      {"SELECT record, record_text FROM read_vcf('person.vcf')", ", COLOUR 'red'", "with the option COLOUR"},
      {"SELECT record, record_text FROM read_vcf('person.vcf')", ", PER_THREAD_OUTPUT true", "makes one file"},
  };
  for (const auto& [select, options, message] : cases) {
    const Outcome outcome = Copy(select, "'o.vcf' (FORMAT vcf" + options + ")");
    EXPECT_EQ(outcome.exit_code, 2) << select << options << ": " << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message)) << select << options;
    EXPECT_EQ(ReadFile(bench_.Path("o.vcf")), "old") << select << options;
  }
  EXPECT_EQ(bench_.WorkNames(), before);
}

}  // namespace
}  // namespace varjoin::test
