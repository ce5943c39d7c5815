// body_cutter.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"
#include "vcf/input_file.h"
#include "vcf/text_source.h"

namespace varjoin::vcf {

/// Finds where a VCF can be cut into parts for VcfFile::RestrictToLines(), at any byte of the file, by reading no more
/// than what is around it. Not thread-safe.
class BodyCutter {
 public:
  /// Reads the header. Errors: those of VcfFile::Open().
  static Result<std::unique_ptr<BodyCutter>> Open(const std::string& path);

  Packing packing() const { return packing_; }

  /// BGZF and plain text; everything else can only be read from its beginning.
  bool CanCut() const { return packing_ == Packing::kBgzf || packing_ == Packing::kPlain; }

  uint64_t size() const { return file_->size(); }  ///< bytes of the file

  /// Where the first part begins, as VirtualRange has it. Precondition of this and all that follows: CanCut().
  uint64_t begin() const { return begin_; }
  uint64_t begin_byte() const;  ///< the byte of the file that this is in

  /// Of BGZF: the byte where the block begins that comes after the header's last one. Error: that has records too.
  Result<uint64_t> BlockAfterHeader();

  /// The place of byte `byte` of the file, not before begin(); kToTheEnd for its size and more. Places ascend with
  /// bytes. Error: there are no BGZF blocks there.
  Result<uint64_t> PlaceOf(uint64_t byte);

 private:
  /// A BGZF block.
  struct Block {
    uint64_t offset;  ///< in the file
    uint64_t bytes;
    uint64_t text_bytes;
  };

  BodyCutter(std::unique_ptr<InputFile> file, Packing packing) : file_(std::move(file)), packing_(packing) {}

  Result<std::string> Read(uint64_t offset, size_t size);
  Result<Block> BlockAt(uint64_t offset);
  Result<Block> BlockAround(uint64_t byte);
  Result<uint64_t> PlaceOfText(uint64_t text_offset);

  const std::unique_ptr<InputFile> file_;
  const Packing packing_;
  uint64_t begin_ = 0;
};

}  // namespace varjoin::vcf
