// cohort_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// varjoin cohort, through the real binary: what a cohort says of a sample is what `annotate` says of its VCF.
#include <filesystem>

#include "cohort_bench.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Every kind of allele and genotype, on contigs of several spellings.
Words OddRecords() {
  return {"chr1 90 . CTTG C,CTG 30 PASS . GT:DP:GQ:AD 1/2:20:50:1,9,10",
          "chr1 100 . A G,T 30 PASS . GT:DP:GQ:AD 0|1:10:40:5,5,0",
          "chr1 105 . a g . q10 . GT:DP 1/1:7",
          "chr1 110 . C T,* . PASS . GT 2/1",
          "chr1 120 . G <DEL> . PASS END=150 GT 0/1",
          "chr1 130 . T <DUP> . PASS SVLEN=40 GT 0/1",
          "chr1 140 . T <NON_REF> . . . GT ./.",
          "chr1 150 . C T . . . GT ./.",
          "chr1 160 . C . . . . GT 0/0",
          "chr1 170 . C T . . . GT ./1",
          "chr1 180 . C A,T . . . GT 0/0",
          "chr1 190 . GAA GA . . . GT 1",
          "chr1 200 . G A . . END=220 GT 0/1",
          "chr1 210 . G N . . . GT 0/1",
          "chr1 220 . T T[chr2:300[ . . . GT 0/1",
          "chr2 300 . G A . . . GT 1|1",
          "chr2 300 . G A . . . GT 0/1",
          "chr2 400 . G C . . . GT 0/1",
          "2 410 . G C . . . GT 0/1",
          "chrM 50 . A G . . . GT 1",
          "odd_contig 7 . A G . . . GT 0/1"};
}

/// Sources of each kind: an import, a table taken as it stands (with an allele that is not minimal), intervals.
void AddSources(const CohortBench& bench) {
  WriteParquet(bench.Path("table.parquet"),
               "SELECT * FROM (VALUES ('1', 90::BIGINT, 'CTTG', 'CTG', 'long', 1), ('1', 90, 'CT', 'C', 'short', 2), "
               "('1', 105, 'A', 'G', 'plain', 3), ('2', 300, 'G', 'A', 'two', NULL), ('MT', 50, 'A', 'G', 'mito', 5), "
               "('1', 190, 'GA', 'G', 'del', 6)) t(chrom, start, ref, alt, id, n)");
  bench.MustRun({"source", "add", "table", "table.parquet"});
  bench.Write("regions.bed", "1\t100\t125\tfirst\n1\t140\t300\tsecond\n2\t0\t1000\tall\n");
  bench.MustRun({"source", "import", "regions", "regions.bed"});
}

const Words kSources = {"-s", "demo", "-s", "table", "-s", "regions"};

Words With(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Cohort, SaysOfEachSampleWhatAnnotateSays) {
  const CohortBench bench;
  AddSources(bench);
  Words two = OddRecords();
  for (std::string& record : two) {
    record += record.find("GT:DP") == std::string::npos ? " 0/1" : " 1/1:3";
  }
  bench.Write("odd.vcf", People("ann", OddRecords(), {"ID=chr1", "ID=chr2", "ID=chrM,length=16569"}));
  bench.Write("two.vcf", People("bob eve", two));
  for (const char* const indexed : {"no", "yes"}) {
    fs::remove_all(bench.Path("c"));
    if (std::string(indexed) == "yes") {
      bench.MustRun({"source", "index", "table"});
    }
    bench.MustCohort("add", With({"odd.vcf"}, kSources));
    bench.MustCohort("add", {"two.vcf"});
    const Words options = With(kSources, {"--duplicates", "list"});
    bench.ExpectSame("odd.vcf", "ann", "ann", options);
    bench.ExpectSame("two.vcf", "bob", "bob", options);
    bench.ExpectSame("two.vcf", "eve", "eve", options);
  }
}

