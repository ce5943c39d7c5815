// report_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// `annotate --report`: the page has the output's numbers, whatever the output's format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A row of the numbers below a chart.
std::string Row(const std::string& label, const std::string& value, const std::string& part = "") {
  return "<th scope=\"row\">" + label + "</th><td>" + value + "</td>" + (part.empty() ? "" : "<td>" + part + "</td>") +
         "</tr>";
}

/// The chart of that title, with its numbers.
std::string ChartOf(const std::string& page, const std::string& title) {
  const size_t at = page.find("<h3>" + title);
  return at == std::string::npos ? "" : page.substr(at, page.find("</figure>", at) - at);
}

class ReportOf : public ::testing::TestWithParam<const char*> {
 protected:
  /// person.vcf with header lines that BCF needs.
  ReportOf() {
    bench_.Write("person.vcf", ReplaceAll(SmallPerson(), "##INFO=<ID=DP",
                                          "##contig=<ID=chr1>\n##contig=<ID=chr2>\n"
                                          "##FILTER=<ID=LowQual,Description=\"l\">\n##INFO=<ID=DP"));
    bench_.Write("db.vcf",
                 Vcf({"INFO=<ID=CLNSIG,Number=.,Type=String,Description=\"s\">",
                      "INFO=<ID=AF,Number=A,Type=Float,Description=\"f\">"},
                     {"1 100 . A G . . CLNSIG=Pathogenic,other;AF=0.0005", "1 100 . A G . . CLNSIG=Benign;AF=0.9",
                      "1 100 . A T . . CLNSIG=Benign/Likely_benign;AF=0.02", "2 300 . G A . . AF=0"}));
    bench_.MustRun({"source", "import", "db", "db.vcf"});
  }

  std::string Page(Words more = {}) const {
    Words command = {"annotate", "person.vcf", "-s",     "db", "-o", std::string("o.") + GetParam(),
                     "--report", "r.html",     "--force"};
    command.insert(command.end(), more.begin(), more.end());
    bench_.MustRun(command);
    return ReadFile(bench_.Path("r.html"));
  }

  SmallBench bench_;
};

TEST_P(ReportOf, HasTheNumbersOfTheOutput) {
  const std::string page = Page();
  EXPECT_THAT(ChartOf(page, "Matched in db"),
              AllOf(HasSubstr(Row("chr1", "3", "2")), HasSubstr(Row("chr2", "1", "1"))));
  // A>G, C>T and G>A, and A>T.
  EXPECT_THAT(ChartOf(page, "Changes of a single base: Ts/Tv 3.00"),
              AllOf(HasSubstr(Row("A → G (Ts)", "1")), HasSubstr(Row("A → T", "1")), HasSubstr("3 transitions")));
  EXPECT_THAT(ChartOf(page, "Lengths"), HasSubstr(Row("as long", "4")));
  EXPECT_THAT(ChartOf(page, "db_CLNSIG"),
              AllOf(HasSubstr(Row("Pathogenic", "1")), HasSubstr(Row("Benign/Likely_benign", "1")),
                    HasSubstr("2 alleles have none")));
  EXPECT_THAT(ChartOf(page, "db_AF"), AllOf(HasSubstr(Row("0.0001 to 0.001", "1")), HasSubstr(Row("0.01 to 0.05", "1")),
                                            HasSubstr(Row("0", "1")), HasSubstr("1 allele has none")));
  EXPECT_THAT(ChartOf(page, "QUAL"),
              AllOf(HasSubstr(Row("below 10", "1")), HasSubstr(Row("30 to 50", "2")), HasSubstr("1 allele has none")));
  EXPECT_THAT(ChartOf(page, "FILTER"), AllOf(HasSubstr(Row("PASS", "2")), HasSubstr(Row("LowQual", "1"))));
}

TEST_P(ReportOf, HasTheMatchesOfIntervals) {
  bench_.Write("genes.bed", "1\t99\t100\tG1\n1\t0\t200\tG2\n");
  bench_.MustRun({"source", "import", "genes", "genes.bed"});
  EXPECT_THAT(ChartOf(Page({"-s", "genes"}), "Matched in genes"),
              AllOf(HasSubstr(Row("chr1", "3", "3")), HasSubstr(Row("chr2", "1", "0"))));
}

