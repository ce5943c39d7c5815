// region_index.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "vcf/header.h"
#include "vcf/region_filter.h"
#include "vcf/text_source.h"

namespace varjoin::vcf {

/// The CSI or TBI index beside a BGZF VCF or a BCF, as bcftools and tabix make it. Immutable.
class RegionIndex {
 public:
  /// What stands beside a file.
  struct Found {
    std::unique_ptr<RegionIndex> index;  ///< null: none that can be used
    std::string path;                    ///< of the one that was looked at; "": there is none
    std::string problem;                 ///< why it can't be used: "is older than the VCF"
  };

  /// Looks for PATH.csi and PATH.tbi. An index that is older than its file, can't be read or was not made for a VCF is
  /// not used.
  static Found Find(const std::string& path, Packing packing);
  ~RegionIndex();

  const std::string& path() const { return path_; }

  /// Stretches of the file that hold all records that `filter` wants, and others, in file order. Empty: there are none.
  ///
  /// Indexes end a record at INFO/END or the last base of REF; where the header has INFO/SVLEN or FORMAT/LEN, which may
  /// end it later, contigs are taken from their beginning.
  std::vector<VirtualRange> Ranges(const RegionFilter& filter, const Header& header) const;

  /// The indexed contigs with the numbers of their records, in the index' order; empty: it has no counts.
  std::vector<std::pair<std::string, uint64_t>> Records() const;

  RegionIndex(const RegionIndex&) = delete;
  RegionIndex& operator=(const RegionIndex&) = delete;

 private:
  struct State;
  RegionIndex(std::string path, std::unique_ptr<State> state);

  /// Opens the index at `path`. Null: it can't be read, or was not made for a VCF.
  static std::unique_ptr<RegionIndex> Load(const std::string& vcf, const std::string& path, Packing packing);

  std::string path_;
  std::unique_ptr<State> state_;
};

}  // namespace varjoin::vcf
