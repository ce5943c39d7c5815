// record_line.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "vcf/line_index.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {

/// The number of columns of a line, or of a part of one.
inline size_t CountColumns(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\t')) + 1;
}

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
  std::string_view rest;      ///< FORMAT and the samples; without data where the line ends after INFO
  size_t info_separator = 0;  ///< the first one of `info` in the index, or that of its end

  /// The columns before INFO, by `index`, which has at least 7 tabs of `line` if it has as many; `info` and `rest` are
  /// empty until EndInfo(). False: `line` has fewer than 8 columns.
  bool Split(std::string_view line, const LineIndex& index) {
    text = line;
    const uint32_t* const positions = index.positions();
    const size_t count = index.count();
    const char* const begin_of_line = line.data();
    const char* begin = begin_of_line;
    size_t at = 0;
    for (std::string_view* const column : {&chrom, &position, &id, &ref, &alt, &qual, &filter}) {
      for (;; ++at) {
        if (at >= count) {
          return false;
        }
        if (begin_of_line[positions[at]] == '\t') {
          break;
        }
      }
      const char* const tab = begin_of_line + positions[at++];
      *column = Between(begin, tab);
      begin = tab + 1;
    }
    info = {begin, 0};
    rest = {};
    info_separator = at;
    return true;
  }

  /// INFO ends at `end`: a tab or the end of the line.
  void EndInfo(const char* end) {
    const char* const line_end = text.data() + text.size();
    info = Between(info.data(), end);
    rest = end == line_end ? std::string_view() : Between(end + 1, line_end);
  }
};

}  // namespace varjoin::vcf
