// small_index.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "small_index.h"

namespace varjoin::index {
namespace {

std::string Sentence(size_t i) {
  return "transcript " + std::to_string(i % 3) + " of the gene is affected by a missense variant, " + std::to_string(i);
}

std::vector<std::optional<Value>> ValuesOf(size_t i, int64_t end) {
  const std::vector<uint64_t> wide = {0x3FF0000000000000, 0x8000000000000000, 0x7FF8000000000123};
  const auto unless = [](bool is_null, Value value) {
    return is_null ? std::nullopt : std::optional(std::move(value));
  };
  return {Number(i * 37 - 500),
          Number(static_cast<uint64_t>(end)),
          Number(wide[i % 3] + i % 2),
          unless(i % 4 == 0, Number(wide[i % 3])),
          unless(i % 4 == 0, Text(i % 2 == 0 ? "benign" : "pathogenic")),
          unless(i % 7 == 1, Text(i % 5 == 0 ? "COSV" + std::to_string(i) : "rs" + std::to_string(i * 1001))),
          Text(std::string(i % 5, static_cast<char>('a' + i))),
          unless(i % 4 == 0, Text(Sentence(i))),
          Text(Sentence(3 * i)),
          std::nullopt};
}

}  // namespace

SmallIndex MakeSmallIndex() {
  SmallIndex small;
  small.source.schema = {{"signed", "BIGINT", ValueKind::kSigned},    {"end", "BIGINT", ValueKind::kSigned},
                         {"listed", "UBIGINT", ValueKind::kUnsigned}, {"float", "DOUBLE", ValueKind::kFloat},
                         {"word", "VARCHAR", ValueKind::kText},       {"id", "VARCHAR", ValueKind::kText},
                         {"plain", "VARCHAR", ValueKind::kText},      {"frames", "VARCHAR", ValueKind::kText},
                         {"trained", "VARCHAR", ValueKind::kText},    {"never", "VARCHAR", ValueKind::kText}};
  const std::vector<std::pair<std::string, std::string>> alleles = {
      {"A", "C"}, {"AT", "A"}, {"G", "GTTTTTTTTTTTTTTTTTTTTTTTTT"}, {"N", "T"}, {"A", "C"}, {"ACGT", "TTTT"}};
  const auto add = [&](const std::string& contig, size_t rows, int64_t first, int64_t step) {
    for (size_t i = 0; i < rows; ++i) {
      const auto& [ref, alt] = alleles[i % alleles.size()];
      const int64_t start = first + static_cast<int64_t>(i / 3) * step;
      const int64_t end = start + static_cast<int64_t>(ref.size()) - 1;
      small.source.rows.push_back(Row(contig, start, ref, alt, ValuesOf(small.source.rows.size(), end)));
      small.asked.push_back({contig, start, ref, alt});
      small.asked.push_back({contig, start - 1, "C" + ref, "C" + alt});
      small.asked.push_back({contig, start + 1, ref, alt});
    }
  };
  add("1", 40, 100, 7);
  add("HLA-A*01:01", 1, 1, 1);
  add("X", 20, int64_t{1} << 40, 100'000);
  small.asked.push_back({"7", 1, "A", "C"});

  for (const ColumnSchema& schema : small.source.schema) {
    small.building.columns.push_back(PlainCoding(schema));
  }
  small.building.columns[3].coding = Coding::kDictionary;
  small.building.columns[4].coding = Coding::kDictionary;
  small.building.columns[5].coding = Coding::kPrefix;
  small.building.columns[5].prefix = "rs";
  small.building.columns[8].frames = "transcript of the gene is affected by a missense variant";
  return small;
}

}  // namespace varjoin::index