TEST(Cohort, TakesFirstHitsAsAnnotateDoes) {
  const CohortBench bench;
  AddSources(bench);
  bench.Write("odd.vcf", People("ann", OddRecords()));
  bench.MustCohort("add", With({"odd.vcf", "--duplicates", "first"}, kSources));
  bench.ExpectSame("odd.vcf", "ann", "ann", With(kSources, {"--duplicates", "first"}));
}

TEST(Cohort, HasNoListsWhereASourceHasOneRowAnAllele) {
  const CohortBench bench;
  bench.Write("one.vcf", Vcf({"INFO=<ID=SIG,Number=1,Type=String,Description=\"Significance\">"},
                             {"1 100 a A G . . SIG=bad", "1 110 b C T . . SIG=good"}));
  bench.MustRun({"source", "import", "demo", "one.vcf"});
  bench.Write("odd.vcf", People("ann", OddRecords()));
  bench.MustCohort("add", {"odd.vcf", "-s", "demo"});
  bench.ExpectSame("odd.vcf", "ann", "ann", {"-s", "demo"});
  EXPECT_THAT(bench.Look("SELECT demo_SIG FROM cohort_variants WHERE demo_hits > 0 ORDER BY site"),
              ElementsAre("bad", "good"));
}

TEST(Cohort, LeftAlignsByAReferenceAsAnnotateDoes) {
  const CohortBench bench;
  bench.Write("tiny.fa", ">1\nGGGTTACACACACACAGTCCATGA\n");
  bench.Write("db.vcf", Vcf({"INFO=<ID=SIG,Number=1,Type=String,Description=\"x\">"},
                            {"1 5 x TAC T . . SIG=left", "1 7 y CAC C . . SIG=right", "1 19 z C T . . SIG=snv"}));
  bench.MustRun({"source", "import", "demo", "db.vcf", "--reference", "tiny.fa"});
  bench.Write("a.vcf", People("ann", {"chr1 7 . CAC C . . . GT 0/1", "chr1 18 . TC TT . . . GT 1/1"}));
  bench.Write("b.vcf", People("bob", {"1 11 . CACA CA . . . GT 0/1", "1 19 . C T . . . GT 0/1"}));
  bench.MustCohort("add", {"a.vcf", "-s", "demo"});
  bench.MustCohort("add", {"b.vcf"});
  bench.ExpectSame("a.vcf", "ann", "ann", {"-s", "demo", "--duplicates", "list"});
  bench.ExpectSame("b.vcf", "bob", "bob", {"-s", "demo", "--duplicates", "list"});
  EXPECT_THAT(bench.Look("SELECT start, ref, alt, AC, carriers FROM cohort_frequencies ORDER BY site"),
              ElementsAre("5|TAC|T|2|2", "19|C|T|3|2"));
  bench.Write("tiny.fa", ">1\nGGGTTACACACACACAGTCCATGAA\n");
  fs::remove(bench.Path("tiny.fa.fai"));
  bench.Write("d.vcf", People("dan", {"1 19 . C T . . . GT 0/1"}));
  const Outcome changed = bench.Cohort("add", {"d.vcf"});
  EXPECT_EQ(changed.exit_code, 2);
  EXPECT_THAT(changed.err, HasSubstr("has changed"));
}

TEST(Cohort, HasEachMinimalAlleleOnceWhateverItIsCalled) {
  const CohortBench bench;
  bench.Write("a.vcf", People("a", {"chr1 100 . A G . . . GT 0/1", "chrM 5 . AT A . . . GT 1"}));
  bench.Write("b.vcf", People("b", {"1 99 . CA CG . . . GT 0/1", "MT 5 . ATG AG . . . GT 1"}));
  bench.Write("c.vcf", People("c", {"NC_000001.11 100 . a g . . . GT 0/1", "M 5 . AT A . . . GT 1"}));
  bench.Write("d.vcf", People("d", {"chrM 5 . AT A . . . GT 1"}, {"ID=chrM,length=16571"}));
  bench.MustCohort("add", {"a.vcf", "b.vcf", "c.vcf", "d.vcf"});
  EXPECT_THAT(bench.Look("SELECT chrom, start, ref, alt, AC, carriers FROM cohort_frequencies ORDER BY site"),
              ElementsAre("1|100|A|G|3|3", "MT|5|AT|A|3|3", "chrM_16571|5|AT|A|1|1"));
  EXPECT_THAT(bench.Look("SELECT count(*) FROM cohort_sites"), ElementsAre("3"));
  EXPECT_EQ(bench.Show().at("alleles"), 5) << "and two in the forms in which they were written";
}

