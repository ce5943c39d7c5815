// lines.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace varjoin::vcf {

/// Neither empty nor a lone CR: what is left of an empty line of a CRLF file. `line` is without its '\n'.
inline bool IsBlank(std::string_view line) {
  return line.empty() || (line.size() == 1 && line[0] == '\r');
}

/// Number of lines in `text` that are not blank. Precondition: `text` is empty or ends with '\n'.
int64_t CountRecords(std::string_view text);

/// Where the whole lines of a text are that was cut anywhere.
struct LineRange {
  explicit LineRange(std::string_view text);

  size_t first_end;      ///< after the first '\n'; 0: there is none
  size_t end;            ///< after the last '\n'; 0: there is none
  int64_t more_records;  ///< between the two: the first line may have begun before the text
};

}  // namespace varjoin::vcf
