// annotate_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "annotate/annotate.h"
#include "annotate/input.h"
#include "annotate/many_inputs.h"
#include "base/files.h"
#include "base/output_file.h"
#include "base/text.h"
#include "cli/annotate_many.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/help.h"
#include "cli/progress.h"
#include "cli/recorded_run.h"
#include "cli/report_file.h"
#include "cli/request_options.h"
#include "cli/session.h"
#include "cli/summary.h"
#include "runs/config_keys.h"
#include "runs/reuse.h"
#include "runs/run_facts.h"

namespace varjoin::cli {
namespace {

struct AnnotateOptions : RequestOptions {
  bool explain = false;
  bool json = false;
  bool reuse = false;
  std::string report;
  bool print_configuration = false;
  bool print_schema = false;
  ManyOptions many;
  ResourceOptions resources;
};

constexpr const char* kExamples = R"(Examples:
  varjoin annotate person.vcf.gz -s clinvar -o annotated.parquet
  varjoin annotate person.vcf.gz -s clinvar -o annotated.vcf.gz
  varjoin annotate person.vcf.gz -s ./clinvar.vcf.gz -o annotated.parquet
  varjoin annotate *.vcf.gz -s clinvar --out-dir annotated -O vcf.gz --keep-going
  varjoin annotate person.vcf.gz -s ensembl -s clinvar:CLNSIG,CLNDN=disease --json
  zcat person.vcf.gz | varjoin annotate - -s clinvar -o annotated.parquet --force)";

Status CheckOutput(const AnnotateOptions& options) {
  const std::string& output = options.request.output;
  if (IsRemotePath(output)) {
    return BadInput("{}: varjoin writes files of this machine only", output);
  }
  if (options.json && output == "-") {
    return BadInput("--json and -o - both write to standard output; name a file with -o");
  }
  if (options.many.Wanted() && !output.empty()) {
    return BadInput("-o names one output for all inputs, --out-dir and --one-table make one of each; give either");
  }
  if (!options.report.empty() && (options.many.Wanted() || options.request.by_chrom)) {
    return BadInput(
        "--report: is about one run that makes one file; leave --out-dir, --one-table and --partition-by out");
  }
  if (options.many.Wanted() && options.explain) {
    return BadInput("--explain: explains one run; leave --out-dir and --one-table out, and name one input");
  }
  if (!options.many.Wanted() && options.many.keep_going) {
    return BadInput("--keep-going: is for many inputs with an output each; name a folder for them with --out-dir");
  }
  return Status::Ok();
}

/// What follows `-o -` was cut off by `| head` or the like: no error of ours.
bool ReaderHasGone(const AnnotateRequest& request, const Status& status) {
  return request.output == "-" && IsBrokenPipe(status);
}

/// Fills the request from the texts of the options.
Status Complete(AnnotateOptions& options) {
  VARJOIN_RETURN_IF_ERROR(CheckOutput(options));
  VARJOIN_RETURN_IF_ERROR(CompleteRequest(options));
  return options.report.empty() ? Status::Ok() : CheckReportFile(options.report, options.request);
}

/// A run among others.
struct Among {
  std::string label;               ///< before what it is doing
  OpenIndexes* indexes = nullptr;  ///< that they have in common
};

Result<AnnotateReport> RunWithProgress(const AnnotateRequest& request, DatabaseSession& session, const Catalog& catalog,
                                       RecordedRun& run, const Among& among = {}) {
  Progress progress(session, [&](const std::string& line) { run.Tell(line); });
  Result<AnnotateReport> report =
      Annotate(request, {.database = session.database(),
                         .catalog = catalog,
                         .limits = session.settings().limits,
                         .temp_folder = session.temp_folder(),
                         .version = VARJOIN_VERSION,
                         .on_phase = [&](const std::string& phase) { progress.SetPhase(among.label + phase); },
                         .indexes = among.indexes});
  run.json()["temp_directory_peak_bytes"] = progress.MostSpilled();
  return report;
}

int PrintExplanation(const AnnotateRequest& request, DatabaseSession& session, const Catalog& catalog) {
  const Result<std::string> script = ExplainAnnotate(request, {.database = session.database(),
                                                               .catalog = catalog,
                                                               .limits = session.settings().limits,
                                                               .temp_folder = session.temp_folder(),
                                                               .version = VARJOIN_VERSION});
  if (!script.ok()) {
    return Fail(script.status());
  }
  return Print(*script);
}

/// The whole configuration, as it would be applied.
int PrintConfiguration(Configuration configuration) {
  const auto settings = DecideSettings(configuration);
  return settings.ok() ? Print(ConfigYaml(configuration.choices())) : Fail(settings.status());
}

/// With --reuse: the record of an earlier run of the same whose output is still there. Notes in this run's record by
/// what later ones will find it.
Result<std::optional<RunJson>> FindEarlier(const AnnotateRequest& request, bool reuse, DatabaseSession& session,
                                           const Catalog& catalog, RecordedRun& run) {
  const Result<std::string> key = ReuseKey(request, session.configuration().choices(), catalog, VARJOIN_VERSION);
  if (!key.ok()) {  // the run itself says what is missing
    return reuse && IsOnePipe(request.inputs) ? Result<std::optional<RunJson>>(key.status()) : std::optional<RunJson>();
  }
  run.json()["reuse_key"] = *key;
  return reuse ? FindReusable(RunStore(catalog.home()), *key) : std::nullopt;
}

/// What an earlier run has made, if it can stay. Returns the exit code, or nothing if there is work to do.
std::optional<int> GiveBack(const AnnotateOptions& options, DatabaseSession& session, const Catalog& catalog,
                            RecordedRun& run) {
  const Result<std::optional<RunJson>> found = FindEarlier(options.request, options.reuse, session, catalog, run);
  if (!found.ok()) {
    return run.Fail(found.status());
  }
  const std::optional<RunJson>& earlier = *found;
  if (!earlier) {
    return std::nullopt;
  }
  run.Reuse(*earlier);
  const std::string output = earlier->at("output_file").at("path");
  if (options.json) {
    return Print(ToText(run.json()));
  }
  Say(fmt::format("{}: is as run {} has made it, at {}, of the same input, sources and options; nothing is done anew",
                  output, earlier->at("id").get<std::string>(), earlier->at("ended_at").get<std::string>()));
  return options.request.output.empty() ? Print(output + "\n") : 0;
}

/// One of many inputs, in a database of its own.
InputRun RunPart(AnnotateRequest request, const AnnotateOptions& options, const Configuration& configuration,
                 const Among& among) {
  const auto session = DatabaseSession::Open(configuration);
  if (!session.ok()) {
    return {session.status(), {}};
  }
  request.sorted = (*session)->settings().preserve_insertion_order.value != "false";
  const Catalog catalog(DefaultHome());
  RecordedRun run("annotate", request.command, (*session)->configuration().choices(), RecordedRun::Part::kOfAnother);
  const Result<std::optional<RunJson>> earlier = FindEarlier(request, options.reuse, **session, catalog, run);
  if (earlier.ok() && *earlier) {
    run.Reuse(**earlier);
    return {Status::Ok(), run.json()};
  }
  const Result<AnnotateReport> report = RunWithProgress(request, **session, catalog, run, among);
  if (report.ok()) {
    AddReport(*report, request, run.json());
  }
  run.Close(report.status());
  return {report.status(), run.json()};
}

int RunMany(const AnnotateOptions& options, const Configuration& configuration) {
  OpenIndexes indexes;
  return AnnotateMany({.all = options.request,
                       .options = options.many,
                       .configuration = configuration,
                       .json = options.json,
                       .reuse = options.reuse},
                      [&](const AnnotateRequest& request, const std::string& label) {
                        return RunPart(request, options, configuration, {.label = label, .indexes = &indexes});
                      });
}

int RunAnnotate(AnnotateOptions& options) {
  if (options.print_schema) {
    return Print(ConfigSchema());
  }
  auto configuration = options.resources.Configure();
  if (!configuration.ok()) {
    return Fail(configuration.status());
  }
  if (options.print_configuration) {
    return PrintConfiguration(*std::move(configuration));
  }
  if (options.request.inputs.empty()) {
    return Fail(BadInput("there is nothing to annotate: name a VCF, or vcf_path in a run configuration"));
  }
  if (const Status complete = Complete(options); !complete.ok()) {
    return Fail(complete);
  }
  if (options.many.Wanted()) {
    return RunMany(options, *configuration);
  }
  auto session = DatabaseSession::Open(*std::move(configuration));
  if (!session.ok()) {
    return Fail(session.status());
  }
  options.request.sorted = (*session)->settings().preserve_insertion_order.value != "false";
  const Catalog catalog(DefaultHome());
  if (options.explain) {
    return PrintExplanation(options.request, **session, catalog);
  }
  (*session)->NoteLimits();
  RecordedRun run("annotate", options.request.command, (*session)->configuration().choices());
  if (const std::optional<int> given_back = GiveBack(options, **session, catalog, run)) {
    return *given_back;
  }
  const Result<AnnotateReport> report = RunWithProgress(options.request, **session, catalog, run);
  if (!report.ok()) {
    if (ReaderHasGone(options.request, report.status())) {
      run.Done();
      return 0;
    }
    return run.Fail(report.status());
  }
  AddReport(*report, options.request, run.json());
  const Status reported = options.report.empty()
                              ? Status::Ok()
                              : WriteReportFile(options.report, options.request, *report, (*session)->database());
  if (!reported.ok()) {
    return run.Fail(reported);
  }
  run.Done();
  for (const std::string& note : report->notes) {
    Note(note);
  }
  if (options.json) {
    return Print(ToJson(*report) + "\n");
  }
  Say(Summary(*report));
  return options.request.output.empty() ? Print(report->output + "\n") : 0;
}

}  // namespace

