// text.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varjoin {

/// ASCII letters only; other bytes are left as they are.
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);

/// Equal but for the case of ASCII letters.
bool EqualNoCase(std::string_view a, std::string_view b);

/// Splits at every `separator`; "" gives one empty part.
std::vector<std::string_view> Split(std::string_view text, char separator);

std::string Join(std::span<const std::string> parts, std::string_view separator);

/// `text` with every `from` replaced. Precondition: `from` is not empty.
std::string ReplaceAll(std::string text, std::string_view from, std::string_view to);

/// The candidate nearest to `word` without regard to case, if it is near enough to be a slip of the keys
/// (edit distance at most a third of the longer of the two); "" otherwise.
std::string Nearest(std::string_view word, std::span<const std::string> candidates);

/// "; did you mean 'clinvar'?" or "".
std::string DidYouMean(std::string_view word, std::span<const std::string> candidates);

/// 1234567 -> "1,234,567".
std::string WithCommas(int64_t number);

/// Bytes for a person: "812 B", "78 KB", "14.2 MB", "1.7 GB" (powers of 1,000).
std::string HumanBytes(uint64_t bytes);

/// The time now in UTC: "2026-11-21T12:00:00Z".
std::string NowUtc();

/// A SQL string literal: 'it''s'. Precondition: no NUL byte in `text`.
std::string SqlString(std::string_view text);

/// A quoted SQL identifier: "a ""b"" c".
std::string SqlName(std::string_view name);

}  // namespace varjoin
