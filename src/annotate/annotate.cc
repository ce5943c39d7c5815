// annotate.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/annotate.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "annotate/input.h"
#include "annotate/parquet_footer.h"
#include "annotate/plan.h"
#include "annotate/working_memory.h"
#include "base/text.h"
#include "genome/assembly.h"
#include "genome/contig.h"
#include "sources/register.h"
#include "sources/source_index.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr size_t kContigsNamed = 10;              ///< in messages
constexpr size_t kSortMemory = size_t{96} << 20;  ///< bytes, for hits that wait to be sorted
constexpr int kAttempts = 5;                      ///< to catch a source between two imports

/// A run from its request to its report. The steps are called in the order in which they stand here.
class Run {
 public:
  Run(const AnnotateRequest& request, const AnnotateSession& session)
      : request_(request), session_(session), database_(session.database) {}

  Status MakePlan();
  Status SeeContigs();
  Status FindHits();
  Status Write(AtomicFile& file);
  Status Finish(AtomicFile& file);

  /// Runs `step` and adds what it cost to the report.
  Status Measured(const std::string& phase, const std::function<Status()>& step) {
    ResourceTracker tracker;
    Status status = step();
    report_.phases.push_back({phase, tracker.Stop()});
    return status;
  }

  const std::string& output() const { return report_.output; }
  const Plan& plan() const { return plan_; }
  AnnotateReport& report() { return report_; }

 private:
  Status CheckOutput();
  Status FindSources();
  Status CheckOutputIsNoSource() const;
  Status CheckAssemblies();
  Status FindReference();
  Status JudgeReference();
  Status CheckJoinColumns() const;
  bool NeedsOnePass() const;
  Status ChooseEngine();
  std::string WhyNoIndex();
  bool HasPlainColumns();
  Status MatchSeenContigs();
  Status SeeStarts();
  Status JoinHits(size_t source);
  Status IndexHits(size_t source);
  Status Sparingly(size_t columns, const std::function<Status()>& step);
  void UseIndexes();
  void ReportLookups();
  void ReportSource(const SourcePlan& source, int64_t matched, int64_t rows);
  Result<int64_t> AddedRows();
  Result<Source> FindAndHold(const std::string& name);
  Status PickFiles(SourcePlan& source);
  Result<bool> HaveSameTypes(const Source& source, const std::vector<std::string>& files);
  Status CheckOverlap(const SourcePlan& source);
  void NoteContigLengths();
  void NoteForeignContigs();
  Status CheckRows(int64_t rows);
  std::vector<std::pair<std::string, std::string>> Metadata() const;
  std::vector<std::pair<std::string, std::string>> CostMetadata() const;

  const AnnotateRequest& request_;
  const AnnotateSession& session_;
  duck::Database& database_;
  Plan plan_;
  std::vector<FileLock> holds_;
  std::map<std::string, int64_t> foreign_lengths_;
  bool reads_pipe_ = false;  ///< as it comes, once
  std::vector<FileStamp> input_stamps_;
  std::map<std::string, std::shared_ptr<const index::IndexFile>> indexes_;  ///< by their sources' names
  std::shared_ptr<const Reference> reference_;                              ///< alleles are left-aligned by it
  std::vector<std::shared_ptr<const Reference>> references_;                ///< the same for each source's look-ups
  vcf::ScanReport seen_;                                                    ///< by the first pass over the input
  AnnotateReport report_;
};

/// Whose folder the output goes to, if none is named.
std::string UserOf(const AnnotateRequest& request) {
  const char* environment = std::getenv("USER");
  if (!request.user.empty()) {
    return request.user;
  }
  return environment != nullptr && *environment != '\0' ? environment : "user";
}

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

/// A message of DuckDB's about the temporary file is about the output, for the user.
Status AboutOutput(const Status& status, const AtomicFile& file, const std::string& output) {
  return status.ok() ? status : Status(status.code(), ReplaceAll(status.message(), file.temporary_path(), output));
}

