// allele.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// genome/ is what contigs, assemblies and alleles are and when they are the same. It may include base/.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace varjoin {

/// A replacement of the bases `ref` at `start` by `alt`. Views into the caller's memory.
struct Allele {
  int64_t start = 0;  ///< 1-based position of the first base of `ref`
  std::string_view ref;
  std::string_view alt;
};

/// True for an allele that is spelled out: one or more letters (ACGT and IUPAC codes, any case). False for what
/// matches nothing: symbolic alleles (<DEL>), breakends, `*`, `.`, gVCF blocks (<NON_REF>, <*>).
bool IsSequence(std::string_view allele);

/// True if one of the two is spelled out and the other is `-`, as Ensembl writes insertions and deletions: without the
/// base before them that a VCF has.
bool HasDash(const Allele& allele);

/// The minimal form: bases that REF and ALT share at the right end are trimmed, then those at the left; one base of
/// each is always kept. Letters compare without case. O(length), no allocation; the views point into the input's.
/// Precondition: IsSequence() of both. Source: VCF 4.4, section 1.6.1; Tan, Abecasis and Kang 2015 (without the
/// left-alignment, which needs a reference).
Allele Minimise(const Allele& allele);

/// The forms in which a source is probed for a query allele, different ones only: as written, minimal, left-aligned.
/// None if REF or ALT is not a sequence. `left_aligned` is what LeftAligner::Align() gives; without REF: there is no
/// such form. The span points into `forms`.
using FormsMemory = std::array<Allele, 3>;
std::span<const Allele> AlleleForms(const Allele& allele, const Allele& left_aligned, FormsMemory& forms);

}  // namespace varjoin
