// convert_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// convert, show, and VCFs in query: through the real binary, as a new user would.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "real_sources.h"
#include "small_files.h"
#include "vcf/htslib_files.h"
#include "vcf/packing.h"

namespace varjoin::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

/// SmallPerson() with its contigs in the header, without which there is no BCF.
std::string Person() {
  std::string text = SmallPerson();
  text.insert(text.find("#CHROM"),
              "##contig=<ID=chr1,length=248956422>\n##contig=<ID=chr2,length=242193529>\n"
              "##FILTER=<ID=LowQual,Description=\"low\">\n");
  return text;
}

class Convert : public ::testing::Test {
 protected:
  void SetUp() override { bench_.Write("person.vcf", Person()); }

  Words Output(const std::string& columns, const std::string& name = "o.parquet") const {
    return Rows("SELECT " + columns + " FROM '" + bench_.Path(name) + "'");
  }

  Workbench bench_;
};

TEST_F(Convert, WritesEveryRowInOrderAsParquetWithWhatItCost) {
  const Outcome outcome = bench_.MustRun({"convert", "person.vcf", "-o", "o.parquet"});
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("3 records, 4 rows, 14 columns"), HasSubstr("peak RAM")));
  EXPECT_THAT(Output("chrom, start, alt, record, DP, AF, GT"),
              ElementsAre("chr1|100|G|1|10|0.5|0/1", "chr1|100|T|1|10|0.25|0/1", "chr1|150|T|2|11|0.1|1/1",
                          "chr2|300|A|3|12|0.2|0/0"));
  EXPECT_THAT(Rows("SELECT decode(key) FROM parquet_kv_metadata('" + bench_.Path("o.parquet") + "')"),
              IsSupersetOf({"varjoin_version", "command", "source_vcf", "num_rows", "peak_memory_mb"}));
  EXPECT_THAT(Rows("SELECT decode(key), decode(value) FROM parquet_kv_metadata('" + bench_.Path("o.parquet") +
                   "') WHERE decode(key) IN ('command', 'source_vcf')"),
              UnorderedElementsAre("command|varjoin convert person.vcf -o o.parquet", "source_vcf|person.vcf"));
  EXPECT_THAT(bench_.WorkNames(), ElementsAre("o.parquet", "person.vcf"));
}

TEST_F(Convert, WritesTextFormatsByNameAndOption) {
  bench_.MustRun({"convert", "person.vcf", "-o", "o.csv"});
  EXPECT_THAT(ReadFile(bench_.Path("o.csv")), StartsWith("chrom,start,end,id,ref,alt,qual,filter,record,alt_index,"));
  bench_.MustRun({"convert", "person.vcf", "-o", "o.tsv"});
  EXPECT_THAT(ReadFile(bench_.Path("o.tsv")), HasSubstr("\nchr2\t300\t300\trs9\tG\tA\t7.0\tLowQual\t3\t1\t"));
  bench_.MustRun({"convert", "person.vcf", "-o", "o.txt", "-O", "json"});
  EXPECT_EQ(json::parse(ReadFile(bench_.Path("o.txt")).substr(0, ReadFile(bench_.Path("o.txt")).find('\n')))["DP"], 10);
}

/// Records whose `fields` INFO fields have the same few values again and again.
std::string RecordsWithFields(int fields) {
  std::string header = "##fileformat=VCFv4.3\n##contig=<ID=chr1>\n";
  std::string info;
  for (int i = 0; i < fields; ++i) {
    header += fmt::format("##INFO=<ID=F{},Number=1,Type=String,Description=\"text\">\n", i);
    info += fmt::format("{}F{}=value", i == 0 ? "" : ";", i);
  }
  std::string text = header + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
  for (int start = 1; start <= 200; ++start) {
    text += fmt::format("chr1\t{}\t.\tA\tC\t.\tPASS\t{}\n", start, info);
  }
  return text;
}

