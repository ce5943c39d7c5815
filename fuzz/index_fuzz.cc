// index_fuzz.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// The input is an index file, which is opened, checked and looked up; then once more with checksums that agree.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "index/index_file.h"
#include "index/lookup.h"
#include "index/seal.h"

namespace {

using namespace varjoin;
using namespace varjoin::index;

std::vector<Query> QueriesFor(const IndexFile& file) {
  std::vector<int64_t> starts = {0, 1, 100, 107, int64_t{1} << 40, INT64_MAX};
  for (uint64_t page = 0; page < std::min<uint64_t>(file.pages(), 4); ++page) {
    starts.push_back(file.PageStart(page));
    starts.push_back(file.PageStart(page) / 2 + 50);
  }
  std::vector<Query> queries;
  const int contigs = static_cast<int>(std::min<size_t>(file.contigs().size(), 5));
  for (int contig = 0; contig < contigs; ++contig) {
    for (const int64_t start : starts) {
      for (const auto& [ref, alt] :
           {std::pair("A", "C"), std::pair("AT", "A"), std::pair("G", "GTTTTTTTTTTTTTTTTTTTTTTTTT"),
            std::pair("N", "T"), std::pair("ACGT", "TTTT"), std::pair("CC", "CG")}) {
        queries.push_back({contig, Allele{start, ref, alt}});
      }
    }
  }
  return queries;
}

/// Reads all of what was found, so that a sanitizer sees what may not be read.
uint64_t SumOf(const Lookup& lookup) {
  uint64_t sum = 0;
  for (const Hit& hit : lookup.hits()) {
    for (const ColumnValues& values : lookup.values()) {
      if (values.valid[hit.row] != 0) {
        sum += values.numbers.empty() ? 0 : values.numbers[hit.row];
        for (const char byte : values.texts.empty() ? std::string_view{} : values.texts[hit.row]) {
          sum += static_cast<uint8_t>(byte);
        }
      }
    }
  }
  return sum;
}

void Try(const std::string& bytes) {
  const int memory = memfd_create("index", MFD_CLOEXEC);
  if (memory < 0 || write(memory, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    std::abort();
  }
  const auto file = IndexFile::Open(fmt::format("/proc/self/fd/{}", memory));
  close(memory);
  if (!file.ok()) {
    return;
  }
  std::vector<int> columns((*file)->columns().size());
  for (size_t i = 0; i < columns.size(); ++i) {
    columns[i] = static_cast<int>(i);
  }
  (void)(*file)->CheckAll();
  Lookup lookup(*file, columns);
  uint64_t sum = 0;
  for (const Query& query : QueriesFor(**file)) {  // one by one: an error ends a batch
    sum += lookup.Find(std::span(&query, 1)).ok() ? SumOf(lookup) : 0;
  }
  volatile uint64_t used = sum;  // no optimiser takes the reading away
  (void)used;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  Try(bytes);
  Seal(bytes);
  Try(bytes);
  return 0;
}
