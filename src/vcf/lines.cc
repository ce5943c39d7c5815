// lines.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/lines.h"

#include "vcf/text_scan.h"

namespace varjoin::vcf {

int64_t CountRecords(std::string_view text) {
  int64_t count = 0;
  const char* const end = text.data() + text.size();
  for (const char* begin = text.data(); begin != end;) {
    const char* const stop = FindFar(begin, end, '\n');
    count += IsBlank(Between(begin, stop)) ? 0 : 1;
    begin = stop == end ? end : stop + 1;
  }
  return count;
}

LineRange::LineRange(std::string_view text)
    : first_end(text.find('\n') + 1),
      end(text.rfind('\n') + 1),
      more_records(CountRecords(text.substr(first_end, end - first_end))) {}

}  // namespace varjoin::vcf
