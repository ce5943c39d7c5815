// head.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "vcf/text_source.h"

namespace varjoin::vcf {

/// The beginning of a VCF's text: its header, and what of the body came with it.
struct Head {
  std::string text;
  size_t begin = 0;              ///< of the header: after a byte order mark
  size_t end = 0;                ///< of the header: after the #CHROM line
  bool last = false;             ///< this is all the text there is
  uint64_t body_file_bytes = 0;  ///< bytes of the file that hold body() (and, at most, some of the header with it)

  std::string_view header() const { return std::string_view(text).substr(begin, end - begin); }
  std::string_view body() const { return std::string_view(text).substr(end); }
};

/// Reads from the source until the header is whole and the body has more than 1 MiB (or all there is).
/// Errors (kBadInput) name `path` and what it is, if it is no VCF.
Result<Head> ReadHead(const std::string& path, TextSource& source);

}  // namespace varjoin::vcf
