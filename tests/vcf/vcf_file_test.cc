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
#include "support/places.h"

namespace varjoin::vcf {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

const std::string kHeader =
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr1,length=248956422>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

std::string Record(int64_t position, size_t padding = 0) {
  return "chr1\t" + std::to_string(position) + "\t.\tA\tC\t.\tPASS\tX=" + std::string(padding, 'x') + "\n";
}

std::string Records(int64_t count, size_t padding = 0) {
  std::string text;
  for (int64_t i = 1; i <= count; ++i) {
    text += Record(i, padding);
  }
  return text;
}

bool IsRecord(std::string_view line) {
  return !line.empty() && line != "\r";
}

int64_t CountLines(std::string_view text) {
  int64_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    count += IsRecord(text.substr(at, end - at)) ? 1 : 0;
    at = end == std::string_view::npos ? text.size() : end + 1;
  }
  return count;
}

/// All that a scan by so many threads gives.
struct Scan {
  Status status;
  std::string text;  ///< of all batches in order
  std::vector<int64_t> first_records;
  int64_t records = 0;
  bool lacks_end_marker = false;
};

Scan ReadAll(const std::string& path, int threads = 1) {
  Scan scan;
  Result<std::unique_ptr<VcfFile>> opened = VcfFile::Open(path);
  if (!opened.ok()) {
    scan.status = opened.status();
    return scan;
  }
  VcfFile& file = **opened;
  std::mutex mutex;
  std::vector<Batch> batches;
  const auto read = [&] {
    while (true) {
      Batch batch;
      const Result<bool> more = file.Next(batch);
      const std::lock_guard lock(mutex);
      if (!more.ok()) {
        scan.status = more.status();
        return;
      }
      if (!*more) {
        scan.records = file.Records();
        return;
      }
      batches.push_back(std::move(batch));
    }
  };
  std::vector<std::thread> readers;
  for (int i = 1; i < threads; ++i) {
    readers.emplace_back(read);
  }
  read();
  for (std::thread& reader : readers) {
    reader.join();
  }
  std::sort(batches.begin(), batches.end(), [](const Batch& a, const Batch& b) { return a.number < b.number; });
  int64_t next_record = 1;
  for (size_t i = 0; i < batches.size(); ++i) {
    EXPECT_EQ(batches[i].number, i);
    EXPECT_EQ(batches[i].first_record, next_record);
    EXPECT_TRUE(batches[i].text.ends_with('\n'));
    next_record += CountLines(batches[i].text);
    scan.text += batches[i].text;
    scan.first_records.push_back(batches[i].first_record);
  }
  if (scan.status.ok()) {
    EXPECT_EQ(file.Records(), next_record - 1);
    EXPECT_EQ(file.BytesRead(), file.size());
    EXPECT_GE(file.EstimateRecords(), 1u);
  }
  scan.lacks_end_marker = file.LacksEndMarker();
  return scan;
}

class VcfFileTest : public ::testing::Test {
 protected:
  Scan ReadContent(std::string_view content, int threads = 1) {
    return ReadAll(folder_.Write("a.vcf", content), threads);
  }

  std::string ErrorOf(std::string_view content) { return ReadContent(content).status.message(); }

  TestFolder folder_;
};

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

// --- Files that are damaged

/// Reads what is left of a packed text; it must be refused, or be whole.
void ExpectRefusedOrWhole(const Scan& scan, const std::string& body) {
  if (scan.status.ok()) {
    EXPECT_EQ(scan.text, body);
  } else {
    EXPECT_EQ(scan.status.code(), StatusCode::kBadInput);
    EXPECT_THAT(scan.status.message(), HasSubstr("a.vcf: "));
  }
}

