// genotype.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace varjoin::vcf {

/// Where the diploid genotype j/k is among the values of a Number=G field; j <= k (VCF 4.4, section 1.6.2, GL).
constexpr size_t GenotypeIndex(size_t j, size_t k) {
  return k * (k + 1) / 2 + j;
}

/// The ploidy that a number of Number=G values tells.
enum class Ploidy { kHaploid, kDiploid, kHigher, kNone /* no ploidy has this many values */ };

/// With one allele every ploidy has one value: kDiploid.
Ploidy PloidyOf(size_t values, size_t alleles);

/// Which alleles the genotypes of a record hold.
class CarriedAlleles {
 public:
  /// `alleles` with REF.
  void Start(size_t alleles) {
    holds_.assign(alleles, 0);
    missing_ = false;
  }

  /// The next sample's GT: allele numbers or `.` between / and |, perhaps one of these in front (VCF 4.4). An empty
  /// text is a missing GT. An allele number that the record has no allele for is passed over.
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

}  // namespace varjoin::vcf
