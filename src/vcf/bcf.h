// bcf.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vcf/text_source.h"

namespace varjoin::vcf {

inline constexpr size_t kBcfMagicBytes = 5;

/// Whether unpacked bytes begin as BCF of version 2 does.
bool IsBcf(std::string_view start);

/// A BCF file as the text of the VCF that it stands for: htslib checks each record and writes its line, so that one
/// parser reads everything. Take() does it.
///
/// The text is what `bcftools view` prints, which differs from the VCF that the BCF was made of:
/// - Floats and QUAL have 32 bits and are printed with six digits: 0.12345678 is 0.123457, 1e-50 is 0;
/// - Integers have 32 bits: htslib made a larger one missing when it wrote the BCF;
/// - every contig, filter, INFO and FORMAT key has a header line, since htslib adds a made-up one where it is missing
///   (Description="Dummy");
/// - trailing FORMAT fields that were dropped come back as `.`, a vector of missing values as one `.`;
/// - a Flag with a value loses it; of INFO keys given twice both stay, of FORMAT keys the VCF was refused;
/// - POS has 32 bits, and CRLF and empty lines are gone.
class BcfSource : public TextSource {
 public:
  /// `packed` gives the BCF's bytes instead of text; `name` is for messages.
  BcfSource(std::string name, std::unique_ptr<TextSource> packed);
  ~BcfSource() override;

  Packing packing() const override { return Packing::kBcf; }
  Status Take(Piece& piece) override;
  uint64_t Consumed() const override { return packed_->Consumed(); }
  bool LacksEndMarker() const override { return packed_->LacksEndMarker(); }
  void Restrict(std::vector<VirtualRange> ranges, const std::string& index) override;

 private:
  struct Records;

  /// Adds the next bytes of the file to `bytes_`; sets `at_end_`.
  Status ReadMore();

  Status ReadHeader();

  /// Turns the whole records among `bytes_` into text.
  Status WriteText();

  const std::string name_;
  const std::unique_ptr<TextSource> packed_;
  const std::unique_ptr<Records> records_;
  std::unique_ptr<char[]> piece_;  ///< for the packed source
  std::string bytes_;              ///< unpacked, not yet text
  std::string text_;               ///< not yet taken, from `text_begin_` on
  size_t text_begin_ = 0;
  bool has_header_ = false;
  bool at_end_ = false;
};

}  // namespace varjoin::vcf
