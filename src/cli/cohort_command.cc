// cohort_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// cohort add, annotate, remove and show.
#include <algorithm>
#include <functional>

#include "annotate/many_inputs.h"
#include "base/counted.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/piece_runner.h"
#include "cli/progress.h"
#include "cli/recorded_run.h"
#include "cli/session.h"
#include "cohort/change.h"
#include "cohort/samples.h"
#include "cohort/views.h"
#include "shards/json_file.h"
#include "sources/catalog.h"

namespace varjoin::cli {
namespace {

constexpr size_t kSamplesShown = 20;

struct CohortOptions {
  CohortAddition addition;
  std::vector<std::string> sources;
  std::string fields;
  std::string duplicates;
  std::vector<std::string> samples;  ///< to be removed
  bool json = false;
  bool sql = false;
  std::string command;
  ResourceOptions of_add;
  ResourceOptions of_annotate;
  ResourceOptions of_remove;
};

constexpr const char* kAddExamples = R"(Examples:
  varjoin cohort add ward/ *.vcf.gz -s clinvar -s ensembl
  varjoin cohort add ward/ another.vcf.gz
  varjoin query --cohort ward/ "SELECT * FROM cohort_variants WHERE clinvar_hits > 0")";

Json ReportJson(const std::string& folder, const CohortReport& report, const ResourceUsage& usage) {
  Json sources = Json::array();
  for (const auto& [name, matched] : report.matched) {
    sources.push_back({{"name", name}, {"matched", matched}});
  }
  return {{"cohort", AbsolutePath(folder)},
          {"added", report.added},
          {"there_already", report.there},
          {"calls", report.calls},
          {"annotated_alleles", report.new_alleles},
          {"sources", sources},
          {"notes", report.notes},
          {"cpu_seconds", usage.cpu_seconds},
          {"wall_seconds", usage.wall_seconds},
          {"peak_rss_bytes", usage.peak_rss_bytes}};
}

std::string AddedText(const CohortReport& report) {
  if (report.added.empty()) {
    return fmt::format("{} there already, of the same file; nothing to do", Counted(report.there.size(), "sample"));
  }
  return fmt::format("{} added, {}; {} annotated now", Counted(report.added.size(), "sample"),
                     Counted(report.calls, "call"), Counted(report.new_alleles, "new allele"));
}

/// Runs a change of a cohort as a run with a record, and tells what it has done.
int RunChange(const CohortOptions& options, const ResourceOptions& resources, const std::string& kind,
              const std::function<Result<CohortReport>(const CohortSession&)>& change,
              const std::function<std::string(const CohortReport&)>& text) {
  auto session = DatabaseSession::Open(resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  const Configuration& configuration = (*session)->configuration();
  (*session)->NoteLimits();
  RecordedRun run(kind, options.command, configuration.choices());
  ResourceTracker tracker;
  OpenIndexes indexes;
  const Catalog catalog(DefaultHome());
  const Result<CohortReport> report = [&] {
    Progress progress(**session, [&](const std::string& line) { run.Tell(line); });
    return change({.database = (*session)->database(),
                   .catalog = catalog,
                   .temp_folder = (*session)->temp_folder(),
                   .version = VARJOIN_VERSION,
                   .annotate = PieceRunner(configuration, catalog.home(), indexes, &progress),
                   .on_phase = [&](const std::string& phase) { progress.SetPhase(phase); }});
  }();
  if (!report.ok()) {
    return run.Fail(report.status());
  }
  const ResourceUsage usage = tracker.Stop();
  const Json json = ReportJson(options.addition.folder, *report, usage);
  run.json()["cohort"] = json;
  run.Done();
  for (const std::string& note : report->notes) {
    Note(note);
  }
  if (options.json) {
    return Print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  Say(fmt::format("{}: {}\n  {:.2f} s, CPU {:.2f} s, peak RAM {}", options.addition.folder, text(*report),
                  usage.wall_seconds, usage.cpu_seconds, HumanBytes(usage.peak_rss_bytes)));
  for (const auto& [name, matched] : report->matched) {
    Say(fmt::format("  {:<12} {:>12} of them matched", name, WithCommas(matched)));
  }
  return 0;
}

Status CompleteAddition(CohortOptions& options) {
  CohortAddition& addition = options.addition;
  VARJOIN_ASSIGN(addition.inputs, ReadInputLists(addition.inputs));
  VARJOIN_ASSIGN(addition.sources, ParseSourceRequests(options.sources));
  if (!options.fields.empty()) {
    for (const std::string_view field : Split(options.fields, ',')) {
      addition.fields.emplace_back(field);
    }
  }
  if (!options.duplicates.empty()) {
    addition.duplicates = options.duplicates == "first" ? Duplicates::kFirst : Duplicates::kList;
  }
  return Status::Ok();
}

int RunAdd(CohortOptions& options) {
  if (const Status complete = CompleteAddition(options); !complete.ok()) {
    return Fail(complete);
  }
  return RunChange(
      options, options.of_add, "cohort add",
      [&](const CohortSession& session) { return AddSamples(options.addition, session); }, AddedText);
}

int RunAnnotate(CohortOptions& options) {
  const Result<std::vector<SourceRequest>> sources = ParseSourceRequests(options.sources);
  if (!sources.ok()) {
    return Fail(sources.status());
  }
  return RunChange(
      options, options.of_annotate, "cohort annotate",
      [&](const CohortSession& session) { return AnnotateCohort(options.addition.folder, *sources, session); },
      [&](const CohortReport& report) {
        return report.new_alleles == 0 && sources->empty() ? "no source has changed; nothing to do"
                                                           : Counted(report.new_alleles, "allele") + " annotated";
      });
}

int RunRemove(const CohortOptions& options) {
  return RunChange(
      options, options.of_remove, "cohort remove",
      [&](const CohortSession& session) { return RemoveSamples(options.addition.folder, options.samples, session); },
      [&](const CohortReport&) {
        return Counted(options.samples.size(), "sample") + " removed; the alleles stay annotated";
      });
}

/// "current", or why a source is not.
std::string StateOf(const CohortSource& source) {
  const Result<Source> found = Catalog(DefaultHome()).Find(source.request.name);
  if (!found.ok()) {
    return "is no more";
  }
  const Result<std::vector<FileStamp>> files = FilesOf(*found);
  return !files.ok() ? "its files are gone" : Fingerprint(*files) == source.fingerprint ? "current" : "has changed";
}

Json ShowJson(const CohortManifest& cohort) {
  Json samples = Json::array();
  for (const CohortSample& sample : cohort.samples) {
    samples.push_back({{"name", sample.name},
                       {"calls", sample.calls.rows},
                       {"bytes", sample.calls.bytes},
                       {"input", sample.input.path},
                       {"added_at", sample.added_at}});
  }
  Json sources = Json::array();
  for (const CohortSource& source : cohort.sources) {
    Json columns = Json::array();
    for (const CohortColumn& column : source.columns) {
      columns.push_back({{"name", column.name}, {"type", column.type}});
    }
    sources.push_back({{"name", source.request.name}, {"state", StateOf(source)}, {"columns", columns}});
  }
  Json fields = Json::array({"GT"});
  for (const CohortColumn& field : cohort.fields) {
    fields.push_back(field.name);
  }
  return {{"cohort", cohort.folder},
          {"generation", cohort.generation},
          {"changed_at", cohort.changed_at},
          {"assembly", cohort.assembly},
          {"reference", cohort.reference},
          {"fields", fields},
          {"alleles", cohort.Alleles()},
          {"calls", cohort.Calls()},
          {"parts", cohort.sites.size()},
          {"sites_bytes", cohort.SitesBytes()},
          {"calls_bytes", cohort.CallsBytes()},
          {"counts_bytes", cohort.CountsBytes()},
          {"sources", sources},
          {"samples", samples}};
}

std::string ShowText(const CohortManifest& cohort) {
  std::string text = fmt::format(
      "{}\n  samples    {}\n  calls      {} ({})\n  alleles    {} in {} ({})\n  assembly   {}\n  reference  {}\n"
      "  changed    {}\n",
      cohort.folder, WithCommas(static_cast<int64_t>(cohort.samples.size())), WithCommas(cohort.Calls()),
      HumanBytes(cohort.CallsBytes()), WithCommas(cohort.Alleles()), Counted(cohort.sites.size(), "part"),
      HumanBytes(cohort.SitesBytes()), cohort.assembly.empty() ? "unknown" : cohort.assembly,
      cohort.reference.empty() ? "none" : cohort.reference, cohort.changed_at);
  for (const CohortSource& source : cohort.sources) {
    text += fmt::format("  source     {} ({}, {})\n", source.request.name, Counted(source.columns.size(), "column"),
                        StateOf(source));
  }
  for (size_t i = 0; i < std::min(kSamplesShown, cohort.samples.size()); ++i) {
    const CohortSample& sample = cohort.samples[i];
    text +=
        fmt::format("  sample     {}  {}, {}\n", sample.name, Counted(sample.calls.rows, "call"), sample.input.path);
  }
  if (cohort.samples.size() > kSamplesShown) {
    text += fmt::format("  and {} more samples: --json lists all\n", cohort.samples.size() - kSamplesShown);
  }
  return text;
}

int RunShowCohort(const CohortOptions& options) {
  const Result<CohortManifest> cohort = ReadCohort(options.addition.folder);
  if (!cohort.ok()) {
    return Fail(cohort.status());
  }
  if (options.sql) {
    return Print(CohortViewsSql(*cohort));
  }
  return Print(options.json ? ShowJson(*cohort).dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
                            : ShowText(*cohort));
}

void AddAdd(CLI::App& cohort, Action& action, const std::shared_ptr<CohortOptions>& options) {
  CohortAddition& addition = options->addition;
  CLI::App* command = cohort.add_subcommand("add", "Add the samples of VCFs; the first ones make the cohort");
  command->add_option("DIR", addition.folder, "the cohort's folder")->required();
  command->add_option("IN", addition.inputs, "VCF files or patterns, or @LIST with a path a line")->required();
  command->add_option("-s,--source", options->sources, "a source of the catalog; of the first samples only")
      ->type_name("SOURCE[:COL[=NAME],..]")
      ->allow_extra_args(false);
  command->add_option("--fields", options->fields, "of FORMAT, kept beside GT (DP,GQ); of the first samples only")
      ->type_name("FIELD,...");
  command->add_option("--reference", addition.reference, "genome FASTA: alleles are left-aligned; likewise")
      ->type_name("FASTA");
  command->add_option("--duplicates", options->duplicates, "a source's rows for one allele: list (default) or first")
      ->type_name("WHICH")
      ->check(OneOf({"list", "first"}));
  command->add_option("--assembly", addition.assembly, "GRCh38, GRCh37, ...")->type_name("NAME");
  command->add_option("--sample", addition.sample, "another name for the sample of the only input")->type_name("NAME");
  command->add_option("--contig-aliases", addition.contig_aliases, "lines of two: the input's contig, its name here")
      ->type_name("FILE");
  command->add_option("--on-bad-record", addition.on_bad_record, "fail (default), skip or null")
      ->type_name("WHAT")
      ->check(OneOf({"fail", "skip", "null"}));
  command->add_flag("--replace", addition.replace, "samples of the same names");
  command->add_flag("--allow-no-overlap", addition.allow_no_overlap, "no contig in common is a note, not an error");
  command->add_flag("--json", options->json, "the report as JSON on stdout");
  options->of_add.Add(*command);
  command->footer(kAddExamples);
  command->callback([options, &action] { action = [options] { return RunAdd(*options); }; });
}

}  // namespace

void AddCohort(CLI::App& app, Action& action, const std::string& command_line) {
  CLI::App* cohort = app.add_subcommand("cohort", "Keep many people's variants, each allele annotated once");
  cohort->require_subcommand(1);
  const auto options = std::make_shared<CohortOptions>();
  options->command = command_line;
  AddAdd(*cohort, action, options);
  const auto add = [&](const char* name, const char* about) {
    CLI::App* command = cohort->add_subcommand(name, about);
    command->add_option("DIR", options->addition.folder, "the cohort's folder")->required();
    return command;
  };

  CLI::App* annotate = add("annotate", "Annotate all alleles with a source more, or anew with one that has changed");
  annotate->add_option("-s,--source", options->sources, "default: the cohort's sources that have changed")
      ->type_name("SOURCE[:COL[=NAME],..]")
      ->allow_extra_args(false);
  annotate->add_flag("--json", options->json, "the report as JSON on stdout");
  options->of_annotate.Add(*annotate);
  annotate->callback([options, &action] { action = [options] { return RunAnnotate(*options); }; });

  CLI::App* remove = add("remove", "Remove samples");
  remove->add_option("SAMPLE", options->samples, "their names")->required();
  options->of_remove.Add(*remove);
  remove->callback([options, &action] { action = [options] { return RunRemove(*options); }; });

  CLI::App* show = add("show", "What a cohort has: samples, alleles, sources, sizes");
  show->add_flag("--json", options->json, "as JSON");
  show->add_flag("--sql", options->sql, "the statements that make its views, for any DuckDB")->excludes("--json");
  show->callback([options, &action] { action = [options] { return RunShowCohort(*options); }; });
}

}  // namespace varjoin::cli
