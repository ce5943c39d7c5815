// reference.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "genome/reference.h"

#include <htslib/faidx.h>
#include <htslib/hts_log.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/counted.h"
#include "base/text.h"
#include "genome/contig.h"

namespace varjoin {
namespace {

constexpr int64_t kStretch = 64 << 10;  ///< bases that are read at once
constexpr int64_t kMostOther = 10;      ///< alleles with another REF that are no reason to stop
constexpr int64_t kMostOtherPercent = 1;

using Faidx = std::unique_ptr<faidx_t, decltype(&fai_destroy)>;

/// htslib prints what it does; what matters is said here.
Faidx OpenFaidx(const std::string& path) {
  static const bool quiet = [] {
    hts_set_log_level(HTS_LOG_OFF);
    return true;
  }();
  (void)quiet;
  return {fai_load(path.c_str()), &fai_destroy};
}

char Upper(char base) {
  return static_cast<char>(base & ~0x20);
}

bool SameBase(char a, char b) {
  return Upper(a) == Upper(b);
}

}  // namespace

Result<std::shared_ptr<const Reference>> Reference::Open(const std::string& path) {
  VARJOIN_ASSIGN(FileStamp stamp, StampOf(AbsolutePath(path)));
  const Faidx faidx = OpenFaidx(stamp.path);
  if (faidx == nullptr) {
    return BadInput(
        "{0}: can't be used as a reference: it is no FASTA, is packed with gzip and not bgzip, or its index {0}.fai "
        "can "
        "neither be read nor written; make the index with `samtools faidx {0}`",
        path);
  }
  if (const auto index = StampOf(stamp.path + ".fai"); index.ok() && index->modified < stamp.modified) {
    return BadInput("{0}: was changed after its index {0}.fai was made; make the index again with `samtools faidx {0}`",
                    path);
  }
  std::shared_ptr<Reference> reference(new Reference(std::move(stamp)));
  for (int i = 0; i < faidx_nseq(faidx.get()); ++i) {
    const char* const name = faidx_iseq(faidx.get(), i);
    const int64_t length = faidx_seq_len(faidx.get(), name);
    if (const auto canonical = CanonicalContig(name, length)) {
      reference->contigs_.try_emplace(*canonical, name);
    }
  }
  if (reference->contigs_.empty()) {
    return BadInput("{}: has no sequences that could be a reference", path);
  }
  return std::shared_ptr<const Reference>(std::move(reference));
}

const std::string* Reference::FindContig(std::string_view name) const {
  const auto canonical = CanonicalContig(name);
  const auto found = canonical ? contigs_.find(*canonical) : contigs_.end();
  return found == contigs_.end() ? nullptr : &found->second;
}

std::vector<std::string> AlignmentCounts::Sentences() const {
  std::vector<std::string> sentences;
  if (no_contig > 0) {
    sentences.push_back(fmt::format("{} on contigs that the reference lacks: only trimmed",
                                    Counted(no_contig, "allele is", "alleles are")));
  }
  if (other_bases > 0) {
    sentences.push_back(fmt::format("{} another REF than the reference: only trimmed",
                                    Counted(other_bases, "allele has", "alleles have")));
  }
  if (anchored > 0) {
    sentences.push_back(fmt::format("{} given the base before, from the reference",
                                    Counted(anchored, "allele with `-` was", "alleles with `-` were")));
  }
  return sentences;
}

AlignmentCounts Reference::TakeCounts() const {
  return {alleles_.exchange(0), no_contig_.exchange(0), other_bases_.exchange(0), anchored_.exchange(0)};
}

void Reference::Count(const AlignmentCounts& counts) const {
  alleles_ += counts.alleles;
  no_contig_ += counts.no_contig;
  other_bases_ += counts.other_bases;
  anchored_ += counts.anchored;
}

bool AlignmentCounts::IsWrongReference() const {
  return other_bases > kMostOther && other_bases > alleles / 100 * kMostOtherPercent;
}

Status Reference::Judge(const AlignmentCounts& counts) const {
  if (!counts.IsWrongReference()) {
    return Status::Ok();
  }
  return BadInput(
      "{}: is not the reference of these variants: {} of {} have another REF than it has there; name the FASTA of "
      "their "
      "assembly",
      path(), WithCommas(counts.other_bases), WithCommas(counts.alleles));
}

struct LeftAligner::Fasta {
  Faidx faidx;
};

LeftAligner::LeftAligner(std::shared_ptr<const Reference> reference) : reference_(std::move(reference)) {}
LeftAligner::~LeftAligner() = default;

/// Makes the bases from `first` to `last`, as far as the contig goes, be in bases_, with as many before as a stretch
/// takes.
Status LeftAligner::Load(int64_t first, int64_t last) {
  const auto end = first_ + static_cast<int64_t>(bases_.size());
  if (first >= first_ && last < end) {
    return Status::Ok();
  }
  if (fasta_ == nullptr) {
    fasta_ = std::make_unique<Fasta>(Fasta{OpenFaidx(reference_->path())});
    if (fasta_->faidx == nullptr) {
      return Failed("{}: can't be read any more", reference_->path());
    }
  }
  const int64_t length = faidx_seq_len(fasta_->faidx.get(), contig_->c_str());
  const int64_t from = std::max<int64_t>(1, first - kStretch / 8);
  const int64_t to = std::min(length, std::max(last, from + kStretch));
  bases_.clear();
  first_ = from;
  if (to < from) {
    return Status::Ok();
  }
  hts_pos_t read = 0;
  const std::unique_ptr<char, decltype(&std::free)> bases(
      faidx_fetch_seq64(fasta_->faidx.get(), contig_->c_str(), from - 1, to - 1, &read), &std::free);
  if (bases == nullptr || read != to - from + 1) {
    return Failed("{}: can't be read at {}:{}; if it was changed, remove its index {}.fai", reference_->path(),
                  *contig_, from, reference_->path());
  }
  bases_.assign(bases.get(), static_cast<size_t>(read));
  std::transform(bases_.begin(), bases_.end(), bases_.begin(), Upper);
  return Status::Ok();
}

/// NUL beyond the contig.
Result<char> LeftAligner::BaseAt(int64_t position) {
  VARJOIN_RETURN_IF_ERROR(Load(position, position));
  const auto at = static_cast<size_t>(position - first_);
  return position < first_ || at >= bases_.size() ? '\0' : bases_[at];
}

Result<bool> LeftAligner::HasReference(const Allele& allele) {
  const auto size = static_cast<int64_t>(allele.ref.size());
  if (allele.start < 1 || allele.start > INT64_MAX - size) {
    return false;
  }
  VARJOIN_RETURN_IF_ERROR(Load(allele.start, allele.start + size - 1));
  const auto at = static_cast<size_t>(allele.start - first_);
  return at + allele.ref.size() <= bases_.size() &&
         std::equal(allele.ref.begin(), allele.ref.end(), bases_.begin() + static_cast<ptrdiff_t>(at), SameBase);
}

void LeftAligner::UseContig(std::string_view name) {
  if (name != contig_name_) {
    contig_name_ = name;
    contig_ = reference_->FindContig(name);
    bases_.clear();
  }
}

Result<Allele> LeftAligner::Align(std::string_view contig, const Allele& allele) {
  if (!IsSequence(allele.ref) || !IsSequence(allele.alt)) {
    return Allele();
  }
  UseContig(contig);
  ++counts_.alleles;
  if (contig_ == nullptr) {
    ++counts_.no_contig;
    return Allele();
  }
  VARJOIN_ASSIGN(const bool same, HasReference(allele));
  if (!same) {
    ++counts_.other_bases;
    return Allele();
  }
  const Allele minimal = Minimise(allele);
  const bool moves = minimal.ref.size() != minimal.alt.size() && SameBase(minimal.ref.back(), minimal.alt.back());
  if (!moves) {
    return Allele();
  }
  // Back to front, so that a base goes before by being appended; `cut` of them are no more there.
  std::string ref(minimal.ref.rbegin(), minimal.ref.rend());
  std::string alt(minimal.alt.rbegin(), minimal.alt.rend());
  size_t cut = 0;
  int64_t start = minimal.start;
  while (SameBase(ref[cut], alt[cut])) {
    if (ref.size() == cut + 1 || alt.size() == cut + 1) {
      if (start <= 1) {
        break;
      }
      VARJOIN_ASSIGN(const char before, BaseAt(start - 1));
      ref.push_back(before);
      alt.push_back(before);
      --start;
    }
    ++cut;
  }
  const auto keep = [&](const std::string& reversed) -> std::string_view {
    return texts_.emplace_back(reversed.rbegin(), reversed.rend() - static_cast<ptrdiff_t>(cut));
  };
  if (start == minimal.start) {
    return Allele();
  }
  const std::string_view aligned_ref = keep(ref);
  return Minimise({.start = start, .ref = aligned_ref, .alt = keep(alt)});
}

/// With the base at `position` before both; without REF where there is none.
Result<Allele> LeftAligner::After(int64_t position, std::string_view ref, std::string_view alt) {
  if (position < 1) {
    return Allele();
  }
  VARJOIN_ASSIGN(const char base, BaseAt(position));
  if (base == '\0') {
    return Allele();
  }
  const std::string_view with_ref = texts_.emplace_back(base + std::string(ref));
  return Allele{.start = position, .ref = with_ref, .alt = texts_.emplace_back(base + std::string(alt))};
}

Result<Allele> LeftAligner::Anchor(std::string_view contig, const Allele& allele, std::optional<int64_t> end) {
  UseContig(contig);
  // Far from the ends of the numbers, so that one may be added or taken away.
  if (contig_ == nullptr || allele.start < 1 || allele.start > INT64_MAX / 2) {
    counts_.no_contig += contig_ == nullptr ? 1 : 0;
    return Allele();
  }
  Allele anchored;
  if (allele.alt == "-") {
    VARJOIN_ASSIGN(const bool same, HasReference(allele));
    counts_.other_bases += same ? 0 : 1;
    VARJOIN_ASSIGN(anchored, same ? After(allele.start - 1, allele.ref, "") : Result<Allele>(Allele()));
  } else if (end) {
    const int64_t before = *end == allele.start - 1 ? *end : allele.start;
    const bool known = *end >= allele.start - 1 && *end <= allele.start + 1;
    VARJOIN_ASSIGN(anchored, known ? After(before, "", allele.alt) : Result<Allele>(Allele()));
  } else {
    // The same on either side of the base if that base goes on in what is inserted: `A` beside an A, `CA` before a C.
    VARJOIN_ASSIGN(const char base, BaseAt(allele.start));
    const std::string before = std::string(allele.alt) + base;
    const std::string after = base + std::string(allele.alt);
    VARJOIN_ASSIGN(anchored, std::equal(before.begin(), before.end(), after.begin(), SameBase)
                                 ? After(allele.start - 1, "", allele.alt)
                                 : Result<Allele>(Allele()));
  }
  counts_.anchored += anchored.ref.empty() ? 0 : 1;
  return anchored;
}

void LeftAligner::Clear() {
  texts_.clear();
  reference_->Count(std::exchange(counts_, {}));
}

}  // namespace varjoin
