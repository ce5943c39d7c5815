// regions_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/regions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "packing.h"
#include "vcf/region_filter.h"

namespace varjoin::vcf {
namespace {

using ::testing::HasSubstr;

std::string Bound(int64_t position) {
  return position == Interval().first || position == Interval().last ? "" : std::to_string(position);
}

/// "chr1:5-9 chr2:-", or the error.
std::string Text(const Result<Regions>& regions) {
  if (!regions.ok()) {
    return regions.status().message();
  }
  std::string text;
  for (const auto& [contig, intervals] : regions->contigs()) {
    for (const Interval& interval : intervals) {
      text += (text.empty() ? "" : " ") + contig + ":" + Bound(interval.first) + "-" + Bound(interval.last);
    }
  }
  return text;
}

std::string Parse(const std::vector<std::string>& texts, const std::set<std::string, std::less<>>& contigs = {}) {
  return Text(ParseRegions(texts, [&](std::string_view name) { return contigs.contains(name); }));
}

TEST(ParseRegions, ReadsWhatBcftoolsReads) {
  EXPECT_EQ(Parse({"chr7"}), "chr7:-");
  EXPECT_EQ(Parse({"chr7:5"}), "chr7:5-5");
  EXPECT_EQ(Parse({"chr7:5-"}), "chr7:5-");
  EXPECT_EQ(Parse({"chr7:-5"}), "chr7:-5");
  EXPECT_EQ(Parse({"chr7:55000000-56000000, chrX:1-2"}), "chr7:55000000-56000000 chrX:1-2");
  EXPECT_EQ(Parse({"chr1:5-9", "chr2"}), "chr1:5-9 chr2:-");
}

TEST(ParseRegions, JoinsWhatOverlapsAndSortsTheRest) {
  EXPECT_EQ(Parse({"c:50-60,c:1-10,c:5-20,c:58-70,c:30,c:21-22"}), "c:1-20 c:21-22 c:30-30 c:50-70");
  EXPECT_EQ(Parse({"c:1-2,c:5-6,c:9-10,c:2-9"}), "c:1-10");
  EXPECT_EQ(Parse({"c:1-2,c"}), "c:-");
}

TEST(ParseRegions, KnowsContigsWithColonsAndCommas) {
  const std::set<std::string, std::less<>> hla = {"HLA-A*01:01:01", "chr1", "odd,name", "6", "6:3"};
  EXPECT_EQ(Parse({"HLA-A*01:01:01"}, hla), "HLA-A*01:01:01:-");
  EXPECT_EQ(Parse({"HLA-A*01:01:01:5-9"}, hla), "HLA-A*01:01:01:5-9");
  EXPECT_EQ(Parse({"odd,name"}, hla), "odd,name:-");
  EXPECT_EQ(Parse({"{HLA-B*07:02}"}), "HLA-B*07:02:-");
  EXPECT_EQ(Parse({"{HLA-B*07:02}:5-9"}), "HLA-B*07:02:5-9");
  EXPECT_THAT(Parse({"6:3"}, hla), HasSubstr("write {6:3} or {6}:3"));
  EXPECT_EQ(Parse({"{6}:3"}, hla), "6:3-3");
  EXPECT_EQ(Parse({"{6:3}"}, hla), "6:3:-");
}

TEST(ParseRegions, RefusesWhatIsNone) {
  for (const char* text : {"", "chr1:", ":5", "chr1:a-b", "chr1:5-6-7", "chr1:-", "chr1:5,", "{chr1", "{}:5", "{c}5",
                           "chr1:99999999999999999999", "c:5-x"}) {
    EXPECT_THAT(Parse({text}), HasSubstr("is no region")) << text;
  }
  EXPECT_THAT(Parse({"chr1:9-5"}), HasSubstr("'chr1:9-5' ends before it begins"));
  EXPECT_THAT(Parse({}), HasSubstr("none is given"));
}

TEST(ReadBed, TakesZeroBasedHalfOpenLinesInAnyPacking) {
  const TestFolder folder;
  const std::string bed =
      "browser position chr1\ntrack name=x\n#comment\nchr1\t0\t10\tname\t5\nchr1 19 20\r\n\nchr2\t5\t5\nchr2\t7\t9";
  for (const std::string& content : {bed, Gzip(bed), Bgzf(bed)}) {
    EXPECT_EQ(Parse({folder.Write("a.bed", content)}), "chr1:1-10 chr1:20-20 chr2:8-9");
  }
}

TEST(ReadBed, NamesTheLineThatIsNone) {
  const TestFolder folder;
  EXPECT_THAT(Parse({folder.Write("a.bed", "chr1\t0\t10\nchr1\t5\n")}), HasSubstr("a.bed: line 2 is no BED"));
  EXPECT_THAT(Parse({folder.Write("a.bed", "chr1\t10\t5\n")}),
              HasSubstr("line 1: the end, 5, is before the start, 10"));
  EXPECT_THAT(Parse({folder.Write("a.bed", "#nothing\n")}), HasSubstr("has no region in it"));
  EXPECT_THAT(Parse({folder.Path("missing.bed")}), HasSubstr("no such file"));
}

// --- The filter

/// What the filter leaves of lines, by their IDs.
std::string Left(const std::string& region, const std::vector<std::string>& lines,
                 RegionFilter::Mode mode = RegionFilter::Mode::kOverlap) {
  std::string text;
  for (std::string line : lines) {
    std::replace(line.begin(), line.end(), ' ', '\t');
    text += line + "\n";
  }
  Batch batch;
  batch.memory = std::make_shared<char[]>(text.size() + Batch::kPadding);
  text.copy(batch.memory.get(), text.size());
  batch.text = {batch.memory.get(), text.size()};
  batch.first_record = 1;
  const RegionFilter filter(*ParseRegions(std::vector<std::string>{region}, [](std::string_view) { return false; }),
                            mode);
  const int64_t left = filter.Apply(batch);
  std::string ids = std::to_string(left) +
                    (mode == RegionFilter::Mode::kStart ? " from " + std::to_string(batch.first_record) + ":" : ":");
  size_t line_begin = 0;
  for (size_t end = 0; left > 0 && line_begin < batch.text.size(); line_begin = end + 1) {
    end = batch.text.find('\n', line_begin);
    std::string line(batch.text.substr(line_begin, end - line_begin));
    std::replace(line.begin(), line.end(), '\t', ' ');
    const size_t position_end = line.find(' ', line.find(' ') + 1);
    ids += " " + (position_end == std::string::npos
                      ? line
                      : line.substr(position_end + 1, line.find(' ', position_end + 1) - position_end - 1));
  }
  return ids;
}

TEST(RegionFilter, KeepsRecordsWhoseStartToEndOverlaps) {
  const std::vector<std::string> lines = {
      "c 10 ref3 ACG A . . .",          // 10-12
      "c 5 end END=20 <X> . . END=20",  // ALT and INFO are placed below
      "d 12 other A C . . .",          "c 12 snv A C . . .", "c 13 after A C . . .",
  };
  EXPECT_EQ(Left("c:12", lines), "3: ref3 end snv");
  EXPECT_EQ(Left("c:12-13", lines), "4: ref3 end snv after");
  EXPECT_EQ(Left("c:1-4", lines), "0:");
  EXPECT_EQ(Left("d", lines), "1: other");
  EXPECT_EQ(Left("c:20", lines), "1: end");
  EXPECT_EQ(Left("c:21", lines), "0:");
  EXPECT_EQ(Left("c:10,c:13-20", lines), "3: ref3 end after");
}

TEST(RegionFilter, EndsRecordsAsTheColumnEndDoes) {
  const struct {
    std::string line;
    int64_t end;
  } cases[] = {
      {"c 100 x AC A . . .", 101},
      {"c 100 x A C . . END=150", 150},
      {"c 100 x ACGTACGT A . . DP=1;END=101;X=END=9", 101},
      {"c 100 x AC A . . END=99", 101},
      {"c 100 x AC A . . XEND=150", 101},
      {"c 100 x AC A . . END=150;END=300", 150},
      {"c 100 x AC A . . END=rubbish", 101},
      {"c 100 x A <DEL> . . SVLEN=-50", 150},
      {"c 100 x A C,<DUP:TANDEM>,<DEL> . . SVLEN=.,70,50", 170},
      {"c 100 x A <DEL> . . SVLEN=50,60", 100},
      {"c 100 x A <INS> . . SVLEN=50", 100},
      {"c 100 x A <DEL> . . SVLEN=50;END=120", 120},
      {"c 100 x A <*> . . . GT:LEN 0/0:30 0/0:40", 139},
      {"c 100 x A <*> . . . LEN:GT . 20:0/0", 119},
      {"c 100 x A <NON_REF> . . . GT:LEN 0/0:30", 100},
      {"c 100 x A . . . .", 100},
      {"c 0 x AC A . . .", 1},
  };
  for (const auto& [line, end] : cases) {
    EXPECT_EQ(Left("c:" + std::to_string(end), {line}), "1: x") << line;
    EXPECT_EQ(Left("c:" + std::to_string(end + 1) + "-", {line}), "0:") << line;
  }
}

TEST(RegionFilter, LeavesLinesThatItCannotPlaceToTheParser) {
  EXPECT_EQ(Left("c:1-5", {"c x odd A C . . .", "rubbish", "#CHROM POS head", "c 9 far A C . . ."}),
            "3: odd rubbish head");
}

TEST(RegionFilter, WithStartOnlyTrimsBothEndsAndKeepsTheNumbers) {
  const std::vector<std::string> lines = {"c 1 a A C . . .", "c 5 b ACGT C . . .", "c 7 c A C . . .",
                                          "c 2 d A C . . .", "c 6 e A C . . .",    "d 6 f A C . . ."};
  EXPECT_EQ(Left("c:6-7", lines, RegionFilter::Mode::kStart), "3 from 3: c d e");
  EXPECT_EQ(Left("d", lines, RegionFilter::Mode::kStart), "1 from 6: f");
  EXPECT_EQ(Left("e", lines, RegionFilter::Mode::kStart), "0 from 1:");
}

}  // namespace
}  // namespace varjoin::vcf
