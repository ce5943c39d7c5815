// sources_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Sources as users have them, in both engines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "small_files.h"
#include "support/workbench.h"

namespace varjoin::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEngines[] = {"duckdb", "index"};

/// Annotates work/person.vcf in one engine, with an index made before; gives the rows of `select` of the output.
Words Annotated(const Workbench& bench, const std::string& engine, Words arguments, const std::string& select) {
  Words command = {"annotate", "person.vcf", "--engine", engine, "-o", "out.parquet", "--force"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  bench.MustRun(command);
  return Rows("SELECT " + select + " FROM '" + bench.Path("out.parquet") + "'");
}

class SourcesAsTheyAre : public ::testing::Test {
 protected:
  SourcesAsTheyAre() {
    bench.Write("person.vcf", Vcf({"contig=<ID=chr1>", "contig=<ID=odd>"},
                                  {"chr1 100 . A C . . .", "chr1 101 . A C . . .", "odd 7 . A C . . ."}));
  }

  Workbench bench;
};

TEST_F(SourcesAsTheyAre, PositionsThatCountFromZeroMatchIfThatIsDeclared) {
  WriteParquet(bench.Path("zero.parquet"),
               "SELECT 'x' AS v, 'C' AS alt, 'A' AS ref, 99::INTEGER AS pos, 1::UTINYINT AS chr");
  bench.MustRun({"source", "add", "zero", "zero.parquet", "--zero-based"});
  bench.MustRun({"source", "index", "zero"});
  for (const char* engine : kEngines) {
    EXPECT_THAT(Annotated(bench, engine, {"-s", "zero", "--allow-no-overlap"}, "\"start\", zero_v"),
                ElementsAre("100|x", "101|NULL", "7|NULL"))
        << engine;
  }
  // Another declaration makes the index stale.
  bench.MustRun({"source", "add", "zero", "zero.parquet"});
  EXPECT_THAT(bench.Varjoin({"annotate", "person.vcf", "-s", "zero", "--engine", "index", "-o", "o.parquet"}).err,
              HasSubstr("stale"));
}

TEST_F(SourcesAsTheyAre, ColumnsInTheNamesOfFoldersCount) {
  for (const char* chrom : {"1", "X"}) {
    std::filesystem::create_directories(bench.Path(std::string("hive/chrom=") + chrom));
    WriteParquet(bench.Path(std::string("hive/chrom=") + chrom + "/part-0.parquet"),
                 std::string("SELECT 100 AS pos, 'A' AS ref, 'C' AS alt, 'of ") + chrom + "' AS v");
  }
  bench.MustRun({"source", "add", "hive", "hive"});
  bench.MustRun({"source", "index", "hive"});
  for (const char* engine : kEngines) {
    EXPECT_THAT(Annotated(bench, engine, {"-s", "hive"}, "\"start\", hive_v"),
                ElementsAre("100|of 1", "101|NULL", "7|NULL"))
        << engine;
  }
  const std::string explained =
      bench.MustRun({"annotate", "person.vcf", "-s", "hive", "--engine", "duckdb", "--explain"}).out;
  EXPECT_THAT(explained, AllOf(HasSubstr("chrom=1/part"), Not(HasSubstr("chrom=X/part")))) << "pruned by file";
}

TEST_F(SourcesAsTheyAre, AliasesOfContigsAreGivenForTheInputOrTheSource) {
  WriteParquet(bench.Path("s.parquet"), "SELECT 'scaffold' AS chrom, 7 AS \"start\", 'A' AS ref, 'C' AS alt, 'x' AS v");
  bench.Write("of_input.txt", "odd scaffold\n");
  bench.Write("of_source.txt", "# the source's name first\nscaffold\todd\n");
  bench.MustRun({"source", "add", "plain", "s.parquet"});
  bench.MustRun({"source", "add", "aliased", "s.parquet", "--contig-aliases", "of_source.txt"});
  bench.MustRun({"source", "import", "imported", "s.parquet", "--contig-aliases", "of_source.txt"});
  bench.MustRun({"source", "index", "plain"});
  bench.MustRun({"source", "index", "aliased"});
  for (const char* engine : kEngines) {
    EXPECT_THAT(Annotated(bench, engine, {"-s", "plain", "--contig-aliases", "of_input.txt"}, "chrom, plain_v"),
                ElementsAre("chr1|NULL", "chr1|NULL", "odd|x"))
        << engine;
    EXPECT_THAT(Annotated(bench, engine, {"-s", "aliased", "-s", "imported"}, "chrom, aliased_v, imported_v"),
                ElementsAre("chr1|NULL|NULL", "chr1|NULL|NULL", "odd|x|x"))
        << engine;
  }
  EXPECT_THAT(bench.Varjoin({"annotate", "person.vcf", "-s", "plain", "-o", "o.parquet"}).err,
              HasSubstr("no contig in common"));
}

TEST_F(SourcesAsTheyAre, CheckTellsWhatIsAmissAndListRemembersIt) {
  WriteParquet(bench.Path("s.parquet"),
               "SELECT * FROM (VALUES ('1', 9, 'A', 'C'), ('1', 5, 'AT', 'GT'), ('1', NULL, 'A', 'C')) "
               "t(chrom, \"start\", ref, alt)");
  bench.MustRun({"source", "add", "s", "s.parquet"});
  EXPECT_THAT(bench.MustRun({"source", "list"}).out, AllOf(HasSubstr("never"), HasSubstr("none")));
  EXPECT_THAT(
      bench.MustRun({"source", "check", "s"}).out,
      AllOf(HasSubstr("unchanged"), HasSubstr("row 2: 1:5 after 1:9"), HasSubstr("1 row (33.3 %) without chrom"),
            HasSubstr("1 row (33.3 %) that could be trimmed"), HasSubstr("not counted"), HasSubstr("none; build")));
  EXPECT_THAT(bench.MustRun({"source", "list"}).out, Not(HasSubstr("never")));
  bench.MustRun({"source", "index", "s"});
  EXPECT_THAT(bench.MustRun({"source", "check", "s", "--json"}).out,
              AllOf(HasSubstr("\"repeated\": 0"), HasSubstr("\"sorted\": false"), HasSubstr("\"null_keys\": 1")));
  WriteParquet(bench.Path("s.parquet"), "SELECT '1' AS chrom, 9 AS \"start\", 'A' AS ref, 'C' AS alt");
  const Outcome changed = bench.Varjoin({"source", "check", "s"});
  EXPECT_EQ(changed.exit_code, 2);
  EXPECT_THAT(changed.err, AllOf(HasSubstr("have changed"), HasSubstr("source add s")));
}

/// A VCF that is a source, and a person's.
class FilesAsSources : public SourcesAsTheyAre {
 protected:
  static std::string Database(const std::string& value) {
    return Vcf({"contig=<ID=chr1>", R"(INFO=<ID=V,Number=1,Type=String,Description="">)"},
               {"chr1 100 . A C . . V=" + value});
  }
};

TEST_F(FilesAsSources, AreImportedOnceAndAgainWhenTheyChange) {
  bench.Write("my.db.vcf", Database("one"));
  const Words command = {"annotate", "person.vcf", "-s", "my.db.vcf:V=v", "-o", "o.parquet", "--force"};
  const Outcome first = bench.MustRun(command);
  EXPECT_THAT(first.err,
              AllOf(HasSubstr("my.db.vcf was imported and indexed as source 'my_db'"), HasSubstr("engine index")));
  EXPECT_THAT(Rows("SELECT \"start\", v FROM '" + bench.Path("o.parquet") + "'"),
              ElementsAre("100|one", "101|NULL", "7|NULL"));
  EXPECT_THAT(bench.MustRun(command).err, Not(HasSubstr("was imported")));
  EXPECT_THAT(bench.MustRun({"lookup", "-s", "my.db.vcf", "1:100:A:C"}).out, HasSubstr("one"));
  Words reusing = command;
  reusing.push_back("--reuse");
  bench.MustRun(reusing);
  bench.Write("my.db.vcf", Database("another"));
  EXPECT_THAT(bench.MustRun(reusing).err, HasSubstr("was imported")) << "no run before had this source";
  EXPECT_EQ(Value("SELECT v FROM '" + bench.Path("o.parquet") + "' WHERE v IS NOT NULL"), "another");
  EXPECT_EQ(Annotated(bench, "duckdb", {"-s", "./my.db.vcf"}, "my_db_V, my_db_hits")[0], "another|1");
  EXPECT_THAT(bench.MustRun({"source", "list"}).out,
              AllOf(HasSubstr("my_db"), HasSubstr("cache"), HasSubstr("my.db.vcf")));
  bench.MustRun({"source", "remove", "my.db.vcf"});
  EXPECT_THAT(bench.MustRun({"source", "list"}).err, HasSubstr("no sources yet"));
  EXPECT_EQ(bench.Varjoin({"source", "remove", "my.db.vcf"}).exit_code, 2);
}

TEST_F(FilesAsSources, MayHaveTheNamesOfOthersAndOfNothingElse) {
  std::filesystem::create_directories(bench.Path("a b"));
  bench.Write("it's [x]*.vcf", Database("one"));
  bench.Write("a b/it's [x]*.vcf", Database("two"));
  EXPECT_THAT(
      Annotated(bench, "index", {"-s", "it's [x]*.vcf", "-s", "a b/it's [x]*.vcf"}, "it_s__x___V, it_s__x___2_V"),
      ::testing::Contains("one|two"));
  EXPECT_EQ(bench.Varjoin({"annotate", "person.vcf", "-s", "absent.vcf", "-o", "o.parquet"}).exit_code, 2);
  bench.Write("bad.vcf", Database("x") + "chr1\tx\t.\tA\tC\t.\t.\t.\n");
  EXPECT_THAT(bench.Varjoin({"annotate", "person.vcf", "-s", "bad.vcf", "-o", "o.parquet"}).err,
              AllOf(HasSubstr("bad.vcf"), HasSubstr("record 2")));
  EXPECT_EQ(NamesIn(bench.home() + "/cache").size(), 2U + 3U)
      << "two files with their locks, and the lock of the bad one";
}

TEST_F(FilesAsSources, OfParquetAreTakenAsTheyAre) {
  WriteParquet(bench.Path("t.parquet"), "SELECT 'chr1' AS chrom, 100 AS pos, 'A' AS ref, 'C' AS alt, 'x' AS v");
  EXPECT_THAT(Annotated(bench, "duckdb", {"-s", "t.parquet"}, "t_v"), ElementsAre("x", "NULL", "NULL"));
  EXPECT_EQ(bench.Varjoin({"annotate", "person.vcf", "-s", "t.parquet", "-o", "t.parquet", "--force"}).exit_code, 2);
  WriteParquet(bench.Path("t.parquet"), "SELECT 'chr1' AS chrom, 101 AS pos, 'A' AS ref, 'C' AS alt, 'y' AS v");
  EXPECT_THAT(Annotated(bench, "duckdb", {"-s", "t.parquet"}, "t_v"), ElementsAre("NULL", "y", "NULL"));
}

TEST_F(FilesAsSources, AreImportedByOneOfTheRunsThatStartTogether) {
  bench.Write("s.vcf", Database("one"));
  std::vector<std::unique_ptr<Process>> runs;
  for (int i = 0; i < 6; ++i) {
    runs.push_back(bench.Start({"annotate", "person.vcf", "-s", "s.vcf", "-o", fmt::format("o{}.parquet", i)}));
  }
  int imports = 0;
  for (int i = 0; i < 6; ++i) {
    const Outcome outcome = runs[static_cast<size_t>(i)]->Wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    imports += CountOf(outcome.err, "was imported");
    EXPECT_EQ(Value(fmt::format("SELECT count(s_V) FROM '{}'", bench.Path(fmt::format("o{}.parquet", i)))), "1");
  }
  EXPECT_EQ(imports, 1);
}

/// Regions against records of every shape.
class Intervals : public ::testing::Test {
 protected:
  Intervals() {
    bench.Write(
        "person.vcf",
        Vcf({"contig=<ID=chr1>", "contig=<ID=M>", R"(INFO=<ID=END,Number=1,Type=Integer,Description="">)",
             R"(INFO=<ID=SVLEN,Number=A,Type=Integer,Description="">)"},
            {"chr1 10 before A C . . .", "chr1 11 first A C . . .", "chr1 20 last A C . . .", "chr1 21 after A C . . .",
             "chr1 9 reaches AAA A . . .", "chr1 10 insertion A AT . . .", "chr1 11 inside A AT . . .",
             "chr1 5 symbolic A <DEL> . . SVLEN=-6", "chr1 1 block A <NON_REF> . . END=11",
             "chr1 2 short A <NON_REF> . . END=10", "chr1 15 both A C,G . . .", "M 5 mito A C . . ."}));
    bench.Write("genes.bed", "track name=genes\nchr1\t10\t20\tG1\nchr1\t14\t18\tG2\nMT\t0\t5\tMITO\n");
    bench.MustRun({"source", "import", "genes", "genes.bed"});
  }

  Workbench bench;
};

TEST_F(Intervals, MatchWhatSharesABaseWithThem) {
  for (const char* engine : kEngines) {
    EXPECT_THAT(Annotated(bench, engine, {"-s", "genes:name"}, "id, alt_index, genes_name, genes_hits"),
                ElementsAre("before|1|NULL|0", "first|1|[G1]|1", "last|1|[G1]|1", "after|1|NULL|0", "reaches|1|[G1]|1",
                            "insertion|1|NULL|0", "inside|1|[G1]|1", "symbolic|1|[G1]|1", "block|1|[G1]|1",
                            "short|1|NULL|0", "both|1|[G1, G2]|2", "both|2|[G1, G2]|2", "mito|1|[MITO]|1"))
        << engine;
    EXPECT_THAT(Annotated(bench, engine, {"-s", "genes:name=g", "--duplicates", "first"}, "g"),
                ElementsAre("NULL", "G1", "G1", "NULL", "G1", "NULL", "G1", "G1", "G1", "NULL", "G1", "G1", "MITO"))
        << engine;
  }
}

TEST_F(Intervals, AreWrittenToVcfAndCanBeFilteredBy) {
  bench.MustRun({"annotate", "person.vcf", "-s", "genes:name=gene", "-o", "o.vcf"});
  const std::string vcf = ReadFile(bench.Path("o.vcf"));
  EXPECT_THAT(vcf, HasSubstr("both\tA\tC,G\t.\t.\tgene=G1|G2;genes_hits=2\n"));
  EXPECT_THAT(vcf, HasSubstr("mito\tA\tC\t.\t.\tgene=MITO"));
  EXPECT_THAT(vcf, AllOf(HasSubstr("##INFO=<ID=gene,Number=.,"), HasSubstr("##INFO=<ID=genes_hits,Number=.,")));
  EXPECT_THAT(Annotated(bench, "index", {"-s", "genes:name=gene", "--where", "gene = 'G2'"}, "id, alt_index"),
              ElementsAre("both|1", "both|2"));
  EXPECT_THAT(
      Annotated(bench, "duckdb", {"-s", "genes:name=gene", "--duplicates", "first", "--where", "gene = 'MITO'"}, "id"),
      ElementsAre("mito"));
}

/// Records that a gVCF has: without ALT, of several symbolic alleles; and one whose alleles are not of one length.
TEST_F(Intervals, HaveTheSameValuesInVcfAsInATable) {
  bench.Write("person.vcf",
              Vcf({"contig=<ID=chr1>", R"(INFO=<ID=END,Number=1,Type=Integer,Description="">)",
                   R"(INFO=<ID=SVLEN,Number=A,Type=Integer,Description="">)"},
                  {"chr1 1 before A . . . END=10", "chr1 2 block A . . . END=12", "chr1 12 site A . . . .",
                   "chr1 13 open A <NON_REF> . . END=14", "chr1 15 both A C,<NON_REF> . . .",
                   "chr1 5 lengths A <DEL>,<DEL> . . SVLEN=-6,-1", "chr1 30 after A C,G . . ."}));
  WriteParquet(bench.Path("t.parquet"), "SELECT '1' AS chrom, 15 AS pos, 'A' AS ref, 'C' AS alt, 7 AS v");
  bench.MustRun({"source", "add", "t", "t.parquet"});
  bench.MustRun({"source", "index", "t"});
  for (const char* engine : kEngines) {
    const Words table =
        Annotated(bench, engine, {"-s", "genes:name", "-s", "t"},
                  "id, alt_index, coalesce(array_to_string(genes_name, '|'), 'NULL'), genes_hits, t_v, t_hits");
    bench.MustRun(
        {"annotate", "person.vcf", "-s", "genes:name", "-s", "t", "--engine", engine, "-o", "o.vcf", "--force"});
    const std::string of_allele = "coalesce({0}[least(greatest(alt_index, 1), len({0}))]::VARCHAR, 'NULL')";
    const Words records = Rows(fmt::format("SELECT id, alt_index, {}, {}, t_v, coalesce(t_hits, 0) FROM read_vcf('{}')",
                                           fmt::format(fmt::runtime(of_allele), "genes_name"),
                                           fmt::format(fmt::runtime(of_allele), "genes_hits"), bench.Path("o.vcf")));
    EXPECT_EQ(records, table) << engine;
    EXPECT_THAT(table, ::testing::IsSupersetOf({"before|0|NULL|0|NULL|0", "block|0|G1|1|NULL|0", "site|0|G1|1|NULL|0",
                                                "lengths|1|G1|1|NULL|0", "lengths|2|NULL|0|NULL|0"}))
        << engine;
    EXPECT_THAT(ReadFile(bench.Path("o.vcf")),
                AllOf(HasSubstr("END=12;genes_name=G1;genes_hits=1\n"), HasSubstr("genes_name=G1,.;genes_hits=1,0;")))
        << engine;
  }
}

TEST_F(Intervals, GoTogetherWithAllelesInOneRun) {
  WriteParquet(bench.Path("t.parquet"), "SELECT '1' AS chrom, 11 AS pos, 'A' AS ref, 'C' AS alt, unnest([7, 8]) AS v");
  bench.MustRun({"source", "add", "t", "t.parquet"});
  bench.MustRun({"source", "index", "t"});
  for (const char* engine : kEngines) {
    EXPECT_THAT(Annotated(bench, engine, {"-s", "genes:name", "-s", "t", "-s", "genes.bed:name=again"},
                          "id, genes_name, t_v, again"),
                ::testing::IsSupersetOf({"first|[G1]|7|[G1]", "first|[G1]|8|[G1]", "before|NULL|NULL|NULL"}))
        << engine;
  }
  EXPECT_EQ(bench.Varjoin({"annotate", "person.vcf", "-s", "genes", "--join-columns", "chrom,start", "-o", "x.parquet"})
                .exit_code,
            2);
  EXPECT_THAT(bench.Varjoin({"source", "index", "genes"}).err, HasSubstr("need no index"));
  EXPECT_THAT(bench.MustRun({"source", "check", "genes"}).out, HasSubstr("intervals need none"));
}

TEST_F(Intervals, AreRegisteredAsTheyStand) {
  const std::string rows =
      "SELECT * FROM (VALUES ('chr1', 11, 20, 'G1'), ('chr1', 15, 18, 'G2'), ('M', 1, 5, 'MITO'), ('chr1', NULL, 30, "
      "'X'), ('chr1', 30, 12, 'Y')) t(chr, first_base, last_base, name)";
  WriteParquet(bench.Path("genes.parquet"), rows);
  WriteParquet(bench.Path("zero.parquet"),
               "SELECT chr, first_base - 1 AS first_base, last_base, name FROM (" + rows + ")");
  const Words mapping = {"--interval", "--map", "start=first_base,end=last_base"};
  for (const auto& [name, extra] : {std::pair{"genes", Words{}}, std::pair{"zero", Words{"--zero-based"}}}) {
    Words add = {"source", "add", name, std::string(name) + ".parquet"};
    add.insert(add.end(), mapping.begin(), mapping.end());
    add.insert(add.end(), extra.begin(), extra.end());
    bench.MustRun(add);
    for (const char* engine : kEngines) {
      EXPECT_THAT(Annotated(bench, engine, {"-s", std::string(name) + ":name=g,last_base=last"}, "id, g, last"),
                  ::testing::IsSupersetOf({"before|NULL|NULL", "first|[G1]|[20]", "last|[G1]|[20]", "after|NULL|NULL",
                                           "both|[G1, G2]|[20, 18]", "mito|[MITO]|[5]"}))
          << engine << name;
    }
  }
  EXPECT_THAT(bench.MustRun({"source", "check", "genes"}).out,
              AllOf(HasSubstr("5 rows"), HasSubstr("intervals need none")));
  EXPECT_THAT(bench.MustRun({"source", "show", "genes"}).out, HasSubstr("chr, first_base, last_base"));
  EXPECT_THAT(bench.Varjoin({"source", "index", "genes"}).err, HasSubstr("need no index"));
  EXPECT_THAT(bench.Varjoin({"lookup", "-s", "genes", "chr1:11:A:C"}).exit_code, 2);
  EXPECT_THAT(bench.Varjoin({"source", "add", "g", "genes.parquet", "--interval"}).err,
              HasSubstr("--map start=COLUMN"));
}

TEST_F(Intervals, OfAVcfAreItsRecordsFromStartToEnd) {
  bench.Write("sv.vcf", Vcf({"contig=<ID=chr1>", R"(INFO=<ID=END,Number=1,Type=Integer,Description="">)",
                             R"(INFO=<ID=AF,Number=A,Type=Float,Description="">)"},
                            {"chr1 19 a N <DEL> . . END=30;AF=0.5", "chr1 9 b AAA AA . . AF=0.25"}));
  bench.MustRun({"source", "import", "sv", "sv.vcf", "--interval"});
  for (const char* engine : kEngines) {
    EXPECT_THAT(Annotated(bench, engine, {"-s", "sv:AF,id"}, "id, sv_AF, sv_id"),
                ::testing::IsSupersetOf({"before|[0.25]|[b]", "last|[0.5]|[a]", "both|NULL|NULL"}))
        << engine;
  }
}

}  // namespace
}  // namespace varjoin::test
