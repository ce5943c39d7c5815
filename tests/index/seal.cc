// seal.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "seal.h"

#include <algorithm>
#include <cstddef>

#include "base/checksum.h"
#include "index/block.h"
#include "index/bytes.h"
#include "index/format.h"

namespace varjoin::index {
namespace {

/// Stores the checksum of bytes [begin, end) at `at`, if all that is in the file.
void SealPart(std::string& bytes, uint64_t at, uint64_t begin, uint64_t end) {
  if (begin <= end && end <= bytes.size() && at <= bytes.size() && bytes.size() - at >= sizeof(uint64_t)) {
    auto* const data = reinterpret_cast<uint8_t*>(bytes.data());
    Store(data + at, Checksum(data + begin, end - begin));
  }
}

template <typename T>
T LoadAt(const std::string& bytes, uint64_t at) {
  return Load<T>(reinterpret_cast<const uint8_t*>(bytes.data()) + at);
}

void SealDirectory(std::string& bytes, const Section& directory, uint64_t blocks) {
  for (uint64_t first = 0; first < blocks; first += kBlocksOfPage) {
    const uint64_t at = directory.offset + first / kBlocksOfPage * sizeof(DirectoryPage);
    if (at > bytes.size() || bytes.size() - at < sizeof(DirectoryPage)) {
      return;
    }
    const auto page = LoadAt<DirectoryPage>(bytes, at);
    for (uint64_t i = 0; i < std::min<uint64_t>(kBlocksOfPage, blocks - first); ++i) {
      const uint64_t begin = page.offset[i] * kAlignment;
      const uint64_t end = page.offset[i + 1] * kAlignment;
      if (end - begin >= sizeof(BlockHeader)) {
        SealPart(bytes, begin, begin + sizeof(uint64_t), end);
      }
    }
    SealPart(bytes, at, at + offsetof(DirectoryPage, number), at + sizeof(DirectoryPage));
  }
}

}  // namespace

void Seal(std::string& bytes) {
  if (bytes.size() < sizeof(FileHeader)) {
    return;
  }
  const auto header = LoadAt<FileHeader>(bytes, 0);
  uint64_t table_end = header.table_offset;
  for (; table_end <= bytes.size() && bytes.size() - table_end >= sizeof(Section); table_end += sizeof(Section)) {
    const auto section = LoadAt<Section>(bytes, table_end);
    if (section.id == static_cast<uint32_t>(SectionId::kDirectory)) {
      SealDirectory(bytes, section, header.blocks);
    } else if (section.size <= bytes.size()) {
      SealPart(bytes, table_end + offsetof(Section, checksum), section.offset, section.offset + section.size);
    }
  }
  SealPart(bytes, offsetof(FileHeader, table_checksum), header.table_offset, header.table_offset + header.table_size);
  SealPart(bytes, offsetof(FileHeader, checksum), 0, offsetof(FileHeader, checksum));
}

}  // namespace varjoin::index
