// assembly.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace varjoin {

inline constexpr int kPrimaryContigs = 25;  ///< 1 to 22, X, Y, MT

/// "1" … "22", "X", "Y", "MT". Precondition: 1 <= number <= kPrimaryContigs.
std::string PrimaryName(int number);

/// What a RefSeq or GenBank accession of a primary contig stands for.
struct Accession {
  int number;            ///< as in PrimaryName()
  std::string assembly;  ///< "GRCh37" or "GRCh38"; "" for the mitochondrion, which both have
};

/// The primary contig with this RefSeq or GenBank accession and version (NC_000001.11, CM000663.2), if it is one of
/// GRCh37 or GRCh38.
/// Source: the assembly reports of GCF_000001405.25 and GCF_000001405.26.
std::optional<Accession> FindAccession(std::string_view name);

/// The assembly that contig names and lengths tell: "GRCh37", "GRCh38", or "" where they tell none or disagree.
/// A length tells it for a numbered contig, X or Y; an accession does by its version.
std::string AssemblyOfContigs(const std::vector<std::pair<std::string, std::optional<int64_t>>>& contigs);

/// The assembly that a header's ##reference names (an assembly, or a FASTA's path or address): "GRCh37", "GRCh38", or
/// "" where it names none or both.
std::string AssemblyOfReference(std::string_view reference);

/// One name for an assembly's synonyms: hg38, GRCh38.p14 and hs38 are GRCh38; hg19, b37, hs37d5 and GRCh37.p13 are
/// GRCh37; anything else stands for itself.
std::string CanonicalAssembly(std::string_view name);

}  // namespace varjoin
