// random_records_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Ugly records by chance: however they are cut into batches, chunks and columns, their rows are the same.
#include <gtest/gtest.h>

#include <random>
#include <utility>

#include "base/text.h"
#include "parse_text.h"

namespace varjoin::vcf {
namespace {

const std::vector<std::string> kMeta = {"INFO=<ID=AC,Number=A,Type=Integer>",   "INFO=<ID=RD,Number=R,Type=Float>",
                                        "INFO=<ID=IG,Number=G,Type=Integer>",   "INFO=<ID=I,Number=1,Type=Integer>",
                                        "INFO=<ID=F,Number=1,Type=Float>",      "INFO=<ID=S,Number=1,Type=String>",
                                        "INFO=<ID=LS,Number=.,Type=String>",    "INFO=<ID=DB,Number=0,Type=Flag>",
                                        "INFO=<ID=END,Number=1,Type=Integer>",  "INFO=<ID=SVLEN,Number=A,Type=Integer>",
                                        "FORMAT=<ID=GT,Number=1,Type=String>",  "FORMAT=<ID=AD,Number=R,Type=Integer>",
                                        "FORMAT=<ID=PL,Number=G,Type=Integer>", "FORMAT=<ID=TX,Number=1,Type=String>",
                                        "FORMAT=<ID=LEN,Number=1,Type=Integer>"};

class RandomRecords {
 public:
  RandomRecords(uint32_t seed, size_t samples) : random_(seed), samples_(samples) {}

  std::string Body(int lines) {
    std::string body;
    for (int i = 0; i < lines; ++i) {
      body += Line() + Pick({"\n", "\n", "\n", "\r\n", "\n\n"});
    }
    return body;
  }

 private:
  size_t Below(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }

  std::string Pick(const std::vector<std::string>& choices) { return choices[Below(choices.size())]; }

  std::string Value() {
    return Pick({"", ".", "0", "-17", "2147483647", "99999999999", "0.25", "1e-9", "nan", "x", "a%3Bb", "%", "0/1",
                 "1|.", "/0|12|3", "a long text beyond twelve bytes", "caf\xE9 or a long text with a byte",
                 "long%20text%20with%20codes"});
  }

  std::string Values() {
    std::string text = Value();
    while (Below(2) == 0) {
      text += "," + Value();
    }
    return text;
  }

  std::string Joined(const std::string& separator, size_t most, const std::vector<std::string>& keys, bool values) {
    std::string text;
    const size_t count = 1 + Below(most);
    for (size_t i = 0; i < count; ++i) {
      text += (i == 0 ? "" : separator) + Pick(keys);
      text += values && Below(5) != 0 ? "=" + Values() : "";
    }
    return text;
  }

  std::string Line() {
    if (Below(30) == 0) {
      return Pick({"#", "1\t2", "rubbish", std::string("1\0\t5", 4)});
    }
    std::string line =
        Pick({"1", "1", "chr2", "a_contig_with_a_long_name", ".", ""}) + "\t" +
        Pick({"1", "77", "123456", "5000000000", "x"}) + "\t" + Value() + "\t" + Pick({"A", "ACGT", "."}) + "\t" +
        Joined(",", 4, {"A", "C", "<DEL>", "<*>", "*", "ACGTACGTACGTACGT"}, false) + "\t" + Value() + "\t" + Value() +
        "\t" + Joined(";", 8, {"AC", "RD", "IG", "I", "F", "S", "LS", "DB", "END", "SVLEN", "NEW", ""}, true);
    if (samples_ > 0 && Below(20) != 0) {
      line += "\t" + Joined(":", 5, {"GT", "AD", "PL", "TX", "LEN", "NEW"}, false);
      for (size_t i = 0; i < samples_; ++i) {
        line += "\t" + Values() + (Below(2) == 0 ? ":" + Values() : "") + (Below(3) == 0 ? ":" + Values() : "");
      }
    }
    return line;
  }