TEST_F(VcfFileTest, RefusesBgzfThatIsCutOffUnlessALineEndsWhereABlockDoes) {
  const std::string first = kHeader + Records(3);
  const std::string second = Records(4);
  const std::string third = "chr1\t77\t.\tA\tC\t.\tPASS\tX=1234";
  const std::string fourth = "5678\n";
  const std::string content = BgzfBlock(first) + BgzfBlock(second) + BgzfBlock(third) + BgzfBlock(fourth) + kBgzfEnd;
  const size_t after_first = BgzfBlock(first).size();
  const size_t after_second = after_first + BgzfBlock(second).size();
  const size_t after_fourth = content.size() - kBgzfEnd.size();
  for (size_t size = 0; size < content.size(); ++size) {
    SCOPED_TRACE(size);
    const Scan scan = ReadContent(content.substr(0, size), size % 2 == 0 ? 1 : 2);
    if (size == after_first || size == after_second || size == after_fourth) {
      EXPECT_TRUE(scan.status.ok()) << scan.status.message();
      EXPECT_TRUE(scan.lacks_end_marker);
      EXPECT_EQ(scan.records, size == after_first ? 3 : size == after_second ? 7 : 8);
    } else {
      EXPECT_EQ(scan.status.code(), StatusCode::kBadInput);
    }
  }
  EXPECT_TRUE(ReadContent(content).status.ok());
  EXPECT_THAT(ErrorOf(content.substr(0, after_second + 30)),
              HasSubstr("the BGZF block at byte " + std::to_string(after_second) + " is cut off"));
}

