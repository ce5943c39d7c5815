// fetch_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What is to be fetched, and the checksums that publishers write. Downloads themselves: tests/tools/fetch_test.py.
#include "sources/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch.h"

namespace varjoin {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kMd5 = "900150983cd24fb0d6963f7d28e17f72";

TEST(ChecksumIn, ReadsWhatPublishersWrite) {
  const std::string md5 = kMd5;
  const struct {
    std::string text;
    std::string expected;
  } cases[] = {
      {md5 + "  x.vcf.gz\n", md5},
      {md5 + " *x.vcf.gz", md5},
      {md5 + "\n", md5},
      {md5 + "  /panfs/far/away/x.vcf.gz\r\n", md5},
      {md5 + "  x_20260101.vcf.gz\n", md5},  // the name that a link points at
      {"11111 22 y.vcf.gz\n12345 678 x.vcf.gz\n", "12345"},
      {std::string(32, 'a') + "  y.vcf.gz\n" + md5 + "  x.vcf.gz\n", md5},
      {std::string(32, 'a') + "  y.vcf.gz\n" + md5 + "  z.vcf.gz\n", ""},
      {"12345 678 y.vcf.gz\n", ""},
      {"<html>no such file</html>", ""},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(ChecksumIn(text, "x.vcf.gz"), expected) << text;
  }
}

class FetchTest : public ::testing::Test {
 protected:
  FetchTest() : catalog(scratch.Path("home")) {}

  std::string ErrorOf(const FetchRequest& request) {
    const auto plan = PlanFetch(catalog, request);
    EXPECT_EQ(plan.status().code(), StatusCode::kBadInput);
    return plan.status().message();
  }

