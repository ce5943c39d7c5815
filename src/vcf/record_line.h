// record_line.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "vcf/text_scan.h"

namespace varjoin::vcf {

/// The columns of one line of a VCF's body; views into it.
struct RecordLine {
  static constexpr size_t kFixedColumns = 8;

  std::string_view text;  ///< the whole line without its end
  std::string_view chrom;
  std::string_view position;
  std::string_view id;
  std::string_view ref;
  std::string_view alt;
  std::string_view qual;
  std::string_view filter;
  std::string_view info;
  std::string_view rest;  ///< FORMAT and the samples; without data where the line ends after INFO

  /// False: `line` has fewer than 8 columns.
  bool Split(std::string_view line) {
    const char* begin = line.data();
    const char* const end = begin + line.size();
    text = line;
    for (std::string_view* const column : {&chrom, &position, &id, &ref, &alt, &qual, &filter}) {
      const char* const tab = FindByte(begin, end, '\t');
      if (tab == end) {
        return false;
      }
      *column = Between(begin, tab);
      begin = tab + 1;
    }
    const char* const tab = FindFar(begin, end, '\t');
    info = Between(begin, tab);
    rest = tab == end ? std::string_view() : Between(tab + 1, end);
    return true;
  }
};

}  // namespace varjoin::vcf
