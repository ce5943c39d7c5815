// genotype.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "vcf/field_values.h"

namespace varjoin::vcf {

/// Where the diploid genotype j/k is among the values of a Number=G field; j <= k (VCF 4.4, section 1.6.2, GL).
constexpr size_t GenotypeIndex(size_t j, size_t k) {
  return k * (k + 1) / 2 + j;
}

/// The ploidy that a number of Number=G values tells.
enum class Ploidy { kHaploid, kDiploid, kHigher, kNone /* no ploidy has this many values */ };

/// With one allele every ploidy has one value: kDiploid.
Ploidy PloidyOf(size_t values, size_t alleles);

inline constexpr int32_t kMissingAllele = -1;

/// What is expected where a GT can't be read.
inline constexpr std::string_view kGenotypeExpected = "a genotype such as 0/1";

/// Calls `take(allele)` for each allele of a GT: numbers, or kMissingAllele for `.`, between / and |, perhaps one of
/// these in front (VCF 4.4). False: not a genotype; the alleles before what is wrong have been taken.
template <typename Take>
bool TakeAlleles(std::string_view genotype, const Take& take);

/// Whether all alleles of a GT are phased. The first one is, where no / or | is in front of it, if all others are (VCF
/// 4.4, section 1.6.2, GT), and so is the only one of a haploid GT: what has a / in it is not phased.
constexpr bool IsPhased(std::string_view genotype) {
  return genotype.find('/') == std::string_view::npos;
}

/// Whether `text` is `count` (at least 1) genotypes such as 0|1 or ./., of one digit or `.` on each side, with a tab
/// between two of them. 4 * `count` bytes may be read.
bool AreTriples(const char* text, size_t count);

/// Which alleles the genotypes of a record hold.
class CarriedAlleles {
 public:
  /// `alleles` with REF.
  void Start(size_t alleles) {
    holds_.assign(alleles, 0);
    missing_ = false;
  }

  /// The next sample's GT, as TakeAlleles() has it. An empty text is a missing GT. An allele number that the record has
  /// no allele for is passed over.
  /// False: not a genotype; it then counts as missing.
  bool Add(std::string_view genotype);

  bool IsAnyMissing() const { return missing_; }

  /// True if a sample has `allele`, else nothing if a sample's GT is missing or partly missing, else false.
  std::optional<bool> Holds(size_t allele) const {
    if (holds_[allele] != 0) {
      return true;
    }
    return missing_ ? std::nullopt : std::optional<bool>(false);
  }

 private:
  bool AddAny(std::string_view genotype);

  std::vector<uint8_t> holds_;
  bool missing_ = false;
};

template <typename Take>
bool TakeAlleles(std::string_view genotype, const Take& take) {
  if (genotype.starts_with('/') || genotype.starts_with('|')) {
    genotype.remove_prefix(1);
  }
  while (true) {
    const size_t length = std::min(genotype.find_first_of("/|"), genotype.size());
    const std::string_view part = genotype.substr(0, length);
    int32_t allele = kMissingAllele;
    if (part != "." && (part.empty() || part[0] < '0' || part[0] > '9' || !ParseInteger(part, allele))) {
      return false;
    }
    take(allele);
    if (length == genotype.size()) {
      return true;
    }
    genotype.remove_prefix(length + 1);
  }
}

}  // namespace varjoin::vcf
