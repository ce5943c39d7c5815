// record_end.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/record_end.h"

#include <cstdlib>

#include "vcf/field_values.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {

bool ParsePosition(std::string_view text, int64_t& value) {
  return ParseLong(text, value) && value >= -kLargestPosition && value <= kLargestPosition;
}

bool ParsePaddedPosition(std::string_view text, int64_t& value) {
  return ParseUsualLong(text.data(), text.size(), value) || ParsePosition(text, value);
}

bool HasSvLength(std::string_view alt) {
  if (alt.size() < 5 || alt[0] != '<' || (alt[4] != '>' && alt[4] != ':')) {
    return false;
  }
  const std::string_view type = alt.substr(1, 3);
  return type == "DEL" || type == "DUP" || type == "INV" || type == "CNV";
}

RecordEnd::Said RecordEnd::TakeEnd(std::string_view text) {
  if (IsMissing(text)) {
    return Said::kNothing;
  }
  int64_t end = 0;
  if (!ParsePaddedPosition(text, end)) {
    found_ = text;
    end_unknown_ = true;
    return Said::kNoNumber;
  }
  if (end < start_) {
    return Said::kBeforeStart;
  }
  end_ = end;
  return Said::kTaken;
}

RecordEnd::Said RecordEnd::TakeLengths(std::string_view text) {
  if (IsMissing(text)) {
    return Said::kNothing;
  }
  for (std::string_view rest = text; rest.data() != nullptr;) {
    const std::string_view part = NextPart(rest, ',');
    std::optional<int64_t>& length = lengths_.emplace_back();
    if (part == ".") {
      continue;
    }
    if (!ParsePaddedPosition(part, length.emplace())) {
      found_ = part;
      lengths_unknown_ = true;
      return Said::kNoNumber;
    }
  }
  if (lengths_.size() != alts_) {
    lengths_.clear();
    return Said::kWrongLength;
  }
  return Said::kTaken;
}

RecordEnd::Said RecordEnd::TakeBlockLength(std::string_view text) {
  if (IsMissing(text)) {
    return Said::kNothing;
  }
  int64_t length = 0;
  if (!ParsePaddedPosition(text, length)) {
    found_ = text;
    block_length_unknown_ = true;
    return Said::kNoNumber;
  }
  block_length_ = std::max(block_length_, length);
  return Said::kTaken;
}

std::optional<int64_t> RecordEnd::Of(std::string_view alt, size_t index) const {
  if (end_ || end_unknown_) {
    return end_;
  }
  if (HasSvLength(alt)) {
    if (lengths_unknown_) {
      return std::nullopt;
    }
    if (index < lengths_.size() && lengths_[index]) {
      return start_ + std::abs(*lengths_[index]);
    }
  }
  if (IsReferenceBlock(alt)) {
    if (block_length_unknown_) {
      return std::nullopt;
    }
    if (block_length_ > 0) {
      return start_ + block_length_ - 1;
    }
  }
  return start_ + static_cast<int64_t>(ref_length_) - 1;
}

}  // namespace varjoin::vcf
