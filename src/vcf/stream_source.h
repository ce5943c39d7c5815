// stream_source.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vcf/text_source.h"

namespace varjoin::vcf {

/// Undoes one kind of compression of a stream of bytes, and knows nothing of files. The stream consists of members that
/// follow each other, each packed by itself. Not thread-safe.
class Decoder {
 public:
  struct Progress {
    size_t consumed = 0;  ///< bytes of the input
    size_t written = 0;
    bool member_ended = false;
    std::string error;  ///< the end of a sentence about the member: "is corrupt (…)"
  };

  virtual ~Decoder() = default;

  /// Goes on within the member: takes from `input` and writes up to `room` bytes to `to`. Without input it writes what
  /// it still holds back.
  virtual Progress Decode(std::string_view input, char* to, size_t room) = 0;

  /// After the end of a member: what comes is the next one.
  virtual void StartMember() = 0;

  /// Whether a member can begin with this byte.
  virtual bool BeginsWith(char byte) const = 0;

  virtual Packing packing() const = 0;
  virtual std::string_view name() const = 0;  ///< "gzip"
};

/// A file whose content has to be unpacked from front to back: Take() does it. Zero bytes may follow the last member,
/// as tapes leave them.
class StreamSource : public TextSource {
 public:
  StreamSource(std::unique_ptr<InputFile> file, std::unique_ptr<Decoder> decoder);
  ~StreamSource() override;

  Packing packing() const override { return decoder_->packing(); }
  Status Take(Piece& piece) override;
  uint64_t Consumed() const override;

 private:
  /// Refills the input where it is used up; false at the file's end.
  Result<bool> HasInput();

  /// Called at the end of a member: goes to the next one, or finds that there is none (and sets `ended_`).
  Status NextMember();

  const std::unique_ptr<InputFile> file_;
  const std::unique_ptr<Decoder> decoder_;
  std::vector<char> buffer_;
  std::string_view input_;      ///< the part of the buffer that is not used up
  uint64_t member_offset_ = 0;  ///< of the current member in the file
  bool ended_ = false;
};

/// The first bytes that `packed`, the beginning of a stream, unpacks to: at most `size`.
std::string UnpackedStart(Decoder& decoder, std::string_view packed, size_t size);

}  // namespace varjoin::vcf
