// regions.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/regions.h"

#include <algorithm>
#include <memory>

#include "base/files.h"
#include "base/text.h"
#include "vcf/record_end.h"
#include "vcf/text_source.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kMostBedBytes = size_t{1} << 30;

bool IsNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "100", "100-200", "100-" or "-200". False: it is none.
bool ParseRange(std::string_view text, Interval& interval) {
  const size_t dash = text.find('-');
  const std::string_view first = text.substr(0, dash);
  const std::string_view last = dash == std::string_view::npos ? first : text.substr(dash + 1);
  if (first.empty() && last.empty()) {
    return false;
  }
  return (first.empty() || (IsNumber(first) && ParsePosition(first, interval.first))) &&
         (last.empty() || (IsNumber(last) && ParsePosition(last, interval.last)));
}

Status BadRegion(std::string_view text) {
  return BadInput(
      "regions: '{}' is no region; write it as chr7, chr7:55191822 or chr7:55000000-56000000 (1-based, both "
      "ends included, without commas in the numbers), or name a BED file",
      text);
}

/// Cuts a region into contig and range; the range is "" where there is none.
Status Cut(std::string_view text, const std::function<bool(std::string_view)>& is_contig, std::string_view& contig,
           std::string_view& range) {
  contig = text;
  range = {};
  if (text.starts_with('{')) {
    const size_t close = text.find('}');
    const std::string_view rest = close == std::string_view::npos ? text : text.substr(close + 1);
    if (rest.empty() || rest.starts_with(':')) {
      contig = text.substr(1, close - 1);
      range = rest.empty() ? rest : rest.substr(1);
      return contig.empty() || (!rest.empty() && range.empty()) ? BadRegion(text) : Status::Ok();
    }
    return BadRegion(text);
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return text.empty() ? BadRegion(text) : Status::Ok();
  }
  const bool whole = is_contig(text);
  const bool part = is_contig(text.substr(0, colon));
  if (whole && part) {
    return BadInput("regions: '{}' is a contig and also a range of contig '{}'; write {{{}}} or {{{}}}:{}", text,
                    text.substr(0, colon), text, text.substr(0, colon), text.substr(colon + 1));
  }
  Interval interval;
  if (whole || (!part && !ParseRange(text.substr(colon + 1), interval))) {
    return whole ? Status::Ok() : BadRegion(text);
  }
  contig = text.substr(0, colon);
  range = text.substr(colon + 1);
  return contig.empty() || range.empty() ? BadRegion(text) : Status::Ok();
}

Status AddRegion(std::string_view text, const std::function<bool(std::string_view)>& is_contig, Regions& regions) {
  std::string_view contig;
  std::string_view range;
  VARJOIN_RETURN_IF_ERROR(Cut(text, is_contig, contig, range));
  Interval interval;
  if (!range.empty() && !ParseRange(range, interval)) {
    return BadRegion(text);
  }
  if (interval.first > interval.last) {
    return BadInput("regions: '{}' ends before it begins", text);
  }
  regions.Add(contig, interval);
  return Status::Ok();
}

bool IsBed(const std::string& text, const std::function<bool(std::string_view)>& is_contig) {
  if (is_contig(text)) {
    return false;
  }
  const std::string lower = ToLower(text);
  const bool named = lower.ends_with(".bed") || lower.ends_with(".bed.gz") || lower.ends_with(".bed.bgz") ||
                     lower.ends_with(".bed.zst");
  const bool one = text.find(',') == std::string::npos;
  return (named && one) || (FileExists(text) && !IsFolder(text));
}

/// What is left of a number that was cut at its commas: "000" of 55,000, "000-56" of 55,000-56,000.
bool IsPartOfNumber(std::string_view text) {
  constexpr size_t kGroup = 3;
  return text.size() >= kGroup && IsNumber(text.substr(0, kGroup)) && (text.size() == kGroup || text[kGroup] == '-');
}

Result<std::string> ReadText(const std::string& path) {
  VARJOIN_ASSIGN(std::unique_ptr<InputFile> file, InputFile::Open(path));
  const std::unique_ptr<TextSource> source = TextSource::Make(std::move(file));
  const auto buffer = std::make_unique_for_overwrite<char[]>(kPieceBytes);
  std::string text;
  Piece piece;
  while (!piece.last) {
    piece = Piece();
    piece.text = buffer.get();
    VARJOIN_RETURN_IF_ERROR(source->Take(piece));
    if (piece.packed) {
      VARJOIN_RETURN_IF_ERROR(source->Unpack(piece));
    }
    text.append(piece.text, piece.size);
    if (text.size() > kMostBedBytes) {
      return BadInput("{}: is too large for a BED file (over {})", path, HumanBytes(kMostBedBytes));
    }
  }
  return text;
}

