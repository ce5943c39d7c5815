// bad_input_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever is wrong: one paragraph that names file and cause, exit 1 or 2, nothing written, nothing left behind, and
// the catalog as it was.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "base/text.h"
#include "small_files.h"
#include "vcf/packing.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// The last line of stderr and what follows it belongs to the error; notes may come before it.
std::string ErrorOf(const Outcome& outcome) {
  const size_t notes = outcome.err.rfind("varjoin: note: ");
  return notes == std::string::npos ? outcome.err : outcome.err.substr(outcome.err.find('\n', notes) + 1);
}

void ExpectOneParagraph(const std::string& error) {
  EXPECT_THAT(error, StartsWith("varjoin: "));
  EXPECT_THAT(error, Not(HasSubstr("\n\n")));
  EXPECT_EQ(CountOf(error, "varjoin: "), 1) << error;
  EXPECT_LE(error.size(), 900U) << error;
  for (const std::string trace : {"Stack", "duckdb::", "std::", "what():", "INTERNAL", ".varjoin-", "Exception"}) {
    EXPECT_THAT(error, Not(HasSubstr(trace)));
  }
  EXPECT_THAT(error, Not(ContainsRegex("0x[0-9a-f]{6}")));  // longer than what a folder's random name may have of it
}

/// Every file below a folder with its content's size and time.
std::map<std::string, std::string> Snapshot(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const bool is_file = entry.is_regular_file();
    files[entry.path().string()] = is_file                ? std::to_string(entry.file_size())
                                   : entry.is_directory() ? "folder"
                                                          : "other";
  }
  return files;
}

