// packing.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests: every packing that is read, made in memory, and files to put them in.
#pragma once

#include <bzlib.h>
#include <libdeflate.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace varjoin::vcf {

inline const std::string kBgzfEnd("\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0\x42\x43\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0", 28);

inline std::string LittleEndian(uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    text.push_back(static_cast<char>(value >> (8 * i)));
  }
  return text;
}

/// One BGZF block. Precondition: `text` has at most 65,280 bytes.
inline std::string BgzfBlock(std::string_view text) {
  struct Free {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
  };
  static const std::unique_ptr<libdeflate_compressor, Free> kCompressor(libdeflate_alloc_compressor(1));
  std::string deflated(libdeflate_deflate_compress_bound(kCompressor.get(), text.size()), '\0');
  deflated.resize(
      libdeflate_deflate_compress(kCompressor.get(), text.data(), text.size(), deflated.data(), deflated.size()));
  return std::string("\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0\x42\x43\x02\0", 16) +
         LittleEndian(static_cast<uint32_t>(deflated.size() + 25), 2) + deflated +
         LittleEndian(libdeflate_crc32(0, text.data(), text.size()), 4) +
         LittleEndian(static_cast<uint32_t>(text.size()), 4);
}

/// `text` in blocks of so many bytes, and the end marker.
inline std::string Bgzf(std::string_view text, size_t block_bytes = 65280, std::string_view end = kBgzfEnd) {
  std::string packed;
  for (; !text.empty(); text.remove_prefix(std::min(block_bytes, text.size()))) {
    packed += BgzfBlock(text.substr(0, block_bytes));
  }
  return packed.append(end);
}

/// One gzip member.
inline std::string Gzip(std::string_view text) {
  z_stream z{};
  deflateInit2(&z, /*level=*/1, Z_DEFLATED, /*windowBits=*/15 + 16, /*memLevel=*/8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(packed.data());
  z.avail_out = static_cast<uInt>(packed.size());
  deflate(&z, Z_FINISH);
  packed.resize(z.total_out);
  deflateEnd(&z);
  return packed;
}

/// One zstd frame.
inline std::string Zstd(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), /*compressionLevel=*/1));
  return packed;
}

/// One bzip2 stream.
inline std::string Bzip2(std::string_view text) {
  std::string packed(text.size() + text.size() / 100 + 600, '\0');
  auto size = static_cast<unsigned>(packed.size());
  BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(text.data()), static_cast<unsigned>(text.size()),
                           /*blockSize100k=*/1, /*verbosity=*/0, /*workFactor=*/0);
  packed.resize(size);
  return packed;
}

/// A folder of the test's own, removed with it.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "varjoin-vcf-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string Path(std::string_view name) const { return (path_ / name).string(); }

  /// Writes a file; returns its path.
  std::string Write(std::string_view name, std::string_view content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
    return Path(name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace varjoin::vcf
