// annotated_line.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
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

/// The number of alleles in the column ALT of a line; 0 for `.`.
size_t CountAlts(std::string_view line);

/// Copies lines of a VCF's body with new INFO entries, and sees nothing of them beyond INFO. Not thread-safe.
class LineAnnotator {
 public:
  /// `keys` of the new entries, in their order. `line_end`: what the lines of the file end with.
  LineAnnotator(std::vector<std::string> keys, ExistingInfo existing, std::string line_end);

  /// Appends `line` (without its end) to `out` with values[i] as entry keys[i], "" for none. `id`, unless "", goes into
  /// an empty column ID. A line of fewer than 8 columns is copied as it is.
  void Append(std::string_view line, std::span<const std::string> values, std::string_view id, std::string& out);

 private:
  size_t FindKey(std::string_view entry) const;
  bool HasKnownKey(std::string_view info) const;
  void AppendInfo(std::string_view info, std::span<const std::string> values, std::string& out);
  void AppendExisting(std::string_view entry, size_t key, std::span<const std::string> values, std::string& out);

  const std::vector<std::string> keys_;
  const ExistingInfo existing_;
  const std::string line_end_;
  std::bitset<256> first_bytes_;  ///< of the keys
  std::vector<bool> done_;        ///< by key: it has been written, or is not to be
};

}  // namespace varjoin::vcf