std::string LongPerson() {
  Words records;
  for (int i = 1; i <= 20000; ++i) {
    records.push_back("chr1 " + std::to_string(i * 7) + " . A G . . DP=" + std::to_string(i * 7919 % 1000003));
  }
  return Vcf({"INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">"}, records);
}

std::string WithRecord(const std::string& record) {
  return Vcf({"INFO=<ID=AF,Number=A,Type=Float,Description=\"f\">"},
             {"chr1 100 . A G . . AF=0.5", "chr1 110 . A G . . AF=0.5", record, "chr1 900 . A G . . AF=0.5"});
}

struct Trouble {
  std::string name;
  std::function<void(const Workbench&)> prepare;
  Words command;
  Words said;  ///< the error has all of these in it
};

void PrintTo(const Trouble& trouble, std::ostream* out) {
  *out << trouble.name;
}

/// A file of work/ to be annotated.
Trouble Input(const std::string& name, const std::string& file, const std::string& content, Words said) {
  said.push_back(file);
  return {name,
          [=](const Workbench& bench) { bench.Write(file, content); },
          {"annotate", file, "-s", "demo", "-o", "out/o.parquet"},
          said};
}

/// A command line on good files.
Trouble Wrong(const std::string& name, const Words& command, const Words& said) {
  return {name, [](const Workbench&) {}, command, said};
}

Words Annotate(const Words& more) {
  Words command = {"annotate", "person.vcf", "-s", "demo"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

/// A Parquet file of work/ to be registered.
Trouble Table(const std::string& name, const std::string& select, const Words& said) {
  return {name,
          [=](const Workbench& bench) { WriteParquet(bench.Path("t.parquet"), select); },
          {"source", "add", "new", "t.parquet"},
          said};
}

std::vector<Trouble> Inputs() {
  const std::string cut = vcf::Bgzf(LongPerson());
  return {
      Wrong("missing_file", {"annotate", "perso.vcf", "-s", "demo", "-o", "out/o.parquet"},
            {"perso.vcf: no such file", "did you mean 'person.vcf'?"}),
      Wrong("pattern_without_match", {"annotate", "x*.vcf", "-s", "demo", "-o", "out/o.parquet"},
            {"x*.vcf", "no file matches"}),
      Wrong("directory", {"annotate", "out", "-s", "demo", "-o", "out/o.parquet"}, {"out: is a folder"}),
      Wrong("device", {"annotate", "/dev/null", "-s", "demo", "-o", "out/o.parquet"}, {"/dev/null"}),
      Wrong("remote_file", {"annotate", "https://x.org/a.vcf.gz", "-s", "demo", "-o", "out/o.parquet"},
            {"https://x.org/a.vcf.gz", "this machine only"}),
      Wrong("file_twice", {"annotate", "person.vcf", "person.vcf", "-s", "demo", "-o", "out/o.parquet"},
            {"person.vcf: is given twice"}),
      Input("bam", "reads.bam", vcf::Bgzf(std::string("BAM\1\0\0\0\0", 8)), {"is not a VCF but a BAM file"}),
      Input("bcf_without_header", "a.bcf", vcf::Bgzf(std::string("BCF\2\2\0\0\0\0", 9)),
            {"a BCF file that ends within its header"}),
      Input("empty_file", "empty.vcf", "", {"the file is empty"}),
      Input("empty_gzip", "empty.vcf.gz", vcf::kBgzfEnd, {"unpacks to nothing"}),
      Input("text_that_is_no_vcf", "notes.txt", "Dear reader,\nthis is no VCF.\n", {"is not a VCF", "Dear reader"}),
      Input("web_page", "page.vcf", "<!DOCTYPE html><html></html>", {"web page"}),
      Input("truncated_block_at_the_end", "cut.vcf.gz", cut.substr(0, cut.size() - 200), {"cut.vcf.gz"}),
      Input("truncated_block_in_the_header", "cut.vcf.gz", cut.substr(0, 100), {"cut.vcf.gz"}),
      Input("damaged_block", "bad.vcf.gz",
            cut.substr(0, cut.size() / 2) + std::string(64, 'x') + cut.substr(cut.size() / 2 + 64), {"bad.vcf.gz"}),
      Input("no_chrom_line", "head.vcf", "##fileformat=VCFv4.3\nchr1\t1\t.\tA\tG\t.\t.\t.\n", {"no #CHROM line"}),
      Input("header_only_without_chrom_line", "head.vcf", "##fileformat=VCFv4.3\n", {"no #CHROM line"}),
      Input("broken_position", "p.vcf", WithRecord("chr1 oops . A G . . AF=0.5"),
            {"p.vcf: record 3 (chr1", "POS", "oops"}),
      Input("broken_number", "p.vcf", WithRecord("chr1 120 . A G . . AF=0.1.2"),
            {"p.vcf: record 3 (chr1:120)", "INFO/AF", "\"0.1.2\"", "Float"}),
      Input("broken_quality", "p.vcf", WithRecord("chr1 120 . A G high . AF=0.5"),
            {"p.vcf: record 3 (chr1:120)", "QUAL", "high"}),
      Input("short_record", "p.vcf", WithRecord("chr1 120 . A"), {"p.vcf: record 3", "4 columns"}),
      Input("parquet_as_input", "t.vcf", "PAR1xxxxPAR1", {"a Parquet file", "source add"}),
  };
}

std::vector<Trouble> Sources() {
  const std::string start = "SELECT '1' AS chrom, 1::BIGINT AS \"start\", 'A' AS ref";
  return {
      Wrong("unknown_source", {"annotate", "person.vcf", "-s", "demi", "-o", "out/o.parquet"},
            {"no source 'demi'", "did you mean 'demo'?"}),
      Wrong("unknown_source_unlike_any", {"annotate", "person.vcf", "-s", "gnomad", "-o", "out/o.parquet"},
            {"no source 'gnomad'", "there are: demo"}),
      Wrong("source_twice", {"annotate", "person.vcf", "-s", "demo", "-s", "Demo:SIG", "-o", "out/o.parquet"},
            {"given twice"}),
      Wrong("bad_selection", Annotate({"-s", "x:a=", "-o", "out/o.parquet"}), {"x:a="}),
      {"source_whose_parquet_is_gone",
       [](const Workbench& bench) {
         WriteParquet(bench.Path("gone.parquet"), SmallTable());
         bench.MustRun({"source", "add", "gone", "gone.parquet"});
         fs::remove(bench.Path("gone.parquet"));
       },
       {"annotate", "person.vcf", "-s", "gone", "-o", "out/o.parquet"},
       {"source 'gone'", "gone.parquet", "source add gone"}},
      Table("parquet_without_alt", start, {"t.parquet", "no column for `alt`", "chrom, start, ref", "--map alt="}),
      Table("parquet_with_two_starts", start + ", 'G' AS alt, 1 AS pos", {"t.parquet", "start, pos", "--map start="}),
      Table("parquet_with_text_as_start", "SELECT '1' AS chrom, '1' AS \"start\", 'A' AS ref, 'G' AS alt",
            {"t.parquet", "`start`", "VARCHAR"}),
      {"damaged_parquet",
       [](const Workbench& bench) { bench.Write("t.parquet", "PAR1" + std::string(200, 'x') + "PAR1"); },
       {"source", "add", "new", "t.parquet"},
       {"t.parquet"}},
      Wrong("vcf_to_add", {"source", "add", "new", "person.vcf"}, {"person.vcf: is not Parquet", "source import"}),
      {"gzipped_vcf_to_add",
       [](const Workbench& bench) { bench.Write("p.vcf.gz", vcf::Bgzf(SmallPerson())); },
       {"source", "add", "new", "p.vcf.gz"},
       {"p.vcf.gz: is not Parquet", "source import"}},
      {"csv_without_a_key_to_import",
       [](const Workbench& bench) { bench.Write("t.csv", "a,b\n1,2\n"); },
       {"source", "import", "new", "t.csv"},
       {"t.csv: no column for `chrom`", "its columns are: a, b", "--map chrom="}},
      Wrong("missing_file_to_add", {"source", "add", "new", "no.parquet"}, {"no.parquet", "no such file"}),
      Wrong("missing_file_to_import", {"source", "import", "new", "persn.vcf"},
            {"persn.vcf", "did you mean 'person.vcf'?"}),
      Wrong("folder_without_parquet", {"source", "add", "new", "out"}, {"out"}),
      {"broken_record_to_import",
       [](const Workbench& bench) { bench.Write("p.vcf", WithRecord("chr1 120 . A G . . AF=0.1.2")); },
       {"source", "import", "new", "p.vcf"},
       {"p.vcf: record 3 (chr1:120)", "INFO/AF"}},
      {"broken_record_to_import_again",
       [](const Workbench& bench) { bench.Write("p.vcf", WithRecord("chr1 120 . A G . . AF=0.1.2")); },
       {"source", "import", "demo", "p.vcf"},
       {"p.vcf: record 3 (chr1:120)"}},
      Wrong("name_with_blank_and_quote", {"source", "import", "a b\"c", "person.vcf"}, {"'a b\"c' can't be"}),
      Wrong("name_with_a_path", {"source", "import", "../x", "person.vcf"}, {"'../x' can't be"}),
      Wrong("empty_name", {"source", "import", "", "person.vcf"}, {"'' can't be"}),
      Wrong("name_of_varjoins_own", {"source", "import", "sources", "person.vcf"}, {"'sources' can't be"}),
      Wrong("remove_unknown", {"source", "remove", "dem"}, {"no source 'dem'", "did you mean 'demo'?"}),
      Wrong("show_unknown", {"source", "show", "dem"}, {"no source 'dem'"}),
  };
}

std::vector<Trouble> Outputs() {
  return {
      Wrong("folder_that_does_not_exist", Annotate({"-o", "nowhere/o.parquet"}),
            {"nowhere/o.parquet", "does not exist"}),
      Wrong("output_is_a_folder", Annotate({"-o", "out"}), {"out", "folder"}),
      {"existing_output",
       [](const Workbench& bench) { bench.Write("out/o.parquet", "old"); },
       Annotate({"-o", "out/o.parquet"}),
       {"out/o.parquet: exists", "--force"}},
      {"output_is_the_input",
       [](const Workbench& bench) { bench.Write("in.parquet", SmallPerson()); },
       {"annotate", "in.parquet", "-s", "demo", "-o", "in.parquet", "--force"},
       {"in.parquet", "is the input itself"}},
      {"output_is_the_input_under_another_name",
       [](const Workbench& bench) { fs::create_symlink("person.vcf", bench.Path("link.parquet")); },
       Annotate({"-o", "link.parquet", "--force"}),
       {"link.parquet", "is the input itself"}},
      {"output_is_a_source",
       [](const Workbench& bench) {
         WriteParquet(bench.Path("mine.parquet"), SmallTable());
         bench.MustRun({"source", "add", "mine", "mine.parquet"});
       },
       {"annotate", "person.vcf", "-s", "mine", "-o", "mine.parquet", "--force"},
       {"mine.parquet", "source 'mine'"}},
      Wrong("unknown_type", Annotate({"-O", "xls", "-o", "out/o.xls"}), {"xls"}),
      Wrong("parquet_to_a_pipe", Annotate({"-o", "-", "-O", "parquet"}), {"-o -", "Parquet"}),
      Wrong("remote_output", Annotate({"-o", "s3://bucket/o.parquet"}), {"s3://bucket/o.parquet"}),
  };
}

std::vector<Trouble> CommandLines() {
  const auto option = [](const std::string& name, const std::string& value, const Words& said) {
    std::string test = "option_" + name;
    std::replace(test.begin(), test.end(), '-', '_');
    return Wrong(test, Annotate({"-o", "out/o.parquet", "--" + name, value}), said);
  };
  std::vector<Trouble> troubles = {
      Wrong("mistyped_command", {"anotate", "person.vcf"}, {"anotate", "did you mean 'annotate'?"}),
      Wrong("mistyped_command_of_source", {"source", "improt", "x", "y"}, {"improt", "did you mean 'import'?"}),
      Wrong("mistyped_option", Annotate({"-o", "out/o.parquet", "--treads", "2"}),
            {"--treads", "did you mean '--threads'?"}),
      Wrong("no_input", {"annotate", "-s", "demo"}, {"name a VCF", "vcf_path"}),
      Wrong("no_sql", {"query"}, {"SQL"}),
      option("threads", "0", {"--threads", "0"}),
      option("memory-limit", "12", {"--memory-limit", "12", "16GB"}),
      {"engine_index_without_an_index",
       [](const Workbench& bench) { fs::remove(bench.home() + "/sources/demo.vji"); },
       Annotate({"-o", "out/o.parquet", "--engine", "index"}),
       {"--engine index", "`varjoin source index demo`"}},
      option("duplicates", "some", {"--duplicates", "some"}),
      option("compression", "zip", {"--compression", "zip"}),
      option("on-bad-record", "ignore", {"--on-bad-record", "ignore"}),
      option("join-columns", "chrom,,start", {"--join-columns"}),
  };
  troubles.push_back(Wrong("unknown_engine", Annotate({"-o", "out/o.parquet", "--engine", "polars"}), {"polars"}));
  return troubles;
}

class BadInput : public ::testing::TestWithParam<Trouble> {
 protected:
  BadInput() { fs::create_directories(bench_.Path("out")); }

  SmallBench bench_;
};

TEST_P(BadInput, IsToldInOneParagraphAndChangesNothing) {
  GetParam().prepare(bench_);
  const auto before = Snapshot(bench_.work());
  const auto catalog = ReadFile(bench_.home() + "/catalog.duckdb");
  const auto imports = NamesIn(bench_.home() + "/sources/demo");

  const Outcome outcome = bench_.Varjoin(GetParam().command);
  EXPECT_THAT(outcome.exit_code, AnyOf(1, 2));
  const std::string error = ErrorOf(outcome);
  ExpectOneParagraph(error);
  for (const std::string& words : GetParam().said) {
    EXPECT_THAT(error, HasSubstr(words));
  }
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_EQ(Snapshot(bench_.work()), before) << "something was left";
  EXPECT_THAT(NamesIn(bench_.temp()), IsEmpty());
  EXPECT_TRUE(ReadFile(bench_.home() + "/catalog.duckdb") == catalog) << "the catalog was written";
  EXPECT_EQ(NamesIn(bench_.home() + "/sources/demo"), imports);
  EXPECT_THAT(bench_.Sources(), Contains("demo"));
}

const auto kName = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Inputs, BadInput, ::testing::ValuesIn(Inputs()), kName);
INSTANTIATE_TEST_SUITE_P(Sources, BadInput, ::testing::ValuesIn(Sources()), kName);
INSTANTIATE_TEST_SUITE_P(Outputs, BadInput, ::testing::ValuesIn(Outputs()), kName);
INSTANTIATE_TEST_SUITE_P(CommandLines, BadInput, ::testing::ValuesIn(CommandLines()), kName);

TEST(BadStandardInput, IsToldAsStandardInput) {
  const SmallBench bench;
  for (const std::string& input : {std::string(), WithRecord("chr1 120 . A G . . AF=0.1.2")}) {
    const Outcome outcome = bench.VarjoinFed(input, {"annotate", "-", "-s", "demo", "-o", "o.parquet"});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(ErrorOf(outcome), HasSubstr("standard input"));
    EXPECT_THAT(bench.WorkNames(), ElementsAre("demo.vcf", "person.vcf"));
    EXPECT_THAT(NamesIn(bench.temp()), IsEmpty());
  }
}

TEST(BadCatalog, ThatIsDamagedIsNamed) {
  const SmallBench bench;
  const std::string path = bench.home() + "/catalog.duckdb";
  bench.Write(path, "this is no database");
  for (const Words& command : {Words{"source", "list"}, Annotate({"-o", "o.parquet"}),
                               Words{"source", "remove", "demo"}, Words{"source", "import", "demo", "demo.vcf"}}) {
    const Outcome outcome = bench.Varjoin(command);
    EXPECT_THAT(outcome.exit_code, AnyOf(1, 2)) << Join(command, " ");
    EXPECT_THAT(ErrorOf(outcome), HasSubstr(path));
    ExpectOneParagraph(ErrorOf(outcome));
  }
  EXPECT_EQ(NamesIn(bench.home() + "/sources/demo").size(), 1U) << "the Parquet of the source is gone";
}

TEST(SourceName, MayBeAWordOfSql) {
  const SmallBench bench;
  for (const std::string name : {"select", "table", "order", "Group"}) {
    bench.MustRun({"source", "import", name, "demo.vcf"});
    bench.MustRun({"annotate", "person.vcf", "-s", name + ":SIG", "-o", "o.parquet", "--force"});
    EXPECT_THAT(bench.Output("\"" + name + "_SIG\"").at(0), "bad");
  }
  EXPECT_THAT(bench.Sources(), ElementsAre("demo", "Group", "order", "select", "table"));
}

/// Mounts a file system in memory, seen by this process and its children only. False: that is not allowed here.
bool Mount(const std::string& folder, unsigned long flags, const std::string& data) {
  static const bool own_mounts =
      unshare(CLONE_NEWNS) == 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return own_mounts && mount("varjoin-test", folder.c_str(), "tmpfs", flags, data.c_str()) == 0;
}

class Folder : public ::testing::Test {
 protected:
  Folder() { fs::create_directories(folder_); }
  ~Folder() override {
    if (mounted_) {
      umount2(folder_.c_str(), MNT_DETACH);
    }
  }

  /// 1 MB, of which something is there already.
  bool MakeSmall() {
    mounted_ = Mount(folder_, 0, "size=1m");
    return mounted_;
  }

  /// No file can be made in it, not even by root.
  bool MakeReadOnly() {
    if (geteuid() != 0) {
      fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
      return true;
    }
    mounted_ = Mount(folder_, MS_RDONLY, "");
    return mounted_;
  }

  void WriteLargePerson() {
    // Text that does not compress to less than 1 MB.
    std::string text = Vcf({"INFO=<ID=T,Number=1,Type=String,Description=\"t\">"}, {});
    uint64_t state = 1;
    for (int i = 1; i <= 30000; ++i) {
      text += "chr1\t" + std::to_string(i * 5) + "\t.\tA\tG\t.\t.\tT=";
      for (int word = 0; word < 5; ++word) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        text += std::to_string(state);
      }
      text += '\n';
    }
    bench_.Write("large.vcf", text);
  }

  SmallBench bench_;
  std::string folder_ = bench_.Path("folder");
  bool mounted_ = false;
};

TEST_F(Folder, ThatIsFullFailsTheRunAndKeepsTheOldFile) {
  if (!MakeSmall()) {
    GTEST_SKIP() << "no tmpfs can be mounted here";
  }
  WriteLargePerson();
  bench_.Write("folder/o.parquet", "old");
  for (const std::string name : {"o.parquet", "new.parquet"}) {
    const Outcome outcome = bench_.Varjoin({"annotate", "large.vcf", "-s", "demo", "-o", "folder/" + name, "--force"});
    EXPECT_EQ(outcome.exit_code, 75);
    ExpectOneParagraph(ErrorOf(outcome));
    EXPECT_THAT(ErrorOf(outcome), HasSubstr("folder/" + name));
    EXPECT_THAT(ErrorOf(outcome), HasSubstr("the disk is full"));
    EXPECT_THAT(NamesIn(folder_), ElementsAre("o.parquet"));
    EXPECT_EQ(ReadFile(folder_ + "/o.parquet"), "old");
  }
  EXPECT_THAT(bench_.Sources(), ElementsAre("demo"));
}

TEST_F(Folder, ThatIsFullFailsAnImportAndKeepsTheCatalog) {
  if (!MakeSmall()) {
    GTEST_SKIP() << "no tmpfs can be mounted here";
  }
  bench_.UseHome(folder_);
  bench_.MustRun({"source", "import", "demo", "demo.vcf"});
  WriteLargePerson();
  for (const std::string name : {"large", "demo"}) {
    const Outcome outcome = bench_.Varjoin({"source", "import", name, "large.vcf"});
    EXPECT_EQ(outcome.exit_code, 75);
    ExpectOneParagraph(ErrorOf(outcome));
    EXPECT_THAT(ErrorOf(outcome), HasSubstr("the disk is full"));
    EXPECT_THAT(ErrorOf(outcome), HasSubstr(folder_));
    EXPECT_THAT(bench_.Sources(), ElementsAre("demo"));
    EXPECT_THAT(NamesIn(folder_ + "/sources/large"), IsEmpty());
  }
  EXPECT_EQ(bench_.Annotate({"-s", "demo"}).exit_code, 0);
}

TEST_F(Folder, ThatIsFullFailsTheCopyOfStandardInput) {
  if (!MakeSmall()) {
    GTEST_SKIP() << "no tmpfs can be mounted here";
  }
  WriteLargePerson();
  const Outcome outcome = bench_.VarjoinFed(
      ReadFile(bench_.Path("large.vcf")),
      {"annotate", "-", "-s", "demo", "--engine", "duckdb", "-o", "o.parquet", "--temp-directory", folder_});
  EXPECT_EQ(outcome.exit_code, 75);
  EXPECT_THAT(ErrorOf(outcome), HasSubstr("--temp-directory"));
  EXPECT_THAT(NamesIn(folder_), IsEmpty());
}

TEST_F(Folder, ThatCantBeWrittenIsNamed) {
  if (!MakeReadOnly()) {
    GTEST_SKIP() << "root may write everywhere, and nothing can be mounted here";
  }
  const Outcome outcome = bench_.Varjoin(Annotate({"-o", "folder/o.parquet"}));
  EXPECT_THAT(outcome.exit_code, AnyOf(1, 2));
  ExpectOneParagraph(ErrorOf(outcome));
  EXPECT_THAT(ErrorOf(outcome), HasSubstr("folder"));
  EXPECT_THAT(NamesIn(folder_), IsEmpty());
}

TEST_F(Folder, ThatCantBeWrittenIsNoPlaceForTemporaryFilesOrSources) {
  if (!MakeReadOnly()) {
    GTEST_SKIP() << "root may write everywhere, and nothing can be mounted here";
  }
  const Outcome temporary = bench_.Varjoin(Annotate({"-o", "o.parquet", "--temp-directory", "folder"}));
  EXPECT_EQ(temporary.exit_code, 1);
  EXPECT_THAT(ErrorOf(temporary), HasSubstr("--temp-directory"));
  bench_.UseHome(folder_);
  const Outcome home = bench_.Varjoin({"source", "import", "demo", "demo.vcf"});
  EXPECT_EQ(home.exit_code, 1);
  EXPECT_THAT(ErrorOf(home), HasSubstr(folder_));
}

}  // namespace
}  // namespace varjoin::test
