// assembly_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/assembly.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace varjoin {
namespace {

struct Known {
  const char* name;
  const char* accession37;
  const char* accession38;
  int64_t length37;
  int64_t length38;
};

/// Written down from other sources than the table under test: versions from lists that other projects publish for
/// GRCh37.p13 and GRCh38.p14, lengths from the ##contig lines of 1000 Genomes phase 3 (b37) and of a GRCh38 call set.
const Known kKnown[] = {
    {"1", "NC_000001.10", "NC_000001.11", 249250621, 248956422},
    {"2", "NC_000002.11", "NC_000002.12", 243199373, 242193529},
    {"3", "NC_000003.11", "NC_000003.12", 198022430, 198295559},
    {"4", "NC_000004.11", "NC_000004.12", 191154276, 190214555},
    {"5", "NC_000005.9", "NC_000005.10", 180915260, 181538259},
    {"6", "NC_000006.11", "NC_000006.12", 171115067, 170805979},
    {"7", "NC_000007.13", "NC_000007.14", 159138663, 159345973},
    {"8", "NC_000008.10", "NC_000008.11", 146364022, 145138636},
    {"9", "NC_000009.11", "NC_000009.12", 141213431, 138394717},
    {"10", "NC_000010.10", "NC_000010.11", 135534747, 133797422},
    {"11", "NC_000011.9", "NC_000011.10", 135006516, 135086622},
    {"12", "NC_000012.11", "NC_000012.12", 133851895, 133275309},
    {"13", "NC_000013.10", "NC_000013.11", 115169878, 114364328},
    {"14", "NC_000014.8", "NC_000014.9", 107349540, 107043718},
    {"15", "NC_000015.9", "NC_000015.10", 102531392, 101991189},
    {"16", "NC_000016.9", "NC_000016.10", 90354753, 90338345},
    {"17", "NC_000017.10", "NC_000017.11", 81195210, 83257441},
    {"18", "NC_000018.9", "NC_000018.10", 78077248, 80373285},
    {"19", "NC_000019.9", "NC_000019.10", 59128983, 58617616},
    {"20", "NC_000020.10", "NC_000020.11", 63025520, 64444167},
    {"21", "NC_000021.8", "NC_000021.9", 48129895, 46709983},
    {"22", "NC_000022.10", "NC_000022.11", 51304566, 50818468},
    {"X", "NC_000023.10", "NC_000023.11", 155270560, 156040895},
    {"Y", "NC_000024.9", "NC_000024.10", 59373566, 57227415},
    {"MT", "NC_012920.1", "NC_012920.1", 16569, 16569},
};

TEST(FindAccession, KnowsAllPrimaryContigsOfBothAssemblies) {
  int number = 0;
  for (const Known& known : kKnown) {
    ++number;
    EXPECT_EQ(PrimaryName(number), known.name);
    for (const auto& [accession, assembly] :
         {std::pair{known.accession37, "GRCh37"}, std::pair{known.accession38, "GRCh38"}}) {
      const std::optional<Accession> found = FindAccession(accession);
      ASSERT_TRUE(found.has_value()) << accession;
      EXPECT_EQ(found->number, number) << accession;
      EXPECT_EQ(found->assembly, number == 25 ? "" : assembly) << accession;
    }
  }
}

TEST(FindAccession, KnowsNoOtherVersion) {
  for (int number = 0; number <= 99; ++number) {
    for (int version = 1; version <= 20; ++version) {
      const std::string name = fmt::format("NC_{:06}.{}", number, version);
      bool known = false;
      for (const Known& contig : kKnown) {
        known |= name == contig.accession37 || name == contig.accession38;
      }
      EXPECT_EQ(FindAccession(name).has_value(), known) << name;
    }
  }
}

TEST(FindAccession, KnowsGenBanksNamesOfThePrimaryContigs) {
  for (int number = 1; number <= 24; ++number) {
    for (const int version : {1, 2}) {
      const std::optional<Accession> found = FindAccession(fmt::format("CM{:06}.{}", 662 + number, version));
      ASSERT_TRUE(found.has_value()) << number;
      EXPECT_EQ(found->number, number);
      EXPECT_EQ(found->assembly, version == 1 ? "GRCh37" : "GRCh38");
    }
  }
  EXPECT_EQ(FindAccession("J01415.2")->number, 25);
  for (const char* const other : {"CM000662.1", "CM000687.2", "CM000663.3", "CM000663", "CM00066x.1", "J01415.1"}) {
    EXPECT_FALSE(FindAccession(other).has_value()) << other;
  }
}

TEST(AssemblyOfContigs, IsToldByAnyLengthOfAPrimaryContigButTheMitochondrions) {
  for (const Known& known : kKnown) {
    const bool tells = std::string(known.name) != "MT";
    EXPECT_EQ(AssemblyOfContigs({{known.name, known.length37}}), tells ? "GRCh37" : "") << known.name;
    EXPECT_EQ(AssemblyOfContigs({{std::string("chr") + known.name, known.length38}}), tells ? "GRCh38" : "")
        << known.name;
    EXPECT_EQ(AssemblyOfContigs({{known.name, std::nullopt}}), "");
  }
}

TEST(AssemblyOfContigs, IsToldByAnAccessionWithoutALength) {
  EXPECT_EQ(AssemblyOfContigs({{"NC_000001.10", std::nullopt}}), "GRCh37");
  EXPECT_EQ(AssemblyOfContigs({{"NC_000001.11", std::nullopt}}), "GRCh38");
  EXPECT_EQ(AssemblyOfContigs({{"NC_012920.1", std::nullopt}}), "");
}

TEST(AssemblyOfContigs, IsUnknownWhereContigsSayNothingOrDisagree) {
  EXPECT_EQ(AssemblyOfContigs({}), "");
  EXPECT_EQ(AssemblyOfContigs({{"1", 12345}}), "");
  EXPECT_EQ(AssemblyOfContigs({{"chrLong", 249250621}}), "");
  EXPECT_EQ(AssemblyOfContigs({{"1", 249250621}, {"2", 242193529}}), "");
  EXPECT_EQ(AssemblyOfContigs({{"1", 249250621}, {"NC_000001.11", std::nullopt}}), "");
}

TEST(AssemblyOfContigs, IsNotDisturbedByContigsThatSayNothing) {
  EXPECT_EQ(AssemblyOfContigs({{"HLA-A*01:01", 3503}, {"chrM", 16569}, {"1", 248956422}, {"chrUn_X", 5}}), "GRCh38");
  EXPECT_EQ(AssemblyOfContigs({{"1", std::nullopt}, {"2", 243199373}, {"MT", 16571}}), "GRCh37");
}

TEST(CanonicalAssembly, HasOneNameForSynonyms) {
  struct Case {
    const char* name;
    const char* canonical;
  };
  for (const Case& c : {Case{"GRCh38", "GRCh38"},
                        {"grch38.p14", "GRCh38"},
                        {"hg38", "GRCh38"},
                        {"HG38", "GRCh38"},
                        {"hs38DH", "GRCh38"},
                        {"b38", "GRCh38"},
                        {"GRCh37.p13", "GRCh37"},
                        {"hg19", "GRCh37"},
                        {"b37", "GRCh37"},
                        {"hs37d5", "GRCh37"},
                        {"T2T-CHM13v2.0", "T2T-CHM13v2.0"},
                        {"hg18", "hg18"},
                        {"mm10", "mm10"},
                        {"", ""}}) {
    EXPECT_EQ(CanonicalAssembly(c.name), c.canonical) << c.name;
  }
}

TEST(AssemblyOfReference, KnowsNamesAndPaths) {
  struct Case {
    const char* reference;
    const char* assembly;
  };
  for (const Case& c : {Case{"GRCh38", "GRCh38"},
                        {"hg38", "GRCh38"},
                        {"GRCh38 (lifted from GRCh37 with a chain)", "GRCh38"},
                        {"file:///data/hg19/Homo_sapiens_assembly38.fasta", ""},
                        {"ftp://x/phase2_reference_assembly_sequence/hs37d5.fa.gz", "GRCh37"},
                        {"file:///ref/human_g1k_v37.fasta", "GRCh37"},
                        {"/ref/hg19ToHg38.fa", ""},
                        {"genome.fa", ""},
                        {"", ""}}) {
    EXPECT_EQ(AssemblyOfReference(c.reference), c.assembly) << c.reference;
  }
}

}  // namespace
}  // namespace varjoin
