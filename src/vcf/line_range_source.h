// line_range_source.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "vcf/text_source.h"

namespace varjoin::vcf {

/// The whole lines of another source that begin after `part.begin` and not after `part.end`: the text after the first
/// line end that is not before the one, up to the first line end that is not before the other.
class LineRangeSource : public TextSource {
 public:
  /// `source` is one of BGZF or plain text; it is restricted from here on.
  LineRangeSource(std::unique_ptr<TextSource> source, VirtualRange part);

  Packing packing() const override { return source_->packing(); }
  Status Take(Piece& piece) override;
  Status Unpack(Piece& piece) override { return source_->Unpack(piece); }
  uint64_t Consumed() const override { return source_->Consumed(); }
  bool LacksEndMarker() const override { return at_end_of_file_ && source_->LacksEndMarker(); }

 private:
  enum class Place {
    kFirstLine,  ///< looking for the end of the line that the part begins in
    kMiddle,
    kLastLine,  ///< after the part's end, in the line that began before it
  };

  Status TakeUnpacked(Piece& piece);
  Status TakeAfterFirstLine(Piece& piece);
  Status TakeLastLine(Piece& piece);
  void GoOnAfterMiddle(Piece& piece);

  const std::unique_ptr<TextSource> source_;
  const VirtualRange part_;
  Place place_ = Place::kFirstLine;
  bool at_end_of_file_ = false;
};

}  // namespace varjoin::vcf