  Scratch scratch;
  Catalog catalog;
};

TEST_F(FetchTest, TheBuiltInTableHasAddressesOfItsPublishersOnly) {
  const std::vector<KnownSource> known = Value(ReadKnownSources(scratch.Path("none.toml")));
  EXPECT_THAT(known, SizeIs(5));
  for (const KnownSource& source : known) {
    EXPECT_NE(source.about, "") << source.name;
    EXPECT_THAT(source.page, StartsWith("https://")) << source.name;
    EXPECT_EQ(source.of_assemblies[0].assembly, "GRCh38") << source.name;
    for (const KnownFiles& files : source.of_assemblies) {
      EXPECT_THAT(
          files.files,
          Each(::testing::AnyOf(StartsWith("https://ftp.ncbi.nlm.nih.gov/"), StartsWith("https://ftp.ensembl.org/pub/"),
                                StartsWith("https://storage.googleapis.com/gcp-public-data--gnomad/"))));
    }
  }
}

TEST_F(FetchTest, AKnownDatabaseHasItsAssemblyFilesAndColumns) {
  const FetchPlan clinvar = Value(PlanFetch(catalog, {.what = "ClinVar", .assembly = "hg19"}));
  EXPECT_EQ(clinvar.import.name, "clinvar");
  EXPECT_EQ(clinvar.import.assembly, "GRCh37");
  ASSERT_THAT(clinvar.files, SizeIs(1));
  EXPECT_THAT(clinvar.files[0].url, EndsWith("/vcf_GRCh37/clinvar.vcf.gz"));
  EXPECT_EQ(clinvar.files[0].checksum, clinvar.files[0].url + ".md5");
  EXPECT_EQ(clinvar.files[0].path, scratch.Path("home") + "/downloads/clinvar-GRCh37/clinvar.vcf.gz");
  EXPECT_TRUE(clinvar.is_temporary);

  const FetchPlan gnomad = Value(PlanFetch(catalog, {.what = "gnomad", .name = "g", .contigs = {"chrX", "21"}}));
  EXPECT_EQ(gnomad.import.name, "g");
  EXPECT_THAT(gnomad.import.columns, ::testing::Contains("AF"));
  EXPECT_THAT(gnomad.import.made_from, ElementsAre(EndsWith(".chrX.vcf.bgz"), EndsWith(".chr21.vcf.bgz")));
  EXPECT_THAT(Value(PlanFetch(catalog, {.what = "ensembl"})).files, SizeIs(25));
}

TEST_F(FetchTest, AnAddressIsASourceOfItsOwn) {
  const FetchPlan plan = Value(PlanFetch(
      catalog, {.what = "https://example.org/a/my-lab.vcf.gz?x=1", .folder = scratch.Path("here"), .checksum = kMd5}));
  EXPECT_EQ(plan.import.name, "my_lab");
  EXPECT_EQ(plan.files[0].path, scratch.Path("here/my-lab.vcf.gz"));
  EXPECT_EQ(plan.files[0].checksum, kMd5);
  EXPECT_FALSE(plan.is_temporary);
}

TEST_F(FetchTest, SaysWhatIsWrongWithARequest) {
  EXPECT_THAT(ErrorOf({.what = "clinvat"}), AllOf(HasSubstr("did you mean 'clinvar'"), HasSubstr("ensembl")));
  EXPECT_THAT(ErrorOf({.what = "s3://bucket/x.vcf.gz"}), HasSubstr("only https://"));
  EXPECT_THAT(ErrorOf({.what = "https://example.org/"}), HasSubstr("no file's name"));
  EXPECT_THAT(ErrorOf({.what = "https://example.org/.."}), HasSubstr("no file's name"));
  EXPECT_THAT(ErrorOf({.what = "gnomad", .assembly = "T2T"}), HasSubstr("GRCh38"));
  EXPECT_THAT(ErrorOf({.what = "clinvar", .contigs = {"1"}}), HasSubstr("--contigs"));
  EXPECT_THAT(ErrorOf({.what = "clinvar", .checksum = kMd5}), HasSubstr("--checksum"));
  EXPECT_THAT(ErrorOf({.what = "https://example.org/x.vcf", .checksum = "abc"}), HasSubstr("--checksum abc"));
  EXPECT_THAT(ErrorOf({.what = "https://example.org/x.vcf", .name = "../x"}), HasSubstr("../x"));
}

TEST(ParseKnownSources, NamesTheTableAndTheKeyThatIsWrong) {
  const std::string files = "[a.GRCh38]\nfiles = ['https://x/y']\n";
  const struct {
    std::string text;
    std::string part;
  } cases[] = {
      {"[a\n", "line 1"},
      {"a = 1", "[a]: is no table"},
      {"[a]\nabout = 'x'", "[a.GRCh38]"},
      {"[a]\nabout = 1\n" + files, "about is not a text"},
      {"[a]\nsplit_csq = 'yes'\n" + files, "split_csq is not true or false"},
      {"[a]\ncolumns = 'x'\n" + files, "columns is not a list"},
      {"[a]\nmap = ['x']\n" + files, "map is not columns"},
      {"[a]\nwhere_ = 'x'\n" + files, "did you mean 'where'"},
      {"[a.GRCh38]\nfile = ['https://x/y']\n", "did you mean 'files'"},
      {"[a.GRCh38]\nfiles = ['https://x/{contig}']\n", "{contig}"},
      {"[a.GRCh38]\nfiles = ['https://x/y']\ncontigs = ['1']\n", "{contig}"},
      {"['a b'.GRCh38]\nfiles = ['https://x/y']\n", "can't be a source's name"},
  };
  for (const auto& [text, part] : cases) {
    const auto parsed = ParseKnownSources(text, "own.toml");
    EXPECT_EQ(parsed.status().code(), StatusCode::kBadInput) << text;
    EXPECT_THAT(parsed.status().message(), AllOf(StartsWith("own.toml"), HasSubstr(part))) << text;
  }
  EXPECT_THAT(Value(ParseKnownSources(files, "own.toml")), SizeIs(1));
  EXPECT_THAT(Value(ParseKnownSources("", "own.toml")), IsEmpty());
}

TEST_F(FetchTest, AnEntryOfTheUsersReplacesTheBuiltInOne) {
  const std::string own = scratch.Write("own.toml", "[ClinVar.T2T]\nfiles = ['https://x/y.vcf']\n");
  const std::vector<KnownSource> known = Value(ReadKnownSources(own));
  EXPECT_THAT(known, SizeIs(5));
  EXPECT_EQ(known.back().of_assemblies[0].assembly, "T2T");
}

}  // namespace
}  // namespace varjoin