TEST_F(Convert, WritesBloomFiltersWhereColumnsAreFew) {
  for (const int fields : {10, 100}) {
    bench_.Write("fields.vcf", RecordsWithFields(fields));
    bench_.MustRun({"convert", "fields.vcf", "-o", "o.parquet", "--force"});
    EXPECT_THAT(Rows("SELECT count(bloom_filter_length) > 0 FROM parquet_metadata('" + bench_.Path("o.parquet") + "')"),
                ElementsAre(fields == 10 ? "true" : "false"));
  }
}

TEST_F(Convert, ReadsEveryPackingAlike) {
  ASSERT_TRUE(vcf::Convert(bench_.Path("person.vcf"), bench_.Path("a.bcf"), "wb"));
  bench_.Write("a.vcf.zst", vcf::Zstd(Person()));
  bench_.Write("a.vcf.bz2", vcf::Bzip2(Person()));
  bench_.Write("misnamed.vcf", vcf::Bgzf(Person()));
  bench_.Write("misnamed.vcf.gz", Person());
  bench_.MustRun({"convert", "person.vcf", "-o", "o.parquet"});
  const Words rows = Output("COLUMNS(c -> c <> 'AF'), round(AF, 6)");
  for (const std::string name : {"a.bcf", "a.vcf.zst", "a.vcf.bz2", "misnamed.vcf", "misnamed.vcf.gz"}) {
    bench_.MustRun({"convert", name, "-o", "p.parquet", "--force"});
    EXPECT_EQ(Output("COLUMNS(c -> c <> 'AF'), round(AF, 6)", "p.parquet"), rows) << name;
  }
}

