// compare.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/compare.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"

namespace varjoin {
namespace {

/// What goes in or comes out, by name, in the order of the record.
using Entries = std::vector<std::pair<std::string, RunJson>>;

void AddObject(const std::string& prefix, const RunJson& json, Entries& entries) {
  for (const auto& [key, value] : json.items()) {
    entries.emplace_back(prefix + key, value);
  }
}

/// "" where a record, which anyone may have changed, has none.
std::string TextAt(const RunJson& json, const char* key) {
  const RunJson& value = ValueAt(json, {key});
  return value.is_string() ? value.get<std::string>() : "";
}

Entries WhatGoesIn(const RunJson& record) {
  Entries entries = {{"kind", ValueAt(record, {"kind"})}};
  AddObject("version of ", ValueAt(record, {"versions"}), entries);
  for (const auto& [key, choice] : ValueAt(record, {"configuration"}).items()) {
    entries.emplace_back(key, ValueAt(choice, {"value"}));
  }
  entries.emplace_back("input files", ValueAt(record, {"input_files"}));
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    entries.emplace_back("files of source " + TextAt(source, "name"), ValueAt(source, {"fingerprint"}));
  }
  entries.emplace_back("engine taken", ValueAt(record, {"engine"}));
  AddObject("applied ", ValueAt(record, {"limits"}), entries);
  return entries;
}

Entries WhatComesOut(const RunJson& record) {
  Entries entries;
  for (const auto& [key, value] : ValueAt(record, {"metadata"}).items()) {
    if (value.is_number()) {
      entries.emplace_back(key, value);
    }
  }
  for (const char* key : {"records", "alleles", "bad_records", "bad_fields"}) {
    if (const RunJson& value = ValueAt(record, {key}); value.is_number()) {
      entries.emplace_back(key, value);
    }
  }
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    entries.emplace_back("matched in " + TextAt(source, "name"), ValueAt(source, {"matched"}));
  }
  for (const RunJson& phase : ValueAt(record, {"phases"})) {
    entries.emplace_back("seconds of " + TextAt(phase, "phase"), ValueAt(phase, {"duration_sec"}));
  }
  return entries;
}

/// Each name of either with both values, null where one lacks it.
std::vector<std::tuple<std::string, RunJson, RunJson>> Paired(const Entries& a, const Entries& b) {
  std::vector<std::tuple<std::string, RunJson, RunJson>> pairs;
  const auto find = [](const Entries& entries, const std::string& name) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == name; });
    return found == entries.end() ? RunJson() : found->second;
  };
  for (const auto& [name, value] : a) {
    pairs.emplace_back(name, value, find(b, name));
  }
  for (const auto& [name, value] : b) {
    if (std::none_of(a.begin(), a.end(), [&](const auto& e) { return e.first == name; })) {
      pairs.emplace_back(name, RunJson(), value);
    }
  }
  return pairs;
}

RunJson Percent(const RunJson& a, const RunJson& b) {
  if (!a.is_number() || !b.is_number() || a.get<double>() == 0) {
    return nullptr;
  }
  return std::round(1000 * (b.get<double>() - a.get<double>()) / std::abs(a.get<double>())) / 10;
}

}  // namespace

RunJson CompareRuns(const RunJson& a, const RunJson& b) {
  RunJson changed = RunJson::array();
  for (const auto& [name, of_a, of_b] : Paired(WhatGoesIn(a), WhatGoesIn(b))) {
    if (of_a != of_b) {
      changed.push_back({{"what", name}, {"a", of_a}, {"b", of_b}});
    }
  }
  RunJson figures = RunJson::array();
  for (const auto& [name, of_a, of_b] : Paired(WhatComesOut(a), WhatComesOut(b))) {
    figures.push_back({{"what", name}, {"a", of_a}, {"b", of_b}, {"percent", Percent(of_a, of_b)}});
  }
  return {{"runs", {ValueAt(a, {"id"}), ValueAt(b, {"id"})}},
          {"changed", std::move(changed)},
          {"figures", std::move(figures)}};
}

}  // namespace varjoin
