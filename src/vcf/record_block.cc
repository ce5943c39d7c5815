// record_block.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_block.h"

#include <libdeflate.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>

#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kBlockHead = "\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0"sv;  // BSIZE follows
constexpr size_t kSizeBytes = 2;
constexpr size_t kTailBytes = 8;  ///< CRC32 and the text's size
constexpr size_t kMostBlockBytes = size_t{64} << 10;
constexpr std::string_view kEndKey = "END=";

void PutBytes(uint64_t value, size_t count, char* out) {
  std::memcpy(out, &value, count);  // little-endian, as text_scan.h asserts
}

int64_t NumberAt(const char* begin, const char* end) {
  int64_t value = 0;
  std::from_chars(begin, end, value);
  return value;
}

/// INFO/END; 0: there is none.
int64_t EndOf(std::string_view info) {
  const char* const end = info.data() + info.size();
  int64_t found = 0;
  AnyPart(info.data(), end, ';', [&](const char* entry) {
    const bool is_end = Between(entry, end).starts_with(kEndKey);
    found = is_end ? NumberAt(entry + kEndKey.size(), end) : 0;
    return is_end;
  });
  return found;
}

RecordMark MarkOf(std::string_view line, std::string_view& contig) {
  const char* const end = line.data() + line.size();
  const char* fields[8];
  const char* at = line.data();
  for (const char*& field : fields) {
    field = at;
    at = std::min(end, FindByte(at, end, '\t') + 1);
  }
  contig = {fields[0], static_cast<size_t>(fields[1] - fields[0]) - 1};
  RecordMark mark;
  mark.begin = std::max<int64_t>(NumberAt(fields[1], fields[2]) - 1, 0);
  mark.end = mark.begin + (fields[4] - fields[3]) - 1;
  const auto info_bytes = static_cast<size_t>(at - fields[7]);
  mark.end = std::max(mark.end, EndOf({fields[7], info_bytes}));
  return mark;
}

}  // namespace

std::string_view BgzfEndMarker() {
  return "\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0"sv;
}

void RecordBlock::Clear() {
  lines.clear();
  bytes.clear();
  packed.clear();
  packed_ends.clear();
  contigs.clear();
  marks.clear();
}

void MarkLines(RecordBlock& block) {
  const char* const begin = block.lines.data();
  const char* const end = begin + block.lines.size();
  for (const char* line = begin; line < end;) {
    const char* const line_end = static_cast<const char*>(std::memchr(line, '\n', static_cast<size_t>(end - line)));
    std::string_view contig;
    RecordMark mark = MarkOf({line, static_cast<size_t>(line_end - line)}, contig);
    if (block.contigs.empty() || block.contigs.back() != contig) {
      block.contigs.push_back(contig);
    }
    mark.contig = static_cast<uint32_t>(block.contigs.size() - 1);
    line = line_end + 1;
    mark.byte_end = static_cast<size_t>(line - begin);
    block.marks.push_back(mark);
  }
}

BgzfPacker::BgzfPacker(int level) : compressor_(libdeflate_alloc_compressor(level)), block_(kMostBlockBytes, '\0') {
  if (compressor_ == nullptr) {
    throw std::bad_alloc();
  }
}

BgzfPacker::~BgzfPacker() {
  libdeflate_free_compressor(compressor_);
}

void BgzfPacker::Pack(std::string_view bytes, std::string& packed, std::vector<uint32_t>& ends) {
  char* const out = block_.data();
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kBgzfTextBytes, bytes.size()))) {
    const std::string_view text = bytes.substr(0, kBgzfTextBytes);
    char* const data = out + kBlockHead.size() + kSizeBytes;
    const size_t room = kMostBlockBytes - kBlockHead.size() - kSizeBytes - kTailBytes;
    const size_t size = libdeflate_deflate_compress(compressor_, text.data(), text.size(), data, room);
    std::memcpy(out, kBlockHead.data(), kBlockHead.size());
    const size_t whole = kBlockHead.size() + kSizeBytes + size + kTailBytes;
    PutBytes(whole - 1, kSizeBytes, out + kBlockHead.size());
    PutBytes(libdeflate_crc32(0, text.data(), text.size()), 4, data + size);
    PutBytes(text.size(), 4, data + size + 4);
    packed.append(out, whole);
    ends.push_back(static_cast<uint32_t>(packed.size()));
  }
}

}  // namespace varjoin::vcf
