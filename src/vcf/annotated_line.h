// annotated_line.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varjoin::vcf {

/// What becomes of the INFO entries of a line whose key is that of a new field.
enum class ExistingInfo {
  kReplace,  ///< they go, also where the new field has no value
  kKeep,     ///< they stay, and the new value is left out
  kAppend,   ///< the new values come after them, joined by `|`, element by element
};

/// Appends a value of INFO: `%`, `;`, `=`, `,` and control characters as `%` and two hex digits, and so `|` and `&`,
/// which join hits and the elements of a list. Spaces stay, as VCF 4.3 and later allow. "" becomes `.`.
void AppendInfoValue(std::string_view text, std::string& out);

/// Whether AppendInfoValue() appends the text as it is.
bool IsPlainInfoValue(std::string_view text);

/// Copies lines of a VCF's body with new INFO entries, and sees nothing of them beyond INFO. Not thread-safe.
class LineAnnotator {
 public:
  /// `keys` of the new entries, in their order. `line_end`: what the lines of the file end with.
  LineAnnotator(std::vector<std::string> keys, ExistingInfo existing, std::string line_end);

  /// The next line, without its end, which has to live until Append(). Returns the number of alleles in its column ALT:
  /// 0 for `.`, and for a line of fewer than 8 columns.
  size_t Start(std::string_view line);

  /// Appends the line to `out` with values[i] as entry keys[i], "" for none. `id`, unless "", goes into an empty column
  /// ID. A line of fewer than 8 columns is copied as it is.
  void Append(std::span<const std::string_view> values, std::string_view id, std::string& out);

  /// How many of the lines had entries that kReplace took away, and whether keys[key] was among them.
  int64_t replaced_lines() const { return replaced_lines_; }
  bool HasReplaced(size_t key) const { return replaced_[key]; }

 private:
  static constexpr size_t kColumns = 8;

  bool MayBeginKey(char byte) const { return first_bytes_[static_cast<unsigned char>(byte)]; }
  size_t FindKey(std::string_view entry) const;
  bool HasKnownKey(std::string_view info) const;
  void AppendInfo(std::string_view info, std::span<const std::string_view> values, std::string& out);
  void AppendOld(std::string_view info, std::span<const std::string_view> values, std::string& out);
  void AppendExisting(std::string_view entry, size_t key, std::span<const std::string_view> values, std::string& out);

  const std::vector<std::string> keys_;
  std::vector<std::string> heads_;  ///< of the new entries: keys with `=`
  const ExistingInfo existing_;
  const std::string line_end_;
  std::bitset<256> first_bytes_;  ///< of the keys
  std::vector<bool> done_;        ///< by key: it has been written, or is not to be
  std::vector<bool> replaced_;    ///< by key
  int64_t replaced_lines_ = 0;
  std::string_view line_;
  std::array<const char*, kColumns> begins_{};  ///< of the line's columns to INFO
  bool has_columns_ = false;
};

}  // namespace varjoin::vcf