/// The rule of docs/cohort.md.
TEST(Cohort, CountsAllelesWithThoseWhoAreNotCalled) {
  const CohortBench bench;
  bench.Write("many.vcf", People("a b c d", {"1 100 . A G . . . GT 0/1 1/1 ./. 0/0",
                                             "1 200 . A G,T . . . GT 1/2 ./1 "
                                             "0/2 0/0",
                                             "X 300 . A G . . . GT 1 0/1 . 0/0", "Y 400 . A G . . . GT 1 . 0 .",
                                             "1 500 . A G . . . GT 1/1 0/0 0/0 0/0",
                                             "1 500 . AC GC . . . GT 0/1 0/0 "
                                             "0/0 0/0"}));
  bench.Write("e.vcf", People("e", {"1 100 . A G . . . GT 1/1"}));
  bench.MustCohort("add", {"many.vcf", "e.vcf"});
  EXPECT_THAT(bench.Look("SELECT chrom, start, alt, AC, AN, AN_called, AN_assumed, carriers, homozygotes, incomplete, "
                         "assumed FROM cohort_frequencies ORDER BY site"),
              ElementsAre("1|100|G|5|8|6|2|3|2|1|1",   // c is missing; d is 0/0, and no call
                          "1|200|T|2|9|5|4|2|0|1|2",   // of b one allele is missing; d and e are assumed
                          "1|200|G|2|9|3|6|2|0|1|3",   // ./1 has one of it
                          "1|500|G|2|10|2|8|1|1|0|4",  // a's second record of it does not count
                          "X|300|G|2|7|3|4|2|0|1|2",   // as many as the largest genotype has, for those not called
                          "Y|400|G|1|3|1|2|1|0|2|2"));
}

/// The largest genotype at a site can be the one that goes.
TEST(Cohort, CountsAnewWhatIsLeftWhenSamplesGo) {
  const CohortBench bench;
  bench.Write("two.vcf", People("a b c", {"1 100 . A G . . . GT 0/1 1 0/1", "X 100 . A G . . . GT 0/1 1 1",
                                          "X 200 . A G . . . GT 0/0/1 0/1/1 1", "X 300 . A G . . . GT 1/1 0 ."}));
  bench.Write("d.vcf", People("d", {"1 100 . A G . . . GT 0/1", "X 200 . A G . . . GT 0/1/1/1"}));
  bench.Write("d2.vcf", People("d", {"1 100 . A G . . . GT 1/1"}));
  bench.MustCohort("add", {"two.vcf"});
  bench.MustCohort("add", {"d.vcf"});
  EXPECT_THAT(bench.Counted(), ElementsAre("a", "b", "c"));
  bench.ExpectCountsOfCalls();
  bench.MustCohort("add", {"d2.vcf", "--replace"});
  bench.ExpectCountsOfCalls();
  for (const char* const sample : {"a", "c", "d", "b"}) {
    bench.MustCohort("remove", {sample});
    SCOPED_TRACE(std::string("without ") + sample);
    bench.ExpectCountsOfCalls();
  }
  EXPECT_FALSE(fs::exists(bench.Path("c/counts")));
}

