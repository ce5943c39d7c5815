// source_check.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/source_check.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "genome/allele.h"
#include "genome/contig.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

/// Goes through the rows of a source, in their order.
class RowsJudge {
 public:
  RowsJudge(const Source& source, SourceCheck& check) : check_(check), has_alleles_(!source.interval) {
    for (const SourceContig& contig : source.contigs) {
      lengths_[contig.name] = contig.length;
    }
    check_.repeated = 0;
  }

  void Add(const index::RowBatch& rows) {
    for (size_t row = 0; row < rows.rows(); ++row) {
      ++check_.rows;
      const bool has_contig = rows.chrom[row].data() != nullptr;
      const bool has_start = rows.start[row] != index::RowBatch::kNoStart;
      if (has_contig) {
        CountContig(rows.chrom[row]);
      }
      const bool has_allele = rows.ref[row].data() != nullptr && rows.alt[row].data() != nullptr;
      if (!has_contig || !has_start || (has_alleles_ && !has_allele)) {
        ++check_.null_keys;
        continue;
      }
      JudgeOrder(rows.start[row]);
      if (has_alleles_) {
        JudgeAllele({.start = rows.start[row], .ref = rows.ref[row], .alt = rows.alt[row]});
      }
    }
  }

 private:
  void CountContig(std::string_view name) {
    if (contig_ == nullptr || name != contig_->first) {
      const auto known = numbers_.find(std::string(name));
      if (known == numbers_.end()) {
        numbers_.emplace(name, check_.contigs.size());
        check_.contigs.emplace_back(name, 0);
      }
      const size_t number = numbers_.at(std::string(name));
      contig_ = &check_.contigs[number];
      const auto length = lengths_.find(contig_->first);
      canonical_ = CanonicalContig(name, length == lengths_.end() ? std::nullopt : length->second)
                       .value_or(fmt::format("{} (another one)", name));
    }
    ++contig_->second;
  }

  /// Contigs under two names are one: its rows have to be in one piece.
  void JudgeOrder(int64_t start) {
    check_.low_starts += start < 1 ? 1 : 0;
    const bool same_contig = canonical_ == last_contig_;
    if (check_.unsorted.empty() && !last_contig_.empty()) {
      const bool again = !same_contig && finished_.contains(canonical_);
      if (again || (same_contig && start < last_start_)) {
        check_.unsorted = fmt::format("row {}: {}:{} after {}:{}", WithCommas(check_.rows), canonical_, start,
                                      last_contig_, last_start_);
        check_.repeated.reset();
      }
    }
    if (!same_contig || start != last_start_) {
      alleles_.clear();
    }
    if (!same_contig) {
      finished_.insert(std::exchange(last_contig_, canonical_));
    }
    last_start_ = start;
  }

  void JudgeAllele(const Allele& allele) {
    if (!IsSequence(allele.ref) || !IsSequence(allele.alt)) {
      ++check_.unmatchable;
      return;
    }
    check_.not_minimal += Minimise(allele).ref.size() != allele.ref.size() ? 1 : 0;
    if (check_.repeated && !alleles_.insert(ToUpper(allele.ref) + ">" + ToUpper(allele.alt)).second) {
      ++*check_.repeated;
    }
  }

  SourceCheck& check_;
  bool has_alleles_;
  std::unordered_map<std::string, std::optional<int64_t>> lengths_;
  std::unordered_map<std::string, size_t> numbers_;  ///< in check_.contigs, which may move
  std::pair<std::string, int64_t>* contig_ = nullptr;
  std::string canonical_;
  std::string last_contig_;
  int64_t last_start_ = 0;
  std::set<std::string> finished_;
  std::unordered_set<std::string> alleles_;  ///< of one position
};

}  // namespace

Result<SourceCheck> CheckSource(duck::Database& database, const Source& source,
                                const std::function<void(int64_t rows)>& on_rows) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source));
  SourceCheck check;
  check.files_changed = Fingerprint(stamps) != source.fingerprint;
  check.files = static_cast<int64_t>(stamps.size());
  std::vector<std::string> files;
  for (const FileStamp& stamp : stamps) {
    files.push_back(stamp.path);
    check.bytes += stamp.size;
  }
  RowsJudge judge(source, check);
  VARJOIN_RETURN_IF_ERROR(KeepingOrder(database, [&]() -> Status {
    VARJOIN_ASSIGN(const auto stream,
                   database.StreamRows(fmt::format("SELECT {} AS chrom, {} AS \"start\", {} FROM {}", ChromSql(source),
                                                   StartSql(source), AllelesSql(source), ReadSourceSql(source, files)),
                                       /*with_place=*/false));
    while (true) {
      duck::RowChunk chunk;
      VARJOIN_ASSIGN(const bool more, stream->Next(chunk));
      if (!more) {
        return Status::Ok();
      }
      judge.Add(chunk.rows);
      on_rows(check.rows);
    }
  }));
  return check;
}

}  // namespace varjoin
