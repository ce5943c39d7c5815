// record_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/files.h"
#include "base/status.h"
#include "vcf/record_writer.h"

namespace varjoin::vcf {

/// Writes the index of what `writer` has written beside its place, after the file `output`. Nothing: there is none, and
/// `problem` says why.
Result<std::optional<AtomicFile>> WriteIndexBeside(RecordWriter& writer, const std::string& output,
                                                   std::string& problem);

/// Puts a file of records and its index into place, as `output` and beside it. An old index goes first, so that who is
/// killed here leaves a file without an index, not one with a wrong index; it comes back if the file can't be put into
/// place. The error says whether the new file is there.
Status PutInPlace(AtomicFile& file, std::optional<AtomicFile>& index, const std::string& output, bool replace);

}  // namespace varjoin::vcf
