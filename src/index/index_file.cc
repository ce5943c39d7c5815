// index_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/index_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/checksum.h"
#include "base/files.h"
#include "base/text.h"
#include "index/block.h"

namespace varjoin::index {

Result<std::shared_ptr<const IndexFile>> IndexFile::Open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return Failed("{}: {}", path, ErrnoText(errno));
  }
  const std::shared_ptr<IndexFile> file(new IndexFile(path, descriptor));
  VARJOIN_RETURN_IF_ERROR(file->ReadHeader());
  VARJOIN_RETURN_IF_ERROR(file->ReadSections());
  return std::shared_ptr<const IndexFile>(file);
}

IndexFile::~IndexFile() {
  ::close(descriptor_);
}

Status IndexFile::Damaged(const std::string& part) const {
  return Failed("{}: the index is damaged ({}); build it again with `varjoin source index`", path_, part);
}

Result<bool> IndexFile::Read(uint64_t offset, size_t size, uint8_t* bytes, bool at_once) const {
  while (size > 0) {
    const iovec part{.iov_base = bytes, .iov_len = size};
    const ssize_t got = at_once ? ::preadv2(descriptor_, &part, 1, static_cast<off_t>(offset), RWF_NOWAIT)
                                : ::pread(descriptor_, bytes, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    // Also at 0 bytes, which Linux 5.9 and 5.10 give where they would have to wait. Whatever it is, reading tells.
    if (at_once && got <= 0) {
      return false;
    }
    if (got < 0) {
      return Failed("{}: can't be read: {}", path_, ErrnoText(errno));
    }
    if (got == 0) {
      return Damaged("it is shorter than it was");
    }
    offset += static_cast<uint64_t>(got);
    bytes += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

void IndexFile::Announce(uint64_t offset, size_t size) const {
  (void)::posix_fadvise(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(size), POSIX_FADV_WILLNEED);
}

Status IndexFile::CheckUnchanged() const {
  struct stat found {};
  if (::fstat(descriptor_, &found) != 0) {
    return Failed("{}: {}", path_, ErrnoText(errno));
  }
  const bool same = static_cast<uint64_t>(found.st_size) == size_ && found.st_mtim.tv_sec == modified_.tv_sec &&
                    found.st_mtim.tv_nsec == modified_.tv_nsec;
  return same ? Status::Ok() : Failed("{}: the index was written to while it was read; run again", path_);
}

Status IndexFile::ReadHeader() {
  struct stat found {};
  if (::fstat(descriptor_, &found) != 0) {
    return Failed("{}: {}", path_, ErrnoText(errno));
  }
  size_ = static_cast<uint64_t>(found.st_size);
  modified_ = found.st_mtim;
  if (!S_ISREG(found.st_mode) || size_ < sizeof(FileHeader)) {
    return Failed("{}: is not an index of varjoin's", path_);
  }
  VARJOIN_RETURN_IF_ERROR(Read(0, sizeof(header_), reinterpret_cast<uint8_t*>(&header_), false).status());
  if (header_.magic != kMagic) {
    return Failed("{}: is not an index of varjoin's", path_);
  }
  if (header_.version != kVersion || header_.byte_order != kByteOrder) {
    return Failed(
        "{}: is an index of format {}; this varjoin reads format {}. Build it again with `varjoin source index`", path_,
        header_.version, kVersion);
  }
  const bool fits = header_.table_offset <= size_ && header_.table_size == size_ - header_.table_offset &&
                    header_.table_size % sizeof(Section) == 0 && header_.table_size <= 64 * sizeof(Section);
  if (header_.checksum != Checksum(&header_, offsetof(FileHeader, checksum)) || !fits) {
    return Damaged("its header");
  }
  return Status::Ok();
}

Status IndexFile::ReadSections() {
  sections_.resize(header_.table_size / sizeof(Section));
  VARJOIN_RETURN_IF_ERROR(
      Read(header_.table_offset, header_.table_size, reinterpret_cast<uint8_t*>(sections_.data()), false).status());
  if (Checksum(sections_.data(), header_.table_size) != header_.table_checksum) {
    return Damaged("its section table");
  }
  for (const Section& section : sections_) {
    if (section.offset > size_ || section.size > size_ - section.offset) {
      return Damaged("its section table");
    }
    const bool known = section.id >= 1 && section.id <= static_cast<uint32_t>(SectionId::kFacts);
    if (!known && section.optional == 0) {
      return Failed("{}: has a part that this varjoin does not know; build it again with `varjoin source index`",
                    path_);
    }
    if (section.id == static_cast<uint32_t>(SectionId::kDirectory)) {
      directory_offset_ = section.offset;
    }
  }
  VARJOIN_ASSIGN(const std::string columns, ReadSection(SectionId::kColumns, "its columns"));
  auto read = ReadColumns(columns);
  if (!read) {
    return Damaged("its columns");
  }
  columns_ = *std::move(read);
  VARJOIN_RETURN_IF_ERROR(ReadContigs());
  return ReadFacts();
}

Result<std::string> IndexFile::ReadSection(SectionId id, const std::string& name) const {
  for (const Section& section : sections_) {
    if (section.id == static_cast<uint32_t>(id)) {
      std::string bytes(section.size, '\0');
      VARJOIN_RETURN_IF_ERROR(
          Read(section.offset, section.size, reinterpret_cast<uint8_t*>(bytes.data()), false).status());
      return Checksum(bytes.data(), bytes.size()) == section.checksum ? Result<std::string>(std::move(bytes))
                                                                      : Damaged(name);
    }
  }
  return Damaged(name);
}

Status IndexFile::ReadContigs() {
  VARJOIN_ASSIGN(const std::string bytes, ReadSection(SectionId::kContigs, "its contigs"));
  ByteReader reader(bytes);
  for (uint64_t left = reader.Varint(); left > 0 && reader.ok(); --left) {
    IndexContig& contig = contigs_.emplace_back();
    contig.name = reader.Text();
    contig.rows = reader.Varint();
    contig.first_block = reader.Varint();
    contig.end_block = reader.Varint();
    contig_numbers_.emplace(contig.name, static_cast<int>(contigs_.size() - 1));
    const bool has_blocks = contig.first_block < contig.end_block && contig.end_block <= header_.blocks;
    if (has_blocks != (contig.rows > 0)) {
      return Damaged("its contigs");
    }
  }
  for (uint64_t first = 0; first < header_.blocks && reader.ok(); first += kBlocksOfPage) {
    page_starts_.push_back(reader.Fixed<int64_t>());
  }
  return reader.ok() && reader.left() == 0 ? Status::Ok() : Damaged("its contigs");
}

Status IndexFile::ReadFacts() {
  VARJOIN_ASSIGN(const std::string bytes, ReadSection(SectionId::kFacts, "its facts"));
  ByteReader reader(bytes);
  for (int64_t* const count : {&counts_.rows, &counts_.unmatchable, &counts_.repeated, &counts_.not_minimal}) {
    *count = static_cast<int64_t>(reader.Varint());
  }
  for (uint64_t left = reader.Varint(); left > 0 && reader.ok(); --left) {
    const std::string name(reader.Text());
    facts_[name] = reader.Text();
  }
  return reader.ok() && reader.left() == 0 ? Status::Ok() : Damaged("its facts");
}

std::string IndexFile::Fact(const std::string& name) const {
  const auto found = facts_.find(name);
  return found == facts_.end() ? "" : found->second;
}

std::vector<uint64_t> IndexFile::BytesOfColumns() const {
  std::vector<uint64_t> bytes;
  const std::string fact = Fact("bytes_of_columns");
  for (const std::string_view part : Split(fact, ' ')) {
    uint64_t number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    bytes.push_back(number);
  }
  bytes.resize(columns_.size());
  return bytes;
}

int IndexFile::FindContig(const std::string& canonical) const {
  const auto found = contig_numbers_.find(canonical);
  return found == contig_numbers_.end() ? ContigNames::kNone : found->second;
}

int IndexFile::FindColumn(std::string_view name) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (EqualNoCase(columns_[i].schema.name, name)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Status IndexFile::ReadPage(uint64_t page, DirectoryPage& read) const {
  VARJOIN_RETURN_IF_ERROR(
      Read(directory_offset_ + page * sizeof(DirectoryPage), sizeof(read), reinterpret_cast<uint8_t*>(&read), false)
          .status());
  const bool whole = read.checksum == Checksum(&read.number, sizeof(read) - offsetof(DirectoryPage, number)) &&
                     read.number == page && std::is_sorted(std::begin(read.offset), std::end(read.offset)) &&
                     read.offset[kBlocksOfPage] <= directory_offset_ / kAlignment;
  return whole ? Status::Ok() : Damaged(fmt::format("page {} of its directory", page));
}

Status IndexFile::CheckAll() const {
  std::vector<uint8_t> bytes;
  auto page = std::make_unique<DirectoryPage>();
  for (uint64_t number = 0; number < pages(); ++number) {
    VARJOIN_RETURN_IF_ERROR(ReadPage(number, *page));
    for (uint64_t i = 0; i < std::min<uint64_t>(kBlocksOfPage, blocks() - number * kBlocksOfPage); ++i) {
      const size_t size = (page->offset[i + 1] - page->offset[i]) * kAlignment;
      bytes.resize(size + Block::kSlack);
      VARJOIN_RETURN_IF_ERROR(Read(page->offset[i] * kAlignment, size, bytes.data(), false).status());
      Block block;
      const bool whole = block.Open(bytes.data(), size) && block.header().first_start == page->first_start[i] &&
                         block.header().contig == page->contig[i];
      if (!whole) {
        return Damaged(fmt::format("block {}", number * kBlocksOfPage + i));
      }
    }
  }
  return CheckUnchanged();
}

}  // namespace varjoin::index
