// allocations.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "allocations.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> largest{0};
std::atomic<size_t> in_use{0};
std::atomic<size_t> most_in_use{0};

void Raise(std::atomic<size_t>& most, size_t value) {
  for (size_t seen = most; seen < value && !most.compare_exchange_weak(seen, value);) {
  }
}

}  // namespace

namespace varjoin {

size_t LargestAllocation() {
  return largest.exchange(0);
}

size_t BytesInUse() {
  return in_use;
}

size_t MostInUse() {
  return most_in_use.exchange(in_use);
}

}  // namespace varjoin

// All forms but the aligned ones, as a sanitizer has its own of those that are left out.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory != nullptr) {
    Raise(largest, size);
    Raise(most_in_use, in_use += malloc_usable_size(memory));
  }
  return memory;
}

void* operator new(size_t size) {
  void* const memory = operator new(size, std::nothrow);
  return memory != nullptr ? memory : throw std::bad_alloc();
}

void* operator new[](size_t size) {
  return operator new(size);
}

void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}

void operator delete(void* memory) noexcept {
  in_use -= memory == nullptr ? 0 : malloc_usable_size(memory);
  std::free(memory);
}

void operator delete(void* memory, size_t) noexcept {
  operator delete(memory);
}

void operator delete(void* memory, const std::nothrow_t&) noexcept {
  operator delete(memory);
}

void operator delete[](void* memory) noexcept {
  operator delete(memory);
}

void operator delete[](void* memory, size_t) noexcept {
  operator delete(memory);
}

void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  operator delete(memory);
}
