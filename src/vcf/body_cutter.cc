// body_cutter.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/body_cutter.h"

#include <algorithm>
#include <optional>

#include "vcf/bgzf.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {
namespace {

constexpr uint64_t kMostBlockBytes = 65536;
constexpr size_t kUsualHeaderBytes = 64;  ///< of a block, and some to spare
constexpr size_t kSizeBytes = 4;          ///< of the text's size, at a block's end

/// Where the block begins that byte `at` of `bytes` is in, if a chain of blocks leads there from `from`, and on to the
/// end of the bytes, or at least to another block.
std::optional<size_t> BlockBefore(std::string_view bytes, size_t from, size_t at, bool ends_with_file) {
  std::optional<size_t> found;
  for (size_t begin = from; begin < bytes.size();) {
    const std::optional<size_t> size = BgzfBlockBytes(bytes.substr(begin));
    if (!size) {
      // The header of the last one may be cut.
      const bool may_be_cut = !ends_with_file && bytes.size() - begin < kUsualHeaderBytes;
      return may_be_cut ? found : std::nullopt;
    }
    if (begin <= at) {
      found = begin;
    }
    begin += *size;
    if (begin > bytes.size() && ends_with_file) {
      return std::nullopt;
    }
  }
  return found;
}

}  // namespace

Result<std::unique_ptr<BodyCutter>> BodyCutter::Open(const std::string& path) {
  VARJOIN_ASSIGN(const auto vcf, VcfFile::Open(path));
  VARJOIN_ASSIGN(auto file, InputFile::Open(path));
  std::unique_ptr<BodyCutter> cutter(new BodyCutter(std::move(file), vcf->packing()));
  if (cutter->CanCut()) {
    VARJOIN_ASSIGN(cutter->begin_, cutter->PlaceOfText(vcf->header_end() - 1));
  }
  return cutter;
}

uint64_t BodyCutter::begin_byte() const {
  return packing_ == Packing::kBgzf ? begin_ >> 16 : begin_;
}

Result<uint64_t> BodyCutter::BlockAfterHeader() {
  VARJOIN_ASSIGN(const Block block, BlockAt(begin_ >> 16));
  if ((begin_ & 0xFFFF) + 1 != block.text_bytes) {
    return BadInput("{}: its header does not end with a BGZF block", file_->name());
  }
  return block.offset + block.bytes;
}

Result<uint64_t> BodyCutter::PlaceOf(uint64_t byte) {
  if (byte >= size()) {
    return VirtualRange::kToTheEnd;
  }
  if (packing_ == Packing::kPlain) {
    return std::max(begin_, byte);
  }
  VARJOIN_ASSIGN(const Block block, BlockAround(byte));
  // As far into the block's text as the byte is in the block.
  const uint64_t in_text = (byte - block.offset) * block.text_bytes / block.bytes;
  return std::max(begin_, block.offset << 16 | in_text);
}

/// Up to `size` bytes.
Result<std::string> BodyCutter::Read(uint64_t offset, size_t size) {
  std::string bytes(size, '\0');
  file_->Seek(offset);
  VARJOIN_ASSIGN(const size_t count, file_->Read(bytes.data(), size));
  bytes.resize(count);
  return bytes;
}

Result<BodyCutter::Block> BodyCutter::BlockAt(uint64_t offset) {
  VARJOIN_ASSIGN(const std::string bytes, Read(offset, kMostBlockBytes));
  const std::optional<size_t> size = BgzfBlockBytes(bytes);
  if (!size || *size > bytes.size()) {
    return BadInput("{}: no whole BGZF block begins at byte {}; fetch or copy the file again", file_->name(), offset);
  }
  uint64_t text_bytes = 0;
  for (size_t i = 0; i < kSizeBytes; ++i) {
    text_bytes |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[*size - kSizeBytes + i])) << (8 * i);
  }
  return Block{.offset = offset, .bytes = *size, .text_bytes = std::min(text_bytes, kMostBlockBytes)};
}

/// The block that a byte is in. It begins at most a block's bytes before; what only looks like a beginning is told by
/// the blocks that must follow it.
Result<BodyCutter::Block> BodyCutter::BlockAround(uint64_t byte) {
  const uint64_t begin = byte - std::min(byte, kMostBlockBytes - 1);
  VARJOIN_ASSIGN(const std::string bytes, Read(begin, 4 * kMostBlockBytes));
  const size_t at = byte - begin;
  for (size_t from = 0; from <= at; ++from) {
    const bool ends_with_file = begin + bytes.size() == size();
    if (const auto found = BlockBefore(bytes, from, at, ends_with_file)) {
      return BlockAt(begin + *found);
    }
  }
  return BadInput("{}: no BGZF block is at byte {}; fetch or copy the file again", file_->name(), byte);
}

/// Of a byte of the text: by going from block to block, since it is that of the header's end.
Result<uint64_t> BodyCutter::PlaceOfText(uint64_t text_offset) {
  if (packing_ == Packing::kPlain) {
    return text_offset;
  }
  for (uint64_t offset = 0;;) {
    VARJOIN_ASSIGN(const Block block, BlockAt(offset));
    if (text_offset < block.text_bytes) {
      return block.offset << 16 | text_offset;
    }
    text_offset -= block.text_bytes;
    offset += block.bytes;
  }
}

}  // namespace varjoin::vcf
