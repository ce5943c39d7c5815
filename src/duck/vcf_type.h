// vcf_type.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace varjoin::duck {

/// The Type that values of a DuckDB type have in VCF, whose Integer is of 32 bits.
std::string VcfTypeOf(const std::string& type);

}  // namespace varjoin::duck
