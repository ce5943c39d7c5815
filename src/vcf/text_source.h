// text_source.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "vcf/input_file.h"

namespace varjoin::vcf {

/// How the bytes of a file are packed; found by content, never by name.
enum class Packing { kPlain, kGzip, kBgzf, kZstd, kBzip2, kBcf };

/// "gzip", as a person would say it.
std::string_view NameOf(Packing packing);

inline constexpr size_t kPieceBytes = size_t{1} << 20;  ///< of text, at most, in one piece

/// A stretch of a BGZF file's text, from one virtual offset to another: the offset of a block in the file, shifted left
/// by 16, and the offset in its text (SAM specification, section 4.1.1). Of plain text: from one byte to another.
struct VirtualRange {
  static constexpr uint64_t kToTheEnd = UINT64_MAX;  ///< as `end`: to that of the file

  uint64_t begin = 0;
  uint64_t end = 0;
};

/// What a source keeps with a piece between Take() and Unpack().
class PackedPiece {
 public:
  virtual ~PackedPiece() = default;
};

/// Some text of a file, cut anywhere.
struct Piece {
  char* text = nullptr;  ///< set by the caller: room for kPieceBytes
  size_t size = 0;
  bool last = false;  ///< nothing follows; the piece itself may be empty
  std::unique_ptr<PackedPiece> packed;
};

/// A file unpacked into pieces of text, one after the other.
///
/// Take() and what follows it here are called by one thread at a time (under the caller's lock), Unpack() by any number
/// of threads at once. After an error nothing more is taken.
class TextSource {
 public:
  /// A source of the file's content, packed as its first bytes say.
  static std::unique_ptr<TextSource> Make(std::unique_ptr<InputFile> file);
  virtual ~TextSource() = default;

  virtual Packing packing() const = 0;

  /// Takes the next piece; sets `size` and `last`. Not called again after the last piece.
  virtual Status Take(Piece& piece) = 0;

  /// Writes the piece's text, if Take() has not.
  virtual Status Unpack(Piece& /*piece*/) { return Status::Ok(); }

  /// Bytes of the file that hold the pieces taken so far.
  virtual uint64_t Consumed() const = 0;

  /// After the last piece: the file's packing has an end marker, and it is not there.
  virtual bool LacksEndMarker() const { return false; }

  /// From here on Take() gives the text of these ranges only, which ascend and do not overlap, and in BCF begin and end
  /// at records; `index` names the file that they come from, "": there is none. Nothing that was taken before is part
  /// of it. Precondition: the file is BGZF, or BCF in BGZF, or plain text with one range, and no pipe.
  virtual void Restrict(std::vector<VirtualRange> /*ranges*/, const std::string& /*index*/) {}
};

}  // namespace varjoin::vcf
