// region_filter.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/region_filter.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "vcf/lines.h"
#include "vcf/record_end.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

/// The value of a key in an INFO column; "" where it has none or is absent.
std::string_view InfoValue(std::string_view info, std::string_view key) {
  for (std::string_view rest = info; rest.data() != nullptr;) {
    const std::string_view entry = NextPart(rest, ';');
    if (entry.starts_with(key) && entry.size() > key.size() && entry[key.size()] == '=') {
      return entry.substr(key.size() + 1);
    }
    if (entry == key) {
      break;  // the first one counts, with a value or without
    }
  }
  return {};
}

/// Gives FORMAT/LEN of every sample to `end`. `rest`: FORMAT and the samples.
void TakeBlockLengths(std::string_view rest, RecordEnd& end) {
  size_t place = 0;
  for (std::string_view keys = NextPart(rest, '\t'); NextPart(keys, ':') != "LEN"; ++place) {
    if (keys.data() == nullptr) {
      return;
    }
  }
  while (rest.data() != nullptr) {
    std::string_view values = NextPart(rest, '\t');
    std::string_view value;
    for (size_t i = 0; i <= place; ++i) {
      value = values.data() == nullptr ? std::string_view() : NextPart(values, ':');
    }
    end.TakeBlockLength(value);
  }
}

template <typename Function>
bool AnyAlt(std::string_view alts, const Function& function) {
  for (std::string_view rest = alts; rest.data() != nullptr;) {
    if (function(NextPart(rest, ','))) {
      return true;
    }
  }
  return false;
}

/// The largest end of a record's alleles, of a line that goes on with ID after `text`.
int64_t LastBase(int64_t start, std::string_view text) {
  NextPart(text, '\t');  // ID
  const std::string_view ref = NextPart(text, '\t');
  const std::string_view alts = NextPart(text, '\t');
  NextPart(text, '\t');  // QUAL
  NextPart(text, '\t');  // FILTER
  const std::string_view info = NextPart(text, '\t');
  const int64_t last_of_ref = start + static_cast<int64_t>(std::max<size_t>(ref.size(), 1)) - 1;
  RecordEnd end;
  end.StartRecord(start, ref.size(), static_cast<size_t>(std::count(alts.begin(), alts.end(), ',')) + 1);
  const RecordEnd::Said said = end.TakeEnd(InfoValue(info, "END"));
  const bool symbolic = alts.find('<') != std::string_view::npos;
  if (!end.IsGiven() && symbolic && said != RecordEnd::Said::kNoNumber) {
    if (AnyAlt(alts, HasSvLength)) {
      end.TakeLengths(InfoValue(info, "SVLEN"));
    }
    if (AnyAlt(alts, IsReferenceBlock)) {
      TakeBlockLengths(text, end);
    }
  }
  std::optional<int64_t> largest;
  size_t index = 0;
  AnyAlt(alts, [&](std::string_view alt) {
    const int64_t of_alt = end.Of(alt, index++).value_or(last_of_ref);
    largest = std::max(largest.value_or(of_alt), of_alt);
    return false;
  });
  return largest.value_or(last_of_ref);
}

bool HasHighByte(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c & '\x80') != 0; });
}

}  // namespace

/// Goes through a batch's records and tells which are wanted.
class RegionFilter::Lines {
 public:
  Lines(const RegionFilter& filter, std::string_view text) : filter_(filter), rest_(text) {}

  /// The next line that is not blank, with its '\n'; false: there is none.
  bool Next(std::string_view& line) {
    while (!rest_.empty()) {
      const char* const end = FindFar(rest_.data(), rest_.data() + rest_.size(), '\n');
      const std::string_view found = Between(rest_.data(), end);
      line = rest_.substr(0, found.size() + 1);
      rest_.remove_prefix(line.size());
      if (!IsBlank(found)) {
        return true;
      }
    }
    return false;
  }

  bool Wants(std::string_view line) {
    std::string_view rest = line.substr(0, line.size() - 1);
    const std::string_view chrom = NextPart(rest, '\t');
    FindContig(chrom);
    int64_t start = 0;
    if (anything_ || rest.data() == nullptr || line[0] == '#') {
      return true;
    }
    if (intervals_ == nullptr) {
      return false;
    }
    if (!ParsePosition(NextPart(rest, '\t'), start) || Overlaps(*intervals_, start, start)) {
      return true;
    }
    return filter_.mode_ == Mode::kOverlap && start < intervals_->back().first &&
           Overlaps(*intervals_, start, LastBase(start, rest));
  }

 private:
  /// Sets what is wanted of the contig.
  void FindContig(std::string_view chrom) {
    if (chrom != contig_) {
      contig_ = chrom;
      intervals_ = filter_.regions_.Find(chrom);
      // SQL sees repaired UTF-8, so that its comparisons are left to it.
      anything_ = filter_.mode_ == Mode::kStart && HasHighByte(chrom);
    }
  }

  const RegionFilter& filter_;
  std::string_view rest_;
  std::string contig_;  ///< of the last line, which may have been moved
  const Regions::OfContig* intervals_ = nullptr;
  bool anything_ = false;
};

int64_t RegionFilter::Apply(Batch& batch) const {
  return mode_ == Mode::kOverlap ? Compact(batch) : Trim(batch);
}

/// Moves the wanted lines together.
int64_t RegionFilter::Compact(Batch& batch) const {
  char* const begin = batch.memory.get() + (batch.text.data() - batch.memory.get());
  char* to = begin;
  int64_t kept = 0;
  Lines lines(*this, batch.text);
  for (std::string_view line; lines.Next(line);) {
    if (lines.Wants(line)) {
      std::memmove(to, line.data(), line.size());
      to += line.size();
      ++kept;
    }
  }
  batch.text = Between(begin, to);
  return kept;
}

/// Cuts off what is before the first wanted line and after the last one.
int64_t RegionFilter::Trim(Batch& batch) const {
  int64_t records = 0;
  int64_t first = 0;
  int64_t last = 0;
  const char* begin = nullptr;
  const char* end = nullptr;
  Lines lines(*this, batch.text);
  for (std::string_view line; lines.Next(line); ++records) {
    if (lines.Wants(line)) {
      if (begin == nullptr) {
        begin = line.data();
        first = records;
      }
      end = line.data() + line.size();
      last = records;
    }
  }
  if (begin == nullptr) {
    return 0;
  }
  batch.text = Between(begin, end);
  batch.first_record += first;
  return last - first + 1;
}

}  // namespace varjoin::vcf
