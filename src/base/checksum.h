// checksum.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace varjoin {

/// XXH3, 64 bits: tells damage, not malice.
uint64_t Checksum(const void* bytes, size_t size);

}  // namespace varjoin
