// reference_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "base/text.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReferenceTest : public ::testing::Test {
 protected:
  ReferenceTest() {
    std::string path = ::testing::TempDir() + "reference-XXXXXX";
    folder_ = ::mkdtemp(path.data());
  }
  ~ReferenceTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }

  std::shared_ptr<const Reference> Open(const std::string& text) const {
    auto reference = Reference::Open(Write("r.fa", text));
    EXPECT_TRUE(reference.ok()) << reference.status().message();
    return *reference;
  }

  std::string folder_;
};

std::string Text(const Result<Allele>& allele) {
  if (!allele.ok()) {
    return allele.status().message();
  }
  return allele->ref.empty() ? "none" : fmt::format("{} {} {}", allele->start, allele->ref, allele->alt);
}

/// By the definition, one step after another, on the whole contig. `alphabet` of the genome has no N.
std::string SlowlyAligned(const std::string& genome, int64_t start, std::string ref, std::string alt) {
  for (bool changed = true; changed;) {
    changed = false;
    if (ref.back() == alt.back() && (start > 1 || (ref.size() > 1 && alt.size() > 1))) {
      ref.pop_back();
      alt.pop_back();
      changed = true;
    }
    if (ref.empty() || alt.empty()) {
      --start;
      ref.insert(ref.begin(), genome[static_cast<size_t>(start - 1)]);
      alt.insert(alt.begin(), genome[static_cast<size_t>(start - 1)]);
      changed = true;
    }
  }
  while (ref.size() > 1 && alt.size() > 1 && ref[0] == alt[0]) {
    ref.erase(0, 1);
    alt.erase(0, 1);
    ++start;
  }
  return fmt::format("{} {} {}", start, ref, alt);
}

TEST_F(ReferenceTest, MovesWhatCanBeMovedAndNothingElse) {
  LeftAligner aligner(Open(">tiny\nGGGTTACACACACACAGTCCATGA\n"));
  struct Row {
    Allele allele;
    const char* expected;
  };
  for (const Row& row : {
           Row{{14, "ACA", "A"}, "5 TAC T"}, Row{{13, "CACA", "CA"}, "5 TAC T"}, Row{{5, "TAC", "T"}, "none"},
           Row{{6, "a", "aca"}, "5 T Tac"},      // an insertion, in lower case
           Row{{3, "GT", "T"}, "1 GG G"},        // REF and ALT share no first base
           Row{{1, "GG", "G"}, "none"},          // at the contig's start there is no base before
           Row{{3, "G", "GG"}, "1 G GG"},        //
           Row{{24, "A", "AA"}, "23 G GA"},      // at its end
           Row{{14, "A", "C"}, "none"},          // a SNV
           Row{{14, "ACA", "GTG"}, "none"},      //
           Row{{14, "ACA", "<DEL>"}, "none"},    //
           Row{{14, "ACC", "A"}, "none"},        // another REF than the reference
           Row{{23, "GAA", "G"}, "none"},        // beyond the contig
           Row{{0, "G", "GG"}, "none"},          //
           Row{{-5, "G", "GG"}, "none"},         //
           Row{{INT64_MAX, "G", "GG"}, "none"},  //
       }) {
    EXPECT_EQ(Text(aligner.Align("tiny", row.allele)), row.expected) << row.allele.start << row.allele.ref;
  }
  EXPECT_EQ(Text(aligner.Align("other", {14, "ACA", "A"})), "none");
}

TEST_F(ReferenceTest, StopsAtUnknownBases) {
  LeftAligner aligner(Open(">1\nNNNNNAAAA\n"));
  EXPECT_EQ(Text(aligner.Align("chr1", {8, "AA", "A"})), "6 AA A");
  EXPECT_EQ(Text(aligner.Align("chr1", {3, "NN", "N"})), "none");
}

