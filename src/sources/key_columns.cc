// key_columns.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/key_columns.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace varjoin {
namespace {

struct KeyNames {
  const char* key;
  std::vector<std::string> names;  ///< in lower case
};

const std::vector<KeyNames>& CommonNames() {
  static const std::vector<KeyNames> names = {
      {"chrom", {"chrom", "#chrom", "chr", "#chr", "chromosome", "contig", "seqname", "seqid", "seq_region_name"}},
      {"start",
       {"start", "pos", "position", "chrom_start", "chromstart", "start_position", "seq_region_start", "pos(1-based)",
        "positionvcf"}},
      {"ref", {"ref", "reference", "ref_allele", "reference_allele", "reference_bases", "referenceallelevcf"}},
      {"alt", {"alt", "alternate", "alt_allele", "alternate_allele", "alternate_bases", "alternateallelevcf"}},
  };
  return names;
}

const std::vector<KeyNames>& IntervalNames() {
  static const std::vector<KeyNames> names = {
      CommonNames()[0],
      CommonNames()[1],
      {"end", {"end", "stop", "chrom_end", "chromend", "end_position", "seq_region_end"}},
  };
  return names;
}

std::string& KeyOf(KeyColumns& key, std::string_view name) {
  if (name == "chrom") {
    return key.chrom;
  }
  if (name == "start") {
    return key.start;
  }
  if (name == "end") {
    return key.end;
  }
  return name == "ref" ? key.ref : key.alt;
}

bool IsIntegerType(const std::string& type) {
  return type.ends_with("INT") || type.ends_with("INTEGER");
}

/// Of a table's columns, the one that is a part of the key by its common names. Two are an error: of positions, one may
/// be 0-based.
Result<std::string> FindKey(const KeyNames& key, const std::vector<std::string>& columns, const std::string& table) {
  std::vector<std::string> found;
  for (const std::string& name : key.names) {
    for (const std::string& column : columns) {
      if (ToLower(column) == name) {
        found.push_back(column);
      }
    }
  }
  if (found.empty()) {
    return BadInput("{}: no column for `{}` (looked for {}); its columns are: {}. Name it with --map {}=COLUMN", table,
                    key.key, Join(key.names, ", "), Join(columns, ", "), key.key);
  }
  if (found.size() > 1) {
    return BadInput("{}: the columns {} could all be `{}`; say which with --map {}=COLUMN", table, Join(found, ", "),
                    key.key, key.key);
  }
  return found[0];
}

Status CheckMapping(const std::map<std::string, std::string>& mapping, const std::vector<std::string>& columns,
                    const std::vector<KeyNames>& parts) {
  std::vector<std::string> keys;
  for (const KeyNames& part : parts) {
    keys.emplace_back(part.key);
  }
  for (const auto& [key, column] : mapping) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      return BadInput("--map {}={}: a source's key is {}{}", key, column, Join(keys, ", "), DidYouMean(key, keys));
    }
    if (std::none_of(columns.begin(), columns.end(), [&](const auto& name) { return EqualNoCase(name, column); })) {
      return BadInput("--map {}={}: the files have no such column{}; they have: {}", key, column,
                      DidYouMean(column, columns), Join(columns, ", "));
    }
  }
  return Status::Ok();
}

}  // namespace

Result<KeyColumns> FindKeyColumns(const std::string& table, const std::vector<std::string>& columns,
                                  const std::map<std::string, std::string>& mapping, bool intervals) {
  const std::vector<KeyNames>& parts = intervals ? IntervalNames() : CommonNames();
  VARJOIN_RETURN_IF_ERROR(CheckMapping(mapping, columns, parts));
  KeyColumns found{.chrom = {}, .start = {}, .ref = {}, .alt = {}, .end = {}};
  std::set<std::string> keys;
  for (const KeyNames& key : parts) {
    std::string& column = KeyOf(found, key.key);
    if (const auto given = mapping.find(key.key); given != mapping.end()) {
      column =
          *std::find_if(columns.begin(), columns.end(), [&](const auto& n) { return EqualNoCase(n, given->second); });
    } else {
      VARJOIN_ASSIGN(column, FindKey(key, columns, table));
    }
    if (!keys.insert(column).second) {
      return BadInput("{}: column `{}` can't be two parts of the key", table, column);
    }
  }
  return found;
}

std::string FindEndColumn(const std::vector<std::string>& columns) {
  const Result<std::string> found = FindKey(IntervalNames()[2], columns, "");
  return found.ok() ? *found : "";
}

bool HasContigColumn(const std::vector<std::string>& columns) {
  const std::vector<std::string>& names = CommonNames()[0].names;
  return std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
    return std::find(names.begin(), names.end(), ToLower(column)) != names.end();
  });
}

Status CheckKeyType(const std::string& key, const std::string& column, const std::string& type,
                    const std::string& table) {
  const bool integer = IsIntegerType(type);
  const bool is_position = key == "start" || key == "end";
  const bool good = is_position ? integer : type == "VARCHAR" || (key == "chrom" && integer);
  if (!good) {
    return BadInput("{}: column `{}` is {}, but `{}` must be {}", table, column, type, key,
                    is_position ? "an integer (the position)" : "text");
  }
  return Status::Ok();
}

}  // namespace varjoin