Status Run::MakePlan() {
  reads_pipe_ = IsStandardInput(request_.inputs) && NeedsOnePass();
  VARJOIN_ASSIGN(const InputFiles files,
                 ResolveInputs(request_.inputs, reads_pipe_ ? PipeUse::kAsItComes : PipeUse::kCopied,
                               session_.temp_folder, [this] { return database_.Interrupted(); }));
  report_.inputs = IsStandardInput(request_.inputs) ? request_.inputs : files.paths;
  report_.notes = files.notes;
  report_.compression = request_.compression;
  report_.limits = session_.limits;
  VARJOIN_ASSIGN(input_stamps_, StampsOf(files.paths));
  VARJOIN_ASSIGN(plan_.input, database_.Inspect(files.paths, {.split = true}));
  VARJOIN_RETURN_IF_ERROR(CheckOutput());
  VARJOIN_RETURN_IF_ERROR(FindSources());
  VARJOIN_RETURN_IF_ERROR(CheckOutputIsNoSource());
  VARJOIN_RETURN_IF_ERROR(CheckAssemblies());
  VARJOIN_RETURN_IF_ERROR(FindReference());
  plan_.join_columns = request_.join_columns;
  plan_.duplicates = request_.duplicates;
  plan_.sorted = request_.sorted;
  plan_.compression = request_.compression;
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
  NoteContigLengths();
  return ChooseEngine();
}

/// Whether the run will look up all in indexes, by what can be told before its input is opened. Where something is
/// amiss that ends the run, it may be either.
bool Run::NeedsOnePass() const {
  if (request_.engine == "duckdb" || !request_.join_columns.empty()) {
    return request_.sources.empty();
  }
  for (const SourceRequest& wanted : request_.sources) {
    const Result<Source> source = session_.catalog.Find(wanted.name);
    if (source.ok() &&
        (!OpenIndex(session_.catalog, *source).ok() || !ColumnsWithoutIndex(database_, *source).empty())) {
      return false;
    }
  }
  return true;
}

/// Whether a column is wanted that an index can't hold.
bool Run::HasPlainColumns() {
  for (const SourcePlan& source : plan_.sources) {
    const std::vector<std::string> without = ColumnsWithoutIndex(database_, source.source);
    for (const NamedColumn& column : source.columns) {
      if (std::find(without.begin(), without.end(), column.from) != without.end()) {
        return true;
      }
    }
  }
  return false;
}

/// Opens the sources' indexes; why they can't be used, or "".
std::string Run::WhyNoIndex() {
  if (!plan_.join_columns.empty()) {
    return "--join-columns compares columns as they are, which needs the Parquet";
  }
  if (HasPlainColumns()) {
    return "a column is of a type that an index can't hold";
  }
  for (const SourcePlan& source : plan_.sources) {
    auto file = OpenIndex(session_.catalog, source.source);
    if (!file.ok()) {
      return file.status().message();
    }
    indexes_[ToLower(source.source.name)] = *std::move(file);
  }
  return "";
}

Status Run::ChooseEngine() {
  report_.engine = "duckdb";
  if (plan_.sources.empty()) {
    plan_.engine = Engine::kIndex;
    report_.engine_reason = "there is nothing to look up";
    return Status::Ok();
  }
  const std::string why_not = request_.engine == "duckdb" ? "as asked for" : WhyNoIndex();
  if (why_not.empty()) {
    plan_.engine = Engine::kIndex;
    report_.engine = "index";
    report_.engine_reason = request_.engine == "index" ? "as asked for" : "every source has a current index";
    UseIndexes();
    return Status::Ok();
  }
  if (request_.engine == "index") {
    return BadInput("--engine index: {}", why_not);
  }
  if (reads_pipe_) {
    return Failed("standard input can't be read twice, and there was an index a moment ago, but now {}; run again",
                  why_not);
  }
  report_.engine_reason = why_not;
  indexes_.clear();
  const bool plain = !plan_.join_columns.empty() || HasPlainColumns();
  plan_.engine = plain ? Engine::kPlain : Engine::kDuckdb;
  if (plain && plan_.duplicates == Duplicates::kList) {
    return BadInput("--duplicates list: can't be had where {}", why_not);
  }
  return Status::Ok();
}

