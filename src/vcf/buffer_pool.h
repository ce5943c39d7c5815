// buffer_pool.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace varjoin::vcf {

/// Memory blocks of one size that are used again when nobody holds them any more. They are not zeroed.
/// Thread-safe. A block may outlive the scan it was made for: it keeps the pool alive, but after Close() nothing else.
class BufferPool : public std::enable_shared_from_this<BufferPool> {
 public:
  explicit BufferPool(size_t block_bytes);

  std::shared_ptr<char[]> Get();

  /// Frees what nobody holds, and from now on each block as soon as nobody holds it.
  void Close();

 private:
  void Return(std::unique_ptr<char[]> block);

  const size_t block_bytes_;
  std::mutex mutex_;
  bool closed_ = false;
  std::vector<std::unique_ptr<char[]>> free_;
};

}  // namespace varjoin::vcf
