// run_output.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/run.h"

#include <algorithm>
#include <filesystem>

#include "annotate/input.h"
#include "annotate/parquet_footer.h"
#include "annotate/record_output.h"
#include "annotate/standard_output.h"
#include "base/output_file.h"
#include "base/text.h"
#include "sources/register.h"
#include "sources/source_index.h"
#include "vcf/record_file.h"

namespace varjoin {
namespace {

constexpr int kUsualLevel = 6;  ///< of BGZF
/// Of rows, by thread. Their records' texts are not in it: with as many rows as DuckDB would hold, those of a cohort
/// take 130 MB more.
constexpr int kBufferedKilobytes = 128;

}  // namespace

/// Says what could not be left-aligned, or that it is the wrong FASTA. All alleles have been counted once, by the first
/// pass, or by each source's look-ups.
Status AnnotateRun::JudgeReference() {
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

/// The file that becomes the output when it is complete.
Status AnnotateRun::Begin() {
  if (ToStandardOutput()) {
    return Status::Ok();
  }
  if (request_.output.empty()) {
    VARJOIN_RETURN_IF_ERROR(MakeFolders(std::filesystem::path(report_.output).parent_path().string()));
  }
  if (plan_.by_chrom) {
    return BeginFolder();
  }
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(report_.output));
  file_.emplace(std::move(file));
  return Status::Ok();
}

/// A message about the temporary file is about the output, for the user.
Status AnnotateRun::AboutOutput(const Status& status) const {
  const std::string written = file_ ? file_->temporary_path() : beside_ ? beside_->path() + "/output" : "";
  return status.ok() || written.empty() ? status
                                        : Status(status.code(), ReplaceAll(status.message(), written, report_.output));
}

Status AnnotateRun::Write() {
  session_.on_phase("writing");
  const bool records = IsRecords(plan_.format);
  const auto write = [&]() -> Status {
    VARJOIN_RETURN_IF_ERROR(TakeFilterCounts(database_).status());  // of an attempt before this one
    // The rows of a record must come one after the other, whatever order the user wants for tables.
    return records ? KeepingOrder(database_, [&] { return WriteRecords(); }) : WriteTable();
  };
  // What has gone to standard output can't be written a second time, should the working memory be too small.
  const Status written = !ToStandardOutput() ? Sparingly(records ? 0 : plan_.WrittenColumns(), write) : write();
  VARJOIN_RETURN_IF_ERROR(AboutOutput(written));
  return ReportScan();
}

Status AnnotateRun::WriteTable() {
  if (ToStandardOutput()) {
    VARJOIN_ASSIGN(const auto output, StandardOutput::Open());
    const Result<duck::ResultTable> counts = database_.Query(plan_.CopySql(output->path(), Metadata()));
    VARJOIN_ASSIGN(report_.output_bytes, output->Close());  // why a statement could not write is told here
    VARJOIN_RETURN_IF_ERROR(counts.status());
    report_.output_rows = counts->Integer(0, 0);
    return Status::Ok();
  }
  const std::string path = plan_.by_chrom ? WholeTable() : file_->temporary_path();
  VARJOIN_ASSIGN(const duck::ResultTable counts, database_.Query(plan_.CopySql(path, Metadata())));
  report_.output_rows = counts.Integer(0, 0);
  return Status::Ok();
}

Status AnnotateRun::WriteRecords() {
  OutputFile output = OutputFile::StandardOutput();
  if (file_) {
    VARJOIN_ASSIGN(output, OutputFile::Open(file_->temporary_path(), report_.output));
  }
  std::vector<std::string> meta = SourceLines(plan_);
  if (request_.with_command) {
    meta.push_back(fmt::format("##varjoin_command={}; version={}; date={}", vcf::QuotedValue(request_.command),
                               session_.version, NowUtc()));
  }
  const vcf::RecordWriterOptions options{.format = plan_.format == OutputFormat::kVcf     ? vcf::RecordFormat::kVcf
                                                   : plan_.format == OutputFormat::kVcfGz ? vcf::RecordFormat::kVcfGz
                                                                                          : vcf::RecordFormat::kBcf,
                                         .threads = session_.limits.threads.value,
                                         .level = request_.level.value_or(kUsualLevel),
                                         .indexed = file_ && plan_.format != OutputFormat::kVcf,
                                         .name = report_.output};
  const std::vector<vcf::NewField> fields = NewFields(plan_);
  VARJOIN_ASSIGN(
      const auto writer,
      vcf::RecordWriter::Open(output, vcf::AnnotatedHeader(plan_.input.header_text, fields, meta, plan_.existing_info),
                              options));
  RecordOutput records(plan_, *writer);
  VARJOIN_RETURN_IF_ERROR(database_.Execute(
      fmt::format("SET streaming_buffer_size = '{}KB'", kBufferedKilobytes * session_.limits.threads.value)));
  VARJOIN_ASSIGN(const auto rows, database_.StreamColumns(plan_.RecordRowsSql()));
  for (bool more = true; more;) {
    duck::RowChunk chunk;
    VARJOIN_ASSIGN(more, rows->Next(chunk));
    if (more) {
      VARJOIN_RETURN_IF_ERROR(records.Add(std::move(chunk)));
    }
  }
  VARJOIN_RETURN_IF_ERROR(records.Finish());
  VARJOIN_RETURN_IF_ERROR(output.Close());
  if (std::string replaced = records.ReplacedEntries(); !replaced.empty()) {
    report_.notes.push_back(std::move(replaced));
  }
  report_.output_rows = records.records();
  report_.output_columns = static_cast<int64_t>(fields.size());
  report_.output_bytes = output.written();
  return options.indexed ? SaveIndex(*writer) : Status::Ok();
}

Status AnnotateRun::SaveIndex(vcf::RecordWriter& writer) {
  std::string problem;
  VARJOIN_ASSIGN(auto index, vcf::WriteIndexBeside(writer, report_.output, problem));
  if (index) {
    index_.emplace(*std::move(index));
  } else {
    report_.notes.push_back(fmt::format("{}: has no index: {}; to sort it: bcftools sort", report_.output, problem));
  }
  return Status::Ok();
}

/// What the scan of the input has told.
Status AnnotateRun::ReportScan() {
  const vcf::ScanReport scan = database_.TakeScanReport();
  VARJOIN_ASSIGN(const std::vector<FileStamp> stamps, StampsOf(plan_.input.paths));
  if (stamps != input_stamps_ || (plan_.engine != Engine::kIndex && scan.records != seen_.records)) {
    return Failed("{}: was changed while it was read; nothing is written, run again", report_.inputs[0]);
  }
  if (plan_.engine == Engine::kIndex) {
    seen_ = scan;
    VARJOIN_RETURN_IF_ERROR(MatchSeenContigs());
  }
  VARJOIN_ASSIGN(filter_counts_, TakeFilterCounts(database_));
  report_.dropped = filter_counts_.dropped;
  report_.filtered_alleles = filter_counts_.AllelesDropped();
  if (plan_.engine != Engine::kPlain) {
    ReportLookups();
  }
  NoteForeignContigs();
  VARJOIN_RETURN_IF_ERROR(JudgeReference());
  report_.records = scan.records;
  report_.alleles = scan.rows;
  report_.bad_records = static_cast<int64_t>(scan.BadRecords());
  report_.bad_fields = static_cast<int64_t>(scan.BadFields());
  for (const std::string& note : scan.Sentences()) {
    report_.notes.push_back(note);
  }
  return Status::Ok();
}

/// How many rows the hits add to one row an allele.
Result<int64_t> AnnotateRun::AddedRows() {
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
  if (sources <= 1) {
    return added;
  }
  // Hits of several sources multiply, allele by allele, which their sums don't tell.
  int64_t dropped = 0;
  for (const auto& [filter, count] : report_.dropped) {
    dropped += count;
  }
  return report_.output_rows - report_.alleles + dropped;
}

/// The number of rows must be what alleles and hits make; that of records what was read.
Status AnnotateRun::CheckRows(int64_t rows) {
  int64_t dropped = 0;
  for (const auto& [filter, count] : report_.dropped) {
    dropped += count;
  }
  if (IsRecords(plan_.format) && dropped > 0) {
    return Status::Ok();  // a record stays with any of its alleles
  }
  if (!request_.filters.where.empty() && plan_.duplicates == Duplicates::kFirst) {
    return Status::Ok();  // of the hits that are left, one
  }
  if (IsRecords(plan_.format)) {
    return rows == report_.records - report_.bad_records
               ? Status::Ok()
               : Failed(
                     "the output would have {} records where {} were read: this is a fault of varjoin's; nothing is "
                     "written, please report it",
                     rows, report_.records - report_.bad_records);
  }
  VARJOIN_ASSIGN(const int64_t added, AddedRows());
  const int64_t expected = report_.alleles + added - dropped;
  if (rows != expected) {
    return Failed(
        "the output would have {} rows where {} alleles and their hits make {}: this is a fault of varjoin's; nothing "
        "is written, please report it",
        rows, report_.alleles, expected);
  }
  return Status::Ok();
}

/// Looks at the table as it was written, and adds to a Parquet what it cost.
Status AnnotateRun::FinishTable() {
  if (plan_.format != OutputFormat::kParquet) {
    report_.output_columns = static_cast<int64_t>(plan_.ColumnCount());
    return CheckRows(report_.output_rows);
  }
  report_.group_rows = plan_.RowsOfParquetGroup();
  const std::string path = plan_.by_chrom ? WholeTable() : file_->temporary_path();
  VARJOIN_ASSIGN(
      const duck::ResultTable counts,
      database_.Query(fmt::format("SELECT num_rows FROM parquet_file_metadata({})", SqlString(LiteralPattern(path)))));
  report_.output_rows = counts.Integer(0, 0);
  VARJOIN_RETURN_IF_ERROR(CheckRows(report_.output_rows));
  VARJOIN_ASSIGN(const duck::ResultTable columns,
                 database_.Query(fmt::format("DESCRIBE SELECT * FROM {}", ReadParquetSql({path}))));
  report_.columns = ColumnsOf(columns);
  report_.output_columns = static_cast<int64_t>(report_.columns.size());
  return plan_.by_chrom ? FinishFolder() : AboutOutput(AddParquetMetadata(path, CostMetadata()));
}

Status AnnotateRun::Finish() {
  session_.on_phase("finishing");
  VARJOIN_RETURN_IF_ERROR(IsRecords(plan_.format) ? CheckRows(report_.output_rows) : FinishTable());
  if (!file_) {
    return Status::Ok();
  }
  VARJOIN_ASSIGN(const FileStamp stamp, StampOf(file_->temporary_path()));
  report_.output_bytes = stamp.size;
  return IsRecords(plan_.format) ? vcf::PutInPlace(*file_, index_, report_.output, request_.force)
                                 : file_->Commit(request_.force);
}

OutputFacts AnnotateRun::Metadata() const {
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
          {"user_name", report_.user_name},
          {"sample_name", report_.sample_name},
          {"sample_description", request_.sample_description},
          {"sequencing_type", request_.sequencing_type},
          {"species", request_.species},
          {"reference_genome", report_.input_assembly},
          {"made_at", NowUtc()}};
}

OutputFacts AnnotateRun::CostMetadata() const {
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

}  // namespace varjoin