void AddAnnotate(CLI::App& app, Action& action, const std::string& command_line) {
  CLI::App* command = app.add_subcommand("annotate", "Look up the variants of a VCF in sources");
  auto options = std::make_shared<AnnotateOptions>();
  AnnotateRequest& request = options->request;
  request.command = command_line;
  command->add_option("IN", request.inputs,
                      "VCF files or patterns, read as one, or @LIST with a path a line; `-` is standard input");
  AddSourceOption(*command, *options);
  command
      ->add_option("-o,--output", request.output,
                   "default: in varjoin's own folder, printed at the end; `-` is standard output")
      ->type_name("FILE");
  AddManyOptions(*command, options->many);
  command
      ->add_option_function<std::string>(
          "--partition-by", [&request](const std::string&) { request.by_chrom = true; },
          "chrom: a folder with a Parquet for each chromosome")
      ->type_name("COLUMN")
      ->check(OneOf({"chrom"}));
  command
      ->add_option("-O,--output-type", request.format,
                   "parquet, vcf, vcf.gz, bcf, csv, tsv or json; default: by the output's name, or parquet")
      ->type_name("TYPE");
  command->add_flag("--force", request.force, "replace an existing output");
  command->add_flag("--reuse", options->reuse, "take what an earlier run of the same has made, if it is still there");
  AddRequestOptions(*command, *options);
  command
      ->add_option("--report", options->report,
                   "write a page of HTML about the run and its output: matches, alleles, values, resources")
      ->type_name("FILE.html")
      ->excludes("--reuse");
  command->add_flag("--explain", options->explain, "print the SQL and do not run it");
  command->add_flag("--json", options->json, "the report as JSON on stdout");
  command->add_flag("--print-run-config", options->print_configuration, "print what would be applied, as YAML");
  command->add_flag("--run-config-schema", options->print_schema, "print the JSON Schema of run configurations");
  options->resources.Add(*command, true);
  LeaveToHelpAll(*command, {"--reuse",
                            "--out-dir",
                            "--one-table",
                            "--keep-going",
                            "--partition-by",
                            "--join-columns",
                            "--bare-names",
                            "--contig-aliases",
                            "--allow-no-overlap",
                            "--on-bad-record",
                            "--compression",
                            "--compression-level",
                            "--row-group-size",
                            "--existing-info",
                            "--set-id",
                            "--no-version",
                            "--samples",
                            "--min-dp",
                            "--min-gq",
                            "--drop-ref-blocks",
                            "--user",
                            "--sample",
                            "--sample-description",
                            "--sequencing-type",
                            "--species",
                            "--print-run-config",
                            "--run-config-schema",
                            "--temp-directory",
                            "--preserve-insertion-order",
                            "--enable-object-cache",
                            "--assembly",
                            "--progress"});
  command->footer(kExamples);
  command->callback([options, &action] { action = [options] { return RunAnnotate(*options); }; });
}

}  // namespace varjoin::cli
