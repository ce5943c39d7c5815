// format.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

/// The index file (`.vji`), version 1. All numbers are little-endian.
///
///     FileHeader | block | block | … | directory | columns | contigs | facts | section table
///
/// - A block holds up to kMostRowsOfBlock rows of one contig, in the order of their start; see block.h. Blocks begin on
///   multiples of kAlignment and follow each other by contig and start.
/// - The directory has a page for every kBlocksOfPage blocks: the first start of each and where it lies. A page carries
///   its own checksum, so that a look-up reads the pages that it needs and opening the file reads none.
/// - The other sections are small; they are read and checked when the file is opened.
/// - What a look-up reads it reads with pread into its own memory, and checks: a file that is cut or changed under it
///   gives an error, never a signal.
namespace varjoin::index {

static_assert(std::endian::native == std::endian::little);

inline constexpr uint64_t kMagic = 0x0A1A0A0D31494A56;  ///< VJI1\r\n\x1a\n: a copy in text mode spoils it
inline constexpr uint32_t kVersion = 1;
inline constexpr uint32_t kByteOrder = 0x01020304;
inline constexpr uint64_t kAlignment = 64;

inline constexpr uint32_t kMostRowsOfBlock = 512;
inline constexpr uint32_t kBlocksOfPage = 256;

struct FileHeader {
  uint64_t magic = kMagic;
  uint32_t version = kVersion;
  uint32_t byte_order = kByteOrder;
  uint64_t rows = 0;
  uint64_t blocks = 0;
  uint64_t table_offset = 0;
  uint64_t table_size = 0;
  uint64_t table_checksum = 0;
  uint64_t checksum = 0;  ///< of what is before
};
static_assert(sizeof(FileHeader) == 64);

/// A reader refuses a file with a section that it does not know, unless that is optional.
enum class SectionId : uint32_t { kDirectory = 1, kColumns = 2, kContigs = 3, kFacts = 4 };

struct Section {
  uint32_t id = 0;
  uint32_t optional = 0;  ///< 1: a reader that does not know it may go on
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t checksum = 0;  ///< 0 for the directory, whose pages have their own
};
static_assert(sizeof(Section) == 32);

/// Where the blocks number kBlocksOfPage * page + i are: [offset[i], offset[i + 1]), in units of kAlignment.
struct DirectoryPage {
  uint64_t checksum = 0;  ///< of what follows
  uint32_t number = 0;    ///< of the page
  uint32_t offset[kBlocksOfPage + 1] = {};
  int64_t first_start[kBlocksOfPage] = {};
  uint32_t contig[kBlocksOfPage] = {};
};
static_assert(sizeof(DirectoryPage) == 4112);

}  // namespace varjoin::index
