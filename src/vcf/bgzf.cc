// bgzf.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/bgzf.h"

#include <isa-l/crc.h>
#include <libdeflate.h>

#include <cstring>
#include <new>

#include "vcf/decoders.h"

namespace varjoin::vcf {
namespace {

using namespace std::string_view_literals;

constexpr size_t kFixedHeaderBytes = 12;  ///< up to and with XLEN
constexpr size_t kFooterBytes = 8;        ///< CRC32, ISIZE
constexpr size_t kMaxBlockText = 65536;
constexpr size_t kMaxBlockBytes = 65536;
constexpr size_t kReadStep = 128 << 10;
constexpr uint64_t kMostTextOffset = 0xFFFF;  ///< the part of a virtual offset within a block

/// The empty block that ends a BGZF file.
constexpr std::string_view kEndMarker =
    "\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0\x42\x43\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0"sv;

uint32_t LittleEndian(const char* bytes, int count) {
  uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

enum class HeaderState { kWhole, kCut, kNotBgzf, kImpossibleSize };

struct BlockHeader {
  size_t header_bytes = 0;
  size_t block_bytes = 0;  ///< header, deflated text and footer
};

/// Reads the header at the beginning of `bytes`; kCut: more bytes are needed to tell.
HeaderState ParseBlockHeader(std::string_view bytes, BlockHeader& header) {
  constexpr std::string_view kMagic = "\x1f\x8b\x08\x04"sv;
  if (bytes.substr(0, kMagic.size()) != kMagic.substr(0, bytes.size())) {
    return HeaderState::kNotBgzf;
  }
  if (bytes.size() < kFixedHeaderBytes) {
    return HeaderState::kCut;
  }
  header.header_bytes = kFixedHeaderBytes + LittleEndian(bytes.data() + 10, 2);
  if (bytes.size() < header.header_bytes) {
    return HeaderState::kCut;
  }
  for (size_t at = kFixedHeaderBytes; at + 4 <= header.header_bytes;) {
    const size_t field_bytes = LittleEndian(bytes.data() + at + 2, 2);
    if (bytes.substr(at, 2) == "BC" && field_bytes == 2 && at + 6 <= header.header_bytes) {
      header.block_bytes = LittleEndian(bytes.data() + at + 4, 2) + 1;
      return header.block_bytes > header.header_bytes + kFooterBytes ? HeaderState::kWhole
                                                                     : HeaderState::kImpossibleSize;
    }
    at += 4 + field_bytes;
  }
  return HeaderState::kNotBgzf;
}

Status BadBlock(const std::string& path, uint64_t offset, std::string_view what) {
  return BadInput("{}: the BGZF block at byte {} {}; fetch or copy the file again", path, offset, what);
}

Status NotABlock(const std::string& path, uint64_t offset, std::string_view bytes) {
  if (IsGzip(bytes)) {
    return BadInput(
        "{}: BGZF blocks are followed by plain gzip at byte {}, as if two files were joined; pack it anew: "
        "gzip -dc {} | bgzip > out.vcf.gz",
        path, offset, path);
  }
  return BadInput("{}: no BGZF block begins at byte {}; fetch or copy the file again", path, offset);
}

}  // namespace

/// Consecutive blocks as they lie in the file, and what is needed to inflate them. Used again for run after run.
class BgzfSource::BlockRun : public PackedPiece {
 public:
  struct Block {
    size_t begin;  ///< in `bytes`
    size_t header_bytes;
    size_t block_bytes;
    size_t text_bytes;
    size_t wanted_begin;  ///< in its text
    size_t wanted_end;
  };

  Status Inflate(const std::string& path, char* to) {
    for (const Block& block : blocks) {
      const size_t wanted = block.wanted_end - block.wanted_begin;
      if (wanted == block.text_bytes) {
        VARJOIN_RETURN_IF_ERROR(InflateBlock(path, block, to));
      } else {
        whole_.resize(kMaxBlockText);
        VARJOIN_RETURN_IF_ERROR(InflateBlock(path, block, whole_.data()));
        std::memcpy(to, whole_.data() + block.wanted_begin, wanted);
      }
      to += wanted;
    }
    return Status::Ok();
  }

  uint64_t offset = 0;  ///< of bytes[0] in the file
  std::vector<char> bytes;
  std::vector<Block> blocks;

