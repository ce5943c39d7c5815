// digest.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <span>
#include <vector>

#include "base/files.h"

namespace varjoin {
namespace {

constexpr size_t kBlock = size_t{1} << 20;

/// Calls `add` with the bytes of a file, block by block.
Status ReadBlocks(const std::string& path, const std::function<bool()>& stopped,
                  const std::function<void(std::span<const unsigned char>)>& add) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return Failed("cannot read {}: {}", path, ErrnoText(errno));
  }
  std::vector<unsigned char> block(kBlock);
  while (true) {
    const ssize_t count = stopped() ? 0 : read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    const int error = errno;
    if (count <= 0) {
      close(descriptor);
      return count == 0 ? Status::Ok() : Failed("cannot read {}: {}", path, ErrnoText(error));
    }
    add(std::span<const unsigned char>(block.data(), static_cast<size_t>(count)));
  }
}

std::string Hexadecimal(std::span<const unsigned char> bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    text += fmt::format("{:02x}", byte);
  }
  return text;
}

Result<std::string> Sum(const std::string& path, const std::function<bool()>& stopped) {
  uint32_t sum = 0;
  VARJOIN_RETURN_IF_ERROR(ReadBlocks(path, stopped, [&](std::span<const unsigned char> bytes) {
    for (const unsigned char byte : bytes) {
      sum = (((sum >> 1) | (sum << 15)) + byte) & 0xffff;
    }
  }));
  return fmt::format("{:05}", sum);
}

}  // namespace

std::string_view NameOf(DigestKind kind) {
  return kind == DigestKind::kMd5 ? "MD5" : kind == DigestKind::kSha256 ? "SHA-256" : "sum";
}

Result<std::string> DigestOf(const std::string& path, DigestKind kind, const std::function<bool()>& stopped) {
  std::string text;
  if (kind == DigestKind::kSum) {
    VARJOIN_ASSIGN(text, Sum(path, stopped));
  } else {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    // Some systems forbid MD5 (FIPS); it is no secret here, but the library has the last word.
    if (context == nullptr ||
        EVP_DigestInit_ex(context.get(), kind == DigestKind::kMd5 ? EVP_md5() : EVP_sha256(), nullptr) != 1) {
      return Failed("this system's OpenSSL does not offer {}", NameOf(kind));
    }
    VARJOIN_RETURN_IF_ERROR(ReadBlocks(path, stopped, [&](std::span<const unsigned char> bytes) {
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
    }));
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context.get(), digest, &size);
    text = Hexadecimal({digest, size});
  }
  return stopped() ? Result<std::string>(Status(StatusCode::kInterrupted, "interrupted")) : text;
}

}  // namespace varjoin