TEST_F(ReferenceTest, AgreesWithTheDefinitionOnRandomAlleles) {
  std::mt19937 random(11);
  std::string genome;
  while (genome.size() < 200'000) {  // repeats of all sorts, beyond what is read at once
    const std::string unit =
        std::string("ACGT").substr(random() % 3, 1 + random() % 2) + (random() % 3 == 0 ? "T" : "");
    for (size_t times = 1 + random() % (random() % 50 == 0 ? 4000 : 9); times > 0; --times) {
      genome += unit;
    }
  }
  std::string fasta = ">c\n";
  for (size_t at = 0; at < genome.size(); at += 60) {
    fasta += genome.substr(at, 60) + "\n";
  }
  LeftAligner aligner(Open(fasta));
  int moved = 0;
  for (int i = 0; i < 6'000; ++i) {
    const auto start = static_cast<int64_t>(1 + random() % (genome.size() - 40));
    const std::string ref = genome.substr(static_cast<size_t>(start - 1), 1 + random() % 12);
    std::string alt = ref.substr(0, 1 + random() % ref.size());
    if (random() % 2 == 0) {
      alt = ref + genome.substr(static_cast<size_t>(start - 1) + ref.size(), 1 + random() % 6);
    }
    if (alt == ref) {
      continue;
    }
    const Allele minimal = Minimise({start, ref, alt});
    const std::string expected = SlowlyAligned(genome, start, ref, alt);
    const std::string found = Text(aligner.Align("c", {start, ref, alt}));
    moved += found == "none" ? 0 : 1;
    ASSERT_EQ(found == "none" ? Text(minimal) : found, expected) << start << " " << ref << " " << alt;
  }
  EXPECT_GT(moved, 600);
}

TEST_F(ReferenceTest, CountsWhatItCannotDo) {
  const auto reference = Open(">1\nACGTACGT\n");
  LeftAligner aligner(reference);
  for (const Allele& allele : {Allele{1, "A", "C"}, Allele{1, "C", "T"}, Allele{2, "C", "<DEL>"}}) {
    (void)aligner.Align("1", allele);
  }
  (void)aligner.Align("2", {1, "A", "C"});
  ASSERT_TRUE(aligner.Clear().ok());
  const AlignmentCounts counts = reference->TakeCounts();
  EXPECT_EQ(counts.alleles, 3);
  EXPECT_EQ(counts.no_contig, 1);
  EXPECT_EQ(counts.other_bases, 1);
  EXPECT_THAT(counts.Sentences(),
              ElementsAre(HasSubstr("1 alleles are on contigs"), HasSubstr("1 alleles have another")));
  EXPECT_THAT(reference->TakeCounts().Sentences(), IsEmpty());
}

TEST_F(ReferenceTest, IsTheWrongOneIfManyBasesDiffer) {
  const auto reference = Open(">1\nACGTACGT\n");
  LeftAligner aligner(reference);
  for (int i = 0; i < 10; ++i) {
    (void)aligner.Align("1", {1, "C", "T"});
  }
  EXPECT_TRUE(aligner.Clear().ok());
  (void)aligner.Align("1", {1, "C", "T"});
  const Status status = aligner.Clear();
  EXPECT_EQ(status.code(), StatusCode::kBadInput);
  EXPECT_THAT(status.message(), HasSubstr("is not the reference of these variants: 11 of the first 11"));
}

TEST_F(ReferenceTest, OnlyTheFirstThousandAllelesJudgeIt) {
  const auto reference = Open(">1\nACGTACGT\n");
  LeftAligner aligner(reference);
  for (int i = 0; i < 1'000; ++i) {
    (void)aligner.Align("1", {1, "A", "T"});
  }
  ASSERT_TRUE(aligner.Clear().ok());
  for (int i = 0; i < 50; ++i) {
    (void)aligner.Align("1", {1, "C", "T"});
  }
  EXPECT_TRUE(aligner.Clear().ok());
  EXPECT_EQ(reference->TakeCounts().other_bases, 50);
}

TEST_F(ReferenceTest, SaysWhatAFileIsNot) {
  EXPECT_THAT(Reference::Open(folder_ + "/none.fa").status().message(), HasSubstr("none.fa"));
  for (const char* const text : {"", "chr1\t1\t.\tA\tC\n", "##fileformat=VCFv4.2\n"}) {
    const auto reference = Reference::Open(Write("x.fa", text));
    EXPECT_EQ(reference.status().code(), StatusCode::kBadInput) << text;
    EXPECT_THAT(reference.status().message(), HasSubstr("x.fa")) << text;
    fs::remove(folder_ + "/x.fa.fai");
  }
}

TEST_F(ReferenceTest, ContigsGoByTheirAliases) {
  const auto reference = Open(">NC_000001.11 Homo sapiens chromosome 1\nACGT\n>chrM\nACGT\n>chrX\nACGT\n");
  EXPECT_EQ(*reference->FindContig("chr1"), "NC_000001.11");
  EXPECT_EQ(*reference->FindContig("X"), "chrX");
  EXPECT_EQ(reference->FindContig("MT"), nullptr) << "a mitochondrion of another length is another sequence";
}

}  // namespace
}  // namespace varjoin