TEST(Cohort, CountsThoseOfACohortThatHasNoCounts) {
  const CohortBench bench;
  bench.Write("two.vcf", People("a b", {"1 100 . A G . . . GT 0/1 1/1"}));
  bench.Write("c.vcf", People("c", {"1 100 . A G . . . GT 0/1"}));
  bench.MustCohort("add", {"two.vcf"});
  nlohmann::json manifest = nlohmann::json::parse(ReadFile(bench.Path("c/cohort.json")));
  manifest.erase("counts");  // as before there were any
  for (auto& sample : manifest.at("samples")) {
    sample.erase("counted");
  }
  bench.Write("c/cohort.json", manifest.dump());
  bench.ExpectCountsOfCalls();
  bench.MustCohort("add", {"c.vcf"});
  EXPECT_THAT(bench.Counted(), ElementsAre("a", "b", "c"));
  bench.ExpectCountsOfCalls();
}

TEST(Cohort, LeavesCountedCallsToTheirCounts) {
  const CohortBench bench;
  bench.Write("a.vcf", People("a", {"1 100 . A G . . . GT 0/1", "1 200 . A G . . . GT 0/1"}));
  bench.MustCohort("add", {"a.vcf"});
  const std::string views = bench.MustCohort("show", {"--sql"}).out;
  const std::string frequencies = views.substr(views.find("VIEW cohort_frequencies"));
  EXPECT_THAT(frequencies, HasSubstr("/counts/"));
  EXPECT_THAT(frequencies, Not(HasSubstr("/calls/")));
}

