// contig.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace varjoin {

/// The name under which a contig is known to varjoin, whatever a file calls it; two names mean one contig if their
/// canonical names are equal:
/// - `chr` in any letter case before a name is dropped: chr1 = Chr1 = 1, chr1_KI270706v1_random = 1_KI270706v1_random;
/// - X, Y, M and MT count in any letter case, M is MT;
/// - RefSeq and GenBank accessions of the primary contigs of GRCh37 and GRCh38 are their numbers: NC_000001.11 =
///   CM000663.2 = 1;
/// - every other name stands for itself, byte by byte.
///
/// `length` is the contig's length where the file tells it. Nothing is returned for a mitochondrial contig of another
/// length than the rCRS's 16,569: UCSC hg19's chrM (16,571 bases) is another sequence, and matches nothing.
std::optional<std::string> CanonicalContig(std::string_view name, std::optional<int64_t> length = std::nullopt);

/// 1 to 22, X = 23, Y = 24, MT = 25 for the canonical names of the primary contigs; 0 for any other name.
int PrimaryNumber(std::string_view canonical);

/// Sorts canonical names: the primary contigs by number, then the others by name. Comparing the keys as bytes is
/// enough.
std::string ContigSortKey(std::string_view canonical);

}  // namespace varjoin
