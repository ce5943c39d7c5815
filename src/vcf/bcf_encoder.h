// bcf_encoder.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "vcf/record_block.h"

namespace varjoin::vcf {

/// Turns lines into BCF records, with htslib. One thread's.
class BcfEncoder {
 public:
  /// Error: htslib can't read the header.
  static Result<std::unique_ptr<BcfEncoder>> Make(std::string_view header, const std::string& name);
  ~BcfEncoder();

  /// What a BCF file begins with.
  Result<std::string> Head() const;

  /// Encodes block.lines to block.bytes and sets `marks`; an error is left in block.status.
  void Encode(RecordBlock& block);

  BcfEncoder(const BcfEncoder&) = delete;
  BcfEncoder& operator=(const BcfEncoder&) = delete;

 private:
  struct State;
  explicit BcfEncoder(std::unique_ptr<State> state);
  Status EncodeLine(std::string_view line, RecordBlock& block);
  std::unique_ptr<State> state_;
};

}  // namespace varjoin::vcf
