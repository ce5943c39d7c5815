// index_builder.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"
#include "vcf/record_block.h"

namespace varjoin::vcf {

/// Collects the places of records for a TBI or CSI, with htslib.
class IndexBuilder {
 public:
  enum class Kind { kTbi, kCsi, kBcfCsi };
  IndexBuilder(Kind kind, uint64_t first_offset);
  ~IndexBuilder();

  /// The records of a block that was written at byte `offset` of the file.
  void Add(const RecordBlock& block, uint64_t offset);

  /// False: there can be no index; problem() says why.
  Result<bool> Save(const std::string& path, uint64_t final_offset);
  const std::string& problem() const { return problem_; }

  IndexBuilder(const IndexBuilder&) = delete;
  IndexBuilder& operator=(const IndexBuilder&) = delete;

 private:
  struct State;
  const Kind kind_;
  std::unique_ptr<State> state_;
  std::string problem_;
};

/// Makes the index of a finished BGZF VCF, at `path` + ending: TBI, or where that can't hold its positions CSI. Returns
/// the ending; "": there can be none, because its records are not sorted.
Result<std::string> IndexOfVcf(const std::string& vcf, const std::string& path, int threads);

}  // namespace varjoin::vcf