/// Cuts the next word off the front of `line`.
std::string_view NextWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

Status AddBedLine(const std::string& path, size_t number, std::string_view line, Regions& regions) {
  std::string_view rest = line;
  const std::string_view contig = NextWord(rest);
  if (contig.empty() || contig.starts_with('#') || contig == "track" || contig == "browser") {
    return Status::Ok();
  }
  const std::string_view start = NextWord(rest);
  const std::string_view end = NextWord(rest);
  Interval interval;
  if (!IsNumber(start) || !IsNumber(end) || !ParsePosition(start, interval.first) ||
      !ParsePosition(end, interval.last)) {
    return BadInput("{}: line {} is no BED: found '{}', expected a contig, a start and an end, separated by tabs", path,
                    number, line.substr(0, 60));
  }
  if (interval.last < interval.first) {
    return BadInput("{}: line {}: the end, {}, is before the start, {}", path, number, end, start);
  }
  if (interval.last > interval.first) {
    ++interval.first;
    regions.Add(contig, interval);
  }
  return Status::Ok();
}

}  // namespace

void Regions::Add(std::string_view contig, Interval interval) {
  auto entry = contigs_.find(contig);
  if (entry == contigs_.end()) {
    entry = contigs_.emplace(contig, OfContig()).first;
  }
  OfContig& intervals = entry->second;
  // The first one that ends at `interval` or after it; mostly there is none, since regions come sorted.
  auto at = std::lower_bound(intervals.begin(), intervals.end(), interval.first,
                             [](const Interval& other, int64_t first) { return other.last < first; });
  const auto begin = at;
  for (; at != intervals.end() && at->first <= interval.last; ++at) {
    interval.first = std::min(interval.first, at->first);
    interval.last = std::max(interval.last, at->last);
  }
  intervals.insert(intervals.erase(begin, at), interval);
}

const Regions::OfContig* Regions::Find(std::string_view contig) const {
  const auto found = contigs_.find(contig);
  return found == contigs_.end() ? nullptr : &found->second;
}

bool Overlaps(const Regions::OfContig& intervals, int64_t start, int64_t end) {
  const auto at = std::lower_bound(intervals.begin(), intervals.end(), start,
                                   [](const Interval& other, int64_t first) { return other.last < first; });
  return at != intervals.end() && at->first <= end;
}

namespace {

Status AddRegionOrBed(const std::string& text, const std::function<bool(std::string_view)>& is_contig,
                      Regions& regions) {
  if (!IsBed(text, is_contig)) {
    return AddRegion(text, is_contig, regions);
  }
  VARJOIN_ASSIGN(const Regions bed, ReadBed(text));
  for (const auto& [contig, intervals] : bed.contigs()) {
    for (const Interval& interval : intervals) {
      regions.Add(contig, interval);
    }
  }
  return Status::Ok();
}

}  // namespace

Result<Regions> ParseRegions(std::span<const std::string> texts,
                             const std::function<bool(std::string_view)>& is_contig) {
  if (texts.empty()) {
    return BadInput("regions: none is given");
  }
  Regions regions;
  for (const std::string& text : texts) {
    if (is_contig(text) || IsBed(text, is_contig)) {  // also where there are commas in it
      VARJOIN_RETURN_IF_ERROR(AddRegionOrBed(text, is_contig, regions));
      continue;
    }
    for (std::string_view region : Split(text, ',')) {
      region.remove_prefix(std::min(region.find_first_not_of(' '), region.size()));
      region.remove_suffix(region.size() - (region.find_last_not_of(' ') + 1));
      if (IsPartOfNumber(region) && !is_contig(region)) {
        return BadRegion(text);
      }
      VARJOIN_RETURN_IF_ERROR(AddRegionOrBed(std::string(region), is_contig, regions));
    }
  }
  return regions;
}

Result<Regions> ReadBed(const std::string& path) {
  VARJOIN_ASSIGN(const std::string text, ReadText(path));
  Regions regions;
  size_t number = 0;
  for (std::string_view line : Split(text, '\n')) {
    ++number;
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    VARJOIN_RETURN_IF_ERROR(AddBedLine(path, number, line, regions));
  }
  if (regions.contigs().empty()) {
    return BadInput("{}: the BED file has no region in it", path);
  }
  return regions;
}

}  // namespace varjoin::vcf
