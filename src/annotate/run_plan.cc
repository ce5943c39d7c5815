// run_plan.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/run.h"

#include <algorithm>
#include <set>

#include "annotate/input.h"
#include "annotate/where.h"
#include "base/text.h"
#include "genome/assembly.h"
#include "sources/file_source.h"
#include "sources/register.h"
#include "sources/source_index.h"

namespace varjoin {
namespace {

constexpr int kAttempts = 5;  ///< to catch a source between two imports

}  // namespace

Status AnnotateRun::MakePlan() {
  if (IsOnePipe(request_.inputs)) {  // what it is read for depends on the sources
    VARJOIN_RETURN_IF_ERROR(PrepareFiles());
    reads_pipe_ = NeedsOnePass();
  }
  VARJOIN_ASSIGN(const InputFiles files,
                 ResolveInputs(request_.inputs, reads_pipe_ ? PipeUse::kAsItComes : PipeUse::kCopied,
                               session_.temp_folder, [this] { return database_.Interrupted(); }));
  report_.inputs = IsOnePipe(request_.inputs) ? request_.inputs : files.paths;
  report_.notes.insert(report_.notes.end(), files.notes.begin(), files.notes.end());
  report_.limits = session_.limits;
  report_.user_name = UserOf(request_);
  report_.sample_name = SampleOf(request_);
  VARJOIN_ASSIGN(input_stamps_, StampsOf(files.paths));
  report_.input_files = IsOnePipe(request_.inputs) ? std::vector<FileStamp>() : input_stamps_;
  VARJOIN_ASSIGN(plan_.input, database_.Inspect(files.paths, {.split = true, .samples = request_.filters.samples}));
  VARJOIN_RETURN_IF_ERROR(PlanOutput());
  VARJOIN_RETURN_IF_ERROR(CheckOutput());
  VARJOIN_RETURN_IF_ERROR(PrepareFiles());
  VARJOIN_RETURN_IF_ERROR(FindSources());
  VARJOIN_RETURN_IF_ERROR(CheckOutputIsNoSource());
  VARJOIN_RETURN_IF_ERROR(CheckAssemblies());
  VARJOIN_RETURN_IF_ERROR(FindReference());
  if (!request_.contig_aliases.empty()) {
    VARJOIN_ASSIGN(plan_.contig_aliases, ReadContigAliases(request_.contig_aliases));
  }
  plan_.join_columns = request_.join_columns;
  plan_.sorted = request_.sorted;
  plan_.compression = request_.compression;
  plan_.level = request_.level;
  plan_.group_rows = request_.group_rows;
  plan_.on_bad_record = request_.on_bad_record;
  std::vector<Source> sources;
  for (const SourcePlan& source : plan_.sources) {
    sources.push_back(source.source);
  }
  VARJOIN_ASSIGN(plan_.columns, NameColumns(plan_.input.columns, request_.sources, sources, request_.bare_names));
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    plan_.sources[i].columns = plan_.columns.sources[i];
    plan_.sources[i].hits_column = plan_.columns.hits[i];
  }
  VARJOIN_RETURN_IF_ERROR(CheckJoinColumns());
  VARJOIN_RETURN_IF_ERROR(PlanFilters());
  NoteContigLengths();
  VARJOIN_RETURN_IF_ERROR(ChooseEngine());
  return IsRecords(plan_.format) ? PlanRecords() : Status::Ok();
}

/// The output's format, and what depends on it.
Status AnnotateRun::PlanOutput() {
  if (request_.format.empty() && ToStandardOutput()) {
    plan_.format = OutputFormat::kVcf;
  } else if (!request_.format.empty() || (HasEnding(request_.output) && !request_.by_chrom)) {
    VARJOIN_ASSIGN(plan_.format, OutputFormatOf(request_.format, request_.output));
  }
  if (const Result<OutputFormat> by_name = OutputFormatOf("", request_.output);
      !request_.format.empty() && by_name.ok() && *by_name != plan_.format) {
    report_.notes.push_back(fmt::format("{}: is {}, by -O, where its name says {}: other programs may go by the name",
                                        request_.output, NameOf(plan_.format), NameOf(*by_name)));
  }
  report_.format = NameOf(plan_.format);
  report_.compression = CompressionOf(plan_.format, request_.compression);
  plan_.by_chrom = request_.by_chrom;
  if (plan_.by_chrom && plan_.format != OutputFormat::kParquet) {
    return BadInput("--partition-by: makes a folder of Parquet files, and the output is {}; name a folder, without -O",
                    report_.format);
  }
  VARJOIN_RETURN_IF_ERROR(CheckLevel(plan_.format, request_.compression, request_.level));
  const bool records = IsRecords(plan_.format);
  plan_.duplicates = request_.duplicates.value_or(records ? Duplicates::kList : Duplicates::kAll);
  plan_.existing_info = request_.existing_info;
  plan_.set_id = request_.set_id;
  if (!records && !request_.set_id.empty()) {
    return BadInput("--set-id: is for VCF and BCF output; a table has the column '{}' as it is", request_.set_id);
  }
  if (records && plan_.duplicates == Duplicates::kAll) {
    return BadInput("--duplicates all: VCF has one line a record; give list (all hits, joined by `|`) or first");
  }
  if (records && plan_.input.paths.size() > 1) {
    return BadInput(
        "VCF and BCF output are made of one input, and there are {}; give --out-dir for an output of each, or join "
        "them first: bcftools concat",
        plan_.input.paths.size());
  }
  return Status::Ok();
}

