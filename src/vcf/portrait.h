// portrait.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "vcf/header.h"
#include "vcf/text_source.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {

/// The header's `##key=value` lines that are not about a contig, filter, INFO or FORMAT, in order.
std::vector<std::pair<std::string, std::string>> MetaLines(std::string_view header_text);

/// The programs that say in the header that they made the file: "GATK HaplotypeCaller 4.1.0", "DeepVariant 1.4.0".
std::vector<std::string> Callers(const std::vector<std::pair<std::string, std::string>>& meta_lines);

/// What can be told of a VCF from its header, its first records and its index.
struct Portrait {
  std::string path;  ///< for a person: "standard input" for "-"
  uint64_t bytes = 0;
  Packing packing = Packing::kPlain;
  Header header;  ///< with the undeclared fields among the first records
  std::vector<std::string> callers;
  std::string assembly;            ///< "" where the contigs tell none
  uint64_t estimated_records = 0;  ///< exact with `all_seen`
  bool all_seen = false;
  std::string index;                                             ///< path of the index, "" where there is none
  std::string index_problem;                                     ///< why it can't be used
  std::vector<std::pair<std::string, uint64_t>> contig_records;  ///< of a usable index
};

/// Errors: see VcfFile::Open().
Result<Portrait> MakePortrait(const std::string& path, Interrupted interrupted = {});

}  // namespace varjoin::vcf
