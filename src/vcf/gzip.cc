// gzip.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/gzip.h"

#include <zlib.h>

#include <new>

namespace varjoin::vcf {
namespace {

constexpr size_t kInputBytes = 256 << 10;
constexpr int kGzipWindow = 15 + 16;  ///< zlib: the largest window, with gzip header and footer

}  // namespace

struct GzipSource::Stream {
  Stream() {
    if (inflateInit2(&z, kGzipWindow) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream z{};
};

bool IsGzip(std::string_view start) {
  return start.starts_with("\x1f\x8b");
}

GzipSource::GzipSource(std::unique_ptr<InputFile> file)
    : file_(std::move(file)), input_(kInputBytes), stream_(std::make_unique<Stream>()) {}

GzipSource::~GzipSource() = default;

uint64_t GzipSource::Consumed() const {
  return file_->offset() - stream_->z.avail_in;
}

Status GzipSource::Take(Piece& piece) {
  z_stream& z = stream_->z;
  z.next_out = reinterpret_cast<Bytef*>(piece.text);
  z.avail_out = kPieceBytes;
  while (z.avail_out > 0 && !ended_) {
    VARJOIN_ASSIGN(const bool more, HasInput());
    if (!more) {
      return BadInput(
          "{}: the file ends at byte {}, within the gzip member that begins at byte {}; fetch or copy it again",
          file_->path(), Consumed(), member_offset_);
    }
    const int result = inflate(&z, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR) {
      throw std::bad_alloc();
    }
    if (result == Z_STREAM_END) {
      VARJOIN_RETURN_IF_ERROR(NextMember());
    } else if (result != Z_OK) {
      return BadInput("{}: the gzip member that begins at byte {} is corrupt ({}); fetch or copy the file again",
                      file_->path(), member_offset_, z.msg != nullptr ? z.msg : "invalid data");
    }
  }
  piece.size = kPieceBytes - z.avail_out;
  piece.last = ended_;
  return Status::Ok();
}

Result<bool> GzipSource::HasInput() {
  z_stream& z = stream_->z;
  if (z.avail_in == 0) {
    VARJOIN_ASSIGN(const size_t count, file_->Read(input_.data(), input_.size()));
    z.next_in = reinterpret_cast<Bytef*>(input_.data());
    z.avail_in = static_cast<uInt>(count);
  }
  return z.avail_in > 0;
}

Status GzipSource::NextMember() {
  z_stream& z = stream_->z;
  bool padding = false;
  while (true) {
    VARJOIN_ASSIGN(const bool more, HasInput());
    if (!more) {
      ended_ = true;
      return Status::Ok();
    }
    if (*z.next_in != 0) {
      break;
    }
    padding = true;
    ++z.next_in;
    --z.avail_in;
  }
  if (padding || *z.next_in != 0x1f) {
    return BadInput("{}: bytes that are no gzip follow the data at byte {}; fetch or copy the file again",
                    file_->path(), Consumed());
  }
  member_offset_ = Consumed();
  inflateReset(&z);
  return Status::Ok();
}

}  // namespace varjoin::vcf
