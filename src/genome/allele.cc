// allele.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/allele.h"

#include <algorithm>

namespace varjoin {
namespace {

/// Of a letter: without its case.
char Folded(char base) {
  return static_cast<char>(base & ~0x20);
}

bool IsLetter(char c) {
  return Folded(c) >= 'A' && Folded(c) <= 'Z';
}

}  // namespace

bool IsSequence(std::string_view allele) {
  return !allele.empty() && std::all_of(allele.begin(), allele.end(), IsLetter);
}

bool HasDash(const Allele& allele) {
  return (allele.ref == "-" && IsSequence(allele.alt)) || (allele.alt == "-" && IsSequence(allele.ref));
}

Allele Minimise(const Allele& allele) {
  Allele minimal = allele;
  while (minimal.ref.size() > 1 && minimal.alt.size() > 1 && Folded(minimal.ref.back()) == Folded(minimal.alt.back())) {
    minimal.ref.remove_suffix(1);
    minimal.alt.remove_suffix(1);
  }
  while (minimal.ref.size() > 1 && minimal.alt.size() > 1 &&
         Folded(minimal.ref.front()) == Folded(minimal.alt.front())) {
    minimal.ref.remove_prefix(1);
    minimal.alt.remove_prefix(1);
    minimal.start = static_cast<int64_t>(static_cast<uint64_t>(minimal.start) + 1);  // past the last one: negative
  }
  return minimal;
}

std::span<const Allele> AlleleForms(const Allele& allele, const Allele& left_aligned, FormsMemory& forms) {
  if (!IsSequence(allele.ref) || !IsSequence(allele.alt)) {
    return {};
  }
  forms[0] = allele;
  forms[1] = Minimise(allele);
  const bool same = forms[1].ref.size() == allele.ref.size();  // trimming is the only change there can be
  size_t count = same ? 1 : 2;
  if (!left_aligned.ref.empty() && left_aligned.start != forms[1].start &&
      (same || left_aligned.start != allele.start || left_aligned.ref.size() != allele.ref.size())) {
    forms[count++] = left_aligned;
  }
  return {forms.data(), count};
}

}  // namespace varjoin
