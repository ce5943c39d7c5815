// source_fetch.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/source_fetch.h"

#include "base/counted.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/progress.h"
#include "cli/source_import.h"
#include "runs/run_facts.h"
#include "sources/fetch.h"
#include "system/limits.h"

namespace varjoin::cli {
namespace {

struct FetchCommand {
  std::string command_line;
  FetchRequest request;
  ImportRequest import;  ///< what the user says of it
  std::string contigs;
  std::string columns;
  std::string limit_rate;
  bool keep = false;
  bool download_only = false;
  bool no_index = false;
  ResourceOptions resources;
};

std::vector<std::string> Parts(const std::string& text) {
  std::vector<std::string> parts;
  for (const std::string_view part : Split(text, ',')) {
    if (!part.empty()) {
      parts.emplace_back(part);
    }
  }
  return parts;
}

/// Bytes a second; 0: no limit.
Result<uint64_t> ParseRate(const std::string& text) {
  if (text.empty()) {
    return 0;
  }
  const auto rate = text.ends_with('%') ? Result<uint64_t>(BadInput("")) : ParseMemory(text, 0);
  return rate.ok() && *rate > 0 ? rate
                                : BadInput("--limit-rate {}: expected bytes a second, such as 500K, 2M or 1.5MB", text);
}

/// What the user says of the import goes over what is known of the database.
ImportRequest ImportOf(const FetchCommand& command, const FetchPlan& plan) {
  ImportRequest import = plan.import;
  import.reference = command.import.reference;
  import.contig_aliases = command.import.contig_aliases;
  import.on_bad_record = command.import.on_bad_record;
  import.split_csq = import.split_csq || command.import.split_csq;
  import.where = command.import.where.empty() ? import.where : command.import.where;
  const std::vector<std::string> columns = Parts(command.columns);
  import.columns = columns.empty() ? import.columns : columns;
  return import;
}

/// The databases that are known, a line each.
int PrintKnown() {
  const auto known = ReadKnownSources(Catalog(DefaultHome()).home() + "/known-sources.toml");
  if (!known.ok()) {
    return Fail(known.status());
  }
  std::string table;
  for (const KnownSource& source : *known) {
    std::vector<std::string> assemblies;
    for (const KnownFiles& files : source.of_assemblies) {
      assemblies.push_back(files.assembly);
    }
    table += fmt::format("{:<16} {:<16} {}\n{:<33} {}\n", source.name, Join(assemblies, ", "), source.about, "",
                         source.page);
  }
  return Print(table);
}

Result<Fetched> Fetch(DatabaseSession& session, const FetchCommand& command, const FetchPlan& plan, RecordedRun& run) {
  VARJOIN_ASSIGN(const uint64_t rate, ParseRate(command.limit_rate));
  ResourceTracker tracker;
  Progress progress(session, [&](const std::string& line) { run.Tell(line); });
  VARJOIN_ASSIGN(
      Fetched fetched,
      FetchFiles(plan, {.bytes_per_second = rate,
                        .stopped = WasInterrupted,
                        .on_phase = [&](const std::string& what) { progress.SetPhase(what); },
                        .on_bytes = [&](uint64_t bytes, uint64_t whole) { progress.SetBytes(bytes, whole); }}));
  AddPhase("fetch", tracker.Stop(), run.json());
  return fetched;
}

int PrintPaths(const FetchPlan& plan) {
  std::string paths;
  for (const FetchFile& file : plan.files) {
    paths += file.path + "\n";
  }
  return Print(paths);
}

int RunFetch(const FetchCommand& command) {
  if (command.request.what.empty()) {
    return PrintKnown();
  }
  const Catalog catalog(DefaultHome());
  const auto plan = PlanFetch(catalog, command.request);
  if (!plan.ok()) {
    return Fail(plan.status());
  }
  const auto session = DatabaseSession::Open(command.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  RecordedRun run("source fetch", command.command_line, (*session)->configuration().choices());
  const auto fetched = Fetch(**session, command, *plan, run);
  if (!fetched.ok()) {
    return run.Fail(fetched.status());
  }
  for (const std::string& note : fetched->notes) {
    Note(note);
  }
  const size_t files = plan->files.size();
  Say(fmt::format("fetched {} in {}, {} of them checked against the publisher's sums", HumanBytes(fetched->bytes),
                  Counted(files, "file"), fetched->checked));
  if (command.download_only) {
    run.Done();
    return PrintPaths(*plan);
  }
  const Status imported = ImportAndIndex(**session, catalog, ImportOf(command, *plan),
                                         command.no_index ? Index::kNone : Index::kBuilt, run);
  if (imported.ok() && plan->is_temporary && !command.keep) {
    RemoveFetched(*plan);
  } else if (!imported.ok()) {
    Note("what was fetched is kept: the same command, or `varjoin source import`, goes on from there");
  }
  return run.EndWith(imported);
}

}  // namespace

void AddSourceFetch(CLI::App& source, Action& action, const std::string& command_line) {
  auto command = std::make_shared<FetchCommand>();
  command->command_line = command_line;
  CLI::App* fetch = source.add_subcommand("fetch", "Download a public database, import it, and build its index");
  fetch->add_option("WHAT", command->request.what, "clinvar, dbsnp, ensembl, gnomad …, or https://…; none: list them");
  fetch->add_option("--name", command->request.name, "the source's name; default: the database's or the file's");
  fetch->add_option("--assembly", command->request.assembly, "default: GRCh38 of a known database")->type_name("NAME");
  fetch->add_option("--contigs", command->contigs, "of a database with a file for each: 21,X")->type_name("CONTIG,...");
  fetch->add_option("--to", command->request.folder, "a folder for the files, which then stay")->type_name("DIR");
  fetch->add_flag("--keep", command->keep, "keep the files when they are imported");
  fetch->add_flag("--download-only", command->download_only, "no import; prints the files' paths");
  fetch->add_option("--limit-rate", command->limit_rate, "bytes a second at most: 500K, 2M")->type_name("RATE");
  fetch->add_option("--checksum", command->request.checksum, "of an address: MD5 or SHA-256, or the address of one")
      ->type_name("SUM");
  const std::string group = "Import";
  fetch->add_option("--columns", command->columns, "keep only these, besides the alleles")
      ->type_name("COL,...")
      ->group(group);
  fetch->add_option("--where", command->import.where, "keep only rows for which this holds: \"AF > 0.01\"")
      ->type_name("SQL")
      ->group(group);
  fetch->add_flag("--split-csq", command->import.split_csq, "consequences as lists of structs")->group(group);
  fetch->add_option("--reference", command->import.reference, "genome FASTA: alleles are left-aligned by it")
      ->type_name("FASTA")
      ->group(group);
  fetch->add_option("--contig-aliases", command->import.contig_aliases, "lines of two: a contig, its usual name")
      ->type_name("FILE")
      ->group(group);
  fetch->add_option("--on-bad-record", command->import.on_bad_record, "fail (default), skip or null")
      ->type_name("WHAT")
      ->group(group)
      ->check(OneOf({"fail", "skip", "null"}));
  fetch->add_flag("--no-index", command->no_index, "leave the index to `varjoin source index`")->group(group);
  command->resources.Add(*fetch);
  fetch->footer(
      "Goes on where an earlier attempt broke off. Proxies: https_proxy and the like.\n"
      "Examples:\n"
      "  varjoin source fetch clinvar\n"
      "  varjoin source fetch gnomad --contigs 21,22 --limit-rate 5M\n"
      "  varjoin source fetch https://example.org/lab.vcf.gz --name lab");
  fetch->callback([command, &action] {
    action = [command] {
      command->request.contigs = Parts(command->contigs);
      return RunFetch(*command);
    };
  });
}

}  // namespace varjoin::cli