/// Lets the plan's look-ups find the indexes of this run.
void Run::UseIndexes() {
  std::map<std::string, duck::LookupSource> found;
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    const std::string name = ToLower(plan_.sources[i].source.name);
    const auto index = indexes_.find(name);
    const index::IndexCounts counts = index->second->counts();
    plan_.sources[i].one_hit_at_most = counts.repeated == 0 && counts.not_minimal == 0 && reference_ == nullptr;
    found[name] = {index->second, reference_ == nullptr ? nullptr : references_[i]};
  }
  database_.SetIndexResolver([found](const std::string& source) -> Result<duck::LookupSource> {
    const auto entry = found.find(ToLower(source));
    if (entry == found.end()) {
      return BadInput("source '{}' has no index in this run", source);
    }
    return entry->second;
  });
}

Status Run::CheckOutput() {
  for (const std::string& name : {request_.output.empty() ? UserOf(request_) : request_.user, request_.sample}) {
    if (name.find('/') != std::string::npos || name == "." || name == "..") {
      return BadInput("'{}' can't be a user's or sample's name: it becomes a folder's", name);
    }
  }
  if (request_.output.empty() && plan_.input.paths.size() > 1) {
    return BadInput("with several inputs, name the output with -o");
  }
  const std::string output =
      request_.output.empty() ? DefaultOutput(request_, session_.catalog.home()) : request_.output;
  report_.output = output;
  if (FileExists(output) && !IsFolder(output) && !request_.force) {
    return BadInput("{}: exists; use --force to replace it", output);
  }
  for (const std::string& input : plan_.input.paths) {
    std::error_code error;
    if (fs::equivalent(input, output, error)) {
      return BadInput("{}: is the input itself; name another output", output);
    }
  }
  return Status::Ok();
}

Status Run::FindSources() {
  std::set<std::string> names;
  for (const SourceRequest& wanted : request_.sources) {
    if (!names.insert(ToLower(wanted.name)).second) {
      return BadInput("source '{}' is given twice; name it once, with all its columns: -s {}:COLUMN,COLUMN",
                      wanted.name, wanted.name);
    }
    VARJOIN_ASSIGN(Source source, FindAndHold(wanted.name));
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
Result<Source> Run::FindAndHold(const std::string& name) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    VARJOIN_ASSIGN(Source source, session_.catalog.Find(name));
    if (source.kind == Source::Kind::kRegistered) {
      return source;
    }
    Result<FileLock> hold = FileLock::Hold(source.patterns[0]);
    if (hold.ok()) {
      holds_.push_back(*std::move(hold));
      return source;
    }
  }
  return session_.catalog.Find(name);  // its files are gone: what reads them says so
}

/// The output is none of the run's sources, and nothing that varjoin keeps for itself.
Status Run::CheckOutputIsNoSource() const {
  const std::string output = CanonicalPath(report_.output);
  const std::string home = CanonicalPath(session_.catalog.home());
  if (output.starts_with(home + "/sources/") || output.starts_with(CanonicalPath(session_.catalog.path()))) {
    return BadInput("{}: belongs to varjoin's own data; name another output", report_.output);
  }
  for (const SourcePlan& source : plan_.sources) {
    VARJOIN_ASSIGN(const std::vector<FileStamp> files, FilesOf(source.source));
    for (const FileStamp& file : files) {
      std::error_code error;
      if (fs::equivalent(file.path, report_.output, error)) {
        return BadInput("{}: belongs to source '{}'; name another output", report_.output, source.source.name);
      }
    }
  }
  return Status::Ok();
}

