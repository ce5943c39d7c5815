// concatenate.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/concatenate.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "vcf/body_cutter.h"
#include "vcf/record_block.h"
#include "vcf/vcf_file.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kCopyBytes = size_t{1} << 20;

/// The header without the lines that may differ.
std::string Comparable(std::string_view header, std::string_view may_differ) {
  std::string lines;
  for (const std::string_view line : Split(header, '\n')) {
    if (!line.starts_with(may_differ)) {
      lines.append(line).append("\n");
    }
  }
  return lines;
}

/// Copies the bytes of a file from `begin` to `end`.
Status Copy(InputFile& file, uint64_t begin, uint64_t end, OutputFile& output) {
  std::vector<char> bytes(kCopyBytes);
  file.Seek(begin);
  for (uint64_t at = begin; at < end;) {
    VARJOIN_ASSIGN(const size_t count, file.Read(bytes.data(), std::min<uint64_t>(kCopyBytes, end - at)));
    if (count == 0) {
      return Failed("{}: got shorter while it was read", file.name());
    }
    VARJOIN_RETURN_IF_ERROR(output.Write({bytes.data(), count}));
    at += count;
  }
  return Status::Ok();
}

}  // namespace

Status ConcatenateVcfs(std::span<const std::string> paths, std::string_view may_differ, OutputFile& output) {
  std::string first_header;
  for (const std::string& path : paths) {
    VARJOIN_ASSIGN(const auto vcf, VcfFile::Open(path));
    const std::string header = Comparable(vcf->header_text(), may_differ);
    const bool is_first = &path == paths.data();
    if (is_first) {
      first_header = header;
    } else if (header != first_header) {
      return BadInput("{} and {}: have different headers, and can't be joined", paths[0], path);
    }
    VARJOIN_ASSIGN(const auto cutter, BodyCutter::Open(path));
    if (cutter->packing() != Packing::kBgzf) {
      return BadInput("{}: is {}, and not BGZF", path, NameOf(cutter->packing()));
    }
    VARJOIN_ASSIGN(const uint64_t body, cutter->BlockAfterHeader());
    VARJOIN_ASSIGN(const auto file, InputFile::Open(path));
    std::string marker(BgzfEndMarker().size(), '\0');
    if (file->size() < body + marker.size()) {
      return BadInput("{}: has been cut off", path);
    }
    const uint64_t end = file->size() - marker.size();
    file->Seek(end);
    VARJOIN_RETURN_IF_ERROR(file->Read(marker.data(), marker.size()).status());
    if (marker != BgzfEndMarker()) {
      return BadInput("{}: has been cut off: it does not end with the BGZF end marker", path);
    }
    VARJOIN_RETURN_IF_ERROR(Copy(*file, is_first ? 0 : body, end, output));
  }
  return output.Write(BgzfEndMarker());
}

}  // namespace varjoin::vcf
