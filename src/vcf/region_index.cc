// region_index.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/region_index.h"

#include <htslib/hts.h>
#include <htslib/hts_log.h>
#include <htslib/tbx.h>
#include <htslib/vcf.h>

#include <algorithm>
#include <cstdlib>

#include "base/files.h"

namespace varjoin::vcf {
namespace {

/// Ranges that are nearer than that, in bytes of the file, are read as one.
constexpr uint64_t kSmallGap = 64 << 10;

struct FreeIndex {
  void operator()(hts_idx_t* index) const { hts_idx_destroy(index); }
};
struct FreeTabix {
  void operator()(tbx_t* tabix) const { tbx_destroy(tabix); }
};
struct FreeHeader {
  void operator()(bcf_hdr_t* header) const { bcf_hdr_destroy(header); }
};

bool MayEndAfterItsIndexedEnd(const Header& header) {
  const auto has = [](const std::vector<FieldDefinition>& fields, std::string_view id) {
    return std::any_of(fields.begin(), fields.end(), [&](const FieldDefinition& field) { return field.id == id; });
  };
  return has(header.info, "SVLEN") || has(header.format, "LEN");
}

std::vector<VirtualRange> Merged(std::vector<VirtualRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const VirtualRange& a, const VirtualRange& b) { return a.begin < b.begin; });
  std::vector<VirtualRange> merged;
  for (const VirtualRange& range : ranges) {
    if (!merged.empty() && range.begin >> 16 <= (merged.back().end >> 16) + kSmallGap) {
      merged.back().end = std::max(merged.back().end, range.end);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

}  // namespace

struct RegionIndex::State {
  /// Of a contig in the index; negative: it is not in it.
  int Find(const std::string& contig) const {
    return header ? bcf_hdr_name2id(header.get(), contig.c_str()) : tbx_name2id(tabix.get(), contig.c_str());
  }
  const hts_idx_t* Index() const { return header ? index.get() : tabix->idx; }

  std::unique_ptr<tbx_t, FreeTabix> tabix;        ///< of a VCF
  std::unique_ptr<hts_idx_t, FreeIndex> index;    ///< of a BCF
  std::unique_ptr<bcf_hdr_t, FreeHeader> header;  ///< likewise
};

RegionIndex::RegionIndex(std::string path, std::unique_ptr<State> state)
    : path_(std::move(path)), state_(std::move(state)) {}

RegionIndex::~RegionIndex() = default;

RegionIndex::Found RegionIndex::Find(const std::string& path, Packing packing) {
  Found found;
  const Result<FileStamp> file = StampOf(path);
  if ((packing != Packing::kBgzf && packing != Packing::kBcf) || !file.ok()) {
    return found;
  }
  for (const char* ending : {".csi", ".tbi"}) {
    const Result<FileStamp> stamp = FileExists(path + ending) ? StampOf(path + ending) : Failed("none");
    if (!stamp.ok()) {
      continue;
    }
    found.path = path + ending;
    if (stamp->modified < file->modified) {
      found.problem = "is older than the file";
      continue;
    }
    found.index = Load(path, found.path, packing);
    if (found.index != nullptr) {
      found.problem.clear();
      return found;
    }
    found.problem = "is damaged, or was not made for a VCF";
  }
  return found;
}

std::unique_ptr<RegionIndex> RegionIndex::Load(const std::string& vcf, const std::string& path, Packing packing) {
  hts_set_log_level(HTS_LOG_OFF);
  auto state = std::make_unique<State>();
  if (packing == Packing::kBcf) {
    htsFile* const file = hts_open(vcf.c_str(), "r");
    if (file == nullptr) {
      return nullptr;
    }
    const bool blocks = file->format.compression == bgzf;
    state->header.reset(bcf_hdr_read(file));
    hts_close(file);
    state->index.reset(hts_idx_load3(vcf.c_str(), path.c_str(), HTS_FMT_CSI, HTS_IDX_SILENT_FAIL));
    if (!blocks || !state->header || !state->index) {
      return nullptr;
    }
  } else {
    state->tabix.reset(tbx_index_load3(vcf.c_str(), path.c_str(), HTS_IDX_SILENT_FAIL));
    if (!state->tabix || (state->tabix->conf.preset & 0xFFFF) != TBX_VCF) {
      return nullptr;
    }
    int count = 0;
    std::free(tbx_seqnames(state->tabix.get(), &count));  // makes the table of names, which threads then only read
  }
  return std::unique_ptr<RegionIndex>(new RegionIndex(path, std::move(state)));
}

std::vector<VirtualRange> RegionIndex::Ranges(const RegionFilter& filter, const Header& header) const {
  const bool from_start = filter.mode() == RegionFilter::Mode::kOverlap && MayEndAfterItsIndexedEnd(header);
  std::vector<VirtualRange> ranges;
  for (const auto& [contig, intervals] : filter.regions().contigs()) {
    const int id = state_->Find(contig);
    for (const Interval& interval : intervals) {
      if (id < 0 || interval.last < 0) {
        continue;
      }
      // 0-based, the end not included. Records at POS 0 are filed at the far end of the contig.
      const bool all = interval.first <= 0;
      const hts_pos_t first = all || from_start ? 0 : interval.first - 1;
      const hts_pos_t end = all ? HTS_POS_MAX : std::min<int64_t>(interval.last, HTS_POS_MAX);
      hts_itr_t* const stretches = first < end ? hts_itr_query(state_->Index(), id, first, end, nullptr) : nullptr;
      for (int i = 0; stretches != nullptr && i < stretches->n_off; ++i) {
        ranges.push_back({stretches->off[i].u, stretches->off[i].v});
      }
      hts_itr_destroy(stretches);
    }
  }
  return Merged(std::move(ranges));
}

std::vector<std::pair<std::string, uint64_t>> RegionIndex::Records() const {
  int count = 0;
  const char** const names =
      state_->header ? bcf_hdr_seqnames(state_->header.get(), &count) : tbx_seqnames(state_->tabix.get(), &count);
  std::vector<std::pair<std::string, uint64_t>> records;
  for (int i = 0; i < count; ++i) {
    const int id = state_->Find(names[i]);
    uint64_t mapped = 0;
    uint64_t unmapped = 0;
    if (id >= 0 && hts_idx_get_stat(state_->Index(), id, &mapped, &unmapped) == 0 && mapped > 0) {
      records.emplace_back(names[i], mapped);
    }
  }
  std::free(names);
  return records;
}

}  // namespace varjoin::vcf
