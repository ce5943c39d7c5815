// index_builder.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/index_builder.h"

#include <htslib/hts.h>
#include <htslib/hts_log.h>
#include <htslib/tbx.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <unordered_set>

#include "base/output_file.h"

namespace varjoin::vcf {
namespace {

constexpr int kMinShift = 14;
constexpr int kTbiLevels = 5;
constexpr int kCsiLevels = 6;  ///< up to position 2^32

/// Where byte `at` of a block's bytes is in the file, as BGZF says it. An end of a block is the next one's beginning.
uint64_t VirtualOffset(const RecordBlock& block, uint64_t offset, size_t at) {
  const size_t piece = at / kBgzfTextBytes;
  if (piece >= block.packed_ends.size()) {
    return (offset + block.packed.size()) << 16;
  }
  const uint64_t begin = piece == 0 ? 0 : block.packed_ends[piece - 1];
  return (offset + begin) << 16 | at % kBgzfTextBytes;
}

}  // namespace

struct IndexBuilder::State {
  /// The number of the line's contig in the index; negative: there were others since its last record.
  int Number(std::string_view contig) {
    if (number < 0 || contig != name) {
      name = contig;
      number = contigs.insert(name).second ? hts_idx_tbi_name(index, static_cast<int>(contigs.size()) - 1, name.c_str())
                                           : -1;
    }
    return number;
  }

  hts_idx_t* index = nullptr;
  std::unordered_set<std::string> contigs;  ///< of lines
  std::string name;                         ///< of the last line's
  int number = -1;
};

IndexBuilder::IndexBuilder(Kind kind, uint64_t first_offset) : kind_(kind), state_(std::make_unique<State>()) {
  hts_set_log_level(HTS_LOG_OFF);  // errors are told by whoever called us
  const bool tbi = kind == Kind::kTbi;
  state_->index =
      hts_idx_init(0, tbi ? HTS_FMT_TBI : HTS_FMT_CSI, first_offset << 16, kMinShift, tbi ? kTbiLevels : kCsiLevels);
  if (state_->index == nullptr) {
    throw std::bad_alloc();
  }
  if (kind != Kind::kBcfCsi) {
    // What tabix keeps: format, the columns of name, begin and end, the comment character, lines to skip, names' bytes.
    uint32_t columns[] = {TBX_VCF, 1, 2, 0, '#', 0, 0};
    hts_idx_set_meta(state_->index, sizeof(columns), reinterpret_cast<uint8_t*>(columns), /*is_copy=*/1);
  }
}

IndexBuilder::~IndexBuilder() {
  hts_idx_destroy(state_->index);
}

void IndexBuilder::Add(const RecordBlock& block, uint64_t offset) {
  for (const RecordMark& mark : block.marks) {
    if (!problem_.empty()) {
      return;
    }
    const int contig =
        kind_ == Kind::kBcfCsi ? static_cast<int>(mark.contig) : state_->Number(block.contigs[mark.contig]);
    if (contig < 0 || hts_idx_push(state_->index, contig, mark.begin, std::max(mark.end, mark.begin + 1),
                                   VirtualOffset(block, offset, mark.byte_end), 1) != 0) {
      problem_ = "its records are not sorted by contig and position, or lie beyond what the index can hold";
    }
  }
}

Result<bool> IndexBuilder::Save(const std::string& path, uint64_t final_offset) {
  if (problem_.empty() && hts_idx_finish(state_->index, final_offset << 16) != 0) {
    problem_ = "htslib could not complete it";
  }
  if (!problem_.empty()) {
    return false;
  }
  const int format = kind_ == Kind::kTbi ? HTS_FMT_TBI : HTS_FMT_CSI;
  errno = 0;
  if (hts_idx_save_as(state_->index, "", path.c_str(), format) != 0) {
    return WriteError(path, errno == 0 ? EIO : errno);
  }
  return true;
}

Result<std::string> IndexOfVcf(const std::string& vcf, const std::string& path, int threads) {
  hts_set_log_level(HTS_LOG_OFF);
  for (const auto& [ending, shift] : {std::pair{".tbi", 0}, std::pair{".csi", kMinShift}}) {
    errno = 0;
    if (tbx_index_build3(vcf.c_str(), (path + ending).c_str(), shift, threads, &tbx_conf_vcf) == 0) {
      return std::string(ending);
    }
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EACCES || errno == EROFS) {
      return WriteError(path + ending, errno);
    }
    unlink((path + ending).c_str());
  }
  return std::string();
}

}  // namespace varjoin::vcf
