// damage_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever happens to an index file: an error or the right answer.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <random>
#include <set>

#include "allocations.h"
#include "index/index_writer.h"
#include "scratch.h"
#include "seal.h"
#include "small_index.h"

namespace varjoin::index {
namespace {

constexpr size_t kMostAllocated = 16 << 20;  ///< bytes at once, for a file of some kilobytes

/// A small index, its bytes, and a file with as many of them as a test likes.
class Damage : public testing::Test {
 protected:
  Damage() : small_(MakeSmallIndex()), path_(scratch_.Path("small.vji")), columns_(AllColumns(small_.source)) {
    const auto file = Build(path_, small_.source, small_.building);
    whole_ = Content(path_);
    expected_ = PlainMap(small_.source).Hits(small_.asked, columns_);
    EXPECT_EQ(AskAll(file), expected_);
    EXPECT_GE(expected_.size(), small_.source.rows.size());
  }

  /// Writes over the file that is there, which keeps its inode.
  void Overwrite(const std::string& bytes) const {
    const int file = ::open(path_.c_str(), O_WRONLY);
    ASSERT_GE(file, 0);
    ASSERT_EQ(::pwrite(file, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    ASSERT_EQ(::ftruncate(file, static_cast<off_t>(bytes.size())), 0);
    ::close(file);
  }

  /// The hits of all queries, or nothing where there is an error.
  std::optional<std::vector<std::string>> AskAll(const std::shared_ptr<const IndexFile>& file) const {
    if (file->columns().size() < columns_.size()) {
      return std::nullopt;  // only where checksums were made to agree
    }
    Lookup lookup(file, columns_);
    std::vector<Query> queries = QueriesOf(*file, small_.asked);
    const Status found = lookup.Find(queries);
    if (!found.ok()) {
      EXPECT_THAT(found.message(), testing::HasSubstr(path_));
      return std::nullopt;
    }
    return HitsOf(lookup);
  }

  /// Opens the file and asks; the answer must be right if there is one. True: the damage was noticed.
  bool NoticedOrRight() const {
    const auto file = IndexFile::Open(path_);
    if (!file.ok()) {
      EXPECT_THAT(file.status().message(), testing::HasSubstr(path_));
      return true;
    }
    const auto hits = AskAll(*file);
    EXPECT_TRUE(!hits || *hits == expected_) << "a wrong answer";
    return !(*file)->CheckAll().ok();
  }

  /// Whatever the bytes are, looks at all that can be reached.
  void TryAnything(const std::string& bytes) const {
    Overwrite(bytes);
    const auto file = IndexFile::Open(path_);
    if (file.ok()) {
      (void)AskAll(*file);
      (void)(*file)->CheckAll();
    }
    EXPECT_LT(LargestAllocation(), kMostAllocated);
  }

  Scratch scratch_;
  SmallIndex small_;
  std::string path_;
  std::vector<int> columns_;
  std::string whole_;
  std::vector<std::string> expected_;
};

TEST_F(Damage, OfAnyLengthIsNoticed) {
  for (size_t size = whole_.size(); size-- > 0;) {
    ASSERT_EQ(::truncate(path_.c_str(), static_cast<off_t>(size)), 0);
    ASSERT_FALSE(IndexFile::Open(path_).ok()) << "cut at " << size;
  }
  Overwrite(whole_ + "x");
  EXPECT_FALSE(IndexFile::Open(path_).ok());
  Overwrite(whole_ + whole_);
  EXPECT_FALSE(IndexFile::Open(path_).ok());
}

/// The bytes between the parts of the file, which nothing reads.
std::set<size_t> PaddingOf(const std::string& bytes) {
  const auto* const data = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto header = Load<FileHeader>(data);
  std::set<size_t> padding;
  for (uint64_t at = header.table_offset; at < bytes.size(); at += sizeof(Section)) {
    const auto section = Load<Section>(data + at);
    for (uint64_t byte = section.offset + section.size; byte % kAlignment != 0; ++byte) {
      padding.insert(byte);
    }
  }
  return padding;
}

TEST_F(Damage, OfAnyByteIsNoticedOrDoesNotMatter) {
  const std::set<size_t> padding = PaddingOf(whole_);
  ASSERT_LT(padding.size(), 4 * kAlignment);
  for (size_t at = 0; at < whole_.size(); ++at) {
    for (const uint8_t turned : {0x80, 0x25}) {
      std::string bytes = whole_;
      bytes[at] = static_cast<char>(bytes[at] ^ turned);
      Overwrite(bytes);
      ASSERT_EQ(NoticedOrRight(), !padding.contains(at)) << "byte " << at << ", bits " << int{turned};
      ASSERT_FALSE(HasFailure()) << "byte " << at << ", bits " << int{turned};
    }
  }
}

TEST_F(Damage, OfAPartThatIsCutOutPutInOrSwappedIsNoticed) {
  for (size_t at = 0; at < whole_.size(); at += kAlignment) {
    std::string bytes = whole_;
    Overwrite(bytes.erase(at, kAlignment));
    ASSERT_TRUE(NoticedOrRight()) << "cut out at " << at;
    bytes = whole_;
    Overwrite(bytes.insert(at, kAlignment, '\0'));
    ASSERT_TRUE(NoticedOrRight()) << "put in at " << at;
    if (at >= kAlignment && whole_.compare(at, kAlignment, whole_, at - kAlignment, kAlignment) != 0) {
      bytes = whole_;
      std::swap_ranges(bytes.begin() + static_cast<ptrdiff_t>(at - kAlignment),
                       bytes.begin() + static_cast<ptrdiff_t>(at), bytes.begin() + static_cast<ptrdiff_t>(at));
      Overwrite(bytes);
      ASSERT_TRUE(NoticedOrRight()) << "swapped at " << at;
    }
  }
}

/// Puts each of these at each place.
void TryEverywhere(const std::string& whole, const std::vector<std::string>& puts,
                   const std::function<void(const std::string&)>& attempt) {
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const std::string& put : puts) {
      std::string bytes = whole;
      bytes.replace(at, put.size(), put);
      bytes.resize(whole.size());
      if (bytes != whole) {
        Seal(bytes);
        attempt(bytes);
        ASSERT_FALSE(testing::Test::HasFailure()) << "byte " << at << ", " << testing::PrintToString(put);
      }
    }
  }
}

TEST_F(Damage, ThatTheChecksumsHideDoesNoHarm) {
  (void)LargestAllocation();
  std::string sealed = whole_;
  Seal(sealed);
  ASSERT_EQ(sealed, whole_);  // Seal() knows the format
  TryEverywhere(whole_, {"\xFF", "\xFF\xFF\xFF\xFF", std::string(8, '\0')},
                [this](const std::string& bytes) { TryAnything(bytes); });
}

/// Puts random things at some random places, seals and tries.
void TryRandomDamage(const std::string& whole, uint64_t seed, const std::function<void(const std::string&)>& attempt) {
  std::mt19937_64 random(seed);
  const std::vector<uint64_t> odd = {0,          1,          0x7F,       0x80,       0xFF,       0xFFFF,
                                     0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1ULL << 62, 1ULL << 63, UINT64_MAX};
  std::string bytes = whole;
  for (size_t times = 1 + random() % 4; times > 0; --times) {
    // Mostly in the blocks at the beginning and the sections at the end.
    const size_t near = random() % std::min<size_t>(bytes.size(), 8192);
    const size_t at = random() % 2 == 0 ? near : bytes.size() - 1 - near;
    const uint64_t put = random() % 3 == 0 ? random() : odd[random() % odd.size()] + random() % 3 - 1;
    const size_t size = std::min<size_t>(size_t{1} << (random() % 4), bytes.size() - at);
    bytes.replace(at, size, reinterpret_cast<const char*>(&put), size);
  }
  Seal(bytes);
  attempt(bytes);
}

TEST_F(Damage, InSeveralPlacesThatTheChecksumsHideDoesNoHarm) {
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    TryRandomDamage(whole_, seed, [this](const std::string& bytes) { TryAnything(bytes); });
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

using DamageLong = Damage;

TEST_F(DamageLong, InSeveralPlacesThatTheChecksumsHideDoesNoHarm) {
  for (uint64_t seed = 10'000; seed < 100'000; ++seed) {
    TryRandomDamage(whole_, seed, [this](const std::string& bytes) { TryAnything(bytes); });
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST_F(DamageLong, ThatTheChecksumsHideDoesNoHarm) {
  std::vector<std::string> puts;
  for (int put = 0; put < 256; put += 7) {
    puts.emplace_back(1, static_cast<char>(put));
  }
  for (const char* put : {"\xFF\xFF\xFF\x7F", "\xFF\xFF", "\xFF\x7F", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"}) {
    puts.emplace_back(put);
  }
  TryEverywhere(whole_, puts, [this](const std::string& bytes) { TryAnything(bytes); });
}

TEST_F(DamageLong, OfEachBitIsNoticedOrDoesNotMatter) {
  const std::set<size_t> padding = PaddingOf(whole_);
  for (size_t at = 0; at < whole_.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bytes = whole_;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      Overwrite(bytes);
      ASSERT_EQ(NoticedOrRight(), !padding.contains(at)) << "byte " << at << ", bit " << bit;
    }
  }
}

/// An index of many blocks: 700 contigs of a row, three pages, and one contig of 3,000.
Source ManyBlocks() {
  Source source = KeysOnly({});
  source.schema = {{"n", "BIGINT", ValueKind::kSigned}};
  for (uint64_t i = 0; i < 3700; ++i) {
    const std::string contig = i < 3000 ? "1" : "c" + std::to_string(i);
    source.rows.push_back(Row(contig, static_cast<int64_t>(i / 2), "A", i % 2 == 0 ? "C" : "G", {Number(i)}));
  }
  return source;
}

TEST_F(Damage, OfADirectoryThatTheChecksumsHideDoesNoHarm) {
  const Source source = ManyBlocks();
  std::vector<Asked> asked;
  for (const SourceRow& row : source.rows) {
    asked.push_back({*row.chrom, *row.start, *row.ref, *row.alt});
  }
  ASSERT_NE(Build(path_, source), nullptr);
  const std::string whole = Content(path_);
  const auto header = Load<FileHeader>(reinterpret_cast<const uint8_t*>(whole.data()));
  ASSERT_GT(header.blocks, 2 * kBlocksOfPage);
  const auto directory = Load<Section>(reinterpret_cast<const uint8_t*>(whole.data()) + header.table_offset).offset;
  std::mt19937_64 random(17);
  for (int time = 0; time < 1500; ++time) {
    std::string bytes = whole;
    for (size_t times = 1 + random() % 3; times > 0; --times) {
      const size_t page = directory + random() % 3 * sizeof(DirectoryPage);
      const size_t at = page + sizeof(uint64_t) + 4 * (random() % ((sizeof(DirectoryPage) - 8) / 4));
      const auto put = static_cast<uint32_t>(random() % (random() % 2 == 0 ? 3000 : UINT32_MAX));
      Store(reinterpret_cast<uint8_t*>(bytes.data()) + at, put);
    }
    if (random() % 4 == 0) {  // a page that is sorted in itself, but lies before the one before
      const size_t page = directory + random() % 3 * sizeof(DirectoryPage);
      const auto shift = static_cast<uint32_t>(random() % 600);
      for (size_t i = 0; i <= kBlocksOfPage; ++i) {
        uint8_t* const at = reinterpret_cast<uint8_t*>(bytes.data()) + page + offsetof(DirectoryPage, offset) + 4 * i;
        Store(at, Load<uint32_t>(at) - std::min(Load<uint32_t>(at), shift));
      }
    }
    Seal(bytes);
    Overwrite(bytes);
    const auto file = IndexFile::Open(path_);
    if (file.ok()) {
      Lookup lookup(*file, {0});
      (void)lookup.Find(QueriesOf(**file, asked));
      (void)(*file)->CheckAll();
    }
    ASSERT_LT(LargestAllocation(), kMostAllocated) << "time " << time;
  }
}

/// What may happen to a file while it is looked up.
using FileInUse = Damage;

TEST_F(FileInUse, IsReadToTheEndWhereAnotherIsRenamedOverIt) {
  const auto file = *IndexFile::Open(path_);
  Source other = small_.source;
  for (SourceRow& row : other.rows) {
    row.values[0] = Number(77);
  }
  const std::string beside = scratch_.Path("other.vji");
  ASSERT_OK(Write(beside, other, small_.building));
  std::filesystem::rename(beside, path_);
  EXPECT_EQ(AskAll(file), expected_);
  EXPECT_OK(file->CheckAll());
  EXPECT_EQ(AskAll(*IndexFile::Open(path_)), PlainMap(other).Hits(small_.asked, columns_));
  std::filesystem::remove(path_);
  EXPECT_EQ(AskAll(file), expected_);
}

TEST_F(FileInUse, ThatIsCutGivesAnErrorOrTheRightAnswer) {
  for (size_t size = 0; size < whole_.size(); size += 61) {
    Overwrite(whole_);
    const auto file = *IndexFile::Open(path_);
    ASSERT_EQ(::truncate(path_.c_str(), static_cast<off_t>(size)), 0);
    const auto hits = AskAll(file);
    ASSERT_TRUE(!hits || *hits == expected_) << "cut at " << size;
  }
}

TEST_F(FileInUse, ThatIsOverwrittenGivesAnErrorOrTheRightAnswer) {
  Source other = small_.source;
  for (SourceRow& row : other.rows) {
    row.values[4] = row.values[4] ? std::optional(Text("something else")) : std::nullopt;
  }
  const std::string beside = scratch_.Path("other.vji");
  ASSERT_OK(Write(beside, other, small_.building));
  const std::string others = Content(beside);
  // So that the file is not overwritten within the tick of the clock in which it was made.
  std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  const auto file = *IndexFile::Open(path_);
  Lookup lookup(file, columns_);
  const std::vector<Query> queries = QueriesOf(*file, small_.asked);
  ASSERT_OK(lookup.Find(std::span(queries).first(1)));  // has a page of the directory
  Overwrite(others);
  const Status found = lookup.Find(queries);
  EXPECT_TRUE(!found.ok() || HitsOf(lookup) == expected_) << "rows of one file, values of another";
  const auto hits = AskAll(file);
  EXPECT_TRUE(!hits || *hits == expected_);
}

TEST_F(FileInUse, OneBrokenBlockDoesNotSpoilTheOthers) {
  const auto file = *IndexFile::Open(path_);
  Lookup lookup(file, columns_);
  const std::vector<Query> queries = QueriesOf(*file, small_.asked);
  std::string bytes = whole_;
  bytes[sizeof(FileHeader) + 300] ^= 1;  // in the first block
  Overwrite(bytes);
  EXPECT_THAT(ErrorText(lookup.Find(queries)), testing::HasSubstr("damaged (block 0)"));
}

TEST(NotAnIndex, IsSaid) {
  const Scratch scratch;
  EXPECT_THAT(ErrorText(IndexFile::Open(scratch.Path("none"))), testing::HasSubstr("No such file"));
  for (const auto& path : {scratch.Write("empty", ""), scratch.Write("text", std::string(1000, 'x')), scratch.path()}) {
    EXPECT_THAT(ErrorText(IndexFile::Open(path)), testing::HasSubstr(path + ": is not an index"));
  }
}

TEST_F(Damage, OfTheVersionNamesBoth) {
  std::string bytes = whole_;
  bytes[8] = 9;
  Seal(bytes);
  Overwrite(bytes);
  EXPECT_THAT(ErrorText(IndexFile::Open(path_)),
              testing::AllOf(testing::HasSubstr("format 9"), testing::HasSubstr("varjoin source index")));
}

TEST_F(Damage, ThatIsAPartWithoutANameIsRefusedUnlessItIsOptional) {
  const auto header = Load<FileHeader>(reinterpret_cast<const uint8_t*>(whole_.data()));
  std::string bytes = whole_;
  Section unknown{.id = 99, .optional = 1, .offset = 0, .size = 64, .checksum = 0};
  Append(bytes, unknown);
  Store(reinterpret_cast<uint8_t*>(bytes.data()) + offsetof(FileHeader, table_size),
        header.table_size + sizeof(Section));
  Seal(bytes);
  Overwrite(bytes);
  EXPECT_FALSE(NoticedOrRight());
  const uint32_t required = 0;
  std::memcpy(bytes.data() + bytes.size() - sizeof(Section) + offsetof(Section, optional), &required, 4);
  Seal(bytes);
  Overwrite(bytes);
  EXPECT_THAT(ErrorText(IndexFile::Open(path_)), testing::HasSubstr("does not know"));
}

}  // namespace
}  // namespace varjoin::index