TEST_F(Convert, StreamsFromStandardInputToStandardOutput) {
  const Outcome outcome = bench_.VarjoinFed(vcf::Gzip(Person()), {"convert", "-", "-o", "-", "-O", "csv"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(CountOf(outcome.out, "\n"), 5);
  EXPECT_THAT(outcome.err, HasSubstr("standard output: 3 records, 4 rows"));
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
}

TEST_F(Convert, KeepsTheRecordsOfRegionsOnly) {
  bench_.Write("r.bed", "chr1\t149\t150\n");
  for (const std::string regions : {"chr1:150", "r.bed", "chr1:120-299,chr2:1-5"}) {
    bench_.MustRun({"convert", "person.vcf", "-o", "o.parquet", "--force", "--regions", regions});
    EXPECT_THAT(Output("chrom, start, record"), ElementsAre("chr1|150|1")) << regions;
  }
}

TEST_F(Convert, LeavesWhatIsThereWhenItFails) {
  bench_.Write("bad.vcf", Person() + "chr2\t301\t.\tA\tC\tx\t.\t.\tGT\t0/1\n");
  bench_.Write("o.parquet", "precious");
  const struct {
    Words arguments;
    std::string message;
  } cases[] = {{{"person.vcf", "-o", "o.parquet"}, "o.parquet: exists; use --force to replace it"},
               {{"bad.vcf", "-o", "o.parquet", "--force"}, "bad.vcf: record 4 (chr2:301): QUAL: found \"x\""},
               {{"persn.vcf", "-o", "o.parquet", "--force"}, "did you mean 'person.vcf'?"},
               {{"person.vcf", "-o", "person.vcf", "-O", "csv", "--force"}, "is the input itself"},
               {{"person.vcf", "-o", "x.docx"}, "its name tells no format"},
               {{"person.vcf", "-o", "x", "-O", "xlsx"}, "-O xlsx: there is no such format"},
               {{"person.vcf", "-o", "-", "-O", "parquet"}, "Parquet can't be written to a pipe"},
               {{"person.vcf", "-o", "none/x.csv"}, "the folder none does not exist"},
               {{"person.vcf", "-o", "x.csv", "--regions", "2:1-5"}, "has no contig '2'; it calls it 'chr2'"},
               {{"person.vcf", "-o", "x.csv", "--regions", "chr1:5-x"}, "'chr1:5-x' is no region"},
               {{"https://x.org/a.vcf", "-o", "x.csv"}, "files of this machine only"},
               {{"person.vcf"}, "--output is required"}};
  for (const auto& [arguments, message] : cases) {
    Words command = arguments;
    command.insert(command.begin(), "convert");
    const Outcome outcome = bench_.Varjoin(command);
    EXPECT_EQ(outcome.exit_code, 2) << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
  }
  EXPECT_EQ(ReadFile(bench_.Path("o.parquet")), "precious");
  EXPECT_THAT(bench_.WorkNames(), ElementsAre("bad.vcf", "o.parquet", "person.vcf"));
}

TEST_F(Convert, SaysWhenThereIsNoSpace) {
  const Outcome outcome =
      RunProcess({"sh", "-c", Executable() + " convert person.vcf -o - -O csv > /dev/full"}, bench_.Options());
  EXPECT_EQ(outcome.exit_code, 75);
  EXPECT_THAT(outcome.err, HasSubstr("cannot write standard output: the disk is full"));
}

TEST_F(Convert, IsQuietWhenTheReaderOfItsOutputHasGone) {
  std::string text = Vcf({}, {});
  for (int i = 1; i <= 200'000; ++i) {
    text += "chr1\t" + std::to_string(i) + "\t.\tA\tC\t.\t.\t.\n";
  }
  bench_.Write("many.vcf", text);
  const Outcome outcome =
      RunProcess({"sh", "-c", "{ " + Executable() + " convert many.vcf -o - -O csv; echo exit $? >&2; } | head -n 1"},
                 bench_.Options());
  EXPECT_THAT(outcome.out, StartsWith("chrom,start"));
  EXPECT_EQ(outcome.err, "exit 0\n");
}

TEST_F(Convert, ReportsAsJson) {
  const json report =
      json::parse(bench_.MustRun({"convert", "person.vcf", "-o", "o.parquet", "--json"}).out, nullptr, false);
  EXPECT_EQ(report["records"], 3);
  EXPECT_EQ(report["output"]["num_rows"], 4);
  EXPECT_EQ(report["output"]["num_columns"], 14);
  EXPECT_EQ(report["output"]["file_size_bytes"], std::filesystem::file_size(bench_.Path("o.parquet")));
  EXPECT_GT(report["resources"]["peak_memory_mb"], 1);
}

TEST_F(Convert, NotesThatNothingLiesInTheRegions) {
  bench_.Write("bare.vcf", SmallPerson());  // without contigs in its header
  for (const std::string name : {"person.vcf", "bare.vcf"}) {
    const Outcome outcome = bench_.MustRun({"convert", name, "-o", "-", "-O", "csv", "--regions", "chr1:5000-6000"});
    EXPECT_THAT(outcome.err, HasSubstr("note: " + name + ": no record overlaps the regions"));
  }
}

// --- query

TEST_F(Convert, QueryReadsAFileByItsNameAndStandardInputByADash) {
  bench_.Write("a.vcf.gz", vcf::Bgzf(Person()));
  for (const std::string from :
       {"'person.vcf'", "'a.vcf.gz'", "'pers*.vcf'", "read_vcf('-')", "read_vcf('/dev/stdin')"}) {
    const Outcome outcome = bench_.VarjoinFed(Person(), {"query", "SELECT sum(DP) AS s FROM " + from});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(" 43 ")) << from;
  }
  EXPECT_THAT(bench_.Varjoin({"query", "FROM 'persn.vcf'"}).err, HasSubstr("did you mean 'person.vcf'?"));
}

TEST_F(Convert, QueryReadsAPipeOnce) {
  const std::string twice[] = {"SELECT count(*) FROM read_vcf('-') a JOIN read_vcf('-') b USING (start)",
                               "SELECT count(*) FROM read_vcf(['-', '/dev/stdin'])",
                               "FROM read_vcf('-') UNION ALL FROM read_vcf('/dev/stdin')"};
  for (const std::string& sql : twice) {
    const Outcome outcome = bench_.VarjoinFed(Person(), {"query", sql});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("can be read only once"), HasSubstr("save it to a file first"))) << sql;
  }
  const std::string once[] = {
      "WITH v AS MATERIALIZED (FROM read_vcf('-')) SELECT sum(DP) FROM (FROM v UNION ALL FROM v)",
      "SELECT sum(DP) * 2 FROM read_vcf('-', filename := true) WHERE filename = 'standard input'"};
  for (const std::string& sql : once) {
    const Outcome outcome = bench_.VarjoinFed(Person(), {"query", sql});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(" 86 ")) << sql;
  }
  const Outcome nothing = bench_.VarjoinFed("", {"query", "FROM read_vcf('-')"});
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("standard input: nothing came; did the program before it fail?"));
}

