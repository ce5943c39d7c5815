// interval_table.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "index/interval_table.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace varjoin::index {

Status IntervalTable::Add(const RowBatch& batch) {
  if (rows_ + batch.rows() > kMost) {
    return BadInput("a source of intervals may have 20,000,000 rows at most, since it is held in memory");
  }
  const auto number_of = [&](const std::string& canonical) {
    const auto [contig, is_new] = numbers_.emplace(canonical, static_cast<int>(contigs_.size()));
    if (is_new) {
      contigs_.emplace_back();
    }
    return contig->second;
  };
  const ColumnValues& ends = batch.columns[0];
  for (size_t row = 0; row < batch.rows(); ++row) {
    const int contig =
        batch.chrom[row].data() == nullptr ? ContigNames::kNone : names_.Find(batch.chrom[row], number_of);
    const auto end = static_cast<int64_t>(ends.numbers[row]);
    const bool has_place = contig != ContigNames::kNone && batch.start[row] != RowBatch::kNoStart &&
                           ends.valid[row] != 0 && batch.start[row] <= end;
    if (!has_place) {
      ++without_place_;
      continue;
    }
    contigs_[static_cast<size_t>(contig)].push_back({batch.start[row], end, end, static_cast<uint32_t>(rows_ + row)});
  }
  for (size_t c = 0; c < columns_.size(); ++c) {
    const ColumnValues& from = batch.columns[c + 1];
    ColumnValues& to = values_[c];
    to.valid.insert(to.valid.end(), from.valid.begin(), from.valid.end());
    to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
    for (size_t row = 0; row < from.texts.size(); ++row) {
      to.texts.push_back(from.valid[row] != 0 ? texts_.Copy(from.texts[row]) : std::string_view());
    }
  }
  rows_ += batch.rows();
  return Status::Ok();
}

/// Sets largest_end: leaves are the intervals at even places, and the nodes of a level lie between those of the level
/// below. Returns the height of the root.
int IntervalTable::Index(std::vector<Interval>& intervals) {
  const size_t count = intervals.size();
  size_t last_at = 0;
  int64_t last_end = 0;  ///< of the subtree that the end of the array cuts off
  for (size_t i = 0; i < count; i += 2) {
    last_at = i;
    last_end = intervals[i].largest_end = intervals[i].end;
  }
  int height = 1;
  for (; size_t{1} << height <= count; ++height) {
    const size_t half = size_t{1} << (height - 1);
    for (size_t i = (half << 1) - 1; i < count; i += half << 2) {
      const int64_t left = intervals[i - half].largest_end;
      const int64_t right = i + half < count ? intervals[i + half].largest_end : last_end;
      intervals[i].largest_end = std::max({intervals[i].end, left, right});
    }
    last_at = (last_at >> height & 1) != 0 ? last_at - half : last_at + half;
    if (last_at < count) {
      last_end = std::max(last_end, intervals[last_at].largest_end);
    }
  }
  return height - 1;
}

void IntervalTable::Finish() {
  for (std::vector<Interval>& intervals : contigs_) {
    std::sort(intervals.begin(), intervals.end(),
              [](const Interval& a, const Interval& b) { return std::tie(a.start, a.row) < std::tie(b.start, b.row); });
    heights_.push_back(Index(intervals));
  }
}

size_t IntervalTable::bytes() const {
  size_t bytes = texts_.size();
  for (const ColumnValues& values : values_) {
    bytes += values.valid.capacity() + sizeof(uint64_t) * values.numbers.capacity() +
             sizeof(std::string_view) * values.texts.capacity();
  }
  for (const std::vector<Interval>& intervals : contigs_) {
    bytes += sizeof(Interval) * intervals.capacity();
  }
  return bytes;
}

int IntervalTable::FindContig(const std::string& canonical) const {
  const auto found = numbers_.find(canonical);
  return found == numbers_.end() ? ContigNames::kNone : found->second;
}

void IntervalTable::Find(int contig, int64_t start, int64_t end, std::vector<uint32_t>& rows) const {
  if (contig == ContigNames::kNone || contigs_[static_cast<size_t>(contig)].empty()) {
    return;
  }
  constexpr int kLeaves = 3;  ///< subtrees of up to this height are gone through one by one
  const std::vector<Interval>& intervals = contigs_[static_cast<size_t>(contig)];
  const size_t count = intervals.size();
  const size_t first_found = rows.size();
  struct Node {
    int height;
    size_t at;
    bool left_done;
  };
  std::array<Node, 64> stack;
  size_t depth = 0;
  const int root = heights_[static_cast<size_t>(contig)];
  stack[depth++] = {root, (size_t{1} << root) - 1, false};
  while (depth > 0) {
    const Node node = stack[--depth];
    if (node.height <= kLeaves) {
      const size_t begin = node.at >> node.height << node.height;
      const size_t stop = std::min(begin + (size_t{1} << (node.height + 1)) - 1, count);
      for (size_t i = begin; i < stop && intervals[i].start <= end; ++i) {
        if (intervals[i].end >= start) {
          rows.push_back(intervals[i].row);
        }
      }
    } else if (!node.left_done) {
      const size_t left = node.at - (size_t{1} << (node.height - 1));
      stack[depth++] = {node.height, node.at, true};
      if (left >= count || intervals[left].largest_end >= start) {
        stack[depth++] = {node.height - 1, left, false};
      }
    } else if (node.at < count && intervals[node.at].start <= end) {
      if (intervals[node.at].end >= start) {
        rows.push_back(intervals[node.at].row);
      }
      stack[depth++] = {node.height - 1, node.at + (size_t{1} << (node.height - 1)), false};
    }
  }
  std::sort(rows.begin() + static_cast<ptrdiff_t>(first_found), rows.end());
}

}  // namespace varjoin::index
