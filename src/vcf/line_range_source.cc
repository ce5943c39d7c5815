// line_range_source.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/line_range_source.h"

#include <cstring>
#include <optional>

namespace varjoin::vcf {
namespace {

/// The length of the text up to and with its first '\n'.
std::optional<size_t> FirstLineOf(const Piece& piece) {
  const void* const end = std::memchr(piece.text, '\n', piece.size);
  return end == nullptr ? std::nullopt
                        : std::optional<size_t>(static_cast<size_t>(static_cast<const char*>(end) - piece.text) + 1);
}

}  // namespace

LineRangeSource::LineRangeSource(std::unique_ptr<TextSource> source, VirtualRange part)
    : source_(std::move(source)), part_(part) {
  source_->Restrict({part}, "");
}

Status LineRangeSource::Take(Piece& piece) {
  if (place_ == Place::kFirstLine) {
    return TakeAfterFirstLine(piece);
  }
  if (place_ == Place::kLastLine) {
    return TakeLastLine(piece);
  }
  VARJOIN_RETURN_IF_ERROR(source_->Take(piece));
  GoOnAfterMiddle(piece);
  return Status::Ok();
}

/// A piece whose text is there at once, since it has to be looked at.
Status LineRangeSource::TakeUnpacked(Piece& piece) {
  piece.size = 0;
  VARJOIN_RETURN_IF_ERROR(source_->Take(piece));
  return piece.packed ? source_->Unpack(piece) : Status::Ok();
}

Status LineRangeSource::TakeAfterFirstLine(Piece& piece) {
  for (;;) {
    VARJOIN_RETURN_IF_ERROR(TakeUnpacked(piece));
    if (const auto first_line = FirstLineOf(piece)) {
      piece.size -= *first_line;
      std::memmove(piece.text, piece.text + *first_line, piece.size);
      place_ = Place::kMiddle;
      GoOnAfterMiddle(piece);
      return Status::Ok();
    }
    piece.size = 0;
    if (piece.last) {  // no line begins in the part
      at_end_of_file_ = part_.end == VirtualRange::kToTheEnd;
      return Status::Ok();
    }
  }
}

/// Where the piece is the last of the part, its last line is still to come, even if it begins just there.
void LineRangeSource::GoOnAfterMiddle(Piece& piece) {
  if (!piece.last) {
    return;
  }
  at_end_of_file_ = part_.end == VirtualRange::kToTheEnd;
  piece.last = at_end_of_file_;
  if (!at_end_of_file_) {
    place_ = Place::kLastLine;
    source_->Restrict({{part_.end, VirtualRange::kToTheEnd}}, "");
  }
}

Status LineRangeSource::TakeLastLine(Piece& piece) {
  VARJOIN_RETURN_IF_ERROR(TakeUnpacked(piece));
  if (const auto line = FirstLineOf(piece)) {
    piece.size = *line;
    piece.last = true;
    return Status::Ok();
  }
  at_end_of_file_ = piece.last;
  return Status::Ok();
}

}  // namespace varjoin::vcf
