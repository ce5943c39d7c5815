// variant.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/variant.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "genome/allele.h"

namespace varjoin {
namespace {

bool IsRsId(const std::string& text) {
  return text.size() > 2 && EqualNoCase(text.substr(0, 2), "rs") &&
         std::all_of(text.begin() + 2, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Takes what is behind the last separator off `text`.
std::string TakeLast(std::string& text, char separator) {
  const size_t at = text.rfind(separator);
  if (at == std::string::npos) {
    return "";
  }
  std::string last = text.substr(at + 1);
  text.resize(at);
  return last;
}

}  // namespace

Result<Variant> ParseVariant(const std::string& text) {
  if (IsRsId(text)) {
    return BadInput(
        "{}: sources are indexed by position, not by id. Find its position first, with `varjoin query \"SELECT * FROM "
        "SOURCE WHERE id = '{}'\"`, and look that up as CONTIG:POSITION:REF:ALT",
        text, ToLower(text));
  }
  const char separator = std::count(text.begin(), text.end(), ':') >= 3 ? ':' : '-';
  Variant variant;
  variant.chrom = text;
  variant.alt = TakeLast(variant.chrom, separator);
  variant.ref = TakeLast(variant.chrom, separator);
  const std::string position = ReplaceAll(TakeLast(variant.chrom, separator), ",", "");
  const auto parsed = std::from_chars(position.data(), position.data() + position.size(), variant.start);
  const bool good = !variant.chrom.empty() && !position.empty() && parsed.ec == std::errc{} &&
                    parsed.ptr == position.data() + position.size() && variant.start >= 0;
  if (!good) {
    return BadInput("'{}' is not a variant: expected CONTIG:POSITION:REF:ALT, such as chr7:55191822:T:G", text);
  }
  VARJOIN_RETURN_IF_ERROR(CheckVariant(variant));
  return variant;
}

Status CheckVariant(const Variant& variant) {
  const std::string text = fmt::format("{}:{}:{}:{}", variant.chrom, variant.start, variant.ref, variant.alt);
  if (variant.chrom.empty()) {
    return BadInput("'{}' is not a variant: its contig has no name; expected such as chr7:55191822:T:G", text);
  }
  if (variant.start < 0) {
    return BadInput("'{}' is not a variant: its position is negative; positions count from 1", text);
  }
  for (const std::string& allele : {variant.ref, variant.alt}) {
    if (!IsSequence(allele)) {
      return BadInput("'{}' is not a variant: '{}' is no sequence of bases; expected such as chr7:55191822:T:G", text,
                      allele);
    }
  }
  return Status::Ok();
}

}  // namespace varjoin
