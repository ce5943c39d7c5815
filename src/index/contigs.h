// contigs.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "genome/contig.h"

namespace varjoin::index {

/// Lengths of contigs as a file's header tells them, by the file's own names.
using ContigLengths = std::map<std::string, int64_t>;

/// The names of one side, a source's or a query's, and which contig of an index each stands for, by its canonical name.
/// Remembers what it has found. Not thread-safe.
class ContigNames {
 public:
  explicit ContigNames(ContigLengths lengths = {}) : lengths_(std::move(lengths)) {}

  static constexpr int kNone = -1;

  /// The number that `number_of` gives the canonical name; kNone where there is no canonical name.
  template <typename NumberOf>
  int Find(std::string_view name, const NumberOf& number_of) {
    if (name == last_name_ && last_ != kUnset) {
      return last_;
    }
    auto found = known_.find(std::string(name));
    if (found == known_.end()) {
      const auto length = lengths_.find(std::string(name));
      const auto canonical =
          CanonicalContig(name, length == lengths_.end() ? std::nullopt : std::optional(length->second));
      found = known_.emplace(name, canonical ? number_of(*canonical) : kNone).first;
    }
    last_name_ = found->first;
    last_ = found->second;
    return last_;
  }

 private:
  static constexpr int kUnset = -2;
  ContigLengths lengths_;
  std::unordered_map<std::string, int> known_;
  std::string_view last_name_;
  int last_ = kUnset;
};

}  // namespace varjoin::index
