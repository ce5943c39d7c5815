// head.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/head.h"

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "vcf/header.h"
#include "vcf/lines.h"
#include "vcf/recognise.h"

namespace varjoin::vcf {
namespace {

using namespace std::string_view_literals;

constexpr size_t kMostHeaderBytes = size_t{256} << 20;
constexpr size_t kEnoughBodyBytes = size_t{1} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF"sv;

/// A line's beginning, fit for a message.
std::string FirstWords(std::string_view line) {
  std::string words;
  for (const char c : line.substr(0, 40)) {
    words.push_back(c == '\t' ? ' ' : c >= ' ' && c <= '~' ? c : '?');
  }
  return words;
}

Status NoColumnLine(const std::string& path, std::string_view line, bool first) {
  if (first) {
    return BadInput("{}: is not a VCF: it begins with '{}' instead of '##fileformat=VCF'", path, FirstWords(line));
  }
  return BadInput("{}: the header has no #CHROM line before the first record, '{}'", path, FirstWords(line));
}

/// Goes through the header's lines, from `at` on; leaves `at` at the first line that is not whole yet.
/// Sets `head.end` when the #CHROM line is found.
Status FindHeaderEnd(const std::string& path, Head& head, size_t& at) {
  const std::string_view text = head.text;
  while (at < text.size()) {
    const size_t newline = text.find('\n', at);
    const bool whole = newline != std::string_view::npos || head.last;
    const std::string_view line = text.substr(at, newline - at);
    if (!line.starts_with('#') && !IsBlank(line)) {
      return NoColumnLine(path, line, at == head.begin);
    }
    if (!whole) {
      break;
    }
    at = std::min(newline, text.size() - 1) + 1;
    if (IsColumnLine(line)) {
      head.end = at;
      break;
    }
  }
  return Status::Ok();
}

Status AddPiece(TextSource& source, char* buffer, Head& head) {
  const uint64_t before = source.Consumed();
  Piece piece;
  piece.text = buffer;
  VARJOIN_RETURN_IF_ERROR(source.Take(piece));
  VARJOIN_RETURN_IF_ERROR(source.Unpack(piece));
  head.text.append(piece.text, piece.size);
  head.last = piece.last;
  head.body_file_bytes = (head.end > 0 ? head.body_file_bytes : 0) + source.Consumed() - before;
  return Status::Ok();
}

}  // namespace

Result<Head> ReadHead(const std::string& path, TextSource& source) {
  Head head;
  const auto buffer = std::make_unique_for_overwrite<char[]>(kPieceBytes);
  size_t at = 0;
  while (!head.last && (head.end == 0 || head.body().size() < kEnoughBodyBytes)) {
    const bool first = head.text.empty();
    VARJOIN_RETURN_IF_ERROR(AddPiece(source, buffer.get(), head));
    if (first) {
      if (const std::string other = RecogniseOther(head.text, path); !other.empty()) {
        return BadInput("{}: is not a VCF but {}", path, other);
      }
      at = head.begin = head.text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    }
    if (head.end == 0) {
      VARJOIN_RETURN_IF_ERROR(FindHeaderEnd(path, head, at));
    }
    if (head.end == 0 && head.text.size() > kMostHeaderBytes) {
      return BadInput("{}: no #CHROM line in the first {}", path, HumanBytes(head.text.size()));
    }
  }
  if (head.text.empty()) {
    return BadInput("{}: unpacks to nothing; a VCF has at least a header", path);
  }
  if (head.end == 0) {
    return BadInput("{}: the header has no #CHROM line; the file has perhaps been cut off", path);
  }
  if (head.last && source.LacksEndMarker() && !head.text.ends_with('\n')) {
    return BadInput(
        "{}: has been cut off: it ends within a line, and without the BGZF end marker; fetch or copy it again", path);
  }
  return head;
}

}  // namespace varjoin::vcf
