// inspect.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "vcf/header.h"
#include "vcf/schema.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {

/// What is known of one or several VCFs, read as one table, before their records are read.
struct Inspection {
  std::vector<std::string> paths;
  std::vector<Header> headers;  ///< one a path, with the undeclared fields that the look-ahead met
  std::vector<Column> columns;  ///< see MakeSchema()
  uint64_t estimated_rows = 0;  ///< rather too few: one a record, with long_rows one a sample
  uint64_t bytes = 0;           ///< of all files
  std::string header_text;      ///< of the first file, all lines with their ends
};

/// The assembly that the headers' contigs tell, or else their ##reference; "" where they tell none. Each header is
/// judged alone: files of different assemblies, or with different lengths of a contig, can't be read as one, and the
/// error names them.
Result<std::string> AssemblyOf(const Inspection& inspection);

/// Opens a file for Inspect(), which lets go of it.
using Opener = std::function<Result<std::shared_ptr<VcfFile>>(const std::string& path)>;

/// VcfFile::Open(), but no pipe: what this has read of one is gone for the next who opens it.
Result<std::shared_ptr<VcfFile>> OpenVcf(const std::string& path);

/// Opens each file, reads its header and looks at its first records. Errors: see VcfFile::Open(). Unless `options` say
/// whether there is to be a column info_other, there is one where INFO keys that have no header line are to be expected
/// beyond the records looked at: those have such keys, or the header has no INFO line at all.
Result<Inspection> Inspect(const std::vector<std::string>& paths, const SchemaOptions& options,
                           const Opener& open = OpenVcf);

}  // namespace varjoin::vcf
