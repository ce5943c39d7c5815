// reference.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/status.h"
#include "genome/allele.h"

namespace varjoin {

/// What became of the alleles that were left-aligned.
struct AlignmentCounts {
  int64_t alleles = 0;      ///< all that are sequences
  int64_t no_contig = 0;    ///< on contigs that the FASTA lacks: only trimmed
  int64_t other_bases = 0;  ///< whose REF is not what the FASTA has there: only trimmed
  int64_t anchored = 0;     ///< with `-`, that got the base before them

  /// For a person: what could not be done.
  std::vector<std::string> Sentences() const;

  /// Whether so many have another REF that it must be the wrong FASTA: more than 10, and more than 1 %.
  bool IsWrongReference() const;
};

/// A genome's FASTA, plain or BGZF, with its index (FILE.fai, made beside it where it is missing). Shared by threads;
/// each reads it through a LeftAligner of its own.
class Reference {
 public:
  /// Error (kBadInput): the file is missing, no FASTA, or has no index and none can be made.
  static Result<std::shared_ptr<const Reference>> Open(const std::string& path);

  const std::string& path() const { return stamp_.path; }  ///< absolute
  const FileStamp& stamp() const { return stamp_; }

  /// The FASTA's name of the contig that goes by `name` or an alias of it; null: it has none.
  const std::string* FindContig(std::string_view name) const;

  /// What LeftAligners have met since the last call.
  AlignmentCounts TakeCounts() const;

  /// Adds to the counts. Thread-safe.
  void Count(const AlignmentCounts& counts) const;

  /// Says that this is the wrong FASTA, if the counts do.
  Status Judge(const AlignmentCounts& counts) const;

 private:
  explicit Reference(FileStamp stamp) : stamp_(std::move(stamp)) {}

  FileStamp stamp_;
  std::map<std::string, std::string, std::less<>> contigs_;  ///< by canonical name
  mutable std::atomic<int64_t> alleles_{0};
  mutable std::atomic<int64_t> no_contig_{0};
  mutable std::atomic<int64_t> other_bases_{0};
  mutable std::atomic<int64_t> anchored_{0};
};

/// Moves alleles to the left as far as the reference allows, as Tan, Abecasis and Kang 2015 define it (Bioinformatics
/// 31:2202): while REF and ALT end in the same base it is cut off, and where one of them has none left, the base
/// before goes to the front of both. An N is a base like the others, as for bcftools.
///
/// Keeps a stretch of the FASTA, so that alleles in the order of a file read it once. Not thread-safe: one per thread.
class LeftAligner {
 public:
  explicit LeftAligner(std::shared_ptr<const Reference> reference);
  ~LeftAligner();

  /// The left-aligned, minimal form. Without REF if there is no other than Minimise() gives: the allele cannot be
  /// moved, is no sequence, or only trimming is possible (see AlignmentCounts). Views last until Clear(). Error
  /// (kFailed): the FASTA can't be read.
  Result<Allele> Align(std::string_view contig, const Allele& allele);

  /// An allele with `-` as a VCF writes it, after the base before it. `end` is its last base as its table gives it: of
  /// an insertion it tells between which bases it is, by the usages there are: start - 1 (Ensembl: before start), start
  /// (ANNOVAR) or start + 1 (MAF: after start). Without REF: where it is can't be told, or the FASTA has other bases
  /// there. Without an end, an insertion is told only if it is the same on either side of start. Precondition:
  /// HasDash(). Views and errors as above.
  Result<Allele> Anchor(std::string_view contig, const Allele& allele, std::optional<int64_t> end);

  /// Gives back the memory of the alleles, and counts them.
  void Clear();

 private:
  struct Fasta;

  void UseContig(std::string_view name);
  Result<Allele> After(int64_t position, std::string_view ref, std::string_view alt);
  Status Load(int64_t first, int64_t last);
  Result<char> BaseAt(int64_t position);
  Result<bool> HasReference(const Allele& allele);

  std::shared_ptr<const Reference> reference_;
  std::unique_ptr<Fasta> fasta_;
  std::string contig_name_;              ///< the last one asked for
  const std::string* contig_ = nullptr;  ///< the FASTA's name of it
  std::string bases_;                    ///< in upper case, from first_ on
  int64_t first_ = 0;                    ///< 1-based
  std::deque<std::string> texts_;
  AlignmentCounts counts_;
};

}  // namespace varjoin
