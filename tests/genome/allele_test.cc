// allele_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/allele.h"

#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/places.h"

namespace varjoin {
namespace {

/// An allele with its own memory.
struct Spelled {
  int64_t start = 0;
  std::string ref;
  std::string alt;
  bool operator==(const Spelled&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Spelled& allele) {
  return out << allele.start << ' ' << allele.ref << ' ' << allele.alt;
}

Allele ViewOf(const Spelled& allele) {
  return {allele.start, allele.ref, allele.alt};
}
Spelled CopyOf(const Allele& allele) {
  return {allele.start, std::string(allele.ref), std::string(allele.alt)};
}
Spelled Minimal(const Spelled& allele) {
  return CopyOf(Minimise(ViewOf(allele)));
}

std::vector<Spelled> Forms(const Spelled& allele) {
  FormsMemory memory;
  std::vector<Spelled> forms;
  for (const Allele& form : AlleleForms(ViewOf(allele), {}, memory)) {
    forms.push_back(CopyOf(form));
  }
  return forms;
}

/// By the book: off with the last base while both end alike, then with the first while both begin alike.
Spelled MinimalByTheBook(Spelled allele) {
  while (allele.ref.size() > 1 && allele.alt.size() > 1 &&
         ToUpper(allele.ref.substr(allele.ref.size() - 1)) == ToUpper(allele.alt.substr(allele.alt.size() - 1))) {
    allele.ref.erase(allele.ref.size() - 1);
    allele.alt.erase(allele.alt.size() - 1);
  }
  while (allele.ref.size() > 1 && allele.alt.size() > 1 &&
         ToUpper(allele.ref.substr(0, 1)) == ToUpper(allele.alt.substr(0, 1))) {
    allele.ref.erase(0, 1);
    allele.alt.erase(0, 1);
    ++allele.start;
  }
  return allele;
}

/// The bases `genome` with the allele in place of its REF.
std::string Applied(std::string genome, const Spelled& allele) {
  return genome.replace(static_cast<size_t>(allele.start), allele.ref.size(), allele.alt);
}

TEST(IsSequence, IsTrueForLettersOnly) {
  for (const char* allele : {"A", "acgt", "N", "RYSWKM", "z", "ACGTACGTACGT"}) {
    EXPECT_TRUE(IsSequence(allele)) << allele;
  }
  for (const char* allele :
       {"",    ".",   "*",   "-", "<DEL>", "<NON_REF>", "<*>", "A[2:200[", "]1:5]A",    "A.",   ".A",
        "A,G", "A|G", "A G", "1", "@",     "[",         "`",   "{",        "A\xc3\xa9", "\xc1", "\xe1"}) {
    EXPECT_FALSE(IsSequence(allele)) << allele;
  }
  EXPECT_FALSE(IsSequence(std::string_view("A\0", 2)));
}

TEST(IsSequence, AgreesWithTheAlphabetOnEveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    EXPECT_EQ(IsSequence(std::string_view(&c, 1)), letter) << byte;
  }
}

TEST(Minimise, TrimsTheSuffixThenThePrefixAndKeepsABaseOfEach) {
  struct Case {
    Spelled written;
    Spelled minimal;
  };
  for (const Case& c : {
           Case{{100, "A", "G"}, {100, "A", "G"}},
           {{100, "CA", "C"}, {100, "CA", "C"}},    // a deletion keeps its first base
           {{100, "CA", "CAA"}, {100, "C", "CA"}},  // trim_suffix
           {{100, "CAT", "CGT"}, {101, "A", "G"}},  // trim_prefix
           {{100, "AG", "CG"}, {100, "A", "C"}},    // trim_source
           {{99, "TAG", "TCG"}, {100, "A", "C"}},   // trim_both, query
           {{100, "AGG", "CGG"}, {100, "A", "C"}},  // trim_both, source
           {{100, "AG", "CT"}, {100, "AG", "CT"}},  // mnv_kept_whole
           {{14, "ACA", "A"}, {14, "ACA", "A"}},    // no left-alignment
           {{13, "CACA", "CA"}, {13, "CAC", "C"}},  // ref_keeps_trimmed
           {{100, "A", "A"}, {100, "A", "A"}},      // ref_equals_alt
           {{100, "ACG", "ACG"}, {100, "A", "A"}},  // nothing but shared bases: one is left
           {{100, "AA", "AAA"}, {100, "A", "AA"}},
           {{100, "cAt", "CgT"}, {101, "A", "g"}},  // case does not count and is kept
           {{0, "N", "A"}, {0, "N", "A"}},          // telomere
           {{4294967400, "TA", "TG"}, {4294967401, "A", "G"}},
           {{100, "GAAAA", "GA"}, {100, "GAAA", "G"}},
           {{100, "ATTTA", "ATA"}, {100, "ATT", "A"}},
       }) {
    EXPECT_EQ(Minimal(c.written), c.minimal) << c.written;
  }
}

TEST(Minimise, AgreesWithASlowReferenceAndChangesNothingInTheGenome) {
  std::mt19937 random(20261121);
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  const std::string letters = "ACacN";
  for (int round = 0; round < 200'000; ++round) {
    Spelled allele{static_cast<int64_t>(3 + below(5)), "", ""};
    const size_t alphabet = 1 + below(letters.size());
    for (std::string* bases : {&allele.ref, &allele.alt}) {
      for (size_t n = 1 + below(7); n > 0; --n) {
        bases->push_back(letters[below(alphabet)]);
      }
    }
    const Spelled minimal = Minimal(allele);
    ASSERT_EQ(minimal, MinimalByTheBook(allele)) << allele;
    ASSERT_EQ(Minimal(minimal), minimal) << allele;
    std::string genome(20, 'T');
    genome.replace(static_cast<size_t>(allele.start), allele.ref.size(), allele.ref);
    ASSERT_EQ(ToUpper(Applied(genome, minimal)), ToUpper(Applied(genome, allele))) << allele;
  }
}

TEST(Minimise, GoesPastTheLastPositionToWhereNothingIs) {
  EXPECT_EQ(Minimise({INT64_MAX - 1, "ACG", "ACT"}).start, INT64_MIN);
}

TEST(Minimise, PointsIntoTheAlleleItWasGiven) {
  const Spelled allele{100, "CAT", "CGT"};
  const Allele minimal = Minimise(ViewOf(allele));
  EXPECT_EQ(minimal.ref.data(), allele.ref.data() + 1);
  EXPECT_EQ(minimal.alt.data(), allele.alt.data() + 1);
}

TEST(Minimise, IsQuickOnLongAlleles) {
  const Spelled allele{1, std::string(5'000'000, 'A') + "C", std::string(5'000'000, 'A') + "G"};
  EXPECT_EQ(Minimal(allele), (Spelled{5'000'001, "C", "G"}));
}

TEST(AlleleForms, AreAsWrittenThenMinimalAndEqualOnesOnce) {
  EXPECT_EQ(Forms({100, "A", "G"}), (std::vector<Spelled>{{100, "A", "G"}}));
  EXPECT_EQ(Forms({100, "AG", "CT"}), (std::vector<Spelled>{{100, "AG", "CT"}}));
  EXPECT_EQ(Forms({100, "CAT", "CGT"}), (std::vector<Spelled>{{100, "CAT", "CGT"}, {101, "A", "G"}}));
  EXPECT_EQ(Forms({100, "CA", "CAA"}), (std::vector<Spelled>{{100, "CA", "CAA"}, {100, "C", "CA"}}));
  EXPECT_EQ(Forms({100, "a", "g"}), (std::vector<Spelled>{{100, "a", "g"}}));
}

TEST(AlleleForms, AreNoneForWhatIsNotSpelledOut) {
  for (const char* other : {"", ".", "*", "<DEL>", "<*>", "<NON_REF>", "A[2:200[", "-"}) {
    EXPECT_TRUE(Forms({100, "A", other}).empty()) << other;
    EXPECT_TRUE(Forms({100, other, "A"}).empty()) << other;
  }
}

/// Fields of the table's alleles: "1 100 CA C,CAA".
std::vector<Spelled> AllelesOf(const std::string& record) {
  const std::vector<std::string_view> fields = Split(record, ' ');
  std::vector<Spelled> alleles;
  for (const std::string_view alt : Split(fields[3], ',')) {
    alleles.push_back({std::stoll(std::string(fields[1])), std::string(fields[2]), std::string(alt)});
  }
  return alleles;
}

TEST(AlleleForms, OfTheMatchingTableAgreeWithTheSlowReference) {
  std::ifstream table(test::ProjectRoot() + "/tests/cases/matching.tsv");
  if (!table) {
    table.open(test::ProjectRoot() + "/../shared/cases/matching.tsv");
  }
  if (!table) {
    GTEST_SKIP() << "there is no matching.tsv";
  }
  int alleles = 0;
  int trimmed = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line[0] == '#') {
      continue;
    }
    std::string records(Split(line, '\t')[1]);
    for (size_t at = records.find(" ; "); at != std::string::npos; at = records.find(" ; ")) {
      records.replace(at, 3, "\n");
    }
    for (const std::string_view record : Split(records, '\n')) {
      for (const Spelled& allele : AllelesOf(std::string(record))) {
        std::vector<Spelled> expected;
        if (IsSequence(allele.ref) && IsSequence(allele.alt)) {
          expected.push_back(allele);
          if (const Spelled minimal = MinimalByTheBook(allele); minimal != allele) {
            expected.push_back(minimal);
            ++trimmed;
          }
        }
        EXPECT_EQ(Forms(allele), expected) << line;
        ++alleles;
      }
    }
  }
  EXPECT_GE(alleles, 60);
  EXPECT_GE(trimmed, 5);
}

}  // namespace
}  // namespace varjoin
