// concatenate.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/output_file.h"
#include "base/status.h"

namespace varjoin::vcf {

/// Writes the records of VCFs one after the other under the header of the first, as they are packed: their BGZF blocks
/// are copied, and one end marker ends them. Of VCFs that RecordWriter has written, where the header has blocks of its
/// own. Errors: a file is none of these, or has been cut; the headers differ in another line than one that begins with
/// `may_differ`.
Status ConcatenateVcfs(std::span<const std::string> paths, std::string_view may_differ, OutputFile& output);

}  // namespace varjoin::vcf