/// What the filters are about must be there, and --where a condition.
Status AnnotateRun::PlanFilters() {
  plan_.filters = request_.filters;
  VARJOIN_ASSIGN(plan_.input_conditions, InputConditions(request_.filters, plan_.input));
  if (request_.filters.only_matched && plan_.sources.empty()) {
    return BadInput("--only-matched: there is no source to match; give one with -s");
  }
  if (request_.filters.where.empty()) {
    return Status::Ok();
  }
  if (plan_.duplicates == Duplicates::kList && !IsRecords(plan_.format) && !plan_.sources.empty()) {
    return BadInput(
        "--where: looks at each hit, so that a table can't have --duplicates list with it; give all or "
        "first, or write VCF");
  }
  return CheckWhere(database_, request_.filters.where, plan_.WhereRowsSql());
}

/// What VCF and BCF need to know of the sources, and can't hold.
Status AnnotateRun::PlanRecords() {
  if (plan_.engine == Engine::kPlain) {
    return BadInput("VCF and BCF output can't be had where {}; write a table, or leave these columns out",
                    report_.engine_reason);
  }
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    SourcePlan& source = plan_.sources[i];
    const auto index = OpenIndex(catalogs_[i], source.source, session_.indexes);
    const bool no_two_hits =
        index.ok() && reference_ == nullptr && (*index)->counts().repeated == 0 && (*index)->counts().not_minimal == 0;
    source.one_value = no_two_hits || plan_.duplicates == Duplicates::kFirst;
  }
  std::map<std::string, std::string> keys;
  std::vector<std::string> names;
  for (const RecordColumn& column : plan_.RecordColumns()) {
    names.push_back(column.to);
    const auto [other, is_new] = keys.try_emplace(column.key, column.to);
    if (!is_new) {
      return BadInput("the columns '{}' and '{}' would both be INFO/{}; give one another name with -s {}:{}=NAME",
                      other->second, column.to, column.key, plan_.sources[column.source].source.name, column.from);
    }
    if (column.key != column.to) {
      report_.notes.push_back(
          fmt::format("the column '{}' is written as INFO/{}: VCF allows letters, digits, `_` and "
                      "`.` in a key",
                      column.to, column.key));
    }
  }
  const bool has_id =
      std::any_of(names.begin(), names.end(), [&](const std::string& name) { return EqualNoCase(name, plan_.set_id); });
  if (!plan_.set_id.empty() && !has_id) {
    return BadInput("--set-id: the output has no new column '{}'{}", plan_.set_id, DidYouMean(plan_.set_id, names));
  }
  return Status::Ok();
}

/// Makes sources of the files that the request names as such.
Status AnnotateRun::PrepareFiles() {
  for (size_t i = catalogs_.size(); i < request_.sources.size(); ++i) {
    const SourceRequest& wanted = request_.sources[i];
    catalogs_.push_back(session_.catalog);
    if (wanted.file.empty()) {
      continue;
    }
    VARJOIN_ASSIGN(const PreparedFile prepared,
                   PrepareFile(database_, session_.catalog,
                               {.path = wanted.file, .name = wanted.name, .reference = request_.reference},
                               session_.temp_folder, session_.on_phase));
    if (!prepared.note.empty()) {
      report_.notes.push_back(prepared.note);
    }
    catalogs_.back() = Catalog(prepared.home);
  }
  return Status::Ok();
}

