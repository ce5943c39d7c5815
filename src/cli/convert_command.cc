// convert_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/convert.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "cli/session.h"

namespace varjoin::cli {
namespace {

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
  return fmt::format("{}: {} records, {} rows, {} columns{}\n  {:.2f} s, CPU {:.0f} %, peak RAM {}",
                     report.output == "-" ? "standard output" : report.output, WithCommas(report.records),
                     WithCommas(report.rows), report.columns, report.bytes == 0 ? "" : ", " + HumanBytes(report.bytes),
                     report.usage.wall_seconds, report.usage.CpuPercent(), HumanBytes(report.usage.peak_rss_bytes));
}

/// What follows `-o -` was cut off by `| head` or the like: no error of ours.
bool ReaderHasGone(const ConvertOptions& options, const Status& status) {
  return options.request.output == "-" && status.message().find("Broken pipe") != std::string::npos;
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
  const Result<ConvertReport> report = [&] {
    ProgressLine progress((*session)->database());
    progress.SetPhase("converting");
    return ConvertVcf(options.request, (*session)->database(), (*session)->settings().limits);
  }();
  if (!report.ok()) {
    return ReaderHasGone(options, report.status()) ? 0 : Fail(report.status());
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

}  // namespace

void AddConvert(CLI::App& app, Action& action, const std::string& command_line) {
  CLI::App* command = app.add_subcommand("convert", "Turn VCF or BCF into Parquet, CSV, TSV or JSON");
  auto options = std::make_shared<ConvertOptions>();
  ConvertRequest& request = options->request;
  request.command = command_line;
  request.version = VARJOIN_VERSION;
  command->add_option("IN", request.inputs, "VCF or BCF files or patterns, read as one; `-` is standard input")
      ->required();
  command->add_option("-o,--output", request.output, "`-` is standard output")->type_name("FILE")->required();
  command->add_option("-O,--output-type", request.format, "parquet, csv, tsv or json; default: by the output's name")
      ->type_name("TYPE");
  command->add_flag("--force", request.force, "replace an existing output");
  command
      ->add_option("--regions", request.regions, "records that overlap: chr7:1-100, several by commas, or a BED file")
      ->type_name("REGIONS")
      ->allow_extra_args(false);
  command->add_option("--samples", request.samples, "these only, separated by commas")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--on-bad-record", request.on_bad_record, "fail (default), skip or null")
      ->type_name("WHAT")
      ->check(OneOf({"fail", "skip", "null"}));
  command
      ->add_option("--compression", request.compression, "of Parquet: zstd (default), snappy, gzip, lz4, uncompressed")
      ->type_name("CODEC")
      ->check(OneOf({"zstd", "snappy", "gzip", "lz4", "uncompressed"}));
  command->add_flag("--json", options->json, "the report as JSON on stdout");
  options->resources.Add(*command);
  command->footer(kExamples);
  command->callback([options, &action] { action = [options] { return RunConvert(*options); }; });
}

}  // namespace varjoin::cli
