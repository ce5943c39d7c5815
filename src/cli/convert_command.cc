// convert_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/annotate.h"
#include "annotate/convert.h"
#include "annotate/output_format.h"
#include "base/counted.h"
#include "base/output_file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/filter_options.h"
#include "cli/progress.h"
#include "cli/recorded_run.h"
#include "cli/session.h"
#include "cli/summary.h"
#include "runs/run_facts.h"
#include "sources/catalog.h"

namespace varjoin::cli {
namespace {

using ::varjoin::cli::Summary;  // that of annotate, beside the one here

struct ConvertOptions {
  ConvertRequest request;
  bool json = false;
  ResourceOptions resources;
};

constexpr const char* kExamples = R"(Examples:
  varjoin convert person.vcf.gz -o person.parquet
  varjoin convert 'chr*.vcf.gz' -o all.parquet --regions exons.bed
  zcat person.vcf.gz | varjoin convert - -o - -O tsv --regions chr7:55000000-56000000 | head)";

std::string Summary(const ConvertReport& report) {
  std::string dropped;
  for (const auto& [filter, count] : report.dropped) {
    dropped += fmt::format("\n  {} left out {}", filter, WithCommas(count));
  }
  return fmt::format("{}: {}, {}, {}{}{}\n  {:.2f} s, CPU {:.0f} %, peak RAM {}",
                     report.output == "-" ? "standard output" : report.output, Counted(report.records, "record"),
                     Counted(report.rows, "row"), Counted(report.columns, "column"),
                     report.bytes == 0 ? "" : ", " + HumanBytes(report.bytes), dropped, report.usage.wall_seconds,
                     report.usage.CpuPercent(), HumanBytes(report.usage.peak_rss_bytes));
}

/// What follows `-o -` was cut off by `| head` or the like: no error of ours.
bool ReaderHasGone(const ConvertOptions& options, const Status& status) {
  return options.request.output == "-" && IsBrokenPipe(status);
}

/// VCF and BCF are what annotating with nothing makes of them.
AnnotateRequest RecordsRequest(const ConvertRequest& request) {
  AnnotateRequest annotate;
  annotate.inputs = request.inputs;
  annotate.output = request.output;
  annotate.format = request.format;
  annotate.force = request.force;
  annotate.filters = request.filters;
  annotate.on_bad_record = request.on_bad_record;
  annotate.level = request.level;
  annotate.command = request.command;
  return annotate;
}

/// Ends the run, and says what it has done.
template <typename Report>
int Tell(const ConvertOptions& options, const Result<Report>& report, RecordedRun& run) {
  if (!report.ok() && !ReaderHasGone(options, report.status())) {
    return run.Fail(report.status());
  }
  run.Done();
  if (!report.ok()) {
    return 0;
  }
  for (const std::string& note : report->notes) {
    Note(note);
  }
  if (options.json) {
    return Print(ToJson(*report) + "\n");
  }
  Say(Summary(*report));
  return 0;
}

int ConvertToRecords(const ConvertOptions& options, DatabaseSession& session, RecordedRun& run) {
  const AnnotateRequest request = RecordsRequest(options.request);
  const Catalog catalog(DefaultHome());
  const Result<AnnotateReport> report = [&] {
    Progress progress(session, [&](const std::string& line) { run.Tell(line); });
    return Annotate(request, {.database = session.database(),
                              .catalog = catalog,
                              .limits = session.settings().limits,
                              .temp_folder = session.temp_folder(),
                              .version = options.request.version,
                              .on_phase = [&](const std::string& phase) { progress.SetPhase(phase); }});
  }();
  if (report.ok()) {
    AddReport(*report, request, run.json());
  }
  return Tell(options, report, run);
}

int RunConvert(const ConvertOptions& options) {
  if (options.json && options.request.output == "-") {
    return Fail(BadInput("--json and -o - both write to standard output; name a file with -o"));
  }
  const auto session = DatabaseSession::Open(options.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  (*session)->NoteLimits();
  RecordedRun run("convert", options.request.command, (*session)->configuration().choices());
  if (const auto format = OutputFormatOf(options.request.format, options.request.output);
      format.ok() && IsRecords(*format)) {
    return ConvertToRecords(options, **session, run);
  }
  const Result<ConvertReport> report = [&] {
    Progress progress(**session, [&](const std::string& line) { run.Tell(line); });
    progress.SetPhase("converting");
    return ConvertVcf(options.request, (*session)->database(), (*session)->settings().limits);
  }();
  if (report.ok()) {
    AddReport(*report, RecordsRequest(options.request), run.json());
  }
  return Tell(options, report, run);
}

}  // namespace

void AddConvert(CLI::App& app, Action& action, const std::string& command_line) {
  CLI::App* command = app.add_subcommand(
      "convert", "Turn VCF or BCF into Parquet, CSV, TSV or JSON, and back into VCF or BCF with less in it");
  auto options = std::make_shared<ConvertOptions>();
  ConvertRequest& request = options->request;
  request.command = command_line;
  request.version = VARJOIN_VERSION;
  command->add_option("IN", request.inputs, "VCF or BCF files or patterns, read as one; `-` is standard input")
      ->required();
  command->add_option("-o,--output", request.output, "`-` is standard output")->type_name("FILE")->required();
  command
      ->add_option("-O,--output-type", request.format,
                   "parquet, vcf, vcf.gz, bcf, csv, tsv or json; default: by the output's name")
      ->type_name("TYPE");
  command->add_flag("--force", request.force, "replace an existing output");
  AddFilterOptions(*command, request.filters);
  command->add_option("--on-bad-record", request.on_bad_record, "fail (default), skip or null")
      ->type_name("WHAT")
      ->check(OneOf({"fail", "skip", "null"}));
  command
      ->add_option("--compression", request.compression, "of Parquet: zstd (default), snappy, gzip, lz4, uncompressed")
      ->type_name("CODEC")
      ->check(OneOf({"zstd", "snappy", "gzip", "lz4", "uncompressed"}));
  AddWritingOptions(*command, request.level, request.group_rows);
  command->add_flag("--json", options->json, "the report as JSON on stdout");
  options->resources.Add(*command);
  command->footer(kExamples);
  command->callback([options, &action] { action = [options] { return RunConvert(*options); }; });
}

}  // namespace varjoin::cli
