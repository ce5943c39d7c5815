// source_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/recorded_run.h"
#include "cli/session.h"
#include "cli/source_fetch.h"
#include "cli/source_import.h"
#include "cli/source_reports.h"
#include "cli/summary.h"
#include "sources/catalog.h"
#include "sources/file_source.h"
#include "sources/import.h"
#include "sources/register.h"

namespace varjoin::cli {
namespace {

struct SourceOptions {
  std::string command_line;
  std::string name;
  std::vector<std::string> files;
  std::string mapping;
  std::string assembly;
  std::string reference;
  std::string on_bad_record = "fail";
  std::string columns;
  std::string where;
  std::string contig_aliases;
  bool zero_based = false;
  bool interval = false;
  bool split_csq = false;
  bool as_is = false;
  bool no_index = false;
  bool json = false;
  ResourceOptions resources;
};

Result<std::map<std::string, std::string>> ParseMapping(const std::string& text) {
  std::map<std::string, std::string> mapping;
  if (text.empty()) {
    return mapping;
  }
  for (const std::string_view part : Split(text, ',')) {
    const size_t equals = part.find('=');
    if (equals == 0 || equals == std::string_view::npos || equals + 1 == part.size()) {
      return BadInput("--map '{}': expected KEY=COLUMN,… such as start=pos,alt=alternate", text);
    }
    mapping[std::string(part.substr(0, equals))] = part.substr(equals + 1);
  }
  return mapping;
}

int RunAdd(const SourceOptions& options) {
  const auto mapping = ParseMapping(options.mapping);
  if (!mapping.ok()) {
    return Fail(mapping.status());
  }
  const auto session = DatabaseSession::Open(options.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  const Result<Registered> registered = RegisterSource((*session)->database(), Catalog(DefaultHome()),
                                                       {.name = options.name,
                                                        .files = options.files,
                                                        .mapping = *mapping,
                                                        .assembly = options.assembly,
                                                        .zero_based = options.zero_based,
                                                        .contig_aliases = options.contig_aliases,
                                                        .interval = options.interval,
                                                        .as_is = options.as_is});
  if (!registered.ok()) {
    return Fail(registered.status());
  }
  for (const std::string& note : registered->notes) {
    Note(note);
  }
  Say(Summary(*registered));
  return 0;
}

Result<ImportRequest> RequestOf(const SourceOptions& options) {
  ImportRequest request;
  request.name = options.name;
  request.files = options.files;
  VARJOIN_ASSIGN(request.mapping, ParseMapping(options.mapping));
  request.zero_based = options.zero_based;
  request.interval = options.interval;
  request.reference = options.reference;
  request.contig_aliases = options.contig_aliases;
  request.assembly = options.assembly;
  request.on_bad_record = options.on_bad_record;
  for (const std::string_view column : Split(options.columns, ',')) {
    if (!options.columns.empty()) {
      request.columns.emplace_back(column);
    }
  }
  request.where = options.where;
  request.split_csq = options.split_csq;
  return request;
}

int RunImport(const SourceOptions& options) {
  const Result<ImportRequest> request = RequestOf(options);
  if (!request.ok()) {
    return Fail(request.status());
  }
  const auto session = DatabaseSession::Open(options.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  (*session)->NoteLimits();
  RecordedRun run("source import", options.command_line, (*session)->configuration().choices());
  return run.EndWith(ImportAndIndex(**session, Catalog(DefaultHome()), *request,
                                    options.no_index ? Index::kNone : Index::kBuilt, run));
}

int RunIndex(const SourceOptions& options) {
  const Catalog catalog(DefaultHome());
  const auto source = catalog.Find(options.name);
  if (!source.ok()) {
    return Fail(source.status());
  }
  const auto session = DatabaseSession::Open(options.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  (*session)->NoteLimits();
  RecordedRun run("source index", options.command_line, (*session)->configuration().choices());
  return run.EndWith(IndexSource(**session, catalog, *source, run));
}

int RunRemove(const SourceOptions& options) {
  const Catalog catalog(DefaultHome());
  if (options.name.find_first_of("./") != std::string::npos) {  // no source's name
    const auto removed = RemoveCachedFile(catalog, options.name);
    if (!removed.ok() || !*removed) {
      return Fail(removed.ok() ? BadInput("{}: is not in the cache; `varjoin source list` shows what is", options.name)
                               : removed.status());
    }
    Say(fmt::format("removed what the cache had of {}; the file itself is left alone", options.name));
    return 0;
  }
  const auto source = catalog.Find(options.name);
  if (!source.ok()) {
    return Fail(source.status());
  }
  if (const Status removed = catalog.Remove(options.name); !removed.ok()) {
    return Fail(removed);
  }
  Say(fmt::format("removed source '{}'{}", source->name,
                  source->kind == Source::Kind::kImported ? " and its Parquet" : "; its files are left alone"));
  return 0;
}

}  // namespace

void AddSource(CLI::App& app, Action& action, const std::string& command_line) {
  CLI::App* source = app.add_subcommand("source", "Add, import, fetch, index, list, show, check and remove sources");
  source->require_subcommand(1);
  auto options = std::make_shared<SourceOptions>();
  options->command_line = command_line;
  const auto command = [&](const std::string& name, const std::string& what, int (*run)(const SourceOptions&)) {
    CLI::App* made = source->add_subcommand(name, what);
    made->callback([options, run, &action] { action = [options, run] { return run(*options); }; });
    return made;
  };

  CLI::App* add = command("add", "Register Parquet files as they are", RunAdd);
  add->add_option("NAME", options->name, "the source's name from now on")->required();
  add->add_option("FILE", options->files, "Parquet files, patterns, or a folder of them")->required();
  add->add_option("--map", options->mapping, "which columns are the key: start=pos,alt=alternate")
      ->type_name("KEY=COL,...");
  add->add_option("--assembly", options->assembly, "GRCh38, GRCh37, …")->type_name("NAME");
  add->add_flag("--zero-based", options->zero_based, "positions count from 0");
  add->add_option("--contig-aliases", options->contig_aliases, "lines of two: the source's contig, its usual name")
      ->type_name("FILE");
  add->add_flag("--interval", options->interval, "rows are regions, start to end, that match what overlaps them");
  add->add_flag("--as-is", options->as_is, "register alleles that can't match all the same");
  options->resources.Add(*add);
  add->footer("Example:\n  varjoin source add ensembl '/data/ensembl/homo_sapiens-chr*.parquet'");

  CLI::App* import = command("import", "Turn a database's VCF, TSV, CSV, BED or Parquet into a source", RunImport);
  import->add_option("NAME", options->name, "the source's name from now on")->required();
  import->add_option("FILE", options->files, "files or patterns of one kind, read as one")->required();
  import->add_option("--columns", options->columns, "keep only these, besides the alleles")->type_name("COL,...");
  import->add_option("--where", options->where, "keep only rows for which this holds: \"AF > 0.01\"")->type_name("SQL");
  import->add_flag("--split-csq", options->split_csq, "consequences (CSQ, vep, ANN, BCSQ) as lists of structs");
  import->add_option("--map", options->mapping, "of a table, which columns are the key: start=pos,alt=alternate")
      ->type_name("KEY=COL,...");
  import->add_flag("--zero-based", options->zero_based, "a table's positions count from 0");
  import->add_flag("--interval", options->interval, "rows are regions that match what overlaps them; BED always is");
  import->add_option("--reference", options->reference, "genome FASTA: alleles are left-aligned by it, now and in runs")
      ->type_name("FASTA");
  import->add_option("--assembly", options->assembly, "GRCh38, GRCh37, …")->type_name("NAME");
  import->add_option("--on-bad-record", options->on_bad_record, "fail (default), skip or null")
      ->type_name("WHAT")
      ->check(OneOf({"fail", "skip", "null"}));
  import->add_option("--contig-aliases", options->contig_aliases, "lines of two: the input's contig, its usual name")
      ->type_name("FILE");
  import->add_flag("--no-index", options->no_index, "leave the index to `varjoin source index`");
  options->resources.Add(*import);
  import->footer(
      "Examples:\n"
      "  varjoin source import clinvar clinvar.vcf.gz\n"
      "  varjoin source import gnomad 'gnomad.chr*.vcf.bgz' --columns AF,AF_grpmax,nhomalt --where \"filter = "
      "'PASS'\"\n"
      "  varjoin source import lab variants.tsv --map start=position");

  AddSourceFetch(*source, action, command_line);

  CLI::App* index = command("index", "Build a source's index, which makes look-ups many times faster", RunIndex);
  index->add_option("NAME", options->name)->required();
  options->resources.Add(*index);
  index->footer("Example:\n  varjoin source index ensembl");

  CLI::App* check = command("check", "Read a source and its index through, and say what is amiss",
                            [](const auto& o) { return RunSourceCheck(o.name, o.json, o.resources); });
  check->add_option("NAME", options->name)->required();
  check->add_flag("--json", options->json, "as JSON");
  options->resources.Add(*check);
  check->footer("Example:\n  varjoin source check clinvar");

  CLI::App* list = source->add_subcommand("list", "All sources, a line each");
  list->add_flag("--json", options->json, "as JSON");
  list->footer("Examples:\n  varjoin source list\n  varjoin source list --json");
  list->callback([options, &action] { action = [options] { return RunSourceList(options->json); }; });

  CLI::App* show =
      command("show", "What is known of a source", [](const auto& o) { return RunSourceShow(o.name, o.json); });
  show->add_option("NAME", options->name)->required();
  show->add_flag("--json", options->json, "as JSON");
  show->footer("Example:\n  varjoin source show clinvar");

  CLI::App* remove =
      command("remove", "Forget a source, or a file in the cache, and delete what was made of it", RunRemove);
  remove->add_option("NAME", options->name)->required();
  remove->footer("Example:\n  varjoin source remove clinvar");
}

}  // namespace varjoin::cli
