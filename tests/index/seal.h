// seal.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace varjoin::index {

/// Makes all checksums of an index file agree with its bytes again, as far as these can be followed: what stands behind
/// the checksums can then be tested with damage.
void Seal(std::string& bytes);

}  // namespace varjoin::index
