// assembly.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/assembly.h"

#include <fmt/format.h>
#include <algorithm>

#include <array>
#include <charconv>

#include "base/text.h"
#include "genome/contig.h"

namespace varjoin {
namespace {

constexpr std::string_view kGrch37 = "GRCh37";
constexpr std::string_view kGrch38 = "GRCh38";

struct Primary {
  int version37;  ///< of the accession NC_0000NN
  int version38;
  int64_t length37;
  int64_t length38;
};

/// 1 to 22, X, Y.
constexpr std::array<Primary, 24> kPrimaries = {{
    {10, 11, 249250621, 248956422}, {11, 12, 243199373, 242193529}, {11, 12, 198022430, 198295559},
    {11, 12, 191154276, 190214555}, {9, 10, 180915260, 181538259},  {11, 12, 171115067, 170805979},
    {13, 14, 159138663, 159345973}, {10, 11, 146364022, 145138636}, {11, 12, 141213431, 138394717},
    {10, 11, 135534747, 133797422}, {9, 10, 135006516, 135086622},  {11, 12, 133851895, 133275309},
    {10, 11, 115169878, 114364328}, {8, 9, 107349540, 107043718},   {9, 10, 102531392, 101991189},
    {9, 10, 90354753, 90338345},    {10, 11, 81195210, 83257441},   {9, 10, 78077248, 80373285},
    {9, 10, 59128983, 58617616},    {10, 11, 63025520, 64444167},   {8, 9, 48129895, 46709983},
    {10, 11, 51304566, 50818468},   {10, 11, 155270560, 156040895}, {9, 10, 59373566, 57227415},
}};

std::optional<int> ParseInt(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

/// CM000663 is contig 1, and so on to Y; version 1 is GRCh37's, version 2 GRCh38's.
std::optional<Accession> FindGenBank(std::string_view name) {
  constexpr int kFirst = 663;
  if (name == "J01415.2") {
    return Accession{25, ""};
  }
  if (name.size() != 10 || !name.starts_with("CM000") || name[8] != '.' || (name[9] != '1' && name[9] != '2')) {
    return std::nullopt;
  }
  const std::optional<int> number = ParseInt(name.substr(5, 3));
  if (!number || *number < kFirst || *number >= kFirst + static_cast<int>(kPrimaries.size())) {
    return std::nullopt;
  }
  return Accession{*number - kFirst + 1, std::string(name[9] == '1' ? kGrch37 : kGrch38)};
}

std::string AssemblyOfContig(std::string_view name, std::optional<int64_t> length) {
  if (const std::optional<Accession> accession = FindAccession(name)) {
    return accession->assembly;
  }
  const std::optional<std::string> canonical = CanonicalContig(name);
  const int number = canonical ? PrimaryNumber(*canonical) : 0;
  if (number < 1 || number > static_cast<int>(kPrimaries.size()) || !length) {
    return "";
  }
  const Primary& primary = kPrimaries[static_cast<size_t>(number - 1)];
  if (*length == primary.length37) {
    return std::string(kGrch37);
  }
  return *length == primary.length38 ? std::string(kGrch38) : "";
}

}  // namespace

std::string PrimaryName(int number) {
  switch (number) {
    case 23:
      return "X";
    case 24:
      return "Y";
    case 25:
      return "MT";
    default:
      return std::to_string(number);
  }
}

std::optional<Accession> FindAccession(std::string_view name) {
  constexpr std::string_view kPrefix = "NC_";
  if (name.size() < 11 || name.substr(0, 3) != kPrefix || name[9] != '.') {
    return FindGenBank(name);
  }
  if (name == "NC_012920.1") {
    return Accession{25, ""};
  }
  const std::optional<int> number = ParseInt(name.substr(3, 6));
  const std::optional<int> version = ParseInt(name.substr(10));
  if (!number || !version || *number < 1 || *number > static_cast<int>(kPrimaries.size())) {
    return std::nullopt;
  }
  const Primary& primary = kPrimaries[static_cast<size_t>(*number - 1)];
  if (*version == primary.version37) {
    return Accession{*number, std::string(kGrch37)};
  }
  if (*version == primary.version38) {
    return Accession{*number, std::string(kGrch38)};
  }
  return std::nullopt;
}

std::string AssemblyOfContigs(const std::vector<std::pair<std::string, std::optional<int64_t>>>& contigs) {
  std::string found;
  for (const auto& [name, length] : contigs) {
    const std::string assembly = AssemblyOfContig(name, length);
    if (assembly.empty()) {
      continue;
    }
    if (!found.empty() && found != assembly) {
      return "";
    }
    found = assembly;
  }
  return found;
}

std::string AssemblyOfReference(std::string_view reference) {
  const std::string name = ToLower(reference.substr(0, reference.find_first_of(" (")));
  const std::string_view file = std::string_view(name).substr(name.rfind('/') + 1);  // npos + 1 is 0
  const auto has_one_of = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return file.find(word) != std::string_view::npos; });
  };
  const bool is_38 = has_one_of({"grch38", "hg38", "hs38"});
  const bool is_37 = has_one_of({"grch37", "hg19", "hs37d5", "g1k_v37", "b37"});
  return is_38 == is_37 ? "" : std::string(is_38 ? kGrch38 : kGrch37);
}

std::string CanonicalAssembly(std::string_view name) {
  const std::string lower = ToLower(name);
  for (const std::string_view prefix : {"grch38", "hg38", "hs38", "b38"}) {
    if (lower.starts_with(prefix)) {
      return std::string(kGrch38);
    }
  }
  for (const std::string_view prefix : {"grch37", "hg19", "hs37", "b37"}) {
    if (lower.starts_with(prefix)) {
      return std::string(kGrch37);
    }
  }
  return std::string(name);
}

}  // namespace varjoin
