// memory_reservation.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "duckdb.hpp"
#include "duckdb/storage/buffer_manager.hpp"

namespace varjoin::duck {

/// Memory of ours that DuckDB counts against its limit for as long as the object lives. Not thread-safe.
class MemoryReservation {
 public:
  explicit MemoryReservation(duckdb::ClientContext& context)
      : manager_(duckdb::BufferManager::GetBufferManager(context)) {}
  ~MemoryReservation() { manager_.FreeReservedMemory(bytes_); }
  MemoryReservation(const MemoryReservation&) = delete;
  MemoryReservation& operator=(const MemoryReservation&) = delete;

  /// Throws DuckDB's out-of-memory exception; then nothing has changed.
  void Grow(size_t bytes) {
    if (bytes > bytes_) {
      manager_.ReserveMemory(bytes - bytes_);
      bytes_ = bytes;
    }
  }

 private:
  duckdb::BufferManager& manager_;
  size_t bytes_ = 0;
};

}  // namespace varjoin::duck