// --- show

TEST_F(Convert, ShowDrawsAPortraitOfAFile) {
  bench_.Write("a.vcf",
               "##fileformat=VCFv4.2\n##source=MyCaller\n##DeepVariant_version=1.4.0\n"
               "##contig=<ID=chr1,length=248956422>\n##contig=<ID=chr2,length=242193529>\n"
               "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n"
               "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tann\n"
               "chr1\t5\t.\tA\tC\t.\t.\tDP=1;NEW=2\tGT\t0/1\nchr1\t6\t.\tA\tC\t.\t.\tDP=1\tGT\t0/1\n");
  const std::string text = bench_.MustRun({"show", "a.vcf"}).out;
  for (const std::string part :
       {"packing    plain text", "version    VCFv4.2", "made by    DeepVariant 1.4.0, MyCaller", "assembly   GRCh38",
        "samples    1: ann", "records    2\n", "contigs    2: chr1, chr2", "INFO       2: DP, NEW (no header line)",
        "FORMAT     1: GT (no header line)"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_LE(CountOf(text, "\n"), 24);
  ASSERT_TRUE(vcf::Convert(bench_.Path("person.vcf"), bench_.Path("a.bcf"), "wb"));
  ASSERT_TRUE(vcf::MakeIndex(bench_.Path("a.bcf"), vcf::IndexKind::kCsi));
  EXPECT_THAT(bench_.MustRun({"show", "a.bcf"}).out, HasSubstr("records    3 by the index: chr1 2, chr2 1\n"));
  const json report = json::parse(bench_.MustRun({"show", "a.bcf", "--json"}).out, nullptr, false);
  EXPECT_EQ(report["records_by_contig"]["chr1"], 2);
  EXPECT_EQ(report["contigs"][1]["length"], 242193529);
  EXPECT_EQ(bench_.Varjoin({"show", "b.vcf"}).exit_code, 2);
}

// --- Memory

/// Writes a BGZF file of some 250 MB of text, piece by piece, so that this process stays small.
void WriteLongLines(const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  std::string text =
      "##fileformat=VCFv4.2\n##INFO=<ID=T,Number=1,Type=String,Description=\"t\">\n"
      "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
  const std::string filler(950'000, 'x');
  for (size_t i = 1; i <= 1'000; ++i) {
    const size_t length = i % 3 == 0 ? filler.size() : i * 7'919 % 60'000;
    text += "chr1\t" + std::to_string(i) + "\t.\tA\tC\t.\t.\tT=" + filler.substr(0, length) + "\n";
    for (; text.size() > 65'280; text.erase(0, 65'280)) {
      file << vcf::BgzfBlock(std::string_view(text).substr(0, 65'280));
    }
  }
  file << vcf::Bgzf(text);
}

TEST(ReadingMemory, StaysBelow200MbWithLinesOfNearlyAMegabyte) {
  if (VARJOIN_SANITIZED) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  const Workbench bench;
  WriteLongLines(bench.Path("long.vcf.gz"));
  const Outcome outcome =
      bench.MustRun({"query", "SELECT count(*) AS n, sum(length(T)) AS t FROM 'long.vcf.gz'", "--threads", "4"});
  EXPECT_THAT(outcome.out, HasSubstr(" 1000 "));
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  std::printf("peak %.1f MB\n", static_cast<double>(usage.ru_maxrss) / 1000);
  EXPECT_LT(usage.ru_maxrss, 200'000) << "KB";
}

}  // namespace
}  // namespace varjoin::test
