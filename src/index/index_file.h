// index_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "index/coding.h"
#include "index/format.h"
#include "index/index_writer.h"

namespace varjoin::index {

/// A contig of an index.
struct IndexContig {
  std::string name;  ///< canonical, see CanonicalContig()
  uint64_t rows = 0;
  uint64_t first_block = 0;
  uint64_t end_block = 0;
};

/// An index file that is open. Whatever is in it was checked before it is returned; damage is an error that names the
/// file and the part. If the file is replaced (renamed over), this one goes on with what it has opened.
///
/// Immutable and thread-safe; memory: the columns' dictionaries, the contigs, 8 bytes for 130,000 rows.
class IndexFile {
 public:
  /// Takes a few reads, whatever the file's size. Errors: not an index, of another version, damaged or cut.
  static Result<std::shared_ptr<const IndexFile>> Open(const std::string& path);
  ~IndexFile();
  IndexFile(const IndexFile&) = delete;
  IndexFile& operator=(const IndexFile&) = delete;

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }  ///< bytes
  const std::vector<ColumnCoding>& columns() const { return columns_; }
  const std::vector<IndexContig>& contigs() const { return contigs_; }
  const IndexCounts& counts() const { return counts_; }
  const Facts& facts() const { return facts_; }
  /// A fact, or "".
  std::string Fact(const std::string& name) const;
  /// Bytes of the file that belong to each column, without dictionaries.
  std::vector<uint64_t> BytesOfColumns() const;

  /// The contig's number by its canonical name, or ContigNames::kNone.
  int FindContig(const std::string& canonical) const;

  /// The column's number by its name, without regard to case, or -1.
  int FindColumn(std::string_view name) const;

  uint64_t blocks() const { return header_.blocks; }
  uint64_t pages() const { return page_starts_.size(); }
  /// The first start of the first block of a page of the directory.
  int64_t PageStart(uint64_t page) const { return page_starts_[page]; }
  Status ReadPage(uint64_t page, DirectoryPage& read) const;

  /// Reads bytes [offset, offset + size) of the file. `at_once`: only if that needs no waiting for the disk.
  /// False, with `at_once` only: it does, or can't be known.
  Result<bool> Read(uint64_t offset, size_t size, uint8_t* bytes, bool at_once) const;
  /// Tells the kernel that these bytes will be read soon.
  void Announce(uint64_t offset, size_t size) const;

  /// Error: the file was written to since it was opened. What was read from it before may then be of two files, though
  /// each part of it is whole.
  Status CheckUnchanged() const;

  /// The error for damage in `part` of this file.
  Status Damaged(const std::string& part) const;

  /// Reads and checks everything. Takes as long as reading the file does.
  Status CheckAll() const;

 private:
  IndexFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  Status ReadHeader();
  Status ReadSections();
  Result<std::string> ReadSection(SectionId id, const std::string& name) const;
  Status ReadContigs();
  Status ReadFacts();

  std::string path_;
  int descriptor_;
  uint64_t size_ = 0;
  timespec modified_{};
  FileHeader header_;
  std::vector<Section> sections_;
  uint64_t directory_offset_ = 0;
  std::vector<ColumnCoding> columns_;
  std::vector<IndexContig> contigs_;
  std::unordered_map<std::string, int> contig_numbers_;
  std::vector<int64_t> page_starts_;
  IndexCounts counts_;
  Facts facts_;
};

}  // namespace varjoin::index
