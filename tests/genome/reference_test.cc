// reference_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
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

TEST_F(ReferenceTest, TakesNForABaseLikeTheOthers) {  // as bcftools norm does
  LeftAligner aligner(Open(">1\nACGTANNNTCCGTCCGTCCGAGGCTA\n"));
  EXPECT_EQ(Text(aligner.Align("chr1", {12, "G", "GTCCG"})), "8 N NTCCG");
  EXPECT_EQ(Text(aligner.Align("chr1", {7, "NN", "N"})), "5 AN A");
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
  aligner.Clear();
  const AlignmentCounts counts = reference->TakeCounts();
  EXPECT_EQ(counts.alleles, 3);
  EXPECT_EQ(counts.no_contig, 1);
  EXPECT_EQ(counts.other_bases, 1);
  EXPECT_THAT(counts.Sentences(), ElementsAre(HasSubstr("1 allele is on contigs"), HasSubstr("1 allele has another")));
  EXPECT_THAT(reference->TakeCounts().Sentences(), IsEmpty());
}

TEST_F(ReferenceTest, IsTheWrongOneIfMoreThanTenAndOnePercentDiffer) {
  const auto reference = Open(">1\nACGTACGT\n");
  struct Row {
    AlignmentCounts counts;
    bool wrong;
  };
  for (const Row& row : {Row{{10, 0, 10}, false}, Row{{11, 0, 11}, true}, Row{{1'000, 0, 10}, false},
                         Row{{1'000, 0, 11}, true}, Row{{5'000, 0, 50}, false}, Row{{5'000, 0, 51}, true}}) {
    EXPECT_EQ(row.counts.IsWrongReference(), row.wrong) << row.counts.alleles << " " << row.counts.other_bases;
    EXPECT_EQ(reference->Judge(row.counts).ok(), !row.wrong);
  }
  EXPECT_THAT(reference->Judge({1'000, 0, 20}).message(),
              HasSubstr("r.fa: is not the reference of these variants: 20 of 1,000 have another REF"));
}

TEST_F(ReferenceTest, MustNotBeNewerThanItsIndex) {
  (void)Open(">1\nACGTACGT\n");
  const std::string path = Write("r.fa", ">1\nACG\nTAC\nGT\n");
  fs::last_write_time(path, fs::last_write_time(path + ".fai") + std::chrono::seconds(1));
  EXPECT_THAT(Reference::Open(path).status().message(), HasSubstr("samtools faidx"));
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
