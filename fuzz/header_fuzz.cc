// header_fuzz.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Fuzz target: the input is a header.
#include "vcf/header.h"

#include "vcf/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace varjoin::vcf;
  const auto header = ParseHeader("fuzz.vcf", {reinterpret_cast<const char*>(data), size});
  if (header.ok()) {
    for (const bool split : {true, false}) {
      MakeSchema(std::span(&*header, 1), {.split = split, .info_other = true});
    }
  }
  return 0;
}
