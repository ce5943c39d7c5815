// contig.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/contig.h"

#include <fmt/format.h>

#include "base/text.h"
#include "genome/assembly.h"

namespace varjoin {
namespace {

constexpr int64_t kRcrsLength = 16569;

std::string_view WithoutChr(std::string_view name) {
  return name.size() > 3 && EqualNoCase(name.substr(0, 3), "chr") ? name.substr(3) : name;
}

}  // namespace

std::optional<std::string> CanonicalContig(std::string_view name, std::optional<int64_t> length) {
  std::string canonical(WithoutChr(name));
  if (EqualNoCase(canonical, "M") || EqualNoCase(canonical, "MT")) {
    canonical = "MT";
  } else if (EqualNoCase(canonical, "X") || EqualNoCase(canonical, "Y")) {
    canonical = ToUpper(canonical);
  } else if (const std::optional<Accession> accession = FindAccession(name)) {
    canonical = PrimaryName(accession->number);
  }
  if (canonical == "MT" && length.value_or(kRcrsLength) != kRcrsLength) {
    return std::nullopt;
  }
  return canonical;
}

int PrimaryNumber(std::string_view canonical) {
  for (int number = 1; number <= kPrimaryContigs; ++number) {
    if (canonical == PrimaryName(number)) {
      return number;
    }
  }
  return 0;
}

std::string ContigSortKey(std::string_view canonical) {
  const int number = PrimaryNumber(canonical);
  return number > 0 ? fmt::format("{:02}", number) : fmt::format("~{}", canonical);
}

}  // namespace varjoin
