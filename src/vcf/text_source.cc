// text_source.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/text_source.h"

#include "vcf/bgzf.h"
#include "vcf/gzip.h"

namespace varjoin::vcf {
namespace {

class PlainSource : public TextSource {
 public:
  explicit PlainSource(std::unique_ptr<InputFile> file) : file_(std::move(file)) {}

  Packing packing() const override { return Packing::kPlain; }

  Status Take(Piece& piece) override {
    VARJOIN_ASSIGN(piece.size, file_->Read(piece.text, kPieceBytes));
    piece.last = piece.size < kPieceBytes;
    return Status::Ok();
  }

  uint64_t Consumed() const override { return file_->offset(); }

 private:
  const std::unique_ptr<InputFile> file_;
};

}  // namespace

std::unique_ptr<TextSource> TextSource::Make(std::unique_ptr<InputFile> file) {
  if (IsBgzf(file->start())) {
    return std::make_unique<BgzfSource>(std::move(file));
  }
  if (IsGzip(file->start())) {
    return std::make_unique<GzipSource>(std::move(file));
  }
  return std::make_unique<PlainSource>(std::move(file));
}

}  // namespace varjoin::vcf
