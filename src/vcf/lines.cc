// lines.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/lines.h"

#include <algorithm>

namespace varjoin::vcf {
namespace {

/// 1 if `c` ends a line that is not blank; `before` and `two_before` are the bytes in front of it. No branches.
uint8_t EndsRecord(char c, char before, char two_before) {
  return static_cast<uint8_t>((c == '\n') & (before != '\n') & !((before == '\r') & (two_before == '\n')));
}

}  // namespace

int64_t CountRecords(std::string_view text) {
  const char* const bytes = text.data();
  const size_t size = text.size();
  int64_t count = 0;
  size_t i = 0;
  for (; i < size && i < 2; ++i) {
    count += EndsRecord(bytes[i], i < 1 ? '\n' : bytes[i - 1], '\n');
  }
  while (i < size) {
    // Runs that fit a byte's counter, so that the compiler makes vector code of it.
    const size_t end = std::min(size, i + 255);
    uint8_t run = 0;
    for (; i < end; ++i) {
      run = static_cast<uint8_t>(run + EndsRecord(bytes[i], bytes[i - 1], bytes[i - 2]));
    }
    count += run;
  }
  return count;
}

LineRange::LineRange(std::string_view text)
    : first_end(text.find('\n') + 1),
      end(text.rfind('\n') + 1),
      more_records(CountRecords(text.substr(first_end, end - first_end))) {}

}  // namespace varjoin::vcf