  std::mt19937 random_;
  size_t samples_;
};

class RandomRecordsTest : public ::testing::TestWithParam<size_t> {
 protected:
  Header header() const {
    std::vector<std::string> samples;
    for (size_t i = 0; i < GetParam(); ++i) {
      samples.push_back("a_sample_of_number_" + std::to_string(i));
    }
    return HeaderOf(kMeta, samples);
  }
};

INSTANTIATE_TEST_SUITE_P(Samples, RandomRecordsTest, ::testing::Values(0, 1, 3));

TEST_P(RandomRecordsTest, GiveTheSameRowsHoweverTheyAreCut) {
  for (const auto& [on_bad, long_rows] : {std::pair(OnBadRecord::kSkip, false), std::pair(OnBadRecord::kNull, false),
                                          std::pair(OnBadRecord::kNull, true)}) {
    const std::string body = RandomRecords(11, GetParam()).Body(3000);
    HowToParse how;
    how.on_bad_record = on_bad;
    how.long_rows = long_rows;
    how.gt_numbers = on_bad == OnBadRecord::kNull;
    const Parsed expected = ParseText(header(), body, how);
    ASSERT_TRUE(expected.status.ok()) << expected.status.message();
    ASSERT_GT(expected.rows.size(), on_bad == OnBadRecord::kSkip ? 20u : 1000u);
    for (const uint64_t rows : {1, 2, 7, 2048}) {
      for (const size_t lines_per_batch : {1, 3, 1000}) {
        how.limits = {.rows = rows, .text_bytes = rows * 100, .elements = rows * 10};
        how.lines_per_batch = lines_per_batch;
        const Parsed parsed = ParseText(header(), body, how);
        EXPECT_EQ(parsed.rows, expected.rows);
        EXPECT_EQ(parsed.report.Sentences(), expected.report.Sentences());
        EXPECT_EQ(parsed.report.records, expected.report.records);
        EXPECT_EQ(parsed.report.rows, static_cast<int64_t>(expected.rows.size()));
      }
    }
  }
}

TEST_P(RandomRecordsTest, GiveTheSameValuesInAnyProjection) {
  const std::string body = RandomRecords(12, GetParam()).Body(3000);
  HowToParse how;
  how.on_bad_record = OnBadRecord::kNull;
  const Parsed whole = ParseText(header(), body, how);
  std::vector<std::string> names;
  for (const Column& column : MakeSchema(std::vector<Header>{header()}, {})) {
    names.push_back(column.name);
  }
  const auto values_of = [](const Parsed& parsed, size_t column) {
    std::vector<std::string> values;
    for (std::string_view row : parsed.rows) {
      for (size_t i = 0; i < column; ++i) {
        row.remove_prefix(row.find(" | ") + 3);
      }
      values.emplace_back(row.substr(0, row.find(" | ")));
    }
    return values;
  };
  for (size_t i = 0; i < names.size(); ++i) {
    how.columns = {names[i]};
    EXPECT_EQ(values_of(ParseText(header(), body, how), 0), values_of(whole, i)) << names[i];
    how.columns = {names[(i + 5) % names.size()], names[i], names[(i + 9) % names.size()]};
    EXPECT_EQ(values_of(ParseText(header(), body, how), 1), values_of(whole, i)) << names[i];
  }
}

TEST_P(RandomRecordsTest, StopAtTheFirstOneThatIsBad) {
  const std::string body = RandomRecords(13, GetParam()).Body(500);
  HowToParse how;
  how.on_bad_record = OnBadRecord::kSkip;
  const Parsed skipped = ParseText(header(), body, how);
  std::string first;
  for (const auto& [key, note] : skipped.report.notes) {
    first = key.first == NoteKind::kBadRecord ? note.first : first;
  }
  how.on_bad_record = OnBadRecord::kFail;
  EXPECT_EQ(ParseText(header(), body, how).status.message(), first);
}

}  // namespace
}  // namespace varjoin::vcf
