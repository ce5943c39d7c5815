// damaged_file_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Files that are cut off, changed, joined, or no VCF at all.
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

}  // namespace
}  // namespace varjoin::vcf
