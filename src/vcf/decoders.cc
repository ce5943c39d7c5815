// decoders.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/decoders.h"

#include <bzlib.h>
#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <limits>
#include <new>

namespace varjoin::vcf {
namespace {

using namespace std::string_view_literals;

std::string Corrupt(std::string_view why) {
  return fmt::format("is corrupt ({}); fetch or copy the file again", why);
}

/// What the libraries' 32-bit counters hold.
size_t AtMost32Bits(size_t size) {
  return std::min<size_t>(size, std::numeric_limits<uint32_t>::max());
}

class GzipDecoder : public Decoder {
 public:
  GzipDecoder() : state_(std::make_unique<inflate_state>()) {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

  Progress Decode(std::string_view input, char* to, size_t room) override {
    state_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(input.data()));
    state_->avail_in = static_cast<uint32_t>(AtMost32Bits(input.size()));
    state_->next_out = reinterpret_cast<uint8_t*>(to);
    state_->avail_out = static_cast<uint32_t>(AtMost32Bits(room));
    const int result = isal_inflate(state_.get());
    Progress progress;
    progress.consumed = static_cast<size_t>(reinterpret_cast<char*>(state_->next_in) - input.data());
    progress.written = static_cast<size_t>(reinterpret_cast<char*>(state_->next_out) - to);
    if (result < 0) {
      progress.error =
          Corrupt(result == ISAL_INCORRECT_CHECKSUM ? "its checksum or size does not fit its content" : "invalid data");
    }
    progress.member_ended = result == ISAL_DECOMP_OK && state_->block_state == ISAL_BLOCK_FINISH;
    return progress;
  }

  void StartMember() override {
    isal_inflate_reset(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

  bool BeginsWith(char byte) const override { return byte == '\x1f'; }
  Packing packing() const override { return Packing::kGzip; }
  std::string_view name() const override { return "gzip"; }

 private:
  const std::unique_ptr<inflate_state> state_;
};

class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    if (!stream_) {
      throw std::bad_alloc();
    }
  }

  Progress Decode(std::string_view input, char* to, size_t room) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{to, room, 0};
    const size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
    Progress progress{.consumed = in.pos, .written = out.pos, .member_ended = false, .error = {}};
    if (ZSTD_isError(result) == 0) {
      progress.member_ended = result == 0;
      return progress;
    }
    switch (ZSTD_getErrorCode(result)) {
      case ZSTD_error_frameParameter_windowTooLarge:
        progress.error = "was packed with --long and needs more than 128 MiB to unpack; do it first: zstd -d --long=31";
        break;
      case ZSTD_error_memory_allocation:
        throw std::bad_alloc();
      default:
        progress.error = Corrupt(ZSTD_getErrorName(result));
    }
    return progress;
  }

  void StartMember() override { ZSTD_DCtx_reset(stream_.get(), ZSTD_reset_session_only); }
  /// A frame, or one to be skipped.
  bool BeginsWith(char byte) const override { return byte == '\x28' || (byte & '\xF0') == '\x50'; }
  Packing packing() const override { return Packing::kZstd; }
  std::string_view name() const override { return "zstd"; }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  const std::unique_ptr<ZSTD_DStream, Free> stream_;
};

class Bzip2Decoder : public Decoder {
 public:
  Bzip2Decoder() { Start(); }
  ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&stream_); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;

  Progress Decode(std::string_view input, char* to, size_t room) override {
    stream_.next_in = const_cast<char*>(input.data());
    stream_.avail_in = static_cast<unsigned>(AtMost32Bits(input.size()));
    stream_.next_out = to;
    stream_.avail_out = static_cast<unsigned>(AtMost32Bits(room));
    const int result = BZ2_bzDecompress(&stream_);
    if (result == BZ_MEM_ERROR) {
      throw std::bad_alloc();
    }
    Progress progress{.consumed = static_cast<size_t>(stream_.next_in - input.data()),
                      .written = static_cast<size_t>(stream_.next_out - to),
                      .member_ended = result == BZ_STREAM_END,
                      .error = {}};
    if (result != BZ_OK && result != BZ_STREAM_END) {
      progress.error = Corrupt(result == BZ_DATA_ERROR ? "invalid data" : "it does not begin as bzip2 does");
    }
    return progress;
  }

  void StartMember() override {
    BZ2_bzDecompressEnd(&stream_);
    Start();
  }
  bool BeginsWith(char byte) const override { return byte == 'B'; }
  Packing packing() const override { return Packing::kBzip2; }
  std::string_view name() const override { return "bzip2"; }

 private:
  void Start() {
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, /*verbosity=*/0, /*small=*/0) != BZ_OK) {
      throw std::bad_alloc();
    }
  }

  bz_stream stream_{};
};

}  // namespace

bool IsGzip(std::string_view start) {
  return start.starts_with("\x1f\x8b");
}

std::unique_ptr<Decoder> MakeGzipDecoder() {
  return std::make_unique<GzipDecoder>();
}

std::unique_ptr<Decoder> MakeDecoder(std::string_view start) {
  if (IsGzip(start)) {
    return MakeGzipDecoder();
  }
  if (start.starts_with("\x28\xB5\x2F\xFD"sv) ||
      (start.size() >= 4 && start.substr(1, 3) == "\x2A\x4D\x18"sv && (start[0] & '\xF0') == '\x50')) {
    return std::make_unique<ZstdDecoder>();
  }
  if (start.starts_with("BZh"sv)) {
    return std::make_unique<Bzip2Decoder>();
  }
  return nullptr;
}

}  // namespace varjoin::vcf