Status Run::CheckAssemblies() {
  VARJOIN_ASSIGN(const std::string told, vcf::AssemblyOf(plan_.input));
  report_.input_assembly = request_.assembly.empty() ? told : CanonicalAssembly(request_.assembly);
  if (!told.empty() && told != report_.input_assembly) {
    return BadInput("{}: --assembly {} contradicts its header, whose contigs are those of assembly {}",
                    plan_.input.paths[0], request_.assembly, told);
  }
  for (const SourcePlan& source : plan_.sources) {
    const std::string& other = source.source.assembly;
    if (!other.empty() && !report_.input_assembly.empty() && other != report_.input_assembly) {
      return BadInput(
          "{}: the input's assembly is {}, but source '{}' is of assembly {}; positions of one mean nothing in the "
          "other",
          plan_.input.paths[0], report_.input_assembly, source.source.name, other);
    }
  }
  return Status::Ok();
}

/// The FASTA of this run: the one that is named, or the one by which its sources were imported.
Status Run::FindReference() {
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

Status Run::CheckJoinColumns() const {
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

/// Where the input's alleles begin, for the search for their hits.
Status Run::SeeStarts() {
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
Status Run::SeeContigs() {
  session_.on_phase("reading the input");
  database_.SetReference(reference_);
  VARJOIN_RETURN_IF_ERROR(plan_.engine == Engine::kPlain ? database_.Execute(plan_.KeysSql()) : SeeStarts());
  seen_ = database_.TakeScanReport();
  VARJOIN_RETURN_IF_ERROR(MatchSeenContigs());
  for (SourcePlan& source : plan_.sources) {
    VARJOIN_RETURN_IF_ERROR(PickFiles(source));
  }
  return Status::Ok();
}

/// Compares the contigs that occur with those of the sources.
Status Run::MatchSeenContigs() {
  for (SourcePlan& source : plan_.sources) {
    if (plan_.join_columns.empty()) {
      source.contigs = MatchContigs(seen_, plan_.input, source.source);
      VARJOIN_RETURN_IF_ERROR(CheckOverlap(source));
    }
  }
  return Status::Ok();
}

Status Run::CheckOverlap(const SourcePlan& source) {
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
Status Run::PickFiles(SourcePlan& source) {
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
Result<bool> Run::HaveSameTypes(const Source& source, const std::vector<std::string>& files) {
  VARJOIN_ASSIGN(const duck::ResultTable described,
                 database_.Query(fmt::format("DESCRIBE SELECT * FROM {}", ReadParquetSql(files))));
  std::map<std::string, std::string> types;
  for (size_t row = 0; row < described.rows.size(); ++row) {
    types[ToLower(described.Text(row, 0))] = described.Text(row, 1);
  }
  return types[ToLower(source.key.chrom)] == source.chrom_type &&
         std::all_of(source.columns.begin(), source.columns.end(),
                     [&](const SourceColumn& column) { return types[ToLower(column.name)] == column.type; });
}

/// Finds mitochondria that are none of ours.
void Run::NoteContigLengths() {
  for (const vcf::Header& header : plan_.input.headers) {
    for (const vcf::ContigDefinition& contig : header.contigs) {
      if (!CanonicalContig(contig.name, contig.length)) {
        plan_.foreign_contigs.push_back(contig.name);
        foreign_lengths_[contig.name] = *contig.length;
      }
    }
  }
}

/// Warns about those that occur.
void Run::NoteForeignContigs() {
  for (const auto& [name, length] : foreign_lengths_) {
    if (seen_.contigs.contains(name)) {
      report_.notes.push_back(
          fmt::format("contig {} of the input has {} bases: it is not the mitochondrial sequence that databases use "
                      "(rCRS, 16,569 bases; UCSC's hg19 has another one), so its records match nothing",
                      name, WithCommas(length)));
    }
  }
}

/// Says what could not be left-aligned, or that it is the wrong FASTA. All alleles have been counted once, by the first
/// pass, or by each source's look-ups.
Status Run::JudgeReference() {
  if (reference_ == nullptr) {
    return Status::Ok();
  }
  AlignmentCounts most = reference_->TakeCounts();
  for (const auto& reference : references_) {
    const AlignmentCounts counts = reference->TakeCounts();
    most.alleles = std::max(most.alleles, counts.alleles);
    most.no_contig = std::max(most.no_contig, counts.no_contig);
    most.other_bases = std::max(most.other_bases, counts.other_bases);
  }
  VARJOIN_RETURN_IF_ERROR(reference_->Judge(most));
  for (std::string& sentence : most.Sentences()) {
    report_.notes.push_back(std::move(sentence));
  }
  return Status::Ok();
}

/// Before the last statement: for the engine `index`, nothing.
Status Run::FindHits() {
  if (plan_.engine == Engine::kIndex) {
    return Status::Ok();
  }
  VARJOIN_RETURN_IF_ERROR(SeeContigs());
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    session_.on_phase(fmt::format("looking up {}", plan_.sources[i].source.name));
    if (const Status status = plan_.engine == Engine::kPlain ? JoinHits(i) : IndexHits(i); !status.ok()) {
      return {status.code(), fmt::format("source '{}': {}", plan_.sources[i].source.name, status.message())};
    }
  }
  if (plan_.engine == Engine::kPlain) {
    return database_.Execute(Plan::kDropKeysSql);
  }
  database_.SetInputStarts(nullptr);
  UseIndexes();
  return Status::Ok();
}

/// The plain plan's hits.
Status Run::JoinHits(size_t source) {
  VARJOIN_RETURN_IF_ERROR(database_.Execute(plan_.HitsSql(source)));
  VARJOIN_RETURN_IF_ERROR(database_.Execute(plan_.CountsSql(source)));
  if (plan_.duplicates == Duplicates::kFirst) {
    VARJOIN_RETURN_IF_ERROR(database_.Execute(plan_.KeepFirstSql(source)));
  }
  VARJOIN_ASSIGN(const duck::ResultTable counts, database_.Query(plan_.HitCountsSql(source)));
  ReportSource(plan_.sources[source], counts.Integer(0, 0), counts.Integer(0, 1));
  return Status::Ok();
}

/// Makes an index for this run.
Status Run::IndexHits(size_t source) {
  const std::string path = fmt::format("{}/hits-{}.vji", session_.temp_folder, source + 1);
  VARJOIN_RETURN_IF_ERROR(Sparingly(0, [&] {
    return BuildIndexOf(database_, plan_.HitRowsSql(source), plan_.sources[source].source, path,
                        {.temp_folder = session_.temp_folder, .memory = kSortMemory});
  }));
  VARJOIN_ASSIGN(indexes_[ToLower(plan_.sources[source].source.name)], index::IndexFile::Open(path));
  return Status::Ok();
}

/// The plain plan holds and sorts the input's rows, the others stream. The step writes so many columns (0: none).
Status Run::Sparingly(size_t columns, const std::function<Status()>& step) {
  if (plan_.engine == Engine::kPlain) {
    return step();
  }
  return reads_pipe_ ? InWorkingMemory(database_, session_.limits, columns, step)
                     : WithWorkingMemory(database_, session_.limits, columns, step);
}

void Run::ReportSource(const SourcePlan& source, int64_t matched, int64_t rows) {
  report_.sources.push_back({.name = source.source.name,
                             .assembly = source.source.assembly,
                             .matched = matched,
                             .rows = rows,
                             .missing_contigs = source.contigs.missing});
  if (matched == 0 && seen_.rows > 0) {
    report_.notes.push_back(fmt::format("nothing matched in source '{}'{}", source.source.name,
                                        plan_.join_columns.empty()
                                            ? ": is it of the input's assembly?"
                                            : ": --join-columns compares the columns as they are, without aliases"));
  }
}

/// What the last statement's look-ups have found.
void Run::ReportLookups() {
  std::map<std::string, duck::LookupCounts> counts = database_.TakeLookupCounts();
  for (const SourcePlan& source : plan_.sources) {
    const duck::LookupCounts& of_source = counts[source.source.name];
    const bool all = plan_.duplicates == Duplicates::kAll;
    ReportSource(source, of_source.matched, all ? of_source.hits : of_source.matched);
  }
}

Status Run::Write(AtomicFile& file) {
  session_.on_phase("writing");
  const Status written = Sparingly(plan_.HasWideRows() ? 0 : plan_.ColumnCount(),
                                   [&] { return database_.Execute(plan_.CopySql(file.temporary_path(), Metadata())); });
  VARJOIN_RETURN_IF_ERROR(AboutOutput(written, file, report_.output));
  const vcf::ScanReport scan = database_.TakeScanReport();
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, StampsOf(plan_.input.paths));
  if (stamps != input_stamps_ || (plan_.engine != Engine::kIndex && scan.records != seen_.records)) {
    return Failed("{}: was changed while it was read; nothing is written, run again", report_.inputs[0]);
  }
  if (plan_.engine == Engine::kIndex) {
    seen_ = scan;
    VARJOIN_RETURN_IF_ERROR(MatchSeenContigs());
  }
  if (plan_.engine != Engine::kPlain) {
    ReportLookups();
  }
  NoteForeignContigs();
  VARJOIN_RETURN_IF_ERROR(JudgeReference());
  report_.records = scan.records;
  report_.alleles = scan.rows;
  for (const std::string& note : scan.Sentences()) {
    report_.notes.push_back(note);
  }
  return Status::Ok();
}

/// How many rows the hits add to one row an allele.
Result<int64_t> Run::AddedRows() {
  if (plan_.engine == Engine::kPlain) {
    VARJOIN_ASSIGN(const duck::ResultTable added, database_.Query(plan_.AddedRowsSql()));
    return added.Integer(0, 0);
  }
  int64_t added = 0;
  int sources = 0;
  for (const SourceMatches& source : report_.sources) {
    added += source.rows - source.matched;
    sources += source.rows > source.matched ? 1 : 0;
  }
  // Hits of several sources multiply, allele by allele, which their sums don't tell.
  return sources <= 1 ? added : report_.output_rows - report_.alleles;
}

/// The number of rows must be what alleles and hits make.
Status Run::CheckRows(int64_t rows) {
  VARJOIN_ASSIGN(const int64_t added, AddedRows());
  const int64_t expected = report_.alleles + added;
  if (rows != expected) {
    return Failed(
        "the output would have {} rows where {} alleles and their hits make {}: this is a fault of varjoin's; nothing "
        "is "
        "written, please report it",
        rows, report_.alleles, expected);
  }
  return Status::Ok();
}

Status Run::Finish(AtomicFile& file) {
  session_.on_phase("finishing");
  VARJOIN_ASSIGN(const duck::ResultTable counts,
                 database_.Query(fmt::format("SELECT num_rows FROM parquet_file_metadata({})",
                                             SqlString(LiteralPattern(file.temporary_path())))));
  report_.output_rows = counts.Integer(0, 0);
  VARJOIN_RETURN_IF_ERROR(CheckRows(report_.output_rows));
  VARJOIN_ASSIGN(const duck::ResultTable columns,
                 database_.Query(fmt::format("DESCRIBE SELECT * FROM {}", ReadParquetSql({file.temporary_path()}))));
  report_.output_columns = static_cast<int64_t>(columns.rows.size());
  const Status added = AddParquetMetadata(file.temporary_path(), CostMetadata());
  VARJOIN_RETURN_IF_ERROR(AboutOutput(added, file, report_.output));
  VARJOIN_ASSIGN(const FileStamp stamp, StampOf(file.temporary_path()));
  report_.output_bytes = stamp.size;
  return file.Commit(request_.force);
}

std::vector<std::pair<std::string, std::string>> Run::Metadata() const {
  std::vector<std::string> sources;
  for (const SourcePlan& source : plan_.sources) {
    sources.push_back(fmt::format("{} ({}, {} rows, fingerprint {})", source.source.name, KindName(source.source.kind),
                                  source.source.rows, source.source.fingerprint));
  }
  return {{"varjoin_version", session_.version},
          {"command", request_.command},
          {"source_vcf", Join(report_.inputs, ", ")},
          {"source_vcf_fingerprint", Fingerprint(input_stamps_)},
          {"sources", Join(sources, "; ")},
          {"engine", report_.engine},
          {"reference", reference_ == nullptr ? "" : reference_->path()},
          {"compression", request_.compression},
          {"made_at", NowUtc()}};
}

std::vector<std::pair<std::string, std::string>> Run::CostMetadata() const {
  double wall = 0;
  double cpu = 0;
  uint64_t peak = 0;
  for (const PhaseCost& phase : report_.phases) {
    wall += phase.usage.wall_seconds;
    cpu += phase.usage.cpu_seconds;
    peak = std::max(peak, phase.usage.peak_rss_bytes);
  }
  return {{"duration_sec", fmt::format("{:.3f}", wall)},
          {"cpu_percent", fmt::format("{:.1f}", wall > 0 ? 100 * cpu / wall : 0)},
          {"peak_memory_mb", fmt::format("{:.1f}", static_cast<double>(peak) / 1e6)},
          {"num_rows", std::to_string(report_.output_rows)},
          {"num_columns", std::to_string(report_.output_columns)},
          {"phases", ToJson(report_.phases)}};
}

}  // namespace

std::string DefaultOutput(const AnnotateRequest& request, const std::string& home) {
  std::string sample = request.sample;
  if (sample.empty()) {
    sample = request.inputs[0] == "-" ? "standard-input" : fs::path(request.inputs[0]).filename().string();
    for (const std::string_view ending : {".gz", ".bgz", ".vcf"}) {
      const bool cut = sample.ends_with(ending) && sample.size() > ending.size();
      sample = cut ? sample.substr(0, sample.size() - ending.size()) : sample;
    }
  }
  std::vector<std::string> names;
  for (const SourceRequest& source : request.sources) {
    names.push_back(source.name);
  }
  return fmt::format("{}/users/{}/{}/{}.parquet", home, UserOf(request), sample,
                     names.empty() ? "variants" : Join(names, "+"));
}

namespace {

/// Texts about the copy of standard input are about standard input, for the user.
std::string AboutInput(const std::string& text, const AnnotateSession& session) {
  return ReplaceAll(text, CopyOfStandardInput(session.temp_folder), "standard input");
}

Result<AnnotateReport> RunSteps(const AnnotateRequest& request, const AnnotateSession& session) {
  ResourceTracker total;
  Run run(request, session);
  session.on_phase("planning");
  VARJOIN_RETURN_IF_ERROR(run.Measured("plan", [&] { return run.MakePlan(); }));
  if (request.output.empty()) {
    VARJOIN_RETURN_IF_ERROR(MakeFolders(fs::path(run.output()).parent_path().string()));
  }
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(run.output()));
  VARJOIN_RETURN_IF_ERROR(run.Measured("run", [&] {
    VARJOIN_RETURN_IF_ERROR(run.FindHits());
    return run.Write(file);
  }));
  VARJOIN_RETURN_IF_ERROR(run.Measured("finish", [&] { return run.Finish(file); }));
  run.report().total = total.Stop();
  return std::move(run.report());
}

}  // namespace

Result<AnnotateReport> Annotate(const AnnotateRequest& request, const AnnotateSession& session) {
  Result<AnnotateReport> report = RunSteps(request, session);
  if (!report.ok()) {
    return Status(report.status().code(), AboutInput(report.status().message(), session));
  }
  for (std::string& note : report->notes) {
    note = AboutInput(note, session);
  }
  return report;
}

Result<std::string> ExplainAnnotate(const AnnotateRequest& request, const AnnotateSession& session) {
  AnnotateRequest dry = request;
  dry.force = true;
  Run run(dry, session);
  VARJOIN_RETURN_IF_ERROR(run.MakePlan());
  if (run.plan().engine != Engine::kIndex) {
    VARJOIN_RETURN_IF_ERROR(run.SeeContigs());
  }
  return run.plan().Explain(run.output());
}

}  // namespace varjoin
