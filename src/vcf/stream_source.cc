// stream_source.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/stream_source.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kInputBytes = 256 << 10;

}  // namespace

StreamSource::StreamSource(std::unique_ptr<InputFile> file, std::unique_ptr<Decoder> decoder)
    : file_(std::move(file)), decoder_(std::move(decoder)), buffer_(kInputBytes) {}

StreamSource::~StreamSource() = default;

uint64_t StreamSource::Consumed() const {
  return file_->offset() - input_.size();
}

Status StreamSource::Take(Piece& piece) {
  piece.size = 0;
  while (piece.size < kPieceBytes && !ended_) {
    const Decoder::Progress step = decoder_->Decode(input_, piece.text + piece.size, kPieceBytes - piece.size);
    input_.remove_prefix(step.consumed);
    piece.size += step.written;
    if (!step.error.empty()) {
      return BadInput("{}: the {} member that begins at byte {} {}", file_->name(), decoder_->name(), member_offset_,
                      step.error);
    }
    if (step.member_ended) {
      VARJOIN_RETURN_IF_ERROR(NextMember());
      continue;
    }
    if (step.consumed > 0 || step.written > 0) {
      continue;
    }
    VARJOIN_ASSIGN(const bool more, HasInput());
    if (!more) {
      return BadInput(
          "{}: the data ends at byte {}, within the {} member that begins at byte {}; fetch or copy it again",
          file_->name(), Consumed(), decoder_->name(), member_offset_);
    }
  }
  piece.last = ended_;
  return Status::Ok();
}

Result<bool> StreamSource::HasInput() {
  if (input_.empty()) {
    VARJOIN_ASSIGN(const size_t count, file_->Read(buffer_.data(), buffer_.size()));
    input_ = {buffer_.data(), count};
  }
  return !input_.empty();
}

Status StreamSource::NextMember() {
  bool padding = false;
  while (true) {
    VARJOIN_ASSIGN(const bool more, HasInput());
    if (!more) {
      ended_ = true;
      return Status::Ok();
    }
    if (input_[0] != 0) {
      break;
    }
    padding = true;
    input_.remove_prefix(1);
  }
  if (padding || !decoder_->BeginsWith(input_[0])) {
    return BadInput("{}: bytes that are no {} follow the data at byte {}; fetch or copy the file again", file_->name(),
                    decoder_->name(), Consumed());
  }
  member_offset_ = Consumed();
  decoder_->StartMember();
  return Status::Ok();
}

std::string UnpackedStart(Decoder& decoder, std::string_view packed, size_t size) {
  std::string start(size, '\0');
  size_t written = 0;
  while (written < size) {
    const Decoder::Progress step = decoder.Decode(packed, start.data() + written, size - written);
    packed.remove_prefix(step.consumed);
    written += step.written;
    if (!step.error.empty() || step.member_ended || (step.consumed == 0 && step.written == 0)) {
      break;
    }
  }
  start.resize(written);
  return start;
}

}  // namespace varjoin::vcf
