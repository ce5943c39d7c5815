// register.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/register.h"

#include <algorithm>

#include "base/text.h"
#include "genome/assembly.h"
#include "sources/parquet_files.h"
#include "varjoin/sources.h"

namespace varjoin {
namespace {

/// All Parquet of a folder, also where it lies in folders that are called after columns: chrom=1/x.parquet.
std::string PatternOfFolder(const std::string& path) {
  const std::string folder = LiteralPattern(path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
  std::string between = "/";
  for (int depth = 0; depth < 4; ++depth, between += "*=*/") {
    if (ExpandPattern(folder + between + "*.parquet").ok()) {
      return folder + between + "*.parquet";
    }
  }
  return folder + "/*.parquet";
}

/// The patterns of the catalog's entry: absolute, a folder as all its Parquet.
std::vector<std::string> PatternsOf(const std::vector<std::string>& files) {
  std::vector<std::string> patterns;
  for (const std::string& file : files) {
    const std::string path = IsRemotePath(file) ? file : AbsolutePath(file);
    patterns.push_back(IsFolder(path) ? PatternOfFolder(path) : path);
  }
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  return patterns;
}

Result<std::vector<std::string>> ExpandAll(const std::vector<std::string>& patterns) {
  std::vector<std::string> files;
  for (const std::string& pattern : patterns) {
    VARJOIN_ASSIGN(const std::vector<std::string> expanded, ExpandPattern(pattern));
    files.insert(files.end(), expanded.begin(), expanded.end());
  }
  for (const std::string& file : files) {
    VARJOIN_RETURN_IF_ERROR(CheckParquet(file));
  }
  return files;
}

std::vector<std::string> PathsOf(const std::vector<FileStamp>& stamps) {
  std::vector<std::string> paths;
  for (const FileStamp& stamp : stamps) {
    paths.push_back(stamp.path);
  }
  return paths;
}

std::string Percent(int64_t part, int64_t whole) {
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return percent < 10 ? fmt::format("{:.2g} %", percent) : fmt::format("{:.0f} %", percent);
}

/// The sentences about alleles that can't be matched as they stand.
std::vector<std::string> AlleleTrouble(const AlleleSample& sample) {
  std::vector<std::string> trouble;
  if (sample.joined > 0) {
    trouble.push_back(fmt::format("{} of the rows have several alternates joined in one value (such as {})",
                                  Percent(sample.joined, sample.rows), sample.joined_example));
  }
  if (sample.dashed > 0) {
    trouble.push_back(fmt::format("{} of the rows write a missing base as `-` (such as {})",
                                  Percent(sample.dashed, sample.rows), sample.dashed_example));
  }
  return trouble;
}

std::vector<std::string> AlleleNotes(const AlleleSample& sample) {
  std::vector<std::string> notes;
  if (sample.other > 0) {
    notes.push_back(fmt::format("{} of the sampled rows have alleles with characters that are no bases",
                                Percent(sample.other, sample.rows)));
  }
  if (sample.not_minimal > 0) {
    notes.push_back(
        fmt::format("{} of the sampled rows are not in minimal form (shared bases are not trimmed); they match only "
                    "records that write the allele in the same way",
                    Percent(sample.not_minimal, sample.rows)));
  }
  return notes;
}

/// What only the header of an import told: lengths of contigs, what columns mean.
void KeepWhatTheHeaderTold(const Source& before, Source& source) {
  for (SourceContig& contig : source.contigs) {
    const auto known = std::find_if(before.contigs.begin(), before.contigs.end(),
                                    [&](const SourceContig& old) { return old.name == contig.name; });
    contig.length = known == before.contigs.end() ? std::nullopt : known->length;
  }
  for (SourceColumn& column : source.columns) {
    const auto known = std::find_if(before.columns.begin(), before.columns.end(),
                                    [&](const SourceColumn& old) { return old.name == column.name; });
    if (known != before.columns.end()) {
      column = {column.name, column.type, known->number, known->vcf_type, known->description};
    }
  }
}

Status LookAtFiles(duck::Database& database, const std::map<std::string, std::string>& mapping, Source& source) {
  const Source before = source;
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source));
  const std::vector<std::string> files = PathsOf(stamps);
  VARJOIN_RETURN_IF_ERROR(FindColumns(database, files, mapping, source));
  VARJOIN_RETURN_IF_ERROR(FindContigs(database, files, source));
  KeepWhatTheHeaderTold(before, source);
  source.fingerprint = Fingerprint(stamps);
  source.input_fingerprint = source.fingerprint;
  return Status::Ok();
}

/// Looks at a sample of the alleles: what can't match is an error, or, if the user wants it all the same, a warning.
Status LookAtAlleles(duck::Database& database, const RegisterRequest& request, Registered& registered) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(registered.source));
  VARJOIN_ASSIGN(const AlleleSample sample, SampleAlleles(database, PathsOf(stamps), registered.source));
  const std::vector<std::string> trouble = AlleleTrouble(sample);
  if (!trouble.empty() && !request.as_is) {
    return BadInput(
        "source '{0}': {1}. Such rows would never match. Make the source from the database's VCF or from these files "
        "with `varjoin source import {0} FILE`{2}, or register it all the same with --as-is",
        request.name, Join(trouble, "; "), sample.dashed > 0 ? " and --reference genome.fa" : "");
  }
  registered.source.warnings = trouble;
  registered.notes = AlleleNotes(sample);
  registered.notes.insert(registered.notes.begin(), trouble.begin(), trouble.end());
  return Status::Ok();
}

}  // namespace

