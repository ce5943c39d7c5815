// record_samples_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// FORMAT fields of one sample and of several, as columns, lists and long rows. In the lines a space stands for a tab.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parse_text.h"
#include "vcf/genotype.h"
#include "vcf/record_parser.h"

namespace varjoin::vcf {
namespace {

using ::testing::ElementsAre;

TEST(Samples, OfOneSampleAreColumns) {
  Check(OneSample(),
        {
            {"plain",
             {"GT", "AD", "PL", "DS", "GQ"},
             "1 1 . A C . . . GT:AD:DS:GQ:PL 0/1:3,4:0.5:99:10,0,20",
             {"0/1 | [3,4] | [10,0,20] | 0.5 | 99"}},
            {"several ALTs",
             {"GT", "AD", "PL", "DS"},
             "1 1 . A C,G . . . GT:AD:DS:PL 1/2:3,4,5:0.5,.:0,1,2,3,4,5",
             {"1/2 | [3,4] | [0,1,2] | 0.5", "1/2 | [3,5] | [0,3,5] | NULL"}},
            {"another FORMAT in each record",
             {"GT", "GQ"},
             "1 1 . A C . . . GT:GQ 0/1:5\n1 2 . A C . . . GQ:GT 6:0/0\n1 3 . A C . . . GQ 7\n1 4 . A C . . . GT:GQ "
             "1/1:8",
             {"0/1 | 5", "0/0 | 6", "NULL | 7", "1/1 | 8"}},
            {"dropped and missing values",
             {"GT", "GQ", "AD", "TX"},
             "1 1 . A C . . . GT:GQ:AD:TX 0/1\n1 2 . A C . . . GT:GQ:AD:TX ./.:.:.:.\n1 3 . A C . . . GT:GQ:AD:TX .\n1 "
             "4 . A C . . . GT:GQ:AD:TX 0/1::1,2:",
             {"0/1 | NULL | NULL | NULL", "./. | NULL | NULL | NULL", "NULL | NULL | NULL | NULL",
              "0/1 | NULL | [1,2] | NULL"}},
            {"no FORMAT", {"GT", "GQ"}, "1 1 . A C . . . . .\n1 1 . A C . . . GT .", {"NULL | NULL", "NULL | NULL"}},
            {"the first of a repeated key", {"GQ", "GT"}, "1 1 . A C . . . GT:GQ:GQ 0/1:5:6", {"5 | 0/1"}},
            {"LG and lists are left as written",
             {"LPL", "TXS"},
             "1 1 . A C,G . . . LPL:TXS 1,2,3:a,.",
             {"[1,2,3] | [a,NULL]", "[1,2,3] | [a,NULL]"}},
            {"haploid", {"GT", "PL"}, "X 1 . A C . . . GT:PL 1:30,0", {"1 | [30,0]"}},
            {"INFO and FORMAT of one name", {"S", "TX"}, "1 1 . A C . . S=i TX f", {"i | f"}},
        });
}

TEST(Samples, OfSeveralSamplesAreAList) {
  const Header header = HeaderOf({"FORMAT=<ID=GT,Number=1,Type=String>", "FORMAT=<ID=AD,Number=R,Type=Integer>",
                                  "FORMAT=<ID=TX,Number=1,Type=String>"},
                                 {"NA1", "a_sample_with_a_long_name", "NA3"});
  Check(header,
        {{"",
          {"genotypes"},
          "1 1 . A C,G . . . GT:AD:TX 0/1:1,2,3:long_text_here 1|2 .\n1 2 . A C . . . GT 0/0 0/1 1/1",
          {"[{sample:NA1,GT:0/1,AD:[1,2],TX:long_text_here},{sample:a_sample_with_a_long_name,GT:1|2,AD:NULL,TX:NULL},"
           "{sample:NA3,GT:NULL,AD:NULL,TX:NULL}]",
           "[{sample:NA1,GT:0/1,AD:[1,3],TX:long_text_here},{sample:a_sample_with_a_long_name,GT:1|2,AD:NULL,TX:NULL},"
           "{sample:NA3,GT:NULL,AD:NULL,TX:NULL}]",
           "[{sample:NA1,GT:0/0,AD:NULL,TX:NULL},{sample:a_sample_with_a_long_name,GT:0/1,AD:NULL,TX:NULL},"
           "{sample:NA3,GT:1/1,AD:NULL,TX:NULL}]"}}});
}

/// A file without samples beside one with.
Parsed ParseWithColumnsOf(const Header& others, const Header& header, const std::string& lines,
                          const std::vector<std::string>& columns) {
  HowToParse how;
  how.columns = columns;
  how.schema = MakeSchema(std::vector<Header>{others, header}, {});
  return ParseText(header, Body(lines), how);
}

TEST(Samples, AreNullInAFileThatHasNone) {
  EXPECT_THAT(ParseWithColumnsOf(OneSample(), NoSample(), "1 1 . A C . . I=1", {"I", "GT", "AD", "carried"}).rows,
              ElementsAre("1 | NULL | NULL | NULL"));
  EXPECT_THAT(
      ParseWithColumnsOf(HeaderOf(kFieldsOfEachKind, {"a", "b"}), NoSample(), "1 1 . A C . . I=1", {"I", "genotypes"})
          .rows,
      ElementsAre("1 | NULL"));
}

TEST(Carried, IsWhatTheGenotypesHold) {
  const std::vector<std::string> carried = {"carried"};
  Check(OneSample(),
        {
            {"het and hom",
             carried,
             "1 1 . A C . . . GT 0/1\n1 1 . A C . . . GT 1|1\n1 1 . A C . . . GT 0/0",
             {"true", "true", "false"}},
            {"by allele", carried, "1 1 . A C,G,T . . . GT 1/3", {"true", "false", "true"}},
            {"missing",
             carried,
             "1 1 . A C . . . GT ./.\n1 1 . A C . . . GT .\n1 1 . A C . . . GT:GQ .:5\n1 1 . A C . . . GQ:GT 5",
             {"NULL", "NULL", "NULL", "NULL"}},
            {"partly missing", carried, "1 1 . A C,G . . . GT ./1", {"true", "NULL"}},
            {"no GT", carried, "1 1 . A C . . . GQ 5\n1 1 . A C . . . . .", {"NULL", "NULL"}},
            {"haploid and polyploid",
             carried,
             "1 1 . A C . . . GT 1\n1 1 . A C . . . GT 0\n1 1 . A C,G . . . GT 0/0/0/2",
             {"true", "false", "false", "true"}},
            {"leading phase",
             carried,
             "1 1 . A C . . . GT |1\n1 1 . A C . . . GT /0|1\n1 1 . A C . . . GT |0/0",
             {"true", "true", "false"}},
            {"mixed separators", carried, "1 1 . A C,G . . . GT 0|1/2", {"true", "true"}},
            {"a number beyond the ALTs", carried, "1 1 . A C . . . GT 0/2", {"false"}},
            {"without ALT",
             {"alt_index", "carried"},
             "1 1 . A . . . . GT 0/0\n1 1 . A . . . . GT ./.",
             {"0 | false", "0 | NULL"}},
        });
  std::string alts = "C";
  std::vector<std::string> expected = {"false"};
  for (int i = 2; i <= 300; ++i) {
    alts += ",C" + std::string(static_cast<size_t>(i), 'A');
    expected.push_back(i == 12 || i == 300 ? "true" : "false");
  }
  Check(OneSample(), {{"allele numbers of several digits", carried, "1 1 . A " + alts + " . . . GT 12/300", expected}});
}

TEST(Carried, TakesAllSamplesTogether) {
  Check(HeaderOf(kFieldsOfEachKind, {"a", "b", "c"}),
        {
            {"any", {"carried"}, "1 1 . A C,G,T . . . GT 0/0 0/1 2|2", {"true", "true", "false"}},
            {"unknown where one is missing", {"carried"}, "1 1 . A C,G . . . GT 0/1 ./. 0/0", {"true", "NULL"}},
        });
  Check(NoSample(), {{"no samples", {"carried"}, "1 1 . A C . . .", {"NULL"}}});
}

TEST(Samples, OnlyTheChosenOnesAreRead) {
  const Header header = HeaderOf(kFieldsOfEachKind, {"S1", "S2", "S3"});
  const std::string body = Body("1 1 . A C . . . GT:GQ 0/1:x 1/1:7 0/0:8\n1 2 . A C,G . . . GT 0/1 2/2 ./.");
  HowToParse how;
  how.samples = {"S3", "S2"};
  how.columns = {"carried", "genotypes"};
  const Parsed two = ParseText(header, body, how);
  ASSERT_TRUE(two.status.ok()) << two.status.message();
  ASSERT_EQ(two.rows.size(), 3u);
  EXPECT_THAT(two.rows[0], ::testing::StartsWith("true | [{sample:S2,GT:1/1,"));
  EXPECT_THAT(two.rows[0], ::testing::HasSubstr("{sample:S3,GT:0/0,"));
  EXPECT_THAT(two.rows[1], ::testing::StartsWith("NULL | [{sample:S2,GT:2/2,"));
  how = {};
  how.samples = {"S2"};
  how.columns = {"GT", "GQ", "carried"};
  EXPECT_THAT(ParseText(header, body, how).rows,
              ElementsAre("1/1 | 7 | true", "2/2 | NULL | false", "2/2 | NULL | true"));
  EXPECT_EQ(CheckSamples(std::span(&header, 1), std::vector<std::string>{"S2", "s33"}).message(),
            "there is no sample 's33' among the 3 of the input; did you mean 'S3'?");
}

TEST(GenotypeNumbers, AreThoseOfTheText) {
  HowToParse how;
  how.gt_numbers = true;
  const std::vector<std::string> columns = {"GT", "GT_alleles", "GT_phased"};
  const auto records = [](const std::vector<std::string>& genotypes) {
    std::string lines;
    for (const std::string& genotype : genotypes) {
      lines += (lines.empty() ? "" : "\n") + std::string("1 1 . A C . . . GT ") + genotype;
    }
    return lines;
  };
  const std::vector<Case> cases = {
      {"diploid",
       columns,
       records({"0/1", "1|0", "1/1"}),
       {"0/1 | [0,1] | false", "1|0 | [1,0] | true", "1/1 | [1,1] | false"}},
      {"haploid: the only allele counts as phased, unless it has a / before it",
       columns,
       records({"1", "|1", "/1"}),
       {"1 | [1] | true", "|1 | [1] | true", "/1 | [1] | false"}},
      {"missing, and partly so",
       columns,
       records({".", "./.", ".|.", "./1", "0|."}),
       {"NULL | NULL | NULL", "./. | [NULL,NULL] | false", ".|. | [NULL,NULL] | true", "./1 | [NULL,1] | false",
        "0|. | [0,NULL] | true"}},
      {"polyploid", columns, records({"0/0/1/2", "0|1|1"}), {"0/0/1/2 | [0,0,1,2] | false", "0|1|1 | [0,1,1] | true"}},
      {"mixed phase is not phased",
       columns,
       records({"0|1/2", "0/1|2"}),
       {"0|1/2 | [0,1,2] | false", "0/1|2 | [0,1,2] | false"}},
      {"a leading phase (VCF 4.4)",
       columns,
       records({"/0|1", "|0|1", "|0/1", "/0/1"}),
       {"/0|1 | [0,1] | false", "|0|1 | [0,1] | true", "|0/1 | [0,1] | false", "/0/1 | [0,1] | false"}},
      {"large numbers, as written even where there is no such ALT",
       columns,
       records({"127/128", "255|300", "70000/2147483647"}),
       {"127/128 | [127,128] | false", "255|300 | [255,300] | true", "70000/2147483647 | [70000,2147483647] | false"}},
      {"no GT, or none for the sample",
       {"GT_alleles", "GT_phased", "GQ"},
       "1 1 . A C . . . GQ 5\n1 1 . A C . . . . .\n1 1 . A C . . . GQ:GT 5",
       {"NULL | NULL | 5", "NULL | NULL | NULL", "NULL | NULL | 5"}},
      {"each row of a record has the numbers of the record",
       {"alt_index", "GT_alleles", "GT_phased"},
       "1 1 . A C,G . . . GT 1|2",
       {"1 | [1,2] | true", "2 | [1,2] | true"}},
  };
  Check(OneSample(), cases, how);
  how.limits.rows = 1;
  Check(OneSample(), cases, how);
}

TEST(GenotypeNumbers, AreInTheListOfSeveralSamplesAndInLongRows) {
  const Header header =
      HeaderOf({"FORMAT=<ID=GT,Number=1,Type=String>", "FORMAT=<ID=GQ,Number=1,Type=Integer>"}, {"NA1", "NA2", "NA3"});
  const std::string lines = "1 1 . A C,G . . . GT:GQ 0/1 1|2:9 .\n1 2 . A C . . . GT 0|0 1/1 ./.";
  const std::string first =
      "[{sample:NA1,GT:0/1,GT_alleles:[0,1],GT_phased:false,GQ:NULL},{sample:NA2,GT:1|2,GT_alleles:[1,2],GT_phased:"
      "true,GQ:9},{sample:NA3,GT:NULL,GT_alleles:NULL,GT_phased:NULL,GQ:NULL}]";
  const std::string second =
      "[{sample:NA1,GT:0|0,GT_alleles:[0,0],GT_phased:true,GQ:NULL},{sample:NA2,GT:1/"
      "1,GT_alleles:[1,1],GT_phased:false,"
      "GQ:NULL},{sample:NA3,GT:./.,GT_alleles:[NULL,NULL],GT_phased:false,GQ:NULL}]";
  HowToParse how;
  how.gt_numbers = true;
  Check(header, {{"list", {"genotypes"}, lines, {first, first, second}}}, how);
  how.split = false;
  Check(header, {{"list, not split", {"genotypes"}, lines, {first, second}}}, how);
  how.long_rows = true;
  Check(header,
        {{"long rows",
          {"sample", "GT_alleles", "GT_phased"},
          lines,
          {"NA1 | [0,1] | false", "NA2 | [1,2] | true", "NA3 | NULL | NULL", "NA1 | [0,0] | true",
           "NA2 | [1,1] | false", "NA3 | [NULL,NULL] | false"}}},
        how);
}

TEST(GenotypeNumbers, OfWhatIsNoGenotypeAreBad) {
  const Header header = HeaderOf({"FORMAT=<ID=GT,Number=1,Type=String>"}, {"NA1", "NA2"});
  HowToParse how;
  how.gt_numbers = true;
  for (const std::string bad : {"0/x", "0/", "/", "-1/0", "0//1", "0/99999999999", "A"}) {
    how.on_bad_record = OnBadRecord::kFail;
    how.columns = {"genotypes"};
    const std::string line = "1 7 . A C . . . GT 0/1 " + bad;
    EXPECT_EQ(ParseText(header, Body(line), how).status.message(),
              "t.vcf: record 1 (1:7): FORMAT/GT of \"NA2\": found \"" + bad + "\", expected a genotype such as 0/1");
    how.on_bad_record = OnBadRecord::kNull;
    const std::string rest = ",GT_alleles:NULL,GT_phased:NULL}]";
    EXPECT_THAT(ParseText(header, Body(line), how).rows,
                ElementsAre("[{sample:NA1,GT:0/1,GT_alleles:[0,1],GT_phased:false},{sample:NA2,GT:" + bad + rest))
        << bad;
  }
}

TEST(LongRows, HaveOneSampleEach) {
  const Header header = HeaderOf(kFieldsOfEachKind, {"NA1", "a_sample_with_a_long_name"});
  const std::vector<Case> split = {
      {"one ALT",
       {"record", "alt_index", "carried", "I", "LS", "sample", "GT", "AD"},
       "1 1 . A C . . I=5;LS=x,a_text_that_is_long GT:AD 0/1:3,4 0/0",
       {"1 | 1 | true | 5 | [x,a_text_that_is_long] | NA1 | 0/1 | [3,4]",
        "1 | 1 | false | 5 | [x,a_text_that_is_long] | a_sample_with_a_long_name | 0/0 | NULL"}},
      {"several ALTs: the samples of the first, then those of the next",
       {"record", "alt", "carried", "AC", "RD", "sample", "GT", "PL"},
       "1 1 . A C,G . . AC=1,2;RD=7,8,9 GT:PL 1/2:0,1,2,3,4,5 ./.",
       {"1 | C | true | 1 | [7,8] | NA1 | 1/2 | [0,1,2]",
        "1 | C | NULL | 1 | [7,8] | a_sample_with_a_long_name | ./. | NULL",
        "1 | G | true | 2 | [7,9] | NA1 | 1/2 | [0,3,5]",
        "1 | G | NULL | 2 | [7,9] | a_sample_with_a_long_name | ./. | NULL"}},
      {"no ALT",
       {"record", "alt_index", "carried", "AC", "RD", "DB", "sample", "GT", "PL"},
       "1 1 . A . . . RD=7 GT:PL 0/0:3 .\n1 2 . A C . . DB . . .",
       {"1 | 0 | false | NULL | [7] | false | NA1 | 0/0 | [3]",
        "1 | 0 | NULL | NULL | [7] | false | a_sample_with_a_long_name | NULL | NULL",
        "2 | 1 | NULL | NULL | NULL | true | NA1 | NULL | NULL",
        "2 | 1 | NULL | NULL | NULL | true | a_sample_with_a_long_name | NULL | NULL"}},
      {"only columns of the record", {"start"}, "1 7 . A C,G . . . GT 0/1 1/1", {"7", "7", "7", "7"}},
      {"the end of the longest block is that of the record",
       {"end", "sample"},
       "1 100 . A <*> . . . LEN 10 20",
       {"119 | NA1", "119 | a_sample_with_a_long_name"}},
  };
  HowToParse how;
  how.long_rows = true;
  for (const uint64_t rows : {1, 3, 2048}) {
    how.limits.rows = rows;
    how.split = true;
    Check(header, split, how);
    how.split = false;
    Check(header,
          {{"not split",
            {"alts", "AC", "sample", "GT", "PL"},
            "1 1 . A C,G . . AC=1,2 GT:PL 1/2:0,1,2,3,4,5 ./.",
            {"[C,G] | [1,2] | NA1 | 1/2 | [0,1,2,3,4,5]", "[C,G] | [1,2] | a_sample_with_a_long_name | ./. | NULL"}}},
          how);
  }
}

TEST(LongRows, AreOfTheChosenSamplesAndOneWhereThereIsNone) {
  HowToParse how;
  how.long_rows = true;
  how.samples = {"S3", "S2"};
  how.columns = {"alt_index", "carried", "sample", "GT"};
  const Parsed two = ParseText(HeaderOf(kFieldsOfEachKind, {"S1", "S2", "S3"}),
                               Body("1 1 . A C . . . GT:GQ 0/1:x 1/1:7 0/0:8\n1 2 . A C,G . . . GT 0/1 2/2 ./."), how);
  EXPECT_THAT(two.rows, ElementsAre("1 | true | S2 | 1/1", "1 | false | S3 | 0/0", "1 | false | S2 | 2/2",
                                    "1 | NULL | S3 | ./.", "2 | true | S2 | 2/2", "2 | NULL | S3 | ./."));
  EXPECT_EQ(two.report.rows, 6);
  how.samples = {};
  how.columns = {"alt", "carried", "sample"};
  EXPECT_THAT(ParseText(NoSample(), Body("1 1 . A C,G . . I=1"), how).rows,
              ElementsAre("C | NULL | NULL", "G | NULL | NULL"));
}

TEST(LongRows, LoseNoneWithABadSample) {
  const Header header = HeaderOf(kFieldsOfEachKind, {"S1", "S2"});
  const std::string body =
      Body("1 1 . A C . . . GT:GQ 0/1:5 1/1:x\n1 2 . A C . . . GT 0/1\n1 3 . A C . . . GT 0/1 1/1");
  HowToParse how;
  how.long_rows = true;
  how.columns = {"start", "carried", "sample", "GT", "GQ"};
  how.on_bad_record = OnBadRecord::kNull;
  EXPECT_THAT(ParseText(header, body, how).rows,
              ElementsAre("1 | true | S1 | 0/1 | 5", "1 | true | S2 | 1/1 | NULL", "2 | NULL | S1 | NULL | NULL",
                          "2 | NULL | S2 | NULL | NULL", "3 | true | S1 | 0/1 | NULL", "3 | true | S2 | 1/1 | NULL"));
  how.on_bad_record = OnBadRecord::kSkip;
  EXPECT_THAT(ParseText(header, body, how).rows,
              ElementsAre("3 | true | S1 | 0/1 | NULL", "3 | true | S2 | 1/1 | NULL"));
}

TEST(Genotypes, OfThreeBytesEachAreTakenAsTheyAre) {
  std::vector<std::string> names;
  std::string plain = "1\t1\t.\tA\tC\t.\t.\t.\tGT";
  std::string mixed = plain;
  std::string expected_plain;
  std::string expected_mixed;
  for (int i = 0; i < 100; ++i) {
    names.push_back("S" + std::to_string(i));
    const std::string genotype = i % 3 == 0 ? "0|1" : i % 3 == 1 ? "./." : "1/1";
    const std::string other = i == 57 ? "." : i == 58 ? "0|1|1" : genotype;
    plain += "\t" + genotype;
    mixed += "\t" + other;
    expected_plain += (i == 0 ? "[" : ",") + std::string("{sample:") + names.back() + ",GT:" + genotype + "}";
    expected_mixed +=
        (i == 0 ? "[" : ",") + std::string("{sample:") + names.back() + ",GT:" + (other == "." ? "NULL" : other) + "}";
  }
  const Header header = HeaderOf({"FORMAT=<ID=GT,Number=1,Type=String>"}, names);
  const Parsed parsed = ParseText(header, plain + "\n" + mixed + "\n" + plain + "\n", {.columns = {"genotypes"}});
  EXPECT_THAT(parsed.rows, ElementsAre(expected_plain + "]", expected_mixed + "]", expected_plain + "]"));
}

TEST(Genotypes, ThatAreTriplesAreToldFromAllOthers) {
  const std::string all = "0|1\t./.\t1/1\t9|.\t0/0\t1|0\t2/3\t.|.\t4/4";
  for (size_t count = 1; count <= 9; ++count) {
    const std::string good = all.substr(0, 4 * count - 1);
    const auto are_triples = [&](const std::string& text) {
      return AreTriples((text + std::string(64, '\n')).data(), count);
    };
    EXPECT_TRUE(are_triples(good));
    for (size_t at = 0; at < good.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text = good;
        text[at] = static_cast<char>(byte);
        const std::string_view expected = at % 4 == 3 ? "\t" : at % 4 == 1 ? "/|" : ".0123456789";
        ASSERT_EQ(are_triples(text), expected.find(text[at]) != std::string_view::npos)
            << count << " genotypes, byte " << byte << " at " << at;
      }
    }
  }
}

}  // namespace
}  // namespace varjoin::vcf
