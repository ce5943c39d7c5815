// buffer_pool.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/buffer_pool.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kMostFree = 16;  ///< more than that many idle blocks are given back to the system

}  // namespace

BufferPool::BufferPool(size_t block_bytes) : block_bytes_(block_bytes) {
  free_.reserve(kMostFree);
}

std::shared_ptr<char[]> BufferPool::Get() {
  std::unique_ptr<char[]> block;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      block = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!block) {
    block = std::make_unique_for_overwrite<char[]>(block_bytes_);
  }
  auto give_back = [pool = shared_from_this()](char* memory) { pool->Return(std::unique_ptr<char[]>(memory)); };
  return {block.release(), std::move(give_back)};
}

void BufferPool::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  free_.clear();
}

void BufferPool::Return(std::unique_ptr<char[]> block) {
  const std::lock_guard lock(mutex_);
  if (!closed_ && free_.size() < kMostFree) {
    free_.push_back(std::move(block));
  }
}

}  // namespace varjoin::vcf
