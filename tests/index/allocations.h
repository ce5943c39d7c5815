// allocations.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace varjoin {

/// What `new` has given to the test program, from any thread: the largest piece since the last call of this.
size_t LargestAllocation();

/// Bytes that `new` gave and that were not yet given back, and the most of them since the last call of MostInUse().
size_t BytesInUse();
size_t MostInUse();

}  // namespace varjoin
