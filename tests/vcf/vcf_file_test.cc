// vcf_file_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/vcf_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "packing.h"
#include "scan_file.h"
#include "support/places.h"

namespace varjoin::vcf {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

/// A text in each packing, by its name.
std::vector<std::pair<std::string, std::string>> Packed(std::string_view text) {
  return {{"plain", std::string(text)},
          {"gzip", Gzip(text)},
          {"gzip of two members", Gzip(text.substr(0, text.size() / 3)) + Gzip(text.substr(text.size() / 3))},
          {"zstd", Zstd(text)},
          {"zstd of two frames, one to be skipped between them",
           Zstd(text.substr(0, text.size() / 3)) + "\x50\x2A\x4D\x18\3\0\0\0abc"s + Zstd(text.substr(text.size() / 3))},
          {"bzip2", Bzip2(text)},
          {"bzip2 of two streams", Bzip2(text.substr(0, text.size() / 3)) + Bzip2(text.substr(text.size() / 3))},
          {"BGZF", Bgzf(text)},
          {"BGZF of uneven blocks",
           Bgzf(text.substr(0, text.size() / 3), 17'111, "") + Bgzf(text.substr(text.size() / 3), 65'280)}};
}

TEST_F(VcfFileTest, GivesTheSameTextFromEveryPackingWithAnyNumberOfThreads) {
  const std::string body = Records(200'000, 10);
  for (const auto& [name, content] : Packed(kHeader + body)) {
    SCOPED_TRACE(name);
    const Scan one = ReadContent(content);
    ASSERT_TRUE(one.status.ok()) << one.status.message();
    EXPECT_TRUE(one.text == body);
    EXPECT_EQ(one.records, 200'000);
    EXPECT_FALSE(one.lacks_end_marker);
    for (int threads = 2; threads <= 8; ++threads) {
      const Scan many = ReadContent(content, threads);
      EXPECT_TRUE(many.text == one.text);
      EXPECT_EQ(many.first_records, one.first_records);
      EXPECT_EQ(many.records, one.records);
    }
  }
}

TEST_F(VcfFileTest, TellsThePackingByContentAndNotByName) {
  EXPECT_EQ((*VcfFile::Open(folder_.Write("a.vcf.gz", kHeader)))->packing(), Packing::kPlain);
  EXPECT_EQ((*VcfFile::Open(folder_.Write("a.vcf", Gzip(kHeader))))->packing(), Packing::kGzip);
  EXPECT_EQ((*VcfFile::Open(folder_.Write("a.txt", Bgzf(kHeader))))->packing(), Packing::kBgzf);
  EXPECT_EQ((*VcfFile::Open(folder_.Write("a.bcf", Zstd(kHeader))))->packing(), Packing::kZstd);
  EXPECT_EQ((*VcfFile::Open(folder_.Write("a.gz", Bzip2(kHeader))))->packing(), Packing::kBzip2);
}

TEST_F(VcfFileTest, JoinsLinesThatAreCutAtAnyPlaceByABlock) {
  const std::string body = Records(12, 5) + "\r\n\n" + Record(13) + "chr1\t14\t.\tA\tC\t.\tPASS\tno final newline";
  const std::string text = kHeader + body;
  for (size_t block_bytes = 1; block_bytes <= text.size(); ++block_bytes) {
    SCOPED_TRACE(block_bytes);
    const Scan scan = ReadContent(Bgzf(text, block_bytes));
    ASSERT_TRUE(scan.status.ok()) << scan.status.message();
    EXPECT_EQ(scan.text, body + "\n");
    EXPECT_EQ(scan.records, 14);
  }
}

TEST_F(VcfFileTest, JoinsLinesThatAreCutAtAnyPlaceByABatch) {
  const std::string body = Records(150'000, 12);
  const size_t line_bytes = Record(100'000, 12).size();
  for (size_t shift = 0; shift <= line_bytes; ++shift) {
    SCOPED_TRACE(shift);
    const std::string shifted = Record(1, shift) + body;
    const Scan scan = ReadContent(kHeader + shifted, 2);
    ASSERT_TRUE(scan.status.ok()) << scan.status.message();
    EXPECT_TRUE(scan.text == shifted);
    EXPECT_GT(scan.first_records.size(), 2u);
  }
}

TEST_F(VcfFileTest, ReadsLinesOfAnyLength) {
  const std::pair<size_t, const char*> cases[] = {
      {1'000'000, "\n"}, {2'097'152, "\r\n"}, {5'000'000, "\n"}, {20'000'000, "\r\n"}};
  for (const auto& [length, line_end] : cases) {
    const std::string line = fmt::format("chr1\t5\t.\tA\tC\t.\tPASS\tX={}{}", std::string(length, 'x'), line_end);
    const std::string body = fmt::format("{0}{2}{2}{1}{2}", Records(3), Records(2), line);
    for (const auto& [name, content] : Packed(kHeader + body)) {
      SCOPED_TRACE(name + ", " + std::to_string(length));
      const Scan scan = ReadContent(content, 3);
      ASSERT_TRUE(scan.status.ok()) << scan.status.message();
      EXPECT_TRUE(scan.text == body);
      EXPECT_EQ(scan.records, 8);
    }
  }
}

TEST_F(VcfFileTest, MakesABatchOfSeveralPiecesWhereLinesAreLong) {
  const std::string body = Records(2'000, 10'000);
  for (const auto& [name, content] : Packed(kHeader + body)) {
    for (int threads = 1; threads <= 3; ++threads) {
      SCOPED_TRACE(name + ", " + std::to_string(threads));
      const Scan scan = ReadContent(content, threads);
      ASSERT_TRUE(scan.status.ok()) << scan.status.message();
      EXPECT_TRUE(scan.text == body);
      EXPECT_EQ(scan.records, 2'000);
      EXPECT_LT(scan.first_records.size(), body.size() >> 21);  // over 2 MiB each
    }
  }
}

TEST_F(VcfFileTest, CountsNoBlankLines) {
  std::string blanks;
  for (int i = 0; i < 1'500'000; ++i) {
    blanks += i % 3 == 0 ? "\n" : "\r\n";
  }
  const std::string body = "\n\r\n" + Records(2) + blanks + Records(30'000, 20) + blanks + Record(7) + "\r\n\n";
  for (const auto& [name, content] : Packed(kHeader + body)) {
    for (const int threads : {1, 4}) {
      SCOPED_TRACE(name);
      const Scan scan = ReadContent(content, threads);
      ASSERT_TRUE(scan.status.ok()) << scan.status.message();
      EXPECT_EQ(scan.records, 30'003);
      EXPECT_EQ(CountLines(scan.text), 30'003);
    }
  }
}

TEST_F(VcfFileTest, ReadsWindowsLinesWithOrWithoutAFinalNewline) {
  std::string header = "##fileformat=VCFv4.2\r\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\r\n";
  std::string body;
  for (int i = 1; i <= 100'000; ++i) {
    body.append("chr1\t").append(std::to_string(i)).append("\t.\tA\tC\t.\tPASS\tDP=11\r\n");
  }
  for (const std::string& end :
       {""s, "chr1\t9\t.\tA\tC\t.\tPASS\tDP=11"s, "chr1\t9\t.\tA\tC\t.\tPASS\tDP=11\r"s, "\r"s}) {
    for (const auto& [name, content] : Packed(fmt::format("{}{}{}", header, body, end))) {
      SCOPED_TRACE(name);
      const Scan scan = ReadContent(content, 2);
      ASSERT_TRUE(scan.status.ok()) << scan.status.message();
      EXPECT_TRUE(scan.text == body + end + (end.empty() ? "" : "\n"));
      EXPECT_EQ(scan.records, IsRecord(end) ? 100'001 : 100'000);
    }
  }
}

TEST_F(VcfFileTest, ReadsAHeaderWithoutRecords) {
  const std::string unended = kHeader.substr(0, kHeader.size() - 1);
  for (const std::string& text : {kHeader, unended, kHeader + "\n\n", "\n" + kHeader, "\xEF\xBB\xBF" + kHeader}) {
    for (const auto& [name, content] : Packed(text)) {
      SCOPED_TRACE(name);
      const Scan scan = ReadContent(content, 2);
      EXPECT_TRUE(scan.status.ok()) << scan.status.message();
      EXPECT_EQ(scan.records, 0);
      EXPECT_TRUE(scan.first_records.empty());
    }
  }
}

TEST_F(VcfFileTest, ReadsAHugeHeaderAndWhatFollowsIt) {
  std::string text = "##fileformat=VCFv4.2\n";
  for (int i = 0; i < 100'000; ++i) {
    text.append("##contig=<ID=scaffold_").append(std::to_string(i)).append(",length=1000,species=\"x\">\n");
  }
  const std::string body = Records(50'000);
  text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT";
  for (int i = 0; i < 300'000; ++i) {
    text.append("\tsample").append(std::to_string(i));
  }
  text += "\n";
  for (const auto& [name, content] : Packed(text + body)) {
    SCOPED_TRACE(name);
    const std::string path = folder_.Write("a.vcf", content);
    const Result<std::unique_ptr<VcfFile>> file = VcfFile::Open(path);
    ASSERT_TRUE(file.ok()) << file.status().message();
    EXPECT_EQ((*file)->header().contigs.size(), 100'000u);
    EXPECT_EQ((*file)->header().samples.size(), 300'000u);
    EXPECT_LE((*file)->EstimateRecords(), 60'000u);
    const Scan scan = ReadAll(path, 2);
    EXPECT_TRUE(scan.text == body);
  }
}

TEST_F(VcfFileTest, PeeksAtTheBeginningOfTheBodyWithoutTakingIt) {
  const std::string body = Records(200'000);
  for (const auto& [name, content] : Packed(kHeader + body)) {
    SCOPED_TRACE(name);
    const Result<std::unique_ptr<VcfFile>> file = VcfFile::Open(folder_.Write("a.vcf", content));
    ASSERT_TRUE(file.ok());
    const std::string peek((*file)->Peek());
    EXPECT_GE(peek.size(), 1'000'000u);
    EXPECT_TRUE(peek.ends_with('\n'));
    EXPECT_TRUE(body.starts_with(peek));
    Batch batch;
    ASSERT_TRUE(*(*file)->Next(batch));
    EXPECT_EQ(batch.first_record, 1);
    EXPECT_TRUE((*file)->Peek() == peek);
  }
  EXPECT_EQ((*VcfFile::Open(folder_.Write("a.vcf", kHeader + "a\nb")))->Peek(), "a\nb\n");
}

TEST_F(VcfFileTest, EstimatesRecordsExactlyInASmallFileAndNearlyInALargeOne) {
  for (const int64_t records : {0, 1, 17, 400'000}) {
    for (const auto& [name, content] : Packed(kHeader + Records(records, 30))) {
      SCOPED_TRACE(name);
      const auto estimate = static_cast<double>((*VcfFile::Open(folder_.Write("a.vcf", content)))->EstimateRecords());
      const double exact = static_cast<double>(std::max<int64_t>(records, 1));
      EXPECT_GE(estimate, records > 1000 ? exact * 0.9 : exact);
      EXPECT_LE(estimate, records > 1000 ? exact * 1.1 : exact);
    }
  }
}

TEST_F(VcfFileTest, LeavesBatchesValidAfterItself) {
  const std::string body = Records(100'000);
  std::vector<Batch> batches;
  {
    const auto file = *VcfFile::Open(folder_.Write("a.vcf", Bgzf(kHeader + body)));
    for (Batch batch; *file->Next(batch);) {
      batches.push_back(batch);
    }
  }
  std::string text;
  for (const Batch& batch : batches) {
    text += batch.text;
  }
  EXPECT_TRUE(text == body);
}

// --- Real files

TEST(VcfFileOnRealFiles, CountsWhatBcftoolsCounts) {
  const std::filesystem::path data = std::filesystem::path(test::ProjectRoot()) / "../shared/data";
  if (!std::filesystem::exists(data)) {
    GTEST_SKIP() << "The real test data are not at " << data;
  }
  // The README's numbers; where it has none, those of `bcftools view -H | wc -l` (1.16).
  const std::pair<const char*, int64_t> files[] = {
      {"people/NA12878_WES_MegaBOLT.vcf.gz", 74'755},
      {"people/HG002_GIAB_chr22.vcf.gz", 50'284},
      {"people/NA12878_PlatinumGenomes_chr21.vcf.gz", 65'370},
      {"people/NA12878_chr20_GATK4.vqsr.vcf", 7'517},
      {"people/NA12878_mosaic_GRCh38.vcf.gz", 324'577},
      {"people/antku_small.vcf", 793},
      {"databases/clinvar_20260226_part.plain-gzip.vcf.gz", 69'302},
      {"databases/clinvar_2016_lifted_GRCh38.vcf.gz", 135'999},
      {"databases/ensembl84_GRCh38_chr21_25-26Mb.snv.vcf.gz", 107'234},
      {"databases/dbsnp_chr22_10.5Mb_100k.vcf.gz", 100'000},
      {"databases/gnomad4_genomes_chrX.vcf.bgz", 5'005},
      {"databases/gnomad4_exomes_chrX.vcf.bgz", 891},
      {"databases/gnomad4_exomes_chr1.vcf.bgz", 101},
      {"databases/vkgl_vus_202507.vcf.gz", 80'539},
      {"databases/vkgl_lp_202507.vcf", 28'951},
      {"databases/mtdna_plp.vcf", 204},
      {"databases/pharmcat_positions.vcf", 1'202},
      {"gvcf/NA12878_DeepVariant_chr2_3.g.vcf.gz", 438'709},
      {"gvcf/NA24143.g.vcf.gz", 17'931},
      {"cohort/1000G_p3_chr22_10k_2504s.vcf.gz", 9'750},
      {"cohort/NYGC_3202s_chr12_100.vcf.gz", 100},
      {"cohort/1KG_phase3_subset_chrX.vcf.gz", 1'069},
      {"annotated/HG002_VEP115_input_chr1_100.vcf", 100},
      {"annotated/HG002_VEP115_golden_chr1_100.vcf.gz", 100},
  };
  for (const auto& [name, records] : files) {
    SCOPED_TRACE(name);
    const std::string path = (data / name).string();
    const Scan one = ReadAll(path);
    ASSERT_TRUE(one.status.ok()) << one.status.message();
    EXPECT_EQ(one.records, records);
    EXPECT_FALSE(one.lacks_end_marker);
    const Scan four = ReadAll(path, 4);
    EXPECT_TRUE(four.text == one.text);
    EXPECT_EQ(four.first_records, one.first_records);
    const auto estimate = static_cast<double>((*VcfFile::Open(path))->EstimateRecords());
    EXPECT_LE(estimate, static_cast<double>(records) * 1.25);
    EXPECT_GE(estimate, static_cast<double>(records) * 0.5);
  }
}

}  // namespace
}  // namespace varjoin::vcf