TEST_P(ReportOf, CountsWhatWasLeftOut) {
  const std::string page = Page({"--min-qual", "20"});
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">--min-qual</th><td>"));
  EXPECT_THAT(ChartOf(page, "QUAL"), AllOf(HasSubstr(Row("30 to 50", "2")), Not(HasSubstr("below 10"))));
}

INSTANTIATE_TEST_SUITE_P(, ReportOf, ::testing::Values("parquet", "csv", "tsv", "json", "vcf", "vcf.gz", "bcf"),
                         [](const auto& info) { return ReplaceAll(info.param, ".", "_"); });

TEST(Report, EscapesWhatTheUsersFilesAreCalled) {
  SmallBench bench;
  const std::string evil = "<script>alert(1)</script>";
  const std::string file = "<script>alert(2)<!-- &amp;.vcf";
  bench.Write(file, Vcf({"INFO=<ID=x_AF,Number=A,Type=Float,Description=\"f\">", "FILTER=<ID=q,Description=\"f\">"},
                        {"chr1 100 . A G 30 <b>q</b> x_AF=0.5", evil + " 100 . A G 30 " + evil + " x_AF=0.5"}));
  WriteParquet(bench.Path("t.parquet"),
               "SELECT 'chr1' AS chrom, 100::BIGINT AS \"start\", 'A' AS ref, 'G' AS alt, "
               "'Bad<script>' AS \"<i>_CLNSIG\"");
  bench.MustRun({"source", "add", "t", "t.parquet"});
  for (const std::string output : {"<u>.parquet", "<u>.csv"}) {
    bench.MustRun(
        {"annotate", file, "-s", "t", "-o", output, "--sample", "\"><script>x", "--report", "r.html", "--force"});
    const std::string page = ReadFile(bench.Path("r.html"));
    for (const char* const markup : {"<script", "<b>", "<i>", "<u>", "<!--"}) {
      EXPECT_THAT(page, Not(HasSubstr(markup)));
    }
    EXPECT_THAT(page, AllOf(HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"), HasSubstr("&lt;i&gt;_CLNSIG"),
                            HasSubstr("&lt;u&gt;"), HasSubstr("&amp;amp;.vcf")));
  }
}

TEST(Report, IsSmallAndWholeInItself) {
  SmallBench bench;
  std::string person = Vcf({}, {});
  for (int i = 0; i < 3000; ++i) {
    person += "contig" + std::to_string(i) + "\t5\t.\tA\tC\t.\tf" + std::to_string(i) + "\t.\n";
  }
  bench.Write("many.vcf", person);
  bench.MustRun({"annotate", "many.vcf", "-o", "o.parquet", "--report", "r.html"});
  const std::string page = ReadFile(bench.Path("r.html"));
  EXPECT_LT(page.size(), 2'000'000U);
  EXPECT_THAT(page, AllOf(HasSubstr("2971 others"), Not(HasSubstr("http:")), Not(HasSubstr("https:")),
                          Not(HasSubstr("src=")), Not(HasSubstr("url("))));
}

TEST(Report, IsRefusedBeforeTheRunWhereItCannotBe) {
  SmallBench bench;
  bench.Write("old.html", "old");
  const struct {
    Words arguments;
    std::string message;
  } cases[] = {{{"-o", "o.parquet", "--report", "old.html"}, "old.html exists; use --force"},
               {{"-o", "-", "--report", "r.html"}, "name one with -o"},
               {{"-o", "o.parquet", "--report", "o.parquet"}, "is where the output goes"},
               {{"-o", "o.parquet", "--report", "./person.vcf", "--force"}, "is an input"},
               {{"-o", "o.parquet", "--report", "missing/r.html"}, "make it first"},
               {{"-o", "o.parquet", "--report", "-"}, "name it"}};
  const Words before = bench.WorkNames();
  for (const auto& [arguments, message] : cases) {
    Words command = {"annotate", "person.vcf", "-s", "demo"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Outcome outcome = bench.Varjoin(command);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message));
  }
  EXPECT_EQ(bench.WorkNames(), before);
  EXPECT_EQ(ReadFile(bench.Path("old.html")), "old");
}

}  // namespace
}  // namespace varjoin::test
