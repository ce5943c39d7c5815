// shards_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// plan, run-shard, merge and status: the same work as `annotate --out-dir`, for any scheduler.
#include <algorithm>

#include "base/counted.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/help.h"
#include "cli/piece_runner.h"
#include "cli/progress.h"
#include "cli/recorded_run.h"
#include "cli/request_options.h"
#include "cli/session.h"
#include "cli/slurm_script.h"
#include "shards/json_file.h"
#include "shards/make_plan.h"
#include "shards/merge.h"
#include "shards/run_shard.h"
#include "sources/catalog.h"

namespace varjoin::cli {
namespace {

struct PlanOptions : RequestOptions {
  PlanRequest plan;
  std::string by;
  bool no_trial = false;
  bool slurm = false;
  ResourceOptions resources;
};

struct ShardOptions {
  std::string manifest;
  size_t shard = 0;
  bool json = false;
  MergeOptions merge;
  std::string command;
  ResourceOptions of_run;
  ResourceOptions of_merge;
};

constexpr const char* kPlanExamples = R"(Examples:
  varjoin plan person.vcf.gz -s clinvar --out-dir out --shards 16
  for k in $(seq 16); do varjoin run-shard out/varjoin-shards.json $k; done
  varjoin merge out/varjoin-shards.json
  varjoin plan @people.txt -s clinvar -O vcf.gz --out-dir out --by chrom)";

std::string CostText(const Manifest& manifest) {
  if (!manifest.cost.known) {
    return "";
  }
  double most = 0;
  double all = 0;
  for (const Shard& shard : manifest.shards) {
    most = std::max(most, manifest.cost.CpuSeconds(shard));
    all += manifest.cost.CpuSeconds(shard);
  }
  return fmt::format("\n  expected: {:.1f} CPU seconds in all, at most {:.1f} a shard, {:.0f} MB of memory each", all,
                     most, manifest.cost.memory_mb);
}

int RunPlan(PlanOptions& options) {
  auto configuration = options.resources.Configure();
  if (!configuration.ok()) {
    return Fail(configuration.status());
  }
  if (options.request.inputs.empty()) {
    return Fail(BadInput("there is nothing to plan: name a VCF"));
  }
  if (const Status complete = CompleteRequest(options); !complete.ok()) {
    return Fail(complete);
  }
  if (IsRemotePath(options.plan.folder)) {
    return Fail(BadInput("{}: varjoin writes files of this machine only", options.plan.folder));
  }
  if (!options.by.empty() && options.plan.shards > 0) {
    return Fail(BadInput("--shards and --by: cut in different ways; give either"));
  }
  PlanRequest& plan = options.plan;
  plan.by = options.by == "chrom" ? ShardBy::kChrom : options.by == "sample" ? ShardBy::kSample : ShardBy::kBytes;
  plan.all = options.request;
  plan.home = DefaultHome();
  plan.version = VARJOIN_VERSION;
  const auto settings = DecideSettings(*configuration);
  if (!settings.ok()) {
    return Fail(settings.status());
  }
  const auto temp = TempFolder::Make(settings->limits.temp_directory.value);
  if (!temp.ok()) {
    return Fail(temp.status());
  }
  OpenIndexes indexes;
  const Result<PlannedShards> planned =
      PlanShards(plan, !options.no_trial, temp->path(), PieceRunner(*configuration, plan.home, indexes));
  if (!planned.ok()) {
    return Fail(planned.status());
  }
  for (const std::string& note : planned->notes) {
    Note(note);
  }
  const Manifest& manifest = planned->manifest;
  Say(fmt::format("{}: {} of {}{}{}", manifest.path, Counted(manifest.shards.size(), "shard"),
                  Counted(manifest.inputs.size(), "input"),
                  planned->is_old ? ", as planned before; nothing has changed" : "", CostText(manifest)));
  return Print(options.slurm ? SlurmScript(manifest, settings->limits.threads.value, CanonicalPath("/proc/self/exe"))
                             : manifest.path + "\n");
}

int RunRunShard(const ShardOptions& options) {
  auto configuration = options.of_run.Configure();
  if (!configuration.ok()) {
    return Fail(configuration.status());
  }
  const Result<Manifest> manifest = ReadManifest(options.manifest, VARJOIN_VERSION);
  if (!manifest.ok()) {
    return Fail(manifest.status());
  }
  RecordedRun run("run-shard", options.command, configuration->choices());
  run.json()["shard"] = options.shard;
  run.json()["manifest"] = manifest->path;
  OpenIndexes indexes;
  const Result<ShardRun> done =
      RunShard(*manifest, options.shard, PieceRunner(*configuration, manifest->home, indexes));
  if (!done.ok()) {
    return run.Fail(done.status());
  }
  run.Done();
  for (const std::string& note : done->notes) {
    Note(note);
  }
  Say(done->was_done
          ? fmt::format("shard {} is done; nothing to do", options.shard)
          : fmt::format("shard {} is done in {:.2f} s, CPU {:.2f} s, peak RAM {}", options.shard,
                        done->state.wall_seconds, done->state.cpu_seconds, HumanBytes(done->state.peak_rss_bytes)));
  return 0;
}

int RunMerge(const ShardOptions& options) {
  const Result<Manifest> manifest = ReadManifest(options.manifest, VARJOIN_VERSION);
  if (!manifest.ok()) {
    return Fail(manifest.status());
  }
  const auto session = DatabaseSession::Open(options.of_merge);
  if (!session.ok()) {
    return Fail(session.status());
  }
  RecordedRun run("merge", options.command, (*session)->configuration().choices());
  run.json()["manifest"] = manifest->path;
  const Result<Merged> merged = [&] {
    Progress progress(**session, [&](const std::string& line) { run.Tell(line); });
    return MergeShards(*manifest, options.merge,
                       {.database = (*session)->database(),
                        .limits = (*session)->settings().limits,
                        .on_phase = [&](const std::string& phase) { progress.SetPhase("merging " + phase); }});
  }();
  if (!merged.ok()) {
    return run.Fail(merged.status());
  }
  run.Done();
  for (const std::string& note : merged->notes) {
    Note(note);
  }
  for (const MergedOutput& output : merged->outputs) {
    Say(fmt::format("{}: {} {}{}", output.file.path, WithCommas(output.rows),
                    manifest->request.format == "parquet" ? "rows" : "records",
                    merged->was_done ? ", as merged before; nothing to do" : ""));
  }
  return 0;
}

Json StateJson(const Manifest& manifest, size_t shard, const ShardState& state) {
  Json json = {{"shard", shard}, {"state", NameOf(state.phase)}, {"bytes", manifest.shards[shard - 1].Bytes()}};
  if (manifest.cost.known) {
    json["expected_cpu_seconds"] = manifest.cost.CpuSeconds(manifest.shards[shard - 1]);
  }
  if (!state.started_at.empty()) {
    json.update({{"host", state.host}, {"job", state.job}, {"started_at", state.started_at}});
  }
  if (!state.ended_at.empty()) {
    json.update({{"ended_at", state.ended_at},
                 {"wall_seconds", state.wall_seconds},
                 {"cpu_seconds", state.cpu_seconds},
                 {"peak_rss_bytes", state.peak_rss_bytes}});
  }
  if (!state.error.empty()) {
    json.update({{"error", state.error}, {"exit_code", state.exit_code}});
  }
  return json;
}

std::string TableLine(const Manifest& manifest, size_t shard, const ShardState& state) {
  const std::string bytes = HumanBytes(manifest.shards[shard - 1].Bytes());
  std::string line = fmt::format("{:>7}  {:<8} {:>9}", shard, NameOf(state.phase), bytes);
  line += state.ended_at.empty() ? fmt::format("  {:>9} {:>9} {:>9}", "", "", "")
                                 : fmt::format("  {:>7.1f} s {:>7.1f} s {:>9}", state.wall_seconds, state.cpu_seconds,
                                               HumanBytes(state.peak_rss_bytes));
  for (const std::string& text : {state.host, state.job, state.error}) {
    line += text.empty() ? "" : "  " + text;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

int RunStatus(const ShardOptions& options) {
  const Result<Manifest> manifest = ReadManifest(options.manifest, VARJOIN_VERSION);
  if (!manifest.ok()) {
    return Fail(manifest.status());
  }
  const bool merged = !MergedOf(*manifest).empty();
  Json shards = Json::array();
  std::map<ShardPhase, size_t> counts;
  std::string table =
      fmt::format("{:>7}  {:<8} {:>9}  {:>9} {:>9} {:>9}\n", "shard", "state", "input", "time", "CPU", "memory");
  for (size_t shard = 1; shard <= manifest->shards.size(); ++shard) {
    ShardState state = StateOf(*manifest, shard);
    if (merged) {  // what it has made may have been removed
      state.phase = ShardPhase::kDone;
    }
    ++counts[state.phase];
    shards.push_back(StateJson(*manifest, shard, state));
    table += TableLine(*manifest, shard, state);
  }
  Json by_state = Json::object();
  std::vector<std::string> words;
  for (const auto& [phase, count] : counts) {
    by_state[NameOf(phase)] = count;
    words.push_back(fmt::format("{} {}", count, NameOf(phase)));
  }
  const bool done = merged || counts[ShardPhase::kDone] == manifest->shards.size();
  const int code = static_cast<int>(done                              ? StatusCode::kOk
                                    : counts[ShardPhase::kFailed] > 0 ? StatusCode::kFailed
                                                                      : StatusCode::kTryAgain);
  if (options.json) {
    const Json json = {
        {"manifest", manifest->path}, {"merged", merged}, {"done", done}, {"states", by_state}, {"shards", shards}};
    (void)Print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    return code;
  }
  (void)Print(fmt::format("{}{}: {}{}\n", table, Counted(manifest->shards.size(), "shard"), Join(words, ", "),
                          merged ? "; merged"
                          : done ? "; to be merged: varjoin merge " + manifest->path
                                 : ""));
  return code;
}

/// A command about a manifest.
CLI::App* ManifestCommand(CLI::App& app, const char* name, const char* about, ShardOptions& options) {
  CLI::App* command = app.add_subcommand(name, about);
  command->add_option("MANIFEST", options.manifest, "what varjoin plan has written")->required();
  return command;
}

void AddPlan(CLI::App& app, Action& action, const std::string& command_line) {
  CLI::App* command = app.add_subcommand("plan", "Cut the work of annotate into shards, for any scheduler");
  auto options = std::make_shared<PlanOptions>();
  AnnotateRequest& request = options->request;
  request.command = command_line;
  command->add_option("IN", request.inputs, "VCF files or patterns, or @LIST with a path a line");
  AddSourceOption(*command, *options);
  command->add_option("--out-dir", options->plan.folder, "the merged outputs, each called after its input, go there")
      ->type_name("DIR")
      ->required();
  command->add_option("--shards", options->plan.shards, "how many, of as many bytes each; default: one for 64 MB")
      ->type_name("N")
      ->check(WholeNumber(1, 1'000'000));
  command->add_option("--by", options->by, "chrom: one for each input and contig, by its index; sample: for each input")
      ->type_name("WHAT")
      ->check(OneOf({"chrom", "sample"}));
  command->add_option("-O,--output-type", request.format, "parquet (default) or vcf.gz")->type_name("TYPE");
  command->add_option("--manifest", options->plan.path, "default: varjoin-shards.json in --out-dir")->type_name("FILE");
  command->add_flag("--force", request.force, "replace a plan of something else, and outputs");
  command->add_flag("--no-trial", options->no_trial, "do not run a little of it to see what it costs");
  command->add_flag("--slurm", options->slurm, "print a script that submits the shards to Slurm: … --slurm | bash");
  AddRequestOptions(*command, *options);
  options->resources.Add(*command, true);
  LeaveToHelpAll(*command, {"--engine",
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
                            "--temp-directory",
                            "--preserve-insertion-order",
                            "--enable-object-cache",
                            "--assembly",
                            "--progress"});
  command->footer(kPlanExamples);
  command->callback([options, &action] { action = [options] { return RunPlan(*options); }; });
}

}  // namespace

void AddShards(CLI::App& app, Action& action, const std::string& command_line) {
  AddPlan(app, action, command_line);
  auto options = std::make_shared<ShardOptions>();
  options->command = command_line;

  CLI::App* run = ManifestCommand(app, "run-shard", "Run a shard of a plan, if it is not done", *options);
  run->add_option("K", options->shard, "its number, from 1")->required();
  options->of_run.Add(*run);
  run->footer("Example:\n  varjoin run-shard out/varjoin-shards.json 3");
  run->callback([options, &action] { action = [options] { return RunRunShard(*options); }; });

  CLI::App* merge = ManifestCommand(app, "merge", "Join what the shards of a plan have made", *options);
  merge->add_flag("--dataset", options->merge.dataset, "Parquet: a folder with a file for each part, not one file");
  merge->add_flag("--clean", options->merge.clean, "remove what the shards have made, when it is joined");
  merge->add_flag("--force", options->merge.force, "replace existing outputs");
  options->of_merge.Add(*merge);
  merge->footer("Example:\n  varjoin merge out/varjoin-shards.json");
  merge->callback([options, &action] { action = [options] { return RunMerge(*options); }; });

  CLI::App* status = ManifestCommand(app, "status", "Tell which shards of a plan are done", *options);
  status->add_flag("--json", options->json, "as JSON on stdout");
  status->footer(
      "Exit code: 0 all are done, 1 some have failed, 75 some are still to be run.\n"
      "Example:\n  varjoin status out/varjoin-shards.json");
  status->callback([options, &action] { action = [options] { return RunStatus(*options); }; });
}

}  // namespace varjoin::cli