 private:
  Status InflateBlock(const std::string& path, const Block& block, char* to) {
    const char* deflated = bytes.data() + block.begin + block.header_bytes;
    const char* footer = bytes.data() + block.begin + block.block_bytes - kFooterBytes;
    const libdeflate_result result =
        libdeflate_deflate_decompress(inflater_.get(), deflated, static_cast<size_t>(footer - deflated), to,
                                      block.text_bytes, /*actual_out_nbytes_ret=*/nullptr);
    if (result != LIBDEFLATE_SUCCESS) {
      return BadBlock(path, offset + block.begin, "is corrupt: it does not unpack to the size that it states");
    }
    // ISA-L's, which is three times as fast as libdeflate's where the processor has wide carry-less products.
    if (crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(to), block.text_bytes) != LittleEndian(footer, 4)) {
      return BadBlock(path, offset + block.begin, "is corrupt: its checksum does not fit its content");
    }
    return Status::Ok();
  }

  struct Free {
    void operator()(libdeflate_decompressor* inflater) const { libdeflate_free_decompressor(inflater); }
  };
  static libdeflate_decompressor* Allocate() {
    libdeflate_decompressor* const inflater = libdeflate_alloc_decompressor();
    return inflater != nullptr ? inflater : throw std::bad_alloc();
  }
  std::unique_ptr<libdeflate_decompressor, Free> inflater_{Allocate()};
  std::vector<char> whole_;  ///< a block's text of which only a part is wanted
};

bool IsBgzf(std::string_view start) {
  BlockHeader header;
  const HeaderState state = ParseBlockHeader(start, header);
  return state == HeaderState::kWhole || state == HeaderState::kImpossibleSize;
}

std::optional<size_t> BgzfBlockBytes(std::string_view bytes) {
  BlockHeader header;
  return ParseBlockHeader(bytes, header) == HeaderState::kWhole ? std::optional<size_t>(header.block_bytes)
                                                                : std::nullopt;
}

BgzfSource::BgzfSource(std::unique_ptr<InputFile> file) : file_(std::move(file)), read_bytes_(2 * kReadStep) {}

BgzfSource::~BgzfSource() = default;

void BgzfSource::Restrict(std::vector<VirtualRange> ranges, const std::string& index) {
  restricted_ = true;
  ranges_ = std::move(ranges);
  range_ = 0;
  index_ = index;
  BeginRange();
}

/// Goes to where the current range begins.
void BgzfSource::BeginRange() {
  read_ahead_.clear();
  if (range_ < ranges_.size()) {
    const VirtualRange& range = ranges_[range_];
    offset_ = range.begin >> 16;
    read_bytes_ = std::min<uint64_t>((range.end >> 16) - offset_ + kMaxBlockBytes, 2 * kReadStep);
    at_end_ = false;
    file_->Seek(offset_);
  }
}

Status BgzfSource::DoesNotFitIndex(uint64_t offset) const {
  if (index_.empty()) {
    return BadInput("{}: no BGZF block that fits begins at byte {}, where a part of the file was to begin or end",
                    file_->name(), offset);
  }
  return BadInput("{}: its index {} does not fit it at byte {}; make the index anew: bcftools index -f {}",
                  file_->name(), index_, offset, file_->name());
}

Status BgzfSource::Take(Piece& piece) {
  std::unique_ptr<BlockRun> run = UnusedRun();
  if (restricted_ && range_ == ranges_.size()) {
    piece.last = true;
    run->blocks.clear();
    piece.packed = std::move(run);
    return Status::Ok();
  }
  run->offset = offset_;
  run->blocks.clear();
  run->bytes.swap(read_ahead_);
  piece.size = 0;
  if (run->bytes.size() < read_bytes_) {
    VARJOIN_RETURN_IF_ERROR(ReadMore(run->bytes, read_bytes_ - run->bytes.size()));
  }
  VARJOIN_RETURN_IF_ERROR(FindBlocks(*run, piece));

  const BlockRun::Block end = run->blocks.empty() ? BlockRun::Block{} : run->blocks.back();
  const size_t used = end.begin + end.block_bytes;
  if (used > 0) {
    ends_with_marker_ = std::string_view(run->bytes.data() + end.begin, end.block_bytes) == kEndMarker;
  }
  read_ahead_.assign(run->bytes.begin() + static_cast<ptrdiff_t>(used), run->bytes.end());
  offset_ += used;
  taken_ += used;
  // What the next piece probably takes, with some to spare: one read a piece.
  read_bytes_ = used + used / 8 + kMaxBlockBytes;
  piece.last = at_end_ && read_ahead_.empty();
  if (restricted_) {
    if (RangeEndsBefore(offset_)) {
      ++range_;
      BeginRange();
    } else if (piece.last && ranges_[range_].end == VirtualRange::kToTheEnd) {
      ++range_;
    } else if (piece.last) {
      return DoesNotFitIndex(offset_);
    }
    piece.last = range_ == ranges_.size();
  }
  piece.packed = std::move(run);
  return Status::Ok();
}

Status BgzfSource::FindBlocks(BlockRun& run, Piece& piece) {
  // The number of compressed bytes is limited too: blocks may be empty.
  for (size_t at = 0; at < kPieceBytes;) {
    const uint64_t offset = run.offset + at;
    if (RangeEndsBefore(offset)) {
      return Status::Ok();
    }
    const std::string_view bytes = std::string_view(run.bytes.data(), run.bytes.size()).substr(at);
    BlockHeader header;
    const HeaderState state = bytes.empty() ? HeaderState::kCut : ParseBlockHeader(bytes, header);
    if (state == HeaderState::kNotBgzf) {
      return restricted_ ? DoesNotFitIndex(offset) : NotABlock(file_->name(), offset, bytes);
    }
    if (state == HeaderState::kImpossibleSize) {
      return BadBlock(file_->name(), offset, "states a size smaller than its own header");
    }
    if (state == HeaderState::kCut || bytes.size() < header.block_bytes) {
      if (at_end_ && bytes.empty()) {
        return Status::Ok();
      }
      if (at_end_) {
        return BadBlock(file_->name(), offset, "is cut off by the end of the file");
      }
      if (piece.size > kPieceBytes / 2) {
        return Status::Ok();
      }
      VARJOIN_RETURN_IF_ERROR(ReadMore(run.bytes, kReadStep));
      continue;
    }
    const size_t text_bytes = LittleEndian(bytes.data() + header.block_bytes - 4, 4);
    if (text_bytes > kMaxBlockText) {
      return BadBlock(file_->name(), offset, "states a text of more than 64 KiB");
    }
    if (piece.size + text_bytes > kPieceBytes) {
      return Status::Ok();
    }
    BlockRun::Block block{at, header.header_bytes, header.block_bytes, text_bytes, 0, text_bytes};
    if (restricted_) {
      const VirtualRange& range = ranges_[range_];
      block.wanted_begin = offset == range.begin >> 16 ? range.begin & kMostTextOffset : 0;
      block.wanted_end = offset == range.end >> 16 ? range.end & kMostTextOffset : text_bytes;
      if (block.wanted_begin > block.wanted_end || block.wanted_end > text_bytes) {
        return DoesNotFitIndex(offset);
      }
    }
    run.blocks.push_back(block);
    piece.size += block.wanted_end - block.wanted_begin;
    at += header.block_bytes;
  }
  return Status::Ok();
}

Status BgzfSource::Unpack(Piece& piece) {
  std::unique_ptr<BlockRun> run(static_cast<BlockRun*>(piece.packed.release()));
  VARJOIN_RETURN_IF_ERROR(run->Inflate(file_->name(), piece.text));
  const std::lock_guard lock(unused_mutex_);
  unused_.push_back(std::move(run));
  return Status::Ok();
}

std::unique_ptr<BgzfSource::BlockRun> BgzfSource::UnusedRun() {
  const std::lock_guard lock(unused_mutex_);
  if (unused_.empty()) {
    return std::make_unique<BlockRun>();
  }
  std::unique_ptr<BlockRun> run = std::move(unused_.back());
  unused_.pop_back();
  return run;
}

Status BgzfSource::ReadMore(std::vector<char>& bytes, size_t size) {
  const size_t before = bytes.size();
  bytes.resize(before + size);
  VARJOIN_ASSIGN(const size_t count, file_->Read(bytes.data() + before, size));
  bytes.resize(before + count);
  at_end_ = count < size;
  return Status::Ok();
}

}  // namespace varjoin::vcf
