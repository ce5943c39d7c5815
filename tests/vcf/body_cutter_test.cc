// body_cutter_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// A VCF cut anywhere: its parts, one after the other, are the whole.
#include "vcf/body_cutter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "base/text.h"
#include "packing.h"
#include "support/places.h"
#include "vcf/lines.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {
namespace {

using ::testing::HasSubstr;

constexpr const char* kHeader = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

std::string Record(int64_t position, size_t padding = 0) {
  return "chr1\t" + std::to_string(position) + "\t.\tA\tC\t.\tPASS\tX=" + std::string(padding, 'x') + "\n";
}

/// The lines of a part, or of all, and their number as the file counts them.
struct Lines {
  std::string text;
  int64_t records = 0;
  bool lacks_end_marker = false;
};

Lines Read(const std::string& path, std::optional<VirtualRange> part = std::nullopt) {
  const auto file = VcfFile::Open(path);
  EXPECT_TRUE(file.ok()) << file.status().message();
  if (part) {
    (*file)->RestrictToLines(*part);
  }
  Lines lines;
  Batch batch;
  for (;;) {
    const Result<bool> more = (*file)->Next(batch);
    EXPECT_TRUE(more.ok()) << more.status().message();
    if (!more.ok() || !*more) {
      break;
    }
    EXPECT_EQ(batch.first_record, lines.records + 1);
    // Blank lines are no records: between two batches they may be left out.
    for (const std::string_view line : Split(batch.text, '\n')) {
      lines.text.append(IsBlank(line) ? "" : std::string(line) + "\n");
    }
    lines.records += CountRecords(batch.text);
  }
  EXPECT_EQ((*file)->Records(), lines.records);
  lines.lacks_end_marker = (*file)->LacksEndMarker();
  return lines;
}

/// All parts between these places, one after the other.
Lines ReadParts(const std::string& path, const std::vector<uint64_t>& places) {
  Lines all;
  for (size_t i = 0; i + 1 < places.size(); ++i) {
    const Lines part = Read(path, VirtualRange{places[i], places[i + 1]});
    all.text += part.text;
    all.records += part.records;
    all.lacks_end_marker = all.lacks_end_marker || part.lacks_end_marker;
  }
  return all;
}

/// Where so many parts of as many bytes begin, and the end.
std::vector<uint64_t> PlacesOf(const std::string& path, uint64_t parts) {
  const auto cutter = BodyCutter::Open(path);
  EXPECT_TRUE(cutter.ok()) << cutter.status().message();
  const uint64_t begin = (*cutter)->begin_byte();
  std::vector<uint64_t> places = {(*cutter)->begin()};
  for (uint64_t i = 1; i <= parts; ++i) {
    const auto place = (*cutter)->PlaceOf(begin + ((*cutter)->size() - begin) * i / parts);
    EXPECT_TRUE(place.ok()) << place.status().message();
    EXPECT_GE(*place, places.back());
    places.push_back(*place);
  }
  return places;
}

void ExpectWhole(const std::string& path, const std::vector<uint64_t>& places) {
  const Lines whole = Read(path);
  const Lines parts = ReadParts(path, places);
  EXPECT_TRUE(parts.text == whole.text) << path << ": " << parts.text.size() << " bytes, not " << whole.text.size();
  EXPECT_EQ(parts.records, whole.records);
  EXPECT_EQ(parts.lacks_end_marker, whole.lacks_end_marker);
}

/// A file of the test's own, removed with it.
class CutFile {
 public:
  explicit CutFile(std::string_view bytes) {
    path_ = (std::filesystem::temp_directory_path() / "varjoin-cut-XXXXXX").string();
    close(mkstemp(path_.data()));
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~CutFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Bodies with what is odd about lines.
std::vector<std::string> Bodies() {
  std::string records;
  for (int64_t i = 1; i <= 300; ++i) {
    records += Record(i, static_cast<size_t>(i % 7 * 13));
  }
  std::string carriage;
  for (int64_t i = 1; i <= 20; ++i) {
    carriage += Record(i).insert(Record(i).size() - 1, "\r");
  }
  const std::string long_line = Record(1) + Record(2, 150'000) + Record(3);
  return {"",
          Record(1),
          records,
          records.substr(0, records.size() - 1),  // no final newline
          "\n\n" + Record(1) + "\n" + Record(2) + "\n\n",
          carriage,
          long_line,
          Record(1, 3'000'000)};
}

TEST(BodyCutter, GivesPartsThatAreTheWholeWhereverAFileIsCut) {
  for (const std::string& body : Bodies()) {
    const std::string text = kHeader + body;
    for (const std::string& bytes :
         {text, "\xef\xbb\xbf" + text, Bgzf(text), Bgzf(text, 100), Bgzf(kHeader, 30, "") + Bgzf(body, 7'000),
          Bgzf(text, 5'000, kBgzfEnd + BgzfBlock("") + kBgzfEnd)}) {
      const CutFile file(bytes);
      for (const uint64_t parts : {1, 2, 7, 64, 1'000}) {
        if ((parts > 64 && text.size() > 3'000) || (parts > 7 && text.size() > 100'000)) {
          continue;  // enough elsewhere
        }
        SCOPED_TRACE(fmt::format("{} bytes of body, {} of file, {} parts", body.size(), bytes.size(), parts));
        ExpectWhole(file.path(), PlacesOf(file.path(), parts));
      }
    }
  }
}

TEST(BodyCutter, GivesPartsThatAreTheWholeAtEachByteOfABlockAndOfALine) {
  const std::string text = std::string(kHeader) + Record(1, 5) + Record(2) + "\n" + Record(3, 9);
  const CutFile packed(Bgzf(text.substr(0, 70), 70, "") + BgzfBlock("") + Bgzf(text.substr(70), 60));
  std::vector<uint64_t> places = {(*BodyCutter::Open(packed.path()))->begin()};
  uint64_t offset = 0;
  const std::vector<std::pair<size_t, std::string>> blocks = {
      {70, BgzfBlock(text.substr(0, 70))}, {0, BgzfBlock("")}, {60, BgzfBlock(text.substr(70, 60))}};
  for (const auto& [bytes, block] : blocks) {
    for (uint64_t at = 0; at <= bytes; ++at) {
      const uint64_t place = offset << 16 | at;
      if (place >= places[0]) {
        ExpectWhole(packed.path(), {places[0], place, VirtualRange::kToTheEnd});
        ExpectWhole(packed.path(), {places[0], place, place, VirtualRange::kToTheEnd});
      }
    }
    offset += block.size();
  }
  const CutFile plain(text);
  for (uint64_t at = std::string_view(kHeader).size() - 1; at <= text.size(); ++at) {
    ExpectWhole(plain.path(), {std::string_view(kHeader).size() - 1, at, VirtualRange::kToTheEnd});
  }
}

TEST(BodyCutter, FindsBlocksWhereBytesOnlyLookLikeOne) {
  // Stored, not deflated: the text of a block is in the file as it is, and looks like the head of another.
  const std::string head = BgzfBlock("x").substr(0, 18);
  std::string text = kHeader;
  for (int i = 1; i <= 2'000; ++i) {
    text += Record(i).insert(Record(i).size() - 1, head.find('\n') == std::string::npos ? head : "");
  }
  std::string packed;
  for (size_t at = 0; at < text.size(); at += 20'000) {
    const std::string part = text.substr(at, 20'000);
    const auto size = static_cast<uint32_t>(part.size());
    packed += std::string("\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0\x42\x43\x02\0", 16) + LittleEndian(size + 30, 2) +
              std::string("\x01", 1) + LittleEndian(size, 2) + LittleEndian(~size, 2) + part +
              LittleEndian(libdeflate_crc32(0, part.data(), part.size()), 4) + LittleEndian(size, 4);
  }
  const CutFile file(packed + kBgzfEnd);
  ExpectWhole(file.path(), PlacesOf(file.path(), 64));
}

TEST(BodyCutter, SaysWhichPartsAreCutOffWithTheFile) {
  const std::string whole = Bgzf(std::string(kHeader) + Record(1) + Record(2), 40);
  const CutFile without_marker(whole.substr(0, whole.size() - kBgzfEnd.size()));
  const auto places = PlacesOf(without_marker.path(), 3);
  EXPECT_TRUE(ReadParts(without_marker.path(), places).lacks_end_marker);
  EXPECT_FALSE(Read(without_marker.path(), VirtualRange{places[0], places[1]}).lacks_end_marker);
}

TEST(BodyCutter, TellsWhatCanOnlyBeReadFromItsBeginning) {
  const CutFile gzip(Gzip(std::string(kHeader) + Record(1)));
  EXPECT_FALSE((*BodyCutter::Open(gzip.path()))->CanCut());
  std::string text = kHeader;
  for (int i = 1; i <= 30'000; ++i) {
    text += Record(i, 100);
  }
  const CutFile noise(Bgzf(text) + std::string(300'000, 'x'));
  const auto cutter = *BodyCutter::Open(noise.path());
  EXPECT_THAT(cutter->PlaceOf(cutter->size() - 150'000).status().message(), HasSubstr("no BGZF block"));
}

TEST(BodyCutter, GivesPartsThatAreTheWholeOfRealFiles) {
  const std::filesystem::path data = std::filesystem::path(test::ProjectRoot()) / "../shared/data";
  if (!std::filesystem::exists(data)) {
    GTEST_SKIP() << "The real test data are not at " << data;
  }
  std::mt19937 random(11);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    const std::string path = entry.path().string();
    if (path.find(".vcf") == std::string::npos || path.ends_with(".tbi") || path.ends_with(".xz") ||
        !(*BodyCutter::Open(path))->CanCut()) {
      continue;
    }
    ++files;
    SCOPED_TRACE(path);
    const uint64_t parts = std::uniform_int_distribution<uint64_t>(2, 23)(random);
    ExpectWhole(path, PlacesOf(path, parts));
  }
  EXPECT_GT(files, 15);
}

}  // namespace
}  // namespace varjoin::vcf
