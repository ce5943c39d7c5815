// regions_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Regions and conditions on chrom and start: the same rows through an index and without one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "base/text.h"
#include "query.h"
#include "support/places.h"
#include "vcf/htslib_files.h"
#include "vcf/packing.h"

namespace varjoin::duck {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kHeader =
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr1,length=248956422>\n"
    "##contig=<ID=chr2,length=242193529>\n"
    "##contig=<ID=HLA-A*01:01:01,length=3503>\n"
    "##INFO=<ID=END,Number=1,Type=Integer,Description=\"end\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// 40,000 records in 10 blocks or so, some of them long.
std::string Body() {
  std::string text;
  for (const char* contig : {"chr1", "chr2", "HLA-A*01:01:01"}) {
    for (int i = 1; i <= 13'000; ++i) {
      text += std::string(contig) + "\t" + std::to_string(i * 10) + "\tr" + std::to_string(i) + "\tACG\tA" +
              (i % 3 == 0 ? ",<X>" : "") + "\t.\t.\t" + (i % 100 == 0 ? "END=" + std::to_string(i * 10 + 5'000) : ".") +
              "\n";
    }
  }
  return text;
}

std::string All(const std::string& path, const std::string& arguments, const std::string& rest = "") {
  return "SELECT * EXCLUDE record, record FROM read_vcf(" + SqlString(path) + arguments + ") " + rest;
}

class RegionsTest : public ::testing::Test {
 protected:
  /// A file with no index beside it, and the same one with one.
  void SetUp() override {
    plain_ = scratch_.Write("plain/a.vcf", kHeader + Body());
    for (const char* folder : {"tbi", "csi", "bcf"}) {
      scratch_.Folder(folder);
    }
    ASSERT_TRUE(vcf::Convert(plain_, scratch_.Path("tbi/a.vcf.gz"), "wz"));
    ASSERT_TRUE(vcf::MakeIndex(scratch_.Path("tbi/a.vcf.gz"), vcf::IndexKind::kTbi));
    ASSERT_TRUE(vcf::Convert(plain_, scratch_.Path("csi/a.vcf.gz"), "wz"));
    ASSERT_TRUE(vcf::MakeIndex(scratch_.Path("csi/a.vcf.gz"), vcf::IndexKind::kCsi));
    ASSERT_TRUE(vcf::Convert(plain_, scratch_.Path("bcf/a.bcf"), "wb"));
    ASSERT_TRUE(vcf::MakeIndex(scratch_.Path("bcf/a.bcf"), vcf::IndexKind::kCsi));
    indexed_ = {scratch_.Path("tbi/a.vcf.gz"), scratch_.Path("csi/a.vcf.gz"), scratch_.Path("bcf/a.bcf")};
  }

  std::vector<std::string> Run(const std::string& sql) { return Rows(*database_, sql); }

  /// Bytes of the file that the last statement has read.
  uint64_t BytesRead() const { return database_->Progress().bytes_read; }

  Scratch scratch_;
  std::unique_ptr<Database> database_ = OpenDatabase();
  std::string plain_;
  std::vector<std::string> indexed_;
};

TEST_F(RegionsTest, GiveTheSameRowsInTheSameOrderThroughEveryIndexAndWithout) {
  for (const char* regions :
       {"chr1:1000-2000", "chr2", "chr1:5-5", "chr1:14,chr1:10-10", "chr2:129990-,chr1:-30", "HLA-A*01:01:01",
        "HLA-A*01:01:01:500-700", "chr2:100-200,chr1:100-200,chr2:150-300", "chr1:6000-6000", "chr1:1-250000000"}) {
    SCOPED_TRACE(regions);
    const std::string arguments = ", regions := " + SqlString(regions);
    const std::vector<std::string> rows = Run(All(plain_, arguments));
    EXPECT_EQ(rows.empty(), std::string(regions) == "chr1:5-5");
    for (const std::string& path : indexed_) {
      EXPECT_TRUE(Run(All(path, arguments)) == rows) << path;
    }
  }
}

TEST_F(RegionsTest, KeepRecordsThatOverlapAndNoOthers) {
  for (const std::string& path : {plain_, indexed_[0]}) {
    const std::string ids = "SELECT DISTINCT chrom || ' ' || id FROM read_vcf(" + SqlString(path) + ", regions := ";
    EXPECT_THAT(Run(ids + "'chr1:12-20') ORDER BY 1"), ElementsAre("chr1 r1", "chr1 r2"));
    EXPECT_THAT(Run(ids + "'chr1:13-19')"), IsEmpty());
    EXPECT_THAT(Run(ids + "'chr1:5999-6000') ORDER BY 1"),
                ElementsAre("chr1 r100", "chr1 r200", "chr1 r300", "chr1 r400", "chr1 r500", "chr1 r600"));
    EXPECT_THAT(Run(ids + "['chr1:10', 'chr2:10']) ORDER BY 1"), ElementsAre("chr1 r1", "chr2 r1"));
  }
}

TEST_F(RegionsTest, CountRecordsAmongThoseOfTheRegions) {
  for (const std::string& path : {plain_, indexed_[0], indexed_[2]}) {
    EXPECT_THAT(Run("SELECT min(record), max(record), count(DISTINCT record) FROM read_vcf([" + SqlString(path) + ", " +
                    SqlString(plain_) + "], regions := 'chr2:100-299,chr1:100000-100009')"),
                ElementsAre("1 52 52"));
  }
}

TEST_F(RegionsTest, OfABedFileAreZeroBasedAndHalfOpen) {
  const std::string bed = scratch_.Write("a.bed", "chr1\t11\t20\nchr2\t129999\t130000\n");
  EXPECT_THAT(Run("SELECT DISTINCT chrom || ' ' || id FROM read_vcf(" + SqlString(indexed_[0]) +
                  ", regions := " + SqlString(bed) + ") ORDER BY 1"),
              ElementsAre("chr1 r1", "chr1 r2", "chr2 r12500", "chr2 r12600", "chr2 r12700", "chr2 r12800",
                          "chr2 r12900", "chr2 r13000"));
}

/// Of 400,000 records: the header is read with some 2 MiB of text.
TEST_F(RegionsTest, ThroughAnIndexReadLittleOfTheFile) {
  std::string body;
  for (int64_t i = 1; i <= 400'000; ++i) {
    body += "chr1\t" + std::to_string(i * 10) + "\tr" + std::to_string(i * 7919 % 1'000'003) + "\tA\tC\t.\t.\t.\n";
  }
  const std::string path = scratch_.Write("large.vcf.gz", vcf::Bgzf(kHeader + body));
  ASSERT_TRUE(vcf::MakeIndex(path, vcf::IndexKind::kTbi));
  const std::string from = " FROM read_vcf(" + SqlString(path);
  EXPECT_THAT(Run("SELECT count(*)" + from + ")"), ElementsAre("400000"));
  const uint64_t all = BytesRead();
  EXPECT_EQ(all, fs::file_size(path));
  EXPECT_THAT(Run("SELECT count(*)" + from + ", regions := 'chr1:3000000-3001000')"), ElementsAre("101"));
  EXPECT_LT(BytesRead(), all / 2);
  EXPECT_THAT(Run("SELECT count(*)" + from + ") WHERE chrom = 'chr1' AND start > 3999000"), ElementsAre("100"));
  EXPECT_LT(BytesRead(), all / 2);
  EXPECT_THAT(Run("SELECT min(record)" + from + ") WHERE chrom = 'chr1' AND start > 3999000"), ElementsAre("399901"));
  EXPECT_EQ(BytesRead(), all) << "the numbers of records are counted from the file's beginning";
  EXPECT_THAT(database_->TakeScanReport().Sentences(), IsEmpty());
}

TEST_F(RegionsTest, ConditionsOnChromAndStartGiveTheSameRowsAsWithoutTheirHelp) {
  const struct {
    std::string pushed;
    std::string hidden;
  } cases[] = {
      {"chrom = 'chr2' AND start BETWEEN 1000 AND 2000", "chrom || '' = 'chr2' AND start + 0 BETWEEN 1000 AND 2000"},
      {"'chr2' = chrom AND 1000 <= start AND start < 1020",
       "chrom || '' = 'chr2' AND start + 0 >= 1000 AND start + 0 < 1020"},
      {"chrom IN ('chr1', 'HLA-A*01:01:01') AND start > 129980",
       "chrom || '' IN ('chr1', 'HLA-A*01:01:01') AND start + 0 > 129980"},
      {"chrom = 'chr1' AND start = 600", "chrom || '' = 'chr1' AND start + 0 = 600"},
      {"chrom = 'chr1' AND start = 600.5", "false"},
      {"chrom = 'chr1' AND start > 129990 OR chrom = 'chr2' AND start < 30",
       "chrom || '' = 'chr1' AND start + 0 > 129990 OR chrom || '' = 'chr2' AND start + 0 < 30"},
      {"chrom = 'chr1' AND chrom = 'chr2'", "false"},
      {"chrom = 'chr1' AND start > 50 AND start < 40", "false"},
      {"chrom = 'nowhere'", "false"},
      {"chrom <> 'chr1' AND start < 50", "chrom || '' <> 'chr1' AND start + 0 < 50"},
      {"chrom = 'chr2' AND \"end\" > 134000", "chrom || '' = 'chr2' AND \"end\" > 134000"},
      {"upper(chrom) = 'CHR2' AND start < 50", "upper(chrom || '') = 'CHR2' AND start + 0 < 50"}};
  for (const auto& [pushed, hidden] : cases) {
    SCOPED_TRACE(pushed);
    const std::vector<std::string> rows = Run(All(plain_, "", "WHERE " + hidden));
    EXPECT_TRUE(Run(All(plain_, "", "WHERE " + pushed)) == rows);
    for (const std::string& path : indexed_) {
      const std::string columns = "SELECT COLUMNS(c -> c <> 'record') FROM read_vcf(" + SqlString(path) + ") WHERE ";
      EXPECT_TRUE(Run(All(path, "", "WHERE " + pushed)) == rows) << path;
      EXPECT_TRUE(Run(columns + pushed) == Run(columns + hidden)) << path;
    }
  }
}

TEST_F(RegionsTest, WithAPreparedStatementAreAppliedToo) {
  EXPECT_OK(database_->Execute("PREPARE p AS SELECT count(*) FROM read_vcf(" + SqlString(indexed_[0]) +
                               ") WHERE chrom = $1 AND start <= $2"));
  EXPECT_THAT(Run("EXECUTE p('chr1', 20)"), ElementsAre("2"));
  EXPECT_THAT(Run("EXECUTE p('chr2', 30)"), ElementsAre("4"));
}

TEST_F(RegionsTest, IgnoreAnIndexThatIsOlderOrDamagedAndSaySo) {
  const std::string arguments = ", regions := 'chr1:1000-2000'";
  const std::vector<std::string> rows = Run(All(plain_, arguments));
  const std::string path = indexed_[0];
  fs::last_write_time(path + ".tbi", fs::last_write_time(path) - std::chrono::hours(1));
  EXPECT_TRUE(Run(All(path, arguments)) == rows);
  EXPECT_THAT(database_->TakeScanReport().Sentences(),
              Contains(HasSubstr("a.vcf.gz.tbi is older than the file, so the whole file is read")));
  scratch_.Write("tbi/a.vcf.gz.tbi", "rubbish");
  EXPECT_TRUE(Run(All(path, arguments)) == rows);
  EXPECT_THAT(database_->TakeScanReport().Sentences(), Contains(HasSubstr("a.vcf.gz.tbi is damaged")));
}

TEST_F(RegionsTest, WithAnIndexOfAnotherFileAreAnErrorAndNotWrongRows) {
  const std::string other = scratch_.Write("other.vcf", kHeader + Body().substr(0, 90'000));
  ASSERT_TRUE(vcf::Convert(other, scratch_.Path("tbi/b.vcf.gz"), "wz"));
  fs::copy_file(indexed_[0] + ".tbi", scratch_.Path("tbi/b.vcf.gz.tbi"));
  EXPECT_THAT(Run(All(scratch_.Path("tbi/b.vcf.gz"), ", regions := 'HLA-A*01:01:01:100-200'")),
              ElementsAre(HasSubstr("does not fit it")));
}

TEST_F(RegionsTest, SayWhatIsWrongWithThem) {
  const auto error = [&](const std::string& regions) { return Run(All(plain_, ", regions := " + regions)); };
  EXPECT_THAT(error("'1:5-9'"), ElementsAre(HasSubstr("has no contig '1'; it calls it 'chr1'")));
  EXPECT_THAT(error("'chr1:9-5'"), ElementsAre(HasSubstr("ends before it begins")));
  EXPECT_THAT(error("'chr1:1,000-2,000'"), ElementsAre(HasSubstr("is no region")));
  EXPECT_THAT(error("'exons.bed'"), ElementsAre(HasSubstr("exons.bed: no such file")));
  EXPECT_THAT(error("NULL"), ElementsAre(HasSubstr("regions is NULL")));
  EXPECT_THAT(error("[]"), ElementsAre(HasSubstr("none is given")));
  EXPECT_THAT(error("'chrUn_1:5-9'"), IsEmpty());
  EXPECT_THAT(database_->TakeScanReport().Sentences(),
              ElementsAre(HasSubstr("no record overlaps the regions"),
                          HasSubstr("contig 'chrUn_1' of the regions is not in its header")));
}

TEST_F(RegionsTest, LeaveBadRecordsOutsideUnread) {
  const std::string path =
      scratch_.Write("bad.vcf", kHeader + "chr1\t5\t.\t\tC\t.\t.\t.\nchr1\t50\t.\tA\tC\tx\t.\t.\n");
  EXPECT_THAT(Run(All(path, ", regions := 'chr1:6-10'")), IsEmpty());
  EXPECT_THAT(
      Run(All(path, ", regions := 'chr1:50'")),
      ElementsAre(HasSubstr("record 1 (chr1:50): QUAL: found \"x\", expected a Float (records are counted within")));
}

// --- Real files

class RealRegions : public ::testing::TestWithParam<std::string> {};

TEST_P(RealRegions, GiveTheSameRowsThroughAnIndexAsByComparingEveryRecord) {
  const std::string path = test::ProjectRoot() + "/../shared/data/" + GetParam();
  if (!fs::exists(path)) {
    GTEST_SKIP() << "the real files are absent";
  }
  const Scratch scratch;
  scratch.Folder("bare");
  fs::create_symlink(fs::canonical(path), scratch.Path("bare/a.vcf.gz"));
  fs::copy_file(path, scratch.Path("a.vcf.gz"));
  ASSERT_TRUE(vcf::MakeIndex(scratch.Path("a.vcf.gz"), vcf::IndexKind::kTbi));
  ASSERT_TRUE(vcf::Convert(path, scratch.Path("a.bcf"), "wb"));
  ASSERT_TRUE(vcf::MakeIndex(scratch.Path("a.bcf"), vcf::IndexKind::kCsi));
  const auto database = OpenDatabase();
  ASSERT_OK(database->Execute(
      "CREATE TABLE v AS SELECT chrom, start, max(\"end\") OVER (PARTITION BY record) last_base, ref, alt, record FROM "
      "read_vcf(" +
      SqlString(scratch.Path("bare/a.vcf.gz")) + ")"));
  const std::vector<std::string> contigs = Rows(*database, "SELECT DISTINCT chrom FROM v ORDER BY chrom");
  std::mt19937 random(7);
  const auto below = [&](size_t limit) { return static_cast<int64_t>(random() % std::max<size_t>(limit, 1)); };
  const std::string sums =
      "SELECT count(*), count(DISTINCT record), coalesce(bit_xor(hash(chrom, start, ref, alt)), 0)";
  int64_t met = 0;
  for (int i = 0; i < 20; ++i) {
    std::string regions;
    std::string condition = "false";
    for (int64_t part = below(4); part >= 0; --part) {
      const std::string contig = contigs[static_cast<size_t>(below(contigs.size()))];
      const auto starts =
          Rows(*database, "SELECT min(start), max(last_base) FROM v WHERE chrom = " + SqlString(contig));
      const size_t blank = starts[0].find(' ');
      const int64_t least = std::stoll(starts[0].substr(0, blank));
      const int64_t most = std::stoll(starts[0].substr(blank + 1));
      const int64_t first = least + below(static_cast<size_t>(most - least));
      const int64_t last = first + below(i % 2 == 0 ? 200 : 2'000'000);
      regions += (regions.empty() ? "" : ",") + contig + ":" + std::to_string(first) + "-" + std::to_string(last);
      condition += " OR (chrom = " + SqlString(contig) + " AND start <= " + std::to_string(last) +
                   " AND last_base >= " + std::to_string(first) + ")";
    }
    SCOPED_TRACE(regions);
    const std::string expected = Row(*database, sums + " FROM v WHERE " + condition);
    met += std::stoll(expected);
    for (const char* name : {"bare/a.vcf.gz", "a.vcf.gz", "a.bcf"}) {
      EXPECT_EQ(Row(*database, sums + " FROM read_vcf(" + SqlString(scratch.Path(name)) +
                                   ", regions := " + SqlString(regions) + ")"),
                expected)
          << name;
    }
  }
  EXPECT_GT(met, 300);
}

INSTANTIATE_TEST_SUITE_P(, RealRegions,
                         ::testing::Values("people/NA12878_WES_MegaBOLT.vcf.gz", "gvcf/NA24143.g.vcf.gz",
                                           "people/HG002_GIAB_chr22.vcf.gz", "databases/gnomad4_genomes_chrX.vcf.bgz"),
                         [](const auto& info) {
                           std::string name = fs::path(info.param).filename().string();
                           name = name.substr(0, name.find('.'));
                           return name;
                         });

}  // namespace
}  // namespace varjoin::duck
