// run_contigs.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/run.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "genome/assembly.h"
#include "genome/contig.h"
#include "sources/register.h"

namespace varjoin {
namespace {

constexpr size_t kContigsNamed = 10;  ///< in messages

std::string FewOf(const std::vector<std::string>& names) {
  const std::vector<std::string> few(names.begin(),
                                     names.begin() + static_cast<ptrdiff_t>(std::min(names.size(), kContigsNamed)));
  return names.empty() ? "none" : Join(few, ", ") + (names.size() > few.size() ? ", …" : "");
}

std::vector<std::string> NamesOf(const std::vector<SourceContig>& contigs) {
  std::vector<std::string> names;
  for (const SourceContig& contig : contigs) {
    names.push_back(contig.name);
  }
  return names;
}

bool HasPrimaryContig(const std::vector<SourceContig>& contigs) {
  return std::any_of(contigs.begin(), contigs.end(), [](const SourceContig& contig) {
    const auto canonical = CanonicalContig(contig.name, contig.length);
    return canonical && PrimaryNumber(*canonical) > 0;
  });
}

}  // namespace

/// Where the input's alleles begin, for the search for their hits.
Status AnnotateRun::SeeStarts() {
  VARJOIN_ASSIGN(const auto forms, database_.StreamRows(plan_.FormsSql(), /*with_place=*/false));
  const auto starts = std::make_shared<index::KnownStarts>();
  index::ContigNames contigs;
  while (true) {
    duck::RowChunk chunk;
    VARJOIN_ASSIGN(const bool more, forms->Next(chunk));
    if (!more) {
      database_.SetInputStarts(starts);
      return Status::Ok();
    }
    for (size_t row = 0; row < chunk.rows.rows(); ++row) {
      starts->Add(contigs.Find(chunk.rows.chrom[row], index::KnownStarts::ContigNumber), chunk.rows.start[row]);
    }
  }
}

/// The first pass over the input.
Status AnnotateRun::SeeContigs() {
  session_.on_phase("reading the input");
  database_.SetReference(reference_);
  VARJOIN_RETURN_IF_ERROR(plan_.engine == Engine::kPlain ? database_.Execute(plan_.KeysSql()) : SeeStarts());
  seen_ = database_.TakeScanReport();
  VARJOIN_ASSIGN(filter_counts_, TakeFilterCounts(database_));  // they are counted again with the output
  VARJOIN_RETURN_IF_ERROR(MatchSeenContigs());
  for (SourcePlan& source : plan_.sources) {
    VARJOIN_RETURN_IF_ERROR(PickFiles(source));
  }
  return Status::Ok();
}

/// Records may name their contigs by accessions, which tell the assembly, where the header has none of them.
Status AnnotateRun::CheckSeenAssembly() {
  std::vector<std::pair<std::string, std::optional<int64_t>>> names;
  for (const auto& [name, count] : seen_.contigs) {
    names.emplace_back(name, std::nullopt);
  }
  const std::string told = AssemblyOfContigs(names);
  if (told.empty() || told == report_.input_assembly) {
    return Status::Ok();
  }
  if (!report_.input_assembly.empty()) {
    return BadInput("{}: its records are of contigs of {} ({}), but the input is said to be of {}", report_.inputs[0],
                    told, names[0].first, report_.input_assembly);
  }
  report_.input_assembly = told;
  return CheckSourceAssemblies();
}

/// Compares the contigs that occur with those of the sources.
Status AnnotateRun::MatchSeenContigs() {
  VARJOIN_RETURN_IF_ERROR(CheckSeenAssembly());
  for (SourcePlan& source : plan_.sources) {
    if (plan_.join_columns.empty()) {
      source.contigs = MatchContigs(seen_, plan_.input, source.source, plan_.contig_aliases);
      VARJOIN_RETURN_IF_ERROR(CheckOverlap(source));
    }
  }
  return Status::Ok();
}

Status AnnotateRun::CheckOverlap(const SourcePlan& source) {
  if (seen_.records == 0 || !source.contigs.spellings.empty()) {
    return Status::Ok();
  }
  std::vector<std::string> names;
  for (const auto& [name, count] : seen_.contigs) {
    names.push_back(name);
  }
  const std::string text = fmt::format("no contig in common: the input has {}; source '{}' has {}", FewOf(names),
                                       source.source.name, FewOf(NamesOf(source.source.contigs)));
  const bool other_may_match = plan_.sources.size() > 1 && HasPrimaryContig(source.source.contigs);
  if (request_.allow_no_overlap || other_may_match) {
    report_.notes.push_back(text);
    return Status::Ok();
  }
  return BadInput(
      "{}: {}. Are they of the same species and assembly? If this is meant (a job per chromosome), use "
      "--allow-no-overlap",
      report_.inputs[0], text);
}

/// The source's files that hold contigs of the input, if the catalog knows which do.
Status AnnotateRun::PickFiles(SourcePlan& source) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source.source));
  std::set<std::string> wanted;
  for (const auto& [name, spelling] : source.contigs.spellings) {
    wanted.insert(spelling);
  }
  std::vector<std::string> all;
  for (const FileStamp& stamp : stamps) {
    all.push_back(stamp.path);
    const auto known = source.source.contigs_of_file.find(stamp.path);
    const bool needed = known == source.source.contigs_of_file.end() || !plan_.join_columns.empty() ||
                        std::any_of(known->second.begin(), known->second.end(), [&](int contig) {
                          return wanted.contains(source.source.contigs[static_cast<size_t>(contig)].name);
                        });
    if (needed) {
      source.files.push_back(stamp.path);
    }
  }
  if (source.files.empty()) {
    source.files = all;
  }
  VARJOIN_ASSIGN(const bool same, HaveSameTypes(source.source, source.files));
  if (!same) {
    source.files = all;
  }
  return Status::Ok();
}

/// Whether some of a source's files have all its columns, in the types that they have in all files together.
Result<bool> AnnotateRun::HaveSameTypes(const Source& source, const std::vector<std::string>& files) {
  VARJOIN_ASSIGN(const duck::ResultTable described,
                 database_.Query(fmt::format("DESCRIBE SELECT * FROM {}", ReadSourceSql(source, files))));
  std::map<std::string, std::string> types;
  for (size_t row = 0; row < described.rows.size(); ++row) {
    types[ToLower(described.Text(row, 0))] = described.Text(row, 1);
  }
  return types[ToLower(source.key.chrom)] == source.chrom_type &&
         std::all_of(source.columns.begin(), source.columns.end(),
                     [&](const SourceColumn& column) { return types[ToLower(column.name)] == column.type; });
}

/// Finds mitochondria that are none of ours.
void AnnotateRun::NoteContigLengths() {
  for (const vcf::Header& header : plan_.input.headers) {
    for (const vcf::ContigDefinition& contig : header.contigs) {
      const std::string& name = NameOf(plan_.contig_aliases, contig.name);
      if (!CanonicalContig(name, contig.length)) {
        plan_.foreign_contigs.push_back(name);  // as look-ups are given it
        foreign_lengths_[contig.name] = *contig.length;
      }
    }
  }
}

/// Warns about those that occur.
void AnnotateRun::NoteForeignContigs() {
  for (const auto& [name, length] : foreign_lengths_) {
    if (seen_.contigs.contains(name)) {
      report_.notes.push_back(
          fmt::format("contig {} of the input has {} bases: it is not the mitochondrial sequence that databases use "
                      "(rCRS, 16,569 bases; UCSC's hg19 has another one), so its records match nothing",
                      name, WithCommas(length)));
    }
  }
}

}  // namespace varjoin
