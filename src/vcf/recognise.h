// recognise.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace varjoin::vcf {

/// What a file that is no VCF is, by its first bytes (as they lie on disk, or unpacked), and what to do about it:
/// "a BAM file (aligned reads); call its variants first". "" if it is nothing known.
/// `path` is put into the commands that are proposed.
std::string RecogniseOther(std::string_view bytes, std::string_view path);

}  // namespace varjoin::vcf
