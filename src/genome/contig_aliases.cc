// contig_aliases.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/contig_aliases.h"

#include <fstream>
#include <sstream>

#include "base/files.h"
#include "base/text.h"

namespace varjoin {

Result<ContigAliases> ReadContigAliases(const std::string& path) {
  VARJOIN_RETURN_IF_ERROR(StampOf(path).status());
  std::ifstream file(path);
  ContigAliases aliases;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line);  // a CR is a blank
    std::string name;
    std::string other;
    std::string more;
    words >> name >> other >> more;
    if (name.empty() || name.starts_with('#')) {
      continue;
    }
    if (other.empty() || !more.empty()) {
      return BadInput("{}: line {}: expected two names, a contig's and the one that it is known by, found '{}'", path,
                      number, line);
    }
    const auto [known, is_new] = aliases.emplace(name, other);
    if (!is_new && known->second != other) {
      return BadInput("{}: line {}: contig {} is {} here and {} before", path, number, name, other, known->second);
    }
  }
  if (aliases.empty()) {
    return BadInput("{}: has no contig names; expected lines of two, a contig's and the one that it is known by", path);
  }
  return aliases;
}

const std::string& NameOf(const ContigAliases& aliases, const std::string& contig) {
  const auto found = aliases.find(contig);
  return found == aliases.end() ? contig : found->second;
}

std::string AliasSql(const ContigAliases& aliases, const std::string& chrom) {
  if (aliases.empty()) {
    return chrom;
  }
  std::string sql = "CASE " + chrom;
  for (const auto& [name, other] : aliases) {
    sql += fmt::format(" WHEN {} THEN {}", SqlString(name), SqlString(other));
  }
  return fmt::format("{} ELSE {} END", sql, chrom);
}

}  // namespace varjoin
