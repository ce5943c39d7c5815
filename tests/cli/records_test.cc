// records_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// VCF, VCF.gz and BCF out of `annotate`: what passes through, and what is added.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "small_files.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kFormats[] = {"vcf", "vcf.gz", "bcf"};

bool HasBcftools() {
  return RunProcess({"sh", "-c", "command -v bcftools tabix"}).exit_code == 0;
}

/// The lines of a VCF from the first record on, as bytes.
std::string Body(const std::string& text) {
  const size_t columns = text.find("\n#CHROM");
  return text.substr(text.find('\n', columns + 1) + 1);
}

Words Lines(const std::string& text) {
  Words lines;
  for (const std::string_view line : Split(text, '\n')) {
    if (!line.empty()) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

/// INFO of each record.
Words Infos(const std::string& vcf) {
  Words infos;
  for (const std::string& line : Lines(Body(vcf))) {
    infos.emplace_back(Split(line, '\t')[7]);
  }
  return infos;
}

class Records : public ::testing::Test {
 protected:
  /// Annotates person.vcf into o.vcf and returns that.
  std::string Annotated(Words arguments) const {
    arguments.insert(arguments.begin(), {"annotate", "person.vcf", "-o", "o.vcf", "--force", "--no-version"});
    bench_.MustRun(arguments);
    return ReadFile(bench_.Path("o.vcf"));
  }

  SmallBench bench_;
};

TEST_F(Records, PassThroughAsTheyAreWhereNothingIsAdded) {
  const std::string head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\n";
  const std::string bodies[] = {
      "chr1\t5\t.\tA\tC,<DEL>,*\t1.50\tq10;q20\tX=%41%;;Y\tGT:ZZ\t./1|2:\n\xff\t7\t\xc3\xa9\tnN\t.\t.\t.\t.\tGT\t0/0\n",
      "chr1\t5\t.\tA\tC\t.\t.\tDP=" + std::string(3'000'000, '1') + "x\tGT\t0/1\n", ""};
  for (const std::string& body : bodies) {
    bench_.Write("odd.vcf", head + body);
    bench_.MustRun({"annotate", "odd.vcf", "-o", "o.vcf", "--force", "--no-version"});
    EXPECT_TRUE(ReadFile(bench_.Path("o.vcf")) == head + body) << body.substr(0, 100);
  }
  std::string crlf = ReplaceAll(head + bodies[0], "\n", "\r\n");
  bench_.Write("odd.vcf", crlf);
  bench_.MustRun({"annotate", "odd.vcf", "-o", "o.vcf", "--force", "--no-version"});
  EXPECT_TRUE(ReadFile(bench_.Path("o.vcf")) == crlf) << "CRLF";
}

TEST_F(Records, HaveTheValuesOfEachAlleleAndHitFromBothEngines) {
  for (const std::string engine : {"index", "duckdb"}) {
    const std::string vcf = Annotated({"-s", "demo:SIG,SCORE", "--engine", engine});
    EXPECT_THAT(Infos(vcf), ElementsAre("DP=10;AF=0.5,0.25;demo_SIG=bad|worse,good;demo_SCORE=1|2,3;demo_hits=2,1",
                                        "DP=11;AF=0.1;demo_hits=0", "DP=12;AF=0.2;demo_hits=0"))
        << engine;
    EXPECT_THAT(vcf, AllOf(HasSubstr("##INFO=<ID=demo_SIG,Number=A,Type=String,Description=\"Significance\",Source="),
                           HasSubstr("##INFO=<ID=demo_SCORE,Number=A,Type=String,Description=\"Score\""),
                           HasSubstr("##INFO=<ID=demo_hits,Number=A,Type=Integer"),
                           HasSubstr("##varjoin_source=<ID=demo,Version="), Not(HasSubstr("##varjoin_command"))));
  }
}

TEST_F(Records, KeepTheirTypesWithFirst) {
  const std::string vcf = Annotated({"-s", "demo:SCORE", "--duplicates", "first"});
  EXPECT_THAT(Infos(vcf)[0], EndsWith(";demo_SCORE=1,3;demo_hits=2,1"));
  EXPECT_THAT(vcf, HasSubstr("##INFO=<ID=demo_SCORE,Number=A,Type=Integer"));
  const Outcome all = bench_.Varjoin({"annotate", "person.vcf", "-o", "x.vcf", "-s", "demo", "--duplicates", "all"});
  EXPECT_EQ(all.exit_code, 2);
  EXPECT_THAT(all.err, HasSubstr("one line a record"));
}

/// Three ALTs, each hit or not: every pattern, for each kind of field.
TEST_F(Records, HaveNumberAAndNumberRInTheOrderOfAltForEveryPatternOfHits) {
  const Words alts = {"C", "G", "T"};
  Words person;
  Words source;
  Words expected;
  for (int pattern = 0; pattern < 8; ++pattern) {
    const std::string start = std::to_string(100 + pattern);
    person.push_back("chr1 " + start + " . A C,G,T . . DP=1");
    std::string hits, a, flag, list, r;
    for (int i = 0; i < 3; ++i) {
      const bool hit = (pattern >> i & 1) != 0;
      const std::string value = std::to_string(10 * pattern + i);
      if (hit) {
        source.push_back("1 " + start + " . A " + alts[static_cast<size_t>(i)] + " . . A=" + value + ";R=7" + value +
                         "," + value + ";L=x" + value + ",%2C;F");
      }
      const std::string comma = i == 0 ? "" : ",";
      hits += comma + (hit ? "1" : "0");
      a += comma + (hit ? value : ".");
      flag += comma + (hit ? "1" : ".");
      list += comma + (hit ? "x" + value + "&%2C" : ".");
      r += "," + (hit ? value : ".");
      if (hit && !r.starts_with("7")) {
        r.insert(0, "7" + value);
      }
    }
    expected.push_back(pattern == 0
                           ? "DP=1;db_hits=0,0,0"
                           : "DP=1;db_A=" + a + ";db_R=" + r + ";db_L=" + list + ";db_F=" + flag + ";db_hits=" + hits);
  }
  bench_.Write("person.vcf", Vcf({}, person));
  bench_.Write(
      "db.vcf",
      Vcf({"INFO=<ID=A,Number=A,Type=Integer,Description=\"a\">", "INFO=<ID=R,Number=R,Type=Integer,Description=\"r\">",
           "INFO=<ID=L,Number=.,Type=String,Description=\"l\">", "INFO=<ID=F,Number=0,Type=Flag,Description=\"f\">"},
          source));
  bench_.MustRun({"source", "import", "db", "db.vcf"});
  for (const std::string engine : {"index", "duckdb"}) {
    const std::string vcf = Annotated({"-s", "db:A,R,L,F", "--engine", engine});
    EXPECT_EQ(Infos(vcf), expected) << engine;
    EXPECT_THAT(
        vcf,
        AllOf(HasSubstr("##INFO=<ID=db_A,Number=A,Type=Integer"), HasSubstr("##INFO=<ID=db_R,Number=R,Type=Integer"),
              HasSubstr("##INFO=<ID=db_L,Number=A,Type=String"), HasSubstr("##INFO=<ID=db_F,Number=A,Type=Integer")));
  }
}

TEST_F(Records, OfTwoSourcesHaveEachSourcesHitsOnce) {
  bench_.Write("two.vcf", ReplaceAll(SmallSource(), "SIG", "SAY"));
  bench_.MustRun({"source", "import", "two", "two.vcf"});
  EXPECT_THAT(Infos(Annotated({"-s", "demo:SIG", "-s", "two:SAY"}))[0],
              EndsWith(";demo_SIG=bad|worse,good;demo_hits=2,1;two_SAY=bad|worse,good;two_hits=2,1"));
}

TEST_F(Records, HaveStructsAsJsonAndLargeIntegersAsText) {
  WriteParquet(bench_.Path("t.parquet"),
               "SELECT '1' AS chrom, 100::BIGINT AS \"start\", 'A' AS ref, 'G' AS alt, {'a': 1, 'b': 'x;y'} AS s, "
               "5000000000::BIGINT AS big, 1.5::FLOAT AS f, [true, NULL] AS l, NULL::VARCHAR AS none");
  bench_.MustRun({"source", "add", "t", "t.parquet"});
  bench_.MustRun({"source", "index", "t"});
  const std::string vcf = Annotated({"-s", "t"});
  EXPECT_THAT(Infos(vcf)[0],
              EndsWith(";t_s={\"a\":1%2C\"b\":\"x%3By\"},.;t_big=5000000000,.;t_f=1.5,.;t_l=1&.,.;t_hits=1,0"));
  EXPECT_THAT(vcf, AllOf(HasSubstr("ID=t_big,Number=A,Type=String"), HasSubstr("ID=t_f,Number=A,Type=Float")));
}

TEST_F(Records, TreatEntriesOfTheSameNameAsAsked) {
  const Words sources = {"-s", "demo:SCORE=AF"};
  const auto first = [&](const std::string& existing) {
    Words arguments = sources;
    arguments.insert(arguments.end(), {"--existing-info", existing});
    return Infos(Annotated(arguments));
  };
  EXPECT_THAT(first("replace"), ElementsAre("DP=10;AF=1|2,3;demo_hits=2,1", "DP=11;demo_hits=0", "DP=12;demo_hits=0"));
  EXPECT_THAT(first("keep"),
              ElementsAre("DP=10;AF=0.5,0.25;demo_hits=2,1", "DP=11;AF=0.1;demo_hits=0", "DP=12;AF=0.2;demo_hits=0"));
  EXPECT_THAT(first("append"), ElementsAre("DP=10;AF=0.5|1|2,0.25|3;demo_hits=2,1", "DP=11;AF=0.1;demo_hits=0",
                                           "DP=12;AF=0.2;demo_hits=0"));
  EXPECT_EQ(CountOf(Annotated(sources), "##INFO=<ID=AF,"), 1);
}

TEST_F(Records, SayWhichEntriesOfTheInputGaveWayToASource) {
  const auto said = [&](const Words& more) {
    Words command = {"annotate", "person.vcf", "-o", "o.vcf", "--force", "-s", "demo:SCORE=AF,SIG"};
    command.insert(command.end(), more.begin(), more.end());
    return bench_.MustRun(command).err;
  };
  const std::string note = "the input has INFO/AF already: in 3 records the values gave way to the sources'";
  EXPECT_THAT(said({}), AllOf(HasSubstr(note), HasSubstr("--existing-info keep")));
  EXPECT_THAT(bench_.MustRun({"runs", "show", "last", "--json"}).out, HasSubstr(note));
  EXPECT_THAT(said({"--regions", "chr2"}), HasSubstr("in 1 record the"));
  for (const char* const existing : {"keep", "append"}) {
    EXPECT_THAT(said({"--existing-info", existing}), Not(HasSubstr("already"))) << existing;
  }
  bench_.MustRun({"source", "import", "dp", "demo.vcf"});
  EXPECT_THAT(bench_.MustRun({"annotate", "person.vcf", "-o", "p.vcf", "-s", "dp:SCORE=DP,SIG=AF", "--bare-names"}).err,
              HasSubstr("has INFO/DP, INFO/AF already"));
}

TEST_F(Records, GetAnIdWhereTheyHaveNone) {
  bench_.Write("person.vcf", ReplaceAll(SmallPerson(), "rs1\t", ".\t"));
  const Words lines = Lines(Body(Annotated({"-s", "demo:id", "--set-id", "demo_id"})));
  EXPECT_THAT(lines[0], StartsWith("chr1\t100\ta1;a2;a3\tA\tG,T\t"));
  EXPECT_THAT(lines[1], StartsWith("chr1\t150\t.\t"));
  EXPECT_THAT(lines[2], StartsWith("chr2\t300\trs9\t"));
  const Outcome typo =
      bench_.Varjoin({"annotate", "person.vcf", "-o", "x.vcf", "-s", "demo:id", "--set-id", "demo_ids"});
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_THAT(typo.err, HasSubstr("did you mean 'demo_id'?"));
}

TEST_F(Records, OfAnotherFormatThanTheNameSaysAreToldSo) {
  const auto said = [&](const std::string& name, const std::string& format) {
    return bench_.MustRun({"annotate", "person.vcf", "-s", "demo", "-o", name, "-O", format, "--force"}).err;
  };
  EXPECT_THAT(said("o.vcf", "vcf.gz"), HasSubstr("o.vcf: is vcf.gz, by -O, where its name says vcf"));
  EXPECT_THAT(said("o.tsv", "parquet"), HasSubstr("o.tsv: is parquet, by -O, where its name says tsv"));
  for (const auto& [name, format] : {std::pair{"o.vcf", "vcf"}, {"o.vcf.bgz", "vcf.gz"}, {"o.txt", "vcf"}}) {
    EXPECT_THAT(said(name, format), Not(HasSubstr("by -O"))) << name;
  }
}

TEST_F(Records, SayHowTheyWereMade) {
  bench_.MustRun({"annotate", "person.vcf", "-o", "o.vcf", "-s", "demo"});
  EXPECT_THAT(ReadFile(bench_.Path("o.vcf")), HasSubstr("\n##varjoin_command=\""));
}

TEST_F(Records, AreTheSameInEveryFormatAndFoundByTheirIndex) {
  if (!HasBcftools()) {
    GTEST_SKIP() << "bcftools and tabix are not installed";
  }
  bench_.Write(
      "person.vcf",
      ReplaceAll(SmallPerson(), "##INFO=<ID=DP",
                 "##contig=<ID=chr1>\n##contig=<ID=chr2>\n##FILTER=<ID=LowQual,Description=\"l\">\n##INFO=<ID=DP"));
  std::string expected;
  for (const std::string format : kFormats) {
    const std::string output = bench_.Path("o." + format);
    bench_.MustRun({"annotate", "person.vcf", "-o", output, "-s", "demo", "--no-version"});
    const Outcome viewed = RunProcess({"bcftools", "view", "--no-version", output});
    EXPECT_EQ(viewed.exit_code, 0);
    EXPECT_THAT(viewed.err, IsEmpty());
    expected = format == std::string("vcf") ? viewed.out : expected;
    EXPECT_EQ(viewed.out, expected) << format;
    if (format != std::string("vcf")) {
      EXPECT_THAT(Lines(RunProcess({"bcftools", "view", "-H", output, "chr1:150"}).out),
                  ElementsAre(StartsWith("chr1\t150\t")));
    }
  }
  EXPECT_THAT(Lines(RunProcess({"tabix", bench_.Path("o.vcf.gz"), "chr2"}).out),
              ElementsAre(StartsWith("chr2\t300\t")));
}

TEST_F(Records, ReplaceAnOldOutputAndItsIndexTogether) {
  bench_.Write("o.vcf.gz", "old");
  bench_.Write("o.vcf.gz.csi", "old");
  EXPECT_EQ(bench_.Varjoin({"annotate", "person.vcf", "-o", "o.vcf.gz"}).exit_code, 2);
  EXPECT_EQ(ReadFile(bench_.Path("o.vcf.gz")), "old");
  bench_.MustRun({"annotate", "person.vcf", "-o", "o.vcf.gz", "--force"});
  EXPECT_THAT(bench_.WorkNames(), AllOf(Contains("o.vcf.gz.tbi"), Not(Contains("o.vcf.gz.csi"))));
}

TEST_F(Records, LeaveTheOldFileWhereARecordIsBad) {
  bench_.Write("person.vcf", SmallPerson() + "chr2\tx\t.\tA\tC\t.\t.\t.\tGT\t0/1\n");
  for (const std::string format : kFormats) {
    bench_.Write("o." + format, "old");
  }
  const Words before = bench_.WorkNames();
  for (const std::string format : kFormats) {
    const Outcome outcome = bench_.Varjoin({"annotate", "person.vcf", "-o", "o." + format, "--force"});
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("person.vcf: record 4"));
    EXPECT_EQ(ReadFile(bench_.Path("o." + format)), "old");
  }
  EXPECT_EQ(bench_.WorkNames(), before);
}

TEST_F(Records, ThatAreSkippedAreTheSameAsInTables) {
  bench_.Write("person.vcf",
               SmallPerson() + "chr2\t400\t.\tG\tC\t.\t.\tDP=x\tGT\t0/1\nchr2\t500\t.\tG\tC\t.\t.\tDP=5\tGT\t0/1\n");
  for (const std::string engine : {"index", "duckdb"}) {
    for (const Words& more : {Words{}, Words{"--where", "chrom = 'chr2'"}, Words{"--min-dp", "1"}}) {
      const auto count_of = [&](const std::string& name) {
        Words command = {"annotate",        "person.vcf", "-s", "demo:SIG", "--engine", engine,
                         "--on-bad-record", "skip",       "-o", name,       "--force",  "--json"};
        command.insert(command.end(), more.begin(), more.end());
        const Outcome outcome = bench_.Varjoin(command);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        const auto report = nlohmann::json::parse(outcome.out);
        EXPECT_EQ(report.at("bad_records"), 1) << name;
        return report.at("output").at("num_rows").get<int>();
      };
      count_of("o.vcf");
      count_of("o.parquet");
      Words positions;
      for (const std::string& line : Lines(Body(ReadFile(bench_.Path("o.vcf"))))) {
        positions.emplace_back(Split(line, '\t')[1]);
      }
      EXPECT_THAT(positions, Not(Contains("400")));
      EXPECT_EQ(positions, Rows("SELECT DISTINCT \"start\" FROM '" + bench_.Path("o.parquet") + "' ORDER BY \"start\""))
          << engine << Join(more, " ");
    }
  }
}

TEST_F(Records, HaveTheTypesOfASourceThatIsAFile) {
  bench_.Write("lone.vcf", Vcf({"INFO=<ID=SCORE,Number=A,Type=Integer,Description=\"s\">",
                                "INFO=<ID=F,Number=A,Type=Float,Description=\"f\">"},
                               {"1 100 . A G . . SCORE=3;F=0.5"}));
  const std::string vcf = Annotated({"-s", "./lone.vcf:SCORE,F"});
  EXPECT_THAT(Infos(vcf)[0], EndsWith(";lone_SCORE=3,.;lone_F=0.5,.;lone_hits=1,0"));
  EXPECT_THAT(vcf, AllOf(HasSubstr("##INFO=<ID=lone_SCORE,Number=A,Type=Integer"),
                         HasSubstr("##INFO=<ID=lone_F,Number=A,Type=Float")));
}

TEST_F(Records, GoToAPipeAndStopQuietlyWhenNobodyReads) {
  const Outcome all = bench_.Varjoin({"annotate", "person.vcf", "-o", "-", "-s", "demo:SIG", "--no-version"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(all.out, Annotated({"-s", "demo:SIG"}));
  const Outcome fed = bench_.VarjoinFed(SmallPerson(), {"annotate", "-", "-o", "-", "-s", "demo:SIG", "--no-version"});
  EXPECT_EQ(fed.out, all.out) << fed.err;
  std::string many = SmallPerson();
  for (int i = 0; i < 200'000; ++i) {
    many += "chr2\t" + std::to_string(1000 + i) + "\t.\tA\tC\t.\t.\tDP=1\tGT\t0/1\n";
  }
  bench_.Write("many.vcf", many);
  const Outcome head =
      RunProcess({"bash", "-c", Executable() + " annotate many.vcf -o - -O vcf | head -1; echo ${PIPESTATUS[0]}"},
                 bench_.Options());
  EXPECT_THAT(head.out, HasSubstr("\n0\n"));
  EXPECT_THAT(head.err, IsEmpty());
}

TEST_F(Records, StayInOrderAndWholeWhereTablesNeedNot) {
  const std::string head = SmallPerson().substr(0, SmallPerson().find("\nchr") + 1);
  std::string in = head;
  std::string out;
  for (int i = 0; i < 200'000; ++i) {
    const std::string place = "chr2\t" + std::to_string(1000 + i) + "\t.\tA\tC,G\t.\t.\tDP=1";
    in += place + "\tGT\t0/1\n";
    out += place + ";demo_hits=0,0\tGT\t0/1\n";
  }
  bench_.Write("many.vcf", in);
  const Outcome outcome = bench_.Varjoin({"annotate", "many.vcf", "-o", "many.out.vcf", "-s", "demo:SIG"},
                                         {{"VARJOIN_PRESERVE_INSERTION_ORDER", "false"}});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(Body(ReadFile(bench_.Path("many.out.vcf"))) == out);
}

TEST_F(Records, AreNotMadeOfWhatVcfCannotHold) {
  const struct {
    Words arguments;
    std::string message;
  } cases[] = {{{"person.vcf", "-o", "x.vcf", "-s", "demo", "--join-columns", "chrom,start"}, "VCF and BCF output"},
               {{"person.vcf", "demo.vcf", "-o", "x.vcf"}, "of one input"},
               {{"person.vcf", "-o", "x.docx", "-O", "docx"}, "there is no such format"},
               {{"person.vcf", "-o", "-", "-O", "parquet"}, "can't be written to a pipe"},
               {{"person.vcf", "-o", "x.parquet", "-s", "demo:id", "--set-id", "demo_id"}, "--set-id: is for VCF"},
               {{"person.vcf", "-o", "x.bcf"}, "BCF can't have a contig without a ##contig line"},
               {{"person.vcf", "-o", "person.vcf", "--force"}, "is the input itself"}};
  const Words before = bench_.WorkNames();
  for (const auto& [arguments, message] : cases) {
    Words command = arguments;
    command.insert(command.begin(), "annotate");
    const Outcome outcome = bench_.Varjoin(command);
    EXPECT_EQ(outcome.exit_code, 2) << Join(arguments, " ") << ": " << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message)) << Join(arguments, " ");
  }
  EXPECT_EQ(bench_.WorkNames(), before);
}

TEST_F(Records, AreReportedAsRecords) {
  const Outcome outcome = bench_.Varjoin({"annotate", "person.vcf", "-o", "o.vcf", "-s", "demo:SIG", "--json"});
  const auto output = nlohmann::json::parse(outcome.out).at("output");
  EXPECT_EQ(output.at("format"), "vcf");
  EXPECT_EQ(output.at("num_rows"), 3);
  EXPECT_EQ(output.at("num_columns"), 2);
}

/// Every VCF of the data, small and large: what comes out is what went in.
class RoundTripLong : public ::testing::Test {};

/// By its index, tabix finds some records that are spread over the file. False: it has none, since it is not sorted.
bool IsFoundByItsIndex(const std::string& path, const std::string& text) {
  constexpr size_t kRecords = 20;
  if (!fs::exists(path + ".tbi") && !fs::exists(path + ".csi")) {
    return false;
  }
  const Words records = Lines(Body(text));
  for (size_t i = 0; i < records.size(); i += records.size() / kRecords + 1) {
    const std::vector<std::string_view> columns = Split(records[i], '\t');
    const std::string place = fmt::format("{}:{}-{}", columns[0], columns[1], columns[1]);
    const std::string line = records[i].substr(0, records[i].find('\r'));  // tabix leaves it out
    EXPECT_THAT(Lines(RunProcess({"tabix", path, place}).out), Contains(line)) << place;
  }
  return true;
}

TEST_F(RoundTripLong, LeavesEveryRealFileAsItIs) {
  if (RealData().empty() || !HasBcftools()) {
    GTEST_SKIP() << "needs ../shared/data and bcftools";
  }
  const Workbench bench;
  int files = 0;
  int indexed = 0;
  for (const auto& entry : fs::recursive_directory_iterator(RealData())) {
    const std::string path = entry.path().string();
    if (path.find(".vcf") == std::string::npos || path.ends_with(".tbi") || path.ends_with(".csi")) {
      continue;
    }
    SCOPED_TRACE(path);
    ++files;
    bench.MustRun({"annotate", path, "-o", "o.vcf", "--force", "--no-version", "--on-bad-record", "null"});
    bench.MustRun({"annotate", path, "-o", "o.vcf.gz", "--force", "--no-version", "--on-bad-record", "null"});
    std::string unpacked =
        RunProcess({"sh", "-c", "case '" + path + "' in *gz) zcat '" + path + "';; *) cat '" + path + "';; esac"}).out;
    if (!unpacked.ends_with('\n')) {
      unpacked += unpacked.find('\r') == std::string::npos ? "\n" : "\r\n";
    }
    EXPECT_TRUE(ReadFile(bench.Path("o.vcf")) == unpacked);
    EXPECT_TRUE(RunProcess({"zcat", bench.Path("o.vcf.gz")}).out == unpacked);
    indexed += IsFoundByItsIndex(bench.Path("o.vcf.gz"), unpacked) ? 1 : 0;
    const Outcome before = RunProcess({"bcftools", "view", "--no-version", path});
    const Outcome after = RunProcess({"bcftools", "view", "--no-version", bench.Path("o.vcf.gz")});
    for (const std::string& warning : Lines(after.err)) {
      EXPECT_THAT(before.err, HasSubstr(warning));
    }
    const Outcome bcf =
        bench.Varjoin({"annotate", path, "-o", "o.bcf", "--force", "--no-version", "--on-bad-record", "null"});
    if (bcf.exit_code == 0) {
      EXPECT_TRUE(RunProcess({"bcftools", "view", "--no-version", bench.Path("o.bcf")}).out == before.out);
    } else {
      EXPECT_THAT(bcf.err, HasSubstr("BCF can't have")) << bcf.err;
    }
  }
  EXPECT_GE(files, 20);
  EXPECT_GE(indexed, files / 2);
}

}  // namespace
}  // namespace varjoin::test
