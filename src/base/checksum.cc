// checksum.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/checksum.h"

#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // XXH3 with the best instructions of the machine
#else
#include <xxhash.h>
#endif

namespace varjoin {

uint64_t Checksum(const void* bytes, size_t size) {
  return XXH3_64bits(bytes, size);
}

}  // namespace varjoin