TEST_F(VcfFileTest, RefusesBgzfThatIsCutOffWithinALineAtAnyBlock) {
  const std::string text = kHeader + Records(300'000);
  constexpr size_t kBlockBytes = 65'280;
  std::string content;
  int refused = 0;
  for (size_t at = 0; at + kBlockBytes < text.size(); at += kBlockBytes) {
    SCOPED_TRACE(at);
    content += BgzfBlock(std::string_view(text).substr(at, kBlockBytes));
    const Scan scan = ReadContent(content, 2);
    const size_t end = at + kBlockBytes;
    if (text[end - 1] == '\n') {
      EXPECT_TRUE(scan.status.ok()) << scan.status.message();
      EXPECT_TRUE(scan.lacks_end_marker);
      EXPECT_TRUE(scan.text == text.substr(kHeader.size(), end - kHeader.size()));
    } else {
      EXPECT_EQ(scan.status.code(), StatusCode::kBadInput);
      EXPECT_THAT(scan.status.message(), HasSubstr("has been cut off"));
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST_F(VcfFileTest, RefusesGzipThatIsCutOff) {
  const std::string first = Gzip(kHeader + Records(20));
  const std::string content = first + Gzip(Records(30));
  for (size_t size = 0; size < content.size(); ++size) {
    SCOPED_TRACE(size);
    const Scan scan = ReadContent(content.substr(0, size));
    // Nothing tells that a member should follow.
    EXPECT_EQ(scan.status.ok(), size == first.size());
  }
  EXPECT_EQ(ReadContent(content).records, 50);
  EXPECT_THAT(ErrorOf(content.substr(0, first.size() + 15)),
              HasSubstr("within the gzip member that begins at byte " + std::to_string(first.size())));
}

TEST_F(VcfFileTest, RefusesOrReadsRightWhenAnyByteIsWrong) {
  const std::string body = Records(5) + "chr1\t14\t.\tA\tC\t.\tPASS\tno final newline\n";
  const std::string text = kHeader + body;
  for (const std::string& original : {Bgzf(text, 90), Gzip(text.substr(0, 200)) + Gzip(text.substr(200))}) {
    for (size_t at = 0; at < original.size(); ++at) {
      for (const int flipped : {0x01, 0x04, 0x10, 0x80, 0xff}) {
        SCOPED_TRACE(std::to_string(at) + " ^ " + std::to_string(flipped));
        std::string content = original;
        content[at] = static_cast<char>(content[at] ^ flipped);
        ExpectRefusedOrWhole(ReadContent(content, at % 2 == 0 ? 1 : 2), body);
      }
    }
  }
}

TEST_F(VcfFileTest, NamesTheBlockThatIsCorrupt) {
  const std::string first = BgzfBlock(kHeader);
  const std::string block = BgzfBlock(Records(9));
  const std::string place = "the BGZF block at byte " + std::to_string(first.size());
  const auto with = [&](size_t at, const std::string& bytes) {
    std::string changed = block;
    return first + changed.replace(at, bytes.size(), bytes) + kBgzfEnd;
  };
  const size_t footer = block.size() - 8;
  EXPECT_THAT(ErrorOf(with(footer, "abcd")), HasSubstr(place + " is corrupt: its checksum"));
  EXPECT_THAT(ErrorOf(with(footer + 4, LittleEndian(5, 4))), HasSubstr(place + " is corrupt: it does not unpack"));
  EXPECT_THAT(ErrorOf(with(footer + 4, LittleEndian(60'000, 4))), HasSubstr(place + " is corrupt: it does not unpack"));
  EXPECT_THAT(ErrorOf(with(footer + 4, LittleEndian(65'537, 4))),
              HasSubstr(place + " states a text of more than 64 KiB"));
  EXPECT_THAT(ErrorOf(with(16, LittleEndian(11, 2))), HasSubstr(place + " states a size smaller"));
  EXPECT_THAT(ErrorOf(with(16, LittleEndian(65'535, 2))), HasSubstr(place + " is cut off"));
  EXPECT_THAT(ErrorOf(with(0, "##")), HasSubstr("no BGZF block begins at byte " + std::to_string(first.size())));
}

TEST_F(VcfFileTest, LosesNothingOfJoinedFiles) {
  const std::string bgzf = Bgzf(kHeader + Records(3));
  EXPECT_EQ(ReadContent(bgzf + Bgzf(Records(4))).records, 7);
  EXPECT_EQ(ReadContent(bgzf + kBgzfEnd + kBgzfEnd).records, 3);
  EXPECT_EQ(ReadContent(Gzip(kHeader + Records(3)) + Bgzf(Records(4))).records, 7);
  EXPECT_THAT(ErrorOf(bgzf + Gzip(Records(4))),
              HasSubstr("BGZF blocks are followed by plain gzip at byte " + std::to_string(bgzf.size())));
}

TEST_F(VcfFileTest, TakesZerosAfterGzipForPaddingAndNothingElse) {
  const std::string gzip = Gzip(kHeader + Records(3));
  EXPECT_EQ(ReadContent(gzip + std::string(1, '\0')).records, 3);
  EXPECT_EQ(ReadContent(gzip + std::string(700'000, '\0')).records, 3);
  EXPECT_THAT(ErrorOf(gzip + "x"), HasSubstr("follow the data at byte " + std::to_string(gzip.size())));
  EXPECT_THAT(ErrorOf(gzip + std::string(5, '\0') + gzip), HasSubstr("at byte " + std::to_string(gzip.size() + 5)));
  EXPECT_THAT(ErrorOf(gzip + "\x1f"),
              HasSubstr("within the gzip member that begins at byte " + std::to_string(gzip.size())));
  EXPECT_THAT(ErrorOf(gzip + "\x1fxy"),
              HasSubstr("the gzip member that begins at byte " + std::to_string(gzip.size())));
}

TEST_F(VcfFileTest, TellsEveryThreadOfTheFirstErrorInTheFile) {
  std::string content = Bgzf(kHeader + Records(500'000, 40));
  for (const size_t at : {content.size() / 2, content.size() * 3 / 4}) {
    content[at] = static_cast<char>(content[at] ^ 0x55);
  }
  const std::string path = folder_.Write("a.vcf", content);
  const Scan alone = ReadAll(path);
  ASSERT_FALSE(alone.status.ok());
  EXPECT_GT(alone.first_records.size(), 1u);
  for (int repeat = 0; repeat < 10; ++repeat) {
    const auto file = *VcfFile::Open(path);
    std::vector<std::thread> readers;
    readers.reserve(8);
    std::atomic<int> told = 0;
    for (int i = 0; i < 8; ++i) {
      readers.emplace_back([&] {
        Batch batch;
        Result<bool> more = true;
        while (more.ok() && *more) {
          more = file->Next(batch);
        }
        told += more.status().message() == alone.status.message() ? 1 : 0;
        told += file->Next(batch).ok() ? 0 : 1;
      });
    }
    for (std::thread& reader : readers) {
      reader.join();
    }
    EXPECT_EQ(told, 16);
  }
}

// --- What is no VCF

TEST_F(VcfFileTest, SaysWhatAFileIsThatIsNoVcf) {
  const struct {
    std::string content;
    std::string message;
  } cases[] = {
      {"", "the file is empty"},
      {Gzip(""), "unpacks to nothing"},
      {kBgzfEnd, "unpacks to nothing"},
      {Bgzf("BAM\1 and so on"), "a BAM file"},
      {Bgzf("BCF\2\1 and so on"), "bcftools view"},
      {"BCF\2\2 and so on", "is a corrupt BCF file"},
      {Bgzf(std::string("BCF\2\2\x40\0\0\0##file", 15)), "ends within its header"},
      {Bgzf("TBI\1 and so on"), "a tabix index"},
      {"CRAM\3 and so on", "a CRAM file"},
      {"@HD\tVN:1.6\n", "a SAM file"},
      {"PAR1 and so on", "varjoin source add"},
      {"\x28\xB5\x2F\xFD and so on", "the zstd member that begins at byte 0 is corrupt"},
      {"BZh9 and so on", "the bzip2 member that begins at byte 0 is corrupt"},
      {Gzip("BZh9 and so on"), "compressed twice"},
      {Bgzf("\x28\xB5\x2F\xFD and so on"), "compressed twice"},
      {"\xFD"s + "7zXZ\0"s, "xz -dk"},
      {"PK\3\4 and so on", "unzip"},
      {Gzip(Gzip(kHeader)), "compressed with gzip twice"},
      {"\xFF\xFE#\0#\0"s, "UTF-16"},
      {"#\0#\0f\0"s, "UTF-16"},
      {"\n<!DOCTYPE html>\n", "a web page"},
      {"<HTML>", "a web page"},
      {"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"},
      {"chr1\t1000\t.\tA\tC\n", "is not a VCF: it begins with 'chr1 1000 . A C'"},
      {">chr1\nACGT\n", "is not a VCF: it begins with '>chr1'"},
      {std::string(100, '\0'), "is not a VCF: it begins with '????"},
      {"##fileformat=VCFv4.2\nchr1\t1\t.\tA\tC\t.\t.\t.\n", "no #CHROM line before the first record, 'chr1 1"},
      {"##fileformat=VCFv4.2\n", "has no #CHROM line"},
      {"##fileformat=VCFv4.2\n#CHROM POS ID REF ALT QUAL FILTER INFO\n", "separated by spaces"},
  };
  for (const auto& [content, message] : cases) {
    const Status status = ReadContent(content).status;
    EXPECT_EQ(status.code(), StatusCode::kBadInput);
    EXPECT_THAT(status.message(), HasSubstr(message));
    EXPECT_THAT(status.message(), HasSubstr(folder_.Path("a.vcf")));
  }
}

TEST_F(VcfFileTest, SaysWhyAPathCannotBeRead) {
  const auto error = [](const std::string& path) { return VcfFile::Open(path).status().message(); };
  folder_.Write("sample.vcf.gz", kHeader);
  EXPECT_THAT(error(folder_.Path("smaple.vcf.gz")), HasSubstr("did you mean 'sample.vcf.gz'?"));
  EXPECT_THAT(error(folder_.Path("sample.vcf.gz/x.vcf")), HasSubstr("no such file"));
  EXPECT_THAT(error(folder_.Path("")), HasSubstr("is a folder"));
  EXPECT_THAT(error("/dev/null"), HasSubstr("nothing came"));
  if (geteuid() != 0) {
    const std::string secret = folder_.Write("secret.vcf", kHeader);
    chmod(secret.c_str(), 0);
    EXPECT_THAT(error(secret), HasSubstr("Permission denied"));
  }
}

TEST_F(VcfFileTest, NoticesThatAFileGotShorter) {
  const std::string path = folder_.Write("a.vcf", kHeader + Records(200'000));
  const auto file = *VcfFile::Open(path);
  ASSERT_EQ(truncate(path.c_str(), 3'000'000), 0);
  Batch batch;
  Result<bool> more = true;
  while (more.ok() && *more) {
    more = file->Next(batch);
  }
  EXPECT_THAT(more.status().message(), HasSubstr("got shorter"));
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