Status AnnotateRun::FindSources() {
  std::set<std::string> names;
  for (size_t i = 0; i < request_.sources.size(); ++i) {
    const SourceRequest& wanted = request_.sources[i];
    if (!names.insert(ToLower(wanted.name)).second) {
      return BadInput("source '{}' is given twice; name it once, with all its columns: -s {}:COLUMN,COLUMN",
                      wanted.name, wanted.name);
    }
    VARJOIN_ASSIGN(Source source, FindAndHold(i));
    VARJOIN_ASSIGN(const bool changed, RefreshSource(database_, source));
    if (changed) {
      report_.notes.push_back(
          fmt::format("the files of source '{}' have changed since it was added; they were looked at again "
                      "(`varjoin source add` makes that last)",
                      source.name));
    }
    for (const std::string& warning : source.warnings) {
      report_.notes.push_back(fmt::format("source '{}': {}; such rows match nothing", source.name, warning));
    }
    plan_.sources.push_back(
        {.source = std::move(source), .files = {}, .contigs = {}, .columns = {}, .hits_column = {}});
  }
  return Status::Ok();
}

/// The source, with a hold on what an import has made, so that it stays for the run if the source is imported anew.
Result<Source> AnnotateRun::FindAndHold(size_t number) {
  const Catalog& catalog = catalogs_[number];
  const std::string& name = request_.sources[number].name;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    VARJOIN_ASSIGN(Source source, catalog.Find(name));
    if (source.kind == Source::Kind::kRegistered) {
      return source;
    }
    Result<FileLock> hold = FileLock::Hold(source.patterns[0]);
    if (hold.ok()) {
      holds_.push_back(*std::move(hold));
      return source;
    }
  }
  return catalog.Find(name);  // its files are gone: what reads them says so
}

Status AnnotateRun::CheckAssemblies() {
  VARJOIN_ASSIGN(const std::string told, vcf::AssemblyOf(plan_.input));
  report_.input_assembly = request_.assembly.empty() ? told : CanonicalAssembly(request_.assembly);
  if (!told.empty() && told != report_.input_assembly) {
    return BadInput("{}: --assembly {} contradicts its header, which is one of assembly {}", plan_.input.paths[0],
                    request_.assembly, told);
  }
  return CheckSourceAssemblies();
}

/// All sources must be of the input's assembly, where both are known.
Status AnnotateRun::CheckSourceAssemblies() const {
  for (const SourcePlan& source : plan_.sources) {
    const std::string& other = source.source.assembly;
    if (!other.empty() && !report_.input_assembly.empty() && other != report_.input_assembly) {
      return BadInput(
          "{}: the input's assembly is {}, but source '{}' is of assembly {}; positions of one mean nothing in the "
          "other",
          report_.inputs[0], report_.input_assembly, source.source.name, other);
    }
  }
  return Status::Ok();
}

/// The FASTA of this run: the one that is named, or the one by which its sources were imported.
Status AnnotateRun::FindReference() {
  if (!request_.join_columns.empty()) {
    return request_.reference.empty() ? Status::Ok()
                                      : BadInput("--reference: --join-columns compares columns as they are");
  }
  std::string path = request_.reference;
  std::string of_source;
  for (const SourcePlan& source : plan_.sources) {
    if (!request_.reference.empty() || source.source.reference.empty()) {
      continue;
    }
    VARJOIN_RETURN_IF_ERROR(OpenReferenceOf(source.source).status());
    if (!path.empty() && path != source.source.reference) {
      return BadInput(
          "source '{}' was imported with the reference {}, source '{}' with {}: say with --reference which "
          "one is the input's",
          of_source, path, source.source.name, source.source.reference);
    }
    path = source.source.reference;
    of_source = source.source.name;
  }
  if (path.empty()) {
    return Status::Ok();
  }
  VARJOIN_ASSIGN(reference_, Reference::Open(path));
  for (size_t i = 0; i < plan_.sources.size(); ++i) {  // each counts for itself
    VARJOIN_ASSIGN(references_.emplace_back(), Reference::Open(path));
  }
  return Status::Ok();
}

Status AnnotateRun::CheckJoinColumns() const {
  std::vector<std::string> input;
  for (const vcf::Column& column : plan_.input.columns) {
    input.push_back(column.name);
  }
  const auto has = [](const std::vector<std::string>& names, const std::string& wanted) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return EqualNoCase(name, wanted); });
  };
  for (const std::string& column : request_.join_columns) {
    if (!has(input, column)) {
      return BadInput("--join-columns: the input has no column '{}'{}", column, DidYouMean(column, input));
    }
    for (const SourcePlan& source : plan_.sources) {
      std::vector<std::string> names = {"chrom", "start", "ref", "alt"};
      for (const SourceColumn& of_source : source.source.columns) {
        names.push_back(of_source.name);
      }
      if (!has(names, column)) {
        return BadInput("--join-columns: source '{}' has no column '{}'{}", source.source.name, column,
                        DidYouMean(column, names));
      }
    }
  }
  return Status::Ok();
}

}  // namespace varjoin
