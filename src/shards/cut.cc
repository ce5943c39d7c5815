// cut.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "shards/make_plan.h"
#include "vcf/body_cutter.h"
#include "vcf/region_index.h"
#include "vcf/vcf_file.h"

namespace varjoin {
namespace {

/// An input among all of them.
struct Stretch {
  std::string path;
  bool can_cut = false;
  uint64_t first = 0;  ///< of its bytes, among those of all inputs
  uint64_t bytes = 0;  ///< from where its body begins
};

/// The part of an input that has these of its bytes, which count from where its body begins; nothing: all of it.
Result<std::optional<vcf::VirtualRange>> PartOf(const Stretch& input, uint64_t begin, uint64_t end) {
  if (begin == 0 && end == input.bytes) {
    return std::optional<vcf::VirtualRange>();
  }
  VARJOIN_ASSIGN(const auto cutter, vcf::BodyCutter::Open(input.path));
  vcf::VirtualRange part{cutter->begin(), vcf::VirtualRange::kToTheEnd};
  if (begin > 0) {
    VARJOIN_ASSIGN(part.begin, cutter->PlaceOf(cutter->begin_byte() + begin));
  }
  if (end < input.bytes) {
    VARJOIN_ASSIGN(part.end, cutter->PlaceOf(cutter->begin_byte() + end));
  }
  return std::optional<vcf::VirtualRange>(part);
}

/// Adds to the shard what it has of an input: the bytes from `begin` to `end` of all inputs together.
Status AddPiece(const Stretch& input, size_t number, uint64_t begin, uint64_t end, Shard& shard) {
  const uint64_t from = std::max(begin, input.first);
  const uint64_t to = std::min(end, input.first + input.bytes);
  if (!input.can_cut) {
    const uint64_t middle = input.first + input.bytes / 2;
    if (begin <= middle && middle < end) {
      shard.pieces.push_back({.input = number, .bytes = input.bytes});
    }
    return Status::Ok();
  }
  if (from >= to) {
    return Status::Ok();
  }
  VARJOIN_ASSIGN(const auto part, PartOf(input, from - input.first, to - input.first));
  shard.pieces.push_back({.input = number, .part = part, .bytes = to - from});
  return Status::Ok();
}

/// total * i / count, which 64 bits hold where total * i is more than that.
uint64_t ShareOf(uint64_t total, uint64_t i, uint64_t count) {
  return total / count * i + total % count * i / count;
}

Result<std::vector<Shard>> CutByBytes(const std::vector<ShardInput>& inputs, size_t count,
                                      std::vector<std::string>& notes) {
  std::vector<Stretch> stretches;
  uint64_t total = 0;
  std::string uncut;
  size_t uncut_count = 0;
  for (const ShardInput& input : inputs) {
    VARJOIN_ASSIGN(const auto cutter, vcf::BodyCutter::Open(input.file.path));
    const bool can_cut = cutter->CanCut();
    stretches.push_back({.path = input.file.path,
                         .can_cut = can_cut,
                         .first = total,
                         .bytes = cutter->size() - (can_cut ? cutter->begin_byte() : 0)});
    total += stretches.back().bytes;
    if (!can_cut && ++uncut_count == 1) {
      uncut = fmt::format("{} is {}", input.file.path, NameOf(cutter->packing()));
    }
  }
  count = count > 0 ? count : total / kUsualShardBytes + 1;
  if (uncut_count > 0 && count > 1) {
    notes.push_back(fmt::format(
        "{}{}, which can only be read from its beginning: one shard has the whole file; pack it with bgzip to cut it",
        uncut, uncut_count == 1 ? "" : fmt::format(", and {} others are the like", uncut_count - 1)));
  }
  std::vector<Shard> shards(count);
  size_t input = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t begin = ShareOf(total, i, count);
    const uint64_t end = ShareOf(total, i + 1, count);
    for (size_t at = input; at < stretches.size() && (stretches[at].first < end || i + 1 == count); ++at) {
      VARJOIN_RETURN_IF_ERROR(AddPiece(stretches[at], at, begin, end, shards[i]));
      input = stretches[at].first + stretches[at].bytes <= end ? at + 1 : at;
    }
  }
  return shards;
}

/// A contig of an index: where its records begin in the file, and how many they are.
struct IndexedContig {
  std::string name;
  uint64_t begin;
  uint64_t records;
};

Result<std::vector<IndexedContig>> ContigsOf(const std::string& path) {
  VARJOIN_ASSIGN(const auto file, vcf::VcfFile::Open(path));
  const vcf::RegionIndex::Found found = vcf::RegionIndex::Find(path, file->packing());
  if (found.index == nullptr) {
    const bool has = !found.path.empty();
    return BadInput("--by chrom: {}: its index {}{}; make it with bcftools index{} {}", path, has ? found.path : "",
                    has ? " " + found.problem : "is missing", has ? " -f" : "", path);
  }
  std::vector<IndexedContig> contigs;
  for (const auto& [name, records] : found.index->Records()) {
    vcf::Regions regions;
    regions.Add(name, {});
    const vcf::RegionFilter filter(std::move(regions), vcf::RegionFilter::Mode::kOverlap);
    const auto ranges = found.index->Ranges(filter, file->header());
    contigs.push_back({name, ranges.empty() ? 0 : ranges[0].begin, records});
  }
  if (contigs.empty() && !file->Peek().empty()) {
    return BadInput("--by chrom: the index {} does not count its records; make it anew: bcftools index -f {}",
                    found.path, path);
  }
  std::stable_sort(contigs.begin(), contigs.end(),
                   [](const IndexedContig& a, const IndexedContig& b) { return a.begin < b.begin; });
  return contigs;
}

Result<std::vector<Shard>> CutByChrom(const std::vector<ShardInput>& inputs) {
  std::vector<Shard> shards;
  for (size_t i = 0; i < inputs.size(); ++i) {
    VARJOIN_ASSIGN(const std::vector<IndexedContig> contigs, ContigsOf(inputs[i].file.path));
    uint64_t records = 0;
    for (const IndexedContig& contig : contigs) {
      records += contig.records;
    }
    for (const IndexedContig& contig : contigs) {
      const double share = static_cast<double>(contig.records) / static_cast<double>(records);
      const auto bytes = static_cast<uint64_t>(share * static_cast<double>(inputs[i].file.size));
      shards.push_back({{{.input = i, .contig = contig.name, .bytes = bytes}}});
    }
    if (contigs.empty()) {  // so that there is an output of it
      shards.push_back({{{.input = i, .bytes = inputs[i].file.size}}});
    }
  }
  return shards;
}

}  // namespace

Result<std::vector<Shard>> CutInputs(const std::vector<ShardInput>& inputs, ShardBy by, size_t shards,
                                     std::vector<std::string>& notes) {
  if (by == ShardBy::kBytes) {
    return CutByBytes(inputs, shards, notes);
  }
  if (by == ShardBy::kChrom) {
    return CutByChrom(inputs);
  }
  std::vector<Shard> each;
  for (size_t i = 0; i < inputs.size(); ++i) {
    each.push_back({{{.input = i, .bytes = inputs[i].file.size}}});
  }
  return each;
}

}  // namespace varjoin