TEST(Cohort, AddsTheSameFileOnceAndAnotherOnlyToReplace) {
  const CohortBench bench;
  bench.Write("a.vcf", People("a", {"1 100 . A G . . . GT 0/1"}));
  bench.MustCohort("add", {"a.vcf", "-s", "demo"});
  EXPECT_THAT(bench.MustCohort("add", {"a.vcf", "-s", "demo"}).err, HasSubstr("nothing to do"));
  EXPECT_EQ(bench.Show().at("generation"), 1);
  bench.Write("other.vcf", People("a", {"1 150 . C T . . . GT 1/1"}));
  const Outcome refused = bench.Cohort("add", {"other.vcf"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--replace"));
  bench.MustCohort("add", {"other.vcf", "--sample", "b"});
  EXPECT_THAT(bench.Look("SELECT sample, start FROM cohort_variants ORDER BY ALL"), ElementsAre("a|100", "b|150"));
  bench.MustCohort("add", {"other.vcf", "--replace"});
  EXPECT_THAT(bench.Look("SELECT sample, start FROM cohort_variants ORDER BY ALL"), ElementsAre("a|150", "b|150"));
  bench.ExpectSame("other.vcf", "a", "a", {"-s", "demo", "--duplicates", "list"});
  EXPECT_THAT(NamesIn(bench.Path("c/calls/sample=a")), ElementsAre("varjoin-3-1.parquet"));
}

TEST(Cohort, RemovesSamplesAndKeepsTheirAlleles) {
  const CohortBench bench;
  bench.Write("two.vcf", People("a b", {"1 100 . A G . . . GT 0/1 0/0", "1 150 . C T . . . GT 0/0 1/1"}));
  bench.MustCohort("add", {"two.vcf", "-s", "demo"});
  const Outcome typo = bench.Cohort("remove", {"a", "bb"});
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_THAT(typo.err, HasSubstr("no sample 'bb'"));
  bench.MustCohort("remove", {"a"});
  EXPECT_THAT(bench.Look("SELECT sample FROM cohort_samples"), ElementsAre("b"));
  EXPECT_THAT(bench.Look("SELECT start, AC, AN FROM cohort_frequencies"), ElementsAre("150|2|2"));
  EXPECT_THAT(bench.Look("SELECT start FROM cohort_sites ORDER BY site"), ElementsAre("100", "150"));
  EXPECT_FALSE(fs::exists(bench.Path("c/calls/sample=a")));
  bench.MustCohort("remove", {"b"});
  EXPECT_THAT(bench.Look("SELECT * FROM cohort_variants"), IsEmpty());
  EXPECT_THAT(bench.Look("SELECT * FROM cohort_frequencies"), IsEmpty());
}

TEST(Cohort, AnnotatesItsAllelesWithASourceMore) {
  const CohortBench bench;
  AddSources(bench);
  bench.Write("odd.vcf", People("ann", OddRecords()));
  bench.Write("b.vcf", People("bob", {"1 100 . A T . . . GT 0/1"}));
  bench.MustCohort("add", {"odd.vcf", "-s", "demo"});
  bench.MustCohort("add", {"b.vcf"});
  const auto calls = fs::last_write_time(bench.Path("c/calls/sample=ann/varjoin-1-2.parquet"));
  bench.MustCohort("annotate", {"-s", "table", "-s", "regions"});
  EXPECT_EQ(fs::last_write_time(bench.Path("c/calls/sample=ann/varjoin-1-2.parquet")), calls);
  bench.ExpectSame("odd.vcf", "ann", "ann", With(kSources, {"--duplicates", "list"}));
  bench.ExpectSame("b.vcf", "bob", "bob", With(kSources, {"--duplicates", "list"}));
  bench.Write("d.vcf", People("dan", {"1 105 . A G . . . GT 0/1", "1 190 . GA G . . . GT 0/1"}));
  const Outcome other = bench.Cohort("add", {"d.vcf", "-s", "demo"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("varjoin cohort annotate"));
  bench.MustCohort("add", {"d.vcf"});
  bench.ExpectSame("d.vcf", "dan", "dan", With(kSources, {"--duplicates", "list"}));
}

TEST(Cohort, AsksToAnnotateAnewWhenASourceHasChanged) {
  const CohortBench bench;
  bench.Write("a.vcf", People("a", {"1 100 . A G . . . GT 0/1"}));
  bench.Write("b.vcf", People("b", {"1 150 . C T . . . GT 0/1"}));
  bench.MustCohort("add", {"a.vcf", "-s", "demo"});
  EXPECT_THAT(bench.MustCohort("annotate", {}).err, HasSubstr("nothing to do"));
  bench.Write("new.vcf", Vcf({"INFO=<ID=SIG,Number=1,Type=String,Description=\"x\">"},
                             {"1 100 n A G . . SIG=new", "1 150 m C T . . SIG=newer"}));
  bench.MustRun({"source", "import", "demo", "new.vcf"});
  const Outcome changed = bench.Cohort("add", {"b.vcf"});
  EXPECT_EQ(changed.exit_code, 2);
  EXPECT_THAT(changed.err, HasSubstr("source 'demo' has changed since"));
  EXPECT_THAT(changed.err, HasSubstr("varjoin cohort annotate"));
  EXPECT_THAT(bench.MustCohort("show", {}).out, HasSubstr("has changed"));
  bench.MustCohort("annotate", {});
  bench.MustCohort("add", {"b.vcf"});
  bench.ExpectSame("a.vcf", "a", "a", {"-s", "demo"});
  bench.ExpectSame("b.vcf", "b", "b", {"-s", "demo"});
}

TEST(Cohort, KeepsTheFieldsThatAreAskedFor) {
  const CohortBench bench;
  bench.Write("a.vcf", People("a", {"1 100 . A G,T . . . GT:DP:AD 0/2:9:3,1,5"}));
  bench.MustCohort("add", {"a.vcf", "--fields", "AD,DP"});
  EXPECT_THAT(bench.Look("SELECT GT, AD, DP, alt_index FROM cohort_calls"), ElementsAre("0/2|[3, 5]|9|2"));
  const Outcome typo = bench.Varjoin({"cohort", "add", "d", "a.vcf", "--fields", "ADD"});
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_THAT(typo.err, HasSubstr("no input has FORMAT/ADD"));
  EXPECT_THAT(bench.Cohort("add", {"a.vcf", "--sample", "b", "--fields", "GQ"}).err, HasSubstr("can't be changed"));
}

TEST(Cohort, TakesAnyNameOfASample) {
  const CohortBench bench;
  const std::string name = "a/b=c%20ä'\"..";
  bench.Write("a.vcf", People(name, {"1 100 . A G . . . GT 0/1"}));
  bench.Write("b.vcf", People("b", {"1 100 . A G . . . GT 0/1"}));
  bench.MustCohort("add", {"a.vcf", "b.vcf"});
  EXPECT_THAT(bench.Look("SELECT sample FROM cohort_calls ORDER BY ALL"), ElementsAre(name, "b"));
  bench.MustCohort("remove", {name});
  EXPECT_THAT(bench.Look("SELECT sample FROM cohort_calls"), ElementsAre("b"));
}

TEST(Cohort, AnswersQueries) {
  const CohortBench bench;
  bench.Write("a.vcf", People("a", {"1 100 . A T . . . GT 0/1"}));
  bench.MustCohort("add", {"a.vcf", "-s", "demo"});
  const Outcome answer =
      bench.Varjoin({"query", "--cohort", "c",
                     "SELECT sample, demo_SCORE FROM cohort_variants JOIN cohort_frequencies USING (site)"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("[3]"));
  const Outcome none = bench.Varjoin({"query", "--cohort", "cc", "SELECT 1"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("did you mean 'c'"));
}

struct Refused {
  const char* name;
  Words arguments;
  std::vector<std::string> said;
};

class CohortRefuses : public ::testing::TestWithParam<Refused> {};

TEST_P(CohortRefuses, AndSaysWhatToDo) {
  const CohortBench bench;
  bench.Write("a.vcf", People("a", {"1 100 . A G . . . GT 0/1"}));
  bench.Write("b.vcf", People("a b", {"1 100 . A G . . . GT 0/1 0/1"}));
  bench.Write("none.vcf", Vcf({}, {"1 100 . A G . . ."}));
  bench.Write("nogt.vcf", Vcf({"FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"x\">"}, {"1 100 . A G . . . DP 3"},
                              "\tFORMAT\tn"));
  bench.Write("far.vcf", People("f", {"scaffold9 100 . A G . . . GT 0/1"}));
  bench.Write("bad.vcf", People("f", {"1 100 . A G . . . GT 0/1", "1 x . A G . . . GT 0/1"}));
  fs::create_directory(bench.Path("full"));
  bench.Write("full/mine.txt", "x");
  const Outcome outcome = bench.Varjoin(With({"cohort", "add"}, GetParam().arguments));
  EXPECT_EQ(outcome.exit_code, 2);
  for (const std::string& said : GetParam().said) {
    EXPECT_THAT(outcome.err, HasSubstr(said));
  }
  EXPECT_FALSE(fs::exists(bench.Path("c/cohort.json")));
  EXPECT_THAT(NamesIn(bench.Path("c/sites")), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    , CohortRefuses,
    ::testing::Values(
        Refused{"typo", {"c", "aa.vcf"}, {"aa.vcf", "a.vcf"}},
        Refused{"sources_typo", {"c", "a.vcf", "-s", "dem"}, {"demo"}},
        Refused{"same_sample", {"c", "a.vcf", "b.vcf"}, {"sample 'a' is in a.vcf and in b.vcf"}},
        Refused{"no_samples", {"c", "none.vcf"}, {"none.vcf: has no samples"}},
        Refused{"no_genotypes", {"c", "nogt.vcf"}, {"nogt.vcf: has no genotypes"}},
        Refused{"a_file_as_source", {"c", "a.vcf", "-s", "./demo.vcf"}, {"varjoin source import"}},
        Refused{"nothing_in_common", {"c", "far.vcf", "-s", "demo"}, {"no contig in common", "scaffold9", "far.vcf"}},
        Refused{"a_bad_record", {"c", "bad.vcf"}, {"bad.vcf: record 2", "POS"}},
        Refused{"a_file_as_cohort", {"a.vcf", "b.vcf"}, {"a.vcf: is a file"}},
        Refused{"a_folder_of_others", {"full", "a.vcf"}, {"full: is no cohort, and not empty"}},
        Refused{"standard_input", {"c", "-"}, {"name a VCF"}}, Refused{"no_vcf", {"c", "demo.vcf.gz"}, {"demo.vcf"}}),
    [](const auto& info) { return info.param.name; });

/// A person with alleles out of few, so that people share them.
std::string RandomPerson(std::mt19937& random, const std::string& name) {
  const auto pick = [&random](int below) { return static_cast<int>(random() % static_cast<uint32_t>(below)); };
  const std::vector<std::string> alleles = {"A G",     "A G,T", "AC A", "ACC A,AC", "A *",
                                            "A <DEL>", "AC GC", "a c",  "A AT"};
  const std::vector<std::string> genotypes = {"0/1", "1/1", "1|0", "./.", "./1", "1", "0/0", ".", "0/1/1"};
  const std::vector<std::string> prefixes = {"chr", ""};
  const std::string prefix = prefixes[static_cast<size_t>(pick(2))];
  Words records;
  for (const char* const contig : {"1", "2", "M"}) {
    for (int start = 80; start < 130; start += 1 + pick(4)) {
      records.push_back(
          fmt::format("{}{} {} . {} . {} . GT:DP {}:{}", prefix, contig, start,
                      alleles[static_cast<size_t>(pick(static_cast<int>(alleles.size())))], pick(2) == 0 ? "PASS" : ".",
                      genotypes[static_cast<size_t>(pick(static_cast<int>(genotypes.size())))], pick(99)));
    }
  }
  return People(name, records);
}

/// People who are added in calls of one or several, and parts that are put together meanwhile.
void AddRandomPeople(int people) {
  std::mt19937 random(Seed());
  const CohortBench bench;
  AddSources(bench);
  const Words sources = random() % 2 == 0 ? kSources : Words{"-s", "table", "-s", "demo:SIG=what"};
  Words waiting;
  for (int i = 0; i < people; ++i) {
    const std::string name = fmt::format("p{}", i);
    bench.Write(name + ".vcf", RandomPerson(random, name));
    waiting.push_back(name + ".vcf");
    if (random() % 3 != 0 || i + 1 == people) {
      bench.MustCohort("add", fs::exists(bench.Path("c/cohort.json")) ? waiting : With(waiting, sources));
      waiting.clear();
    }
  }
  for (int i = 0; i < people; ++i) {
    bench.ExpectSame(fmt::format("p{}.vcf", i), fmt::format("p{}", i), fmt::format("p{}", i),
                     With(sources, {"--duplicates", "list"}));
  }
  bench.ExpectCountsOfCalls();
  const std::string gone = fmt::format("p{}", random() % static_cast<uint32_t>(people));
  bench.MustCohort("remove", {gone});
  SCOPED_TRACE("without " + gone);
  bench.ExpectCountsOfCalls();
  EXPECT_THAT(bench.Look("SELECT allele, count(*) FROM cohort_calls GROUP BY ALL HAVING allele IS NULL"), IsEmpty());
  EXPECT_THAT(bench.Look("SELECT chrom, start, \"end\", ref, alt FROM cohort_sites GROUP BY ALL HAVING count(*) > 1"),
              IsEmpty());
  EXPECT_LT(bench.Show().at("parts"), 17);
}

TEST(CohortOfRandomPeople, SaysWhatAnnotateSays) {
  AddRandomPeople(10);
}

TEST(CohortOfRandomPeopleLong, SaysWhatAnnotateSays) {
  for (int round = 0; round < 6; ++round) {
    AddRandomPeople(30);
  }
}

}  // namespace
}  // namespace varjoin::test