Result<Registered> RegisterSource(duck::Database& database, const Catalog& catalog, const RegisterRequest& request) {
  VARJOIN_RETURN_IF_ERROR(CheckSourceName(request.name));
  Registered registered;
  Source& source = registered.source;
  source.name = request.name;
  source.patterns = PatternsOf(request.files);
  source.zero_based = request.zero_based;
  source.interval = request.interval;
  if (!request.contig_aliases.empty()) {
    VARJOIN_ASSIGN(source.contig_aliases, ReadContigAliases(request.contig_aliases));
  }
  VARJOIN_RETURN_IF_ERROR(ExpandAll(source.patterns).status());
  VARJOIN_RETURN_IF_ERROR(LookAtFiles(database, request.mapping, source));
  if (!source.interval) {
    VARJOIN_RETURN_IF_ERROR(LookAtAlleles(database, request, registered));
  }
  if (const std::string note = NumberedSexNote(source); !note.empty()) {
    registered.notes.push_back(note);
  }
  source.assembly = request.assembly.empty() ? AssemblyToldBy(source.contigs) : CanonicalAssembly(request.assembly);
  source.made_at = NowUtc();
  VARJOIN_ASSIGN(registered.replaced, catalog.Put(source));
  return registered;
}

Result<bool> RefreshSource(duck::Database& database, Source& source) {
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, FilesOf(source));
  if (Fingerprint(stamps) == source.fingerprint) {
    return false;
  }
  std::map<std::string, std::string> mapping;
  for (const auto& [part, column] : PartsOf(source.key)) {
    mapping.emplace(part, column);
  }
  VARJOIN_RETURN_IF_ERROR(LookAtFiles(database, mapping, source));
  return true;
}

Result<std::string> EnsureEnsemblCatalog(const std::string& parquet_dir, const std::string& home) {
  const Catalog catalog(home.empty() ? DefaultHome() : AbsolutePath(home));
  VARJOIN_ASSIGN(const std::vector<Source> sources, catalog.List());
  const std::vector<std::string> patterns = PatternsOf({parquet_dir});
  for (const Source& source : sources) {
    if (!EqualNoCase(source.name, "ensembl") || source.patterns != patterns) {
      continue;
    }
    const Result<std::vector<FileStamp>> stamps = FilesOf(source);
    if (stamps.ok() && Fingerprint(*stamps) == source.fingerprint) {
      return catalog.path();
    }
  }
  VARJOIN_ASSIGN(const auto database, duck::Database::Open({}));
  VARJOIN_RETURN_IF_ERROR(
      RegisterSource(*database, catalog, {.name = "ensembl", .files = {parquet_dir}, .mapping = {}, .assembly = {}})
          .status());
  return catalog.path();
}

}  // namespace varjoin
