// text_source.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/text_source.h"

#include <algorithm>

#include "vcf/bcf.h"
#include "vcf/bgzf.h"
#include "vcf/decoders.h"

namespace varjoin::vcf {
namespace {

class PlainSource : public TextSource {
 public:
  explicit PlainSource(std::unique_ptr<InputFile> file) : file_(std::move(file)) {}

  Packing packing() const override { return Packing::kPlain; }

  Status Take(Piece& piece) override {
    const size_t wanted = std::min<uint64_t>(kPieceBytes, range_.end - file_->offset());
    VARJOIN_ASSIGN(piece.size, file_->Read(piece.text, wanted));
    piece.last = piece.size < kPieceBytes || file_->offset() == range_.end;
    return Status::Ok();
  }

  uint64_t Consumed() const override { return file_->offset() - range_.begin; }

  void Restrict(std::vector<VirtualRange> ranges, const std::string& /*index*/) override {
    range_ = ranges[0];
    file_->Seek(range_.begin);
  }

 private:
  const std::unique_ptr<InputFile> file_;
  VirtualRange range_{0, VirtualRange::kToTheEnd};
};

std::unique_ptr<TextSource> Unpacked(std::unique_ptr<InputFile> file) {
  if (IsBgzf(file->start())) {
    return std::make_unique<BgzfSource>(std::move(file));
  }
  if (std::unique_ptr<Decoder> decoder = MakeDecoder(file->start())) {
    return std::make_unique<StreamSource>(std::move(file), std::move(decoder));
  }
  return std::make_unique<PlainSource>(std::move(file));
}

bool HoldsBcf(std::string_view start) {
  const std::unique_ptr<Decoder> decoder = MakeDecoder(start);  // BGZF is gzip too
  return IsBcf(decoder ? UnpackedStart(*decoder, start, kBcfMagicBytes) : start);
}

}  // namespace

std::string_view NameOf(Packing packing) {
  switch (packing) {
    case Packing::kPlain:
      return "plain text";
    case Packing::kGzip:
      return "gzip";
    case Packing::kBgzf:
      return "BGZF";
    case Packing::kZstd:
      return "zstd";
    case Packing::kBzip2:
      return "bzip2";
    case Packing::kBcf:
      return "BCF";
  }
  return "";
}

std::unique_ptr<TextSource> TextSource::Make(std::unique_ptr<InputFile> file) {
  const bool bcf = HoldsBcf(file->start());
  const std::string name = file->name();
  std::unique_ptr<TextSource> source = Unpacked(std::move(file));
  return bcf ? std::make_unique<BcfSource>(name, std::move(source)) : std::move(source);
}

}  // namespace varjoin::vcf
