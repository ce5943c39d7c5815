// genotype.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/genotype.h"

namespace varjoin::vcf {
namespace {

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool IsPhase(char c) {
  return c == '/' || c == '|';
}

}  // namespace

Ploidy PloidyOf(size_t values, size_t alleles) {
  if (values == alleles * (alleles + 1) / 2) {
    return Ploidy::kDiploid;
  }
  if (values == alleles) {
    return Ploidy::kHaploid;
  }
  if (alleles == 1) {
    return Ploidy::kNone;
  }
  size_t expected = alleles * (alleles + 1) / 2;
  for (size_t ploidy = 3; expected < values; ++ploidy) {
    expected = expected * (alleles + ploidy - 1) / ploidy;
  }
  return expected == values ? Ploidy::kHigher : Ploidy::kNone;
}

bool CarriedAlleles::Add(std::string_view genotype) {
  // Most genotypes are like 0/1.
  if (genotype.size() == 3 && IsDigit(genotype[0]) && IsPhase(genotype[1]) && IsDigit(genotype[2])) {
    const auto first = static_cast<size_t>(genotype[0] - '0');
    const auto second = static_cast<size_t>(genotype[2] - '0');
    if (first < holds_.size()) {
      holds_[first] = 1;
    }
    if (second < holds_.size()) {
      holds_[second] = 1;
    }
    return true;
  }
  if (genotype.empty()) {
    missing_ = true;
    return true;
  }
  return AddAny(genotype);
}

bool CarriedAlleles::AddAny(std::string_view genotype) {
  const bool good = TakeAlleles(genotype, [&](int32_t allele) {
    if (allele == kMissingAllele) {
      missing_ = true;
    } else if (static_cast<size_t>(allele) < holds_.size()) {
      holds_[static_cast<size_t>(allele)] = 1;
    }
  });
  missing_ = missing_ || !good;
  return good;
}

}  // namespace varjoin::vcf
