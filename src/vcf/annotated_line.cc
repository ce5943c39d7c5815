// annotated_line.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/annotated_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "vcf/text_scan.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kIdColumn = 2;
constexpr size_t kAltColumn = 4;
constexpr size_t kInfoColumn = 7;
constexpr std::string_view kMissing = ".";
constexpr char kHits = '|';

constexpr std::array<bool, 256> kIsEncoded = [] {
  std::array<bool, 256> encoded{};
  for (size_t byte = 0; byte < 0x20; ++byte) {
    encoded[byte] = true;
  }
  for (const char byte : {'%', ';', '=', ',', '|', '&', '\x7f'}) {
    encoded[static_cast<unsigned char>(byte)] = true;
  }
  return encoded;
}();

bool IsEncoded(char byte) {
  return kIsEncoded[static_cast<unsigned char>(byte)];
}

/// How many bytes there are before the first one that is encoded.
size_t PlainBytes(std::string_view text) {
  return static_cast<size_t>(std::find_if(text.begin(), text.end(), IsEncoded) - text.begin());
}

/// Where the first `count` columns begin; false: the line has fewer.
bool FindColumns(std::string_view line, std::span<const char*> begins) {
  const char* const end = line.data() + line.size();
  const char* at = line.data();
  for (size_t i = 0; i < begins.size(); ++i) {
    begins[i] = at;
    if (i + 1 < begins.size()) {
      at = FindByte(at, end, '\t');
      if (at == end) {
        return false;
      }
      ++at;
    }
  }
  return true;
}

/// The entry of INFO at `at`, which goes on after it.
std::string_view NextEntry(std::string_view info, size_t& at) {
  const char* const begin = info.data() + at;
  const char* const end = FindByte(begin, info.data() + info.size(), ';');
  at += static_cast<size_t>(end - begin) + 1;
  return Between(begin, end);
}

/// "a,b" and "c,." become "a|c,b"; lists that differ in length can't be told apart by allele and stand side by side.
std::string Joined(std::string_view old_values, std::string_view new_values) {
  const std::vector<std::string_view> olds = Split(old_values, ',');
  const std::vector<std::string_view> news = Split(new_values, ',');
  if (olds.size() != news.size()) {
    return std::string(old_values) + kHits + std::string(new_values);
  }
  std::string joined;
  for (size_t i = 0; i < olds.size(); ++i) {
    joined += i == 0 ? "" : ",";
    joined += olds[i] == kMissing ? news[i] : olds[i];
    if (olds[i] != kMissing && news[i] != kMissing) {
      joined += kHits;
      joined += news[i];
    }
  }
  return joined;
}

}  // namespace

bool IsPlainInfoValue(std::string_view text) {
  return !text.empty() && PlainBytes(text) == text.size();
}

void AppendInfoValue(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  if (text.empty()) {
    out += kMissing;
    return;
  }
  while (!text.empty()) {
    const size_t plain = PlainBytes(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) {
      const auto byte = static_cast<unsigned char>(text.front());
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
      text.remove_prefix(1);
    }
  }
}

LineAnnotator::LineAnnotator(std::vector<std::string> keys, ExistingInfo existing, std::string line_end)
    : keys_(std::move(keys)),
      existing_(existing),
      line_end_(std::move(line_end)),
      done_(keys_.size()),
      replaced_(keys_.size()) {
  for (const std::string& key : keys_) {
    first_bytes_.set(static_cast<unsigned char>(key[0]));
    heads_.push_back(key + '=');
  }
}

size_t LineAnnotator::FindKey(std::string_view entry) const {
  if (entry.empty() || !MayBeginKey(entry[0])) {
    return keys_.size();
  }
  const std::string_view key = entry.substr(0, entry.find('='));
  return static_cast<size_t>(std::find(keys_.begin(), keys_.end(), key) - keys_.begin());
}

bool LineAnnotator::HasKnownKey(std::string_view info) const {
  const char* const end = info.data() + info.size();
  return AnyPart(info.data(), end, ';', [&](const char* entry) {
    return MayBeginKey(*entry) && FindKey(Between(entry, FindByte(entry, end, ';'))) != keys_.size();
  });
}

void LineAnnotator::AppendExisting(std::string_view entry, size_t key, std::span<const std::string_view> values,
                                   std::string& out) {
  if (existing_ == ExistingInfo::kReplace) {
    replaced_[key] = true;
    return;
  }
  if (done_[key]) {
    return;
  }
  done_[key] = true;
  out += ';';
  const size_t equals = entry.find('=');
  if (existing_ == ExistingInfo::kKeep || values[key].empty() || equals == std::string_view::npos) {
    out += entry;
    return;
  }
  out += entry.substr(0, equals + 1);
  out += Joined(entry.substr(equals + 1), values[key]);
}

/// The old entries where some have the keys of new ones: each after a `;`, that of the first is then taken away.
void LineAnnotator::AppendOld(std::string_view info, std::span<const std::string_view> values, std::string& out) {
  const size_t begin = out.size();
  for (size_t at = 0; at < info.size();) {
    const std::string_view entry = NextEntry(info, at);
    if (const size_t key = FindKey(entry); key != keys_.size()) {
      AppendExisting(entry, key, values, out);
    } else {
      out += ';';
      out += entry;
    }
  }
  out.erase(begin, 1);
}

void LineAnnotator::AppendInfo(std::string_view info, std::span<const std::string_view> values, std::string& out) {
  const size_t begin = out.size();
  std::fill(done_.begin(), done_.end(), false);
  if (HasKnownKey(info)) {
    replaced_lines_ += existing_ == ExistingInfo::kReplace ? 1 : 0;
    AppendOld(info, values, out);
  } else if (info != kMissing) {
    out += info;
  }
  for (size_t i = 0; i < heads_.size(); ++i) {
    if (!values[i].empty() && !done_[i]) {
      if (out.size() != begin) {
        out += ';';
      }
      out += heads_[i];
      out += values[i];
    }
  }
  if (out.size() == begin) {
    out += kMissing;
  }
}

size_t LineAnnotator::Start(std::string_view line) {
  line_ = line;
  has_columns_ = FindColumns(line, begins_);
  if (!has_columns_) {
    return 0;
  }
  const std::string_view alt = Between(begins_[kAltColumn], begins_[kAltColumn + 1] - 1);
  return alt == kMissing || alt.empty() ? 0 : static_cast<size_t>(std::count(alt.begin(), alt.end(), ',')) + 1;
}

void LineAnnotator::Append(std::span<const std::string_view> values, std::string_view id, std::string& out) {
  if ((keys_.empty() && id.empty()) || !has_columns_) {
    out += line_;
    out += line_end_;
    return;
  }
  const char* const line_end = line_.data() + line_.size();
  const char* copied = line_.data();
  if (!id.empty() && Between(begins_[kIdColumn], begins_[kIdColumn + 1] - 1) == kMissing) {
    out += Between(copied, begins_[kIdColumn]);
    out += id;
    copied = begins_[kIdColumn + 1] - 1;
  }
  if (!keys_.empty()) {
    const char* const info_end = FindFar(begins_[kInfoColumn], line_end, '\t');
    out += Between(copied, begins_[kInfoColumn]);
    AppendInfo(Between(begins_[kInfoColumn], info_end), values, out);
    copied = info_end;
  }
  out += Between(copied, line_end);
  out += line_end_;
}

}  // namespace varjoin::vcf
