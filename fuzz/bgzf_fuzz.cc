// bgzf_fuzz.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Fuzz target: the input is a file, packed in any way.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "vcf/vcf_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace varjoin::vcf;
  const int file = memfd_create("fuzz", 0);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) {
    return 0;
  }
  if (const auto vcf = VcfFile::Open("/proc/self/fd/" + std::to_string(file)); vcf.ok()) {
    Batch batch;
    for (;;) {
      const auto more = (*vcf)->Next(batch);
      if (!more.ok() || !*more) {
        break;
      }
    }
  }
  close(file);
  return 0;
}
