// row_groups.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/row_groups.h"

#include <algorithm>
#include <string_view>

#include "vcf/lines.h"
#include "vcf/vcf_file.h"

namespace varjoin {
namespace {

/// A quarter of DuckDB's own rows: its writer takes a tenth less CPU for a file that is 5 % larger.
constexpr size_t kMost = 30'720;
constexpr size_t kLeast = 64;
constexpr size_t kVector = 2'048;
constexpr size_t kRowsWorthAThread = 8'192;

/// Not much less for many columns: the writer keeps the footer's entry of every column of every group, too.
size_t ByColumns(size_t columns) {
  constexpr size_t kMostValues = 2'457'600;
  return std::max(kVector, kMostValues / std::max<size_t>(1, columns));
}

/// Of text, the mean of the first records of the first file; what is usual, where that can't be seen without reading a
/// pipe.
size_t RecordBytes(const vcf::Inspection& input) {
  constexpr size_t kUsual = 1'024;
  if (input.paths.empty() || !vcf::PipeBehind(input.paths[0]).empty()) {
    return kUsual;
  }
  const auto file = vcf::VcfFile::Open(input.paths[0]);
  const std::string_view text = file.ok() ? (*file)->Peek() : std::string_view();
  const auto records = static_cast<size_t>(vcf::CountRecords(text));
  return records == 0 ? kUsual : text.size() / records;
}

size_t ByBytes(const vcf::Inspection& input, const std::vector<std::string>& samples) {
  constexpr size_t kBytes = size_t{32} << 20;
  // Its name and its GT, whose text is shorter, and as much again for one of them while a group is written.
  constexpr size_t kSampleBytes = 3 * 16;
  size_t most_samples = 0;
  for (const vcf::Header& header : input.headers) {
    most_samples = std::max(most_samples, vcf::CountChosen(header, samples));
  }
  return kBytes / std::max<size_t>(1, RecordBytes(input) + (most_samples > 1 ? kSampleBytes * most_samples : 0));
}

size_t InVectors(size_t rows) {
  return std::clamp(rows < kVector ? rows : rows / kVector * kVector, kLeast, kMost);
}

}  // namespace

size_t RowsOfGroup(size_t columns, const vcf::Inspection& input, const std::vector<std::string>& samples) {
  return InVectors(std::min(ByColumns(columns), ByBytes(input, samples)));
}

size_t RowsOfGroup(size_t columns) {
  return InVectors(ByColumns(columns));
}

bool AreWideRows(size_t rows_of_group) {
  return rows_of_group < kRowsWorthAThread;
}

}  // namespace varjoin
