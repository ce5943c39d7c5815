// text_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/counted.h"

namespace varjoin {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

TEST(Case, IsChangedForAsciiLettersOnly) {
  EXPECT_EQ(ToLower("ChrX_KI270706v1 @[`{"), "chrx_ki270706v1 @[`{");
  EXPECT_EQ(ToUpper("acgtn<del> @[`{"), "ACGTN<DEL> @[`{");
  EXPECT_EQ(ToLower("Ménière É"), "ménière É");
  EXPECT_EQ(ToUpper("é"), "é");
  EXPECT_EQ(ToUpper(""), "");
}

TEST(EqualNoCase, ComparesLengthAndLetters) {
  struct Case {
    const char* a;
    const char* b;
    bool equal;
  };
  for (const Case& c : {Case{"", "", true},
                        {"clinvar", "ClinVar", true},
                        {"AF", "AFR", false},
                        {"AFR", "AF", false},
                        {"é", "É", false},
                        {"@", "`", false},
                        {"[", "{", false}}) {
    EXPECT_EQ(EqualNoCase(c.a, c.b), c.equal) << c.a << " " << c.b;
  }
}

TEST(Split, GivesAPartMoreThanThereAreSeparators) {
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_THAT(Split("a", ','), ElementsAre("a"));
  EXPECT_THAT(Split("a,b", ','), ElementsAre("a", "b"));
  EXPECT_THAT(Split(",a,,b,", ','), ElementsAre("", "a", "", "b", ""));
}

TEST(Join, UndoesSplit) {
  const std::vector<std::string> parts = {"", "a", "", "b"};
  EXPECT_EQ(Join(parts, ","), ",a,,b");
  EXPECT_EQ(Join(std::vector<std::string>{}, ", "), "");
  EXPECT_EQ(Join(std::vector<std::string>{"only"}, ", "), "only");
}

TEST(Nearest, FindsWhatASlipOfTheKeysMeant) {
  const std::vector<std::string> sources = {"clinvar", "gnomAD", "dbsnp", "ensembl"};
  struct Case {
    const char* typed;
    const char* meant;
  };
  for (const Case& c : {Case{"clinvr", "clinvar"},
                        {"clinvarr", "clinvar"},
                        {"lcinvar", "clinvar"},
                        {"CLINVAR", "clinvar"},
                        {"gnomad", "gnomAD"},
                        {"gnomda", "gnomAD"},
                        {"dbSNP", "dbsnp"},
                        {"ensambl", "ensembl"},
                        {"cosmic", ""},
                        {"x", ""},
                        {"", ""}}) {
    EXPECT_EQ(Nearest(c.typed, sources), c.meant) << c.typed;
  }
  EXPECT_EQ(Nearest("clinvar", {}), "");
}

TEST(Nearest, PrefersTheNearerAndThenTheFirst) {
  EXPECT_EQ(Nearest("start", std::vector<std::string>{"star", "start"}), "start");
  EXPECT_EQ(Nearest("stard", std::vector<std::string>{"start", "stars"}), "start");
}

TEST(Nearest, AllowsASlipInAThirdOfTheLettersButNotMore) {
  const std::vector<std::string> names = {"abcdef"};
  EXPECT_EQ(Nearest("abcdxx", names), "abcdef");
  EXPECT_EQ(Nearest("abcxxx", names), "");
  EXPECT_EQ(Nearest("abcd", names), "abcdef");
  EXPECT_EQ(Nearest("abc", names), "");
}

TEST(DidYouMean, IsHalfASentenceOrNothing) {
  const std::vector<std::string> names = {"clinvar"};
  EXPECT_EQ(DidYouMean("clinvat", names), "; did you mean 'clinvar'?");
  EXPECT_EQ(DidYouMean("gnomad", names), "");
}

TEST(WithCommas, GroupsDigitsByThree) {
  struct Case {
    int64_t number;
    const char* text;
  };
  for (const Case& c : {Case{0, "0"},
                        {7, "7"},
                        {999, "999"},
                        {1000, "1,000"},
                        {-1, "-1"},
                        {-999, "-999"},
                        {-1000, "-1,000"},
                        {-999999, "-999,999"},
                        {123456, "123,456"},
                        {1234567, "1,234,567"},
                        {std::numeric_limits<int64_t>::max(), "9,223,372,036,854,775,807"},
                        {std::numeric_limits<int64_t>::min(), "-9,223,372,036,854,775,808"}}) {
    EXPECT_EQ(WithCommas(c.number), c.text);
  }
}

TEST(HumanBytes, KeepsTwoOrThreeDigitsAndRoundsIntoTheNextUnit) {
  struct Case {
    uint64_t bytes;
    const char* text;
  };
  for (const Case& c : {Case{0, "0 B"},
                        {812, "812 B"},
                        {999, "999 B"},
                        {1000, "1 KB"},
                        {78'000, "78 KB"},
                        {999'499, "999 KB"},
                        {999'500, "1.0 MB"},
                        {14'200'000, "14.2 MB"},
                        {99'940'000, "99.9 MB"},
                        {99'960'000, "100 MB"},
                        {999'600'000, "1.0 GB"},
                        {1'700'000'000, "1.7 GB"},
                        {2'500'000'000'000, "2.5 TB"},
                        {3'000'000'000'000'000, "3000 TB"}}) {
    EXPECT_EQ(HumanBytes(c.bytes), c.text) << c.bytes;
  }
}

TEST(Counted, SaysOneAndSeveral) {
  EXPECT_EQ(Counted(1, "allele"), "1 allele");
  EXPECT_EQ(Counted(size_t{0}, "allele"), "0 alleles");
  EXPECT_EQ(Counted(int64_t{2000}, "row"), "2,000 rows");
  EXPECT_EQ(Counted(uint64_t{1}, "record was", "records were"), "1 record was");
  EXPECT_EQ(Counted(12, "record was", "records were"), "12 records were");
}

TEST(NowUtc, IsIso8601ToTheSecond) {
  EXPECT_THAT(NowUtc(), MatchesRegex("20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z"));
}

TEST(Sql, StringsAndNamesDoubleTheQuoteThatEndsThem) {
  EXPECT_EQ(SqlString(""), "''");
  EXPECT_EQ(SqlString("it's"), "'it''s'");
  EXPECT_EQ(SqlString("'; DROP TABLE sources; --"), "'''; DROP TABLE sources; --'");
  EXPECT_EQ(SqlString("a\"b\\n"), "'a\"b\\n'");
  EXPECT_EQ(SqlString("Ménière’s"), "'Ménière’s'");
  EXPECT_EQ(SqlName("a \"b\" c"), "\"a \"\"b\"\" c\"");
  EXPECT_EQ(SqlName("#CHROM"), "\"#CHROM\"");
  EXPECT_EQ(SqlName("it's"), "\"it's\"");
}

}  // namespace
}  // namespace varjoin
