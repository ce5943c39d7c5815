// gzip.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "vcf/text_source.h"

namespace varjoin::vcf {

/// Whether a file begins as gzip (RFC 1952) does.
bool IsGzip(std::string_view start);

/// A gzip file of any number of members, inflated in Take(). Zero bytes may follow the last member, as tapes leave
/// them.
class GzipSource : public TextSource {
 public:
  explicit GzipSource(std::unique_ptr<InputFile> file);
  ~GzipSource() override;

  Packing packing() const override { return Packing::kGzip; }
  Status Take(Piece& piece) override;
  uint64_t Consumed() const override;

 private:
  struct Stream;

  /// Refills the input where it is used up; false at the file's end.
  Result<bool> HasInput();

  /// Called at the end of a member: goes to the next one, or finds that there is none (and sets `ended_`).
  Status NextMember();

  const std::unique_ptr<InputFile> file_;
  std::vector<char> input_;
  const std::unique_ptr<Stream> stream_;
  uint64_t member_offset_ = 0;  ///< of the current member in the file
  bool ended_ = false;
};

}  // namespace varjoin::vcf
