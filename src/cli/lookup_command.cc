// lookup_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "annotate/lookup.h"
#include "annotate/lookup_rows.h"
#include "base/counted.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "sources/catalog.h"

namespace varjoin::cli {
namespace {

using nlohmann::ordered_json;

struct LookupOptions {
  std::vector<std::string> sources;
  std::vector<std::string> variants;
  bool json = false;
  ResourceOptions resources;
};

std::string ValueText(const ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// A source's rows for a person: a line for each value that is there.
std::string RowsText(const std::string& source, const ordered_json& rows) {
  std::string text = fmt::format("  {}: {}\n", source, rows.empty() ? "no row" : Counted(rows.size(), "row"));
  for (size_t row = 0; row < rows.size(); ++row) {
    text += row > 0 ? "    --\n" : "";
    for (const auto& [name, value] : rows[row].items()) {
      if (!value.is_null()) {
        text += fmt::format("    {:<24} {}\n", name, ValueText(value));
      }
    }
  }
  return text;
}

Status LookUp(const LookupOptions& options, DatabaseSession& session, const Catalog& catalog, ordered_json& all,
              std::string& text) {
  duck::Database& database = session.database();
  VARJOIN_ASSIGN(const LookupSources sources, OpenForLookup(database, catalog, options.sources, session.temp_folder()));
  for (const std::string& note : sources.notes) {
    Note(note);
  }
  std::vector<Variant> variants;
  for (const std::string& word : options.variants) {
    VARJOIN_ASSIGN(Variant variant, ParseVariant(word));
    variants.push_back(std::move(variant));
  }
  for (size_t i = 0; i < variants.size(); ++i) {
    text += options.variants[i] + "\n";
    for (const SourceRequest& source : sources.requests) {
      if (!sources.HasContig(source.name, variants[i].chrom)) {
        Note(fmt::format("source '{}' has nothing on a contig '{}'", source.name, variants[i].chrom));
      }
      VARJOIN_ASSIGN(ordered_json rows, LookupRows(database, source, variants[i]));
      text += RowsText(source.name, rows);
      all.push_back({{"variant", options.variants[i]}, {"source", source.name}, {"rows", std::move(rows)}});
    }
  }
  for (const auto& [name, source] : sources.found) {
    for (const std::string& sentence :
         source.reference == nullptr ? std::vector<std::string>() : source.reference->TakeCounts().Sentences()) {
      Note(sentence);
    }
  }
  return Status::Ok();
}

int RunLookup(const LookupOptions& options) {
  const auto session = DatabaseSession::Open(options.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  const Catalog catalog(DefaultHome());
  ordered_json all = ordered_json::array();
  std::string text;
  if (const Status done = LookUp(options, **session, catalog, all, text); !done.ok()) {
    return Fail(done);
  }
  return Print(options.json ? all.dump(2) + "\n" : text);
}

}  // namespace

void AddLookup(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("lookup", "Look up single variants in indexed sources");
  auto options = std::make_shared<LookupOptions>();
  command->add_option("-s,--source", options->sources, "a source, all its columns or some; repeat it")
      ->type_name("SOURCE[:COL[=NAME],..]")
      ->allow_extra_args(false)
      ->required();
  command->add_option("VARIANT", options->variants, "CONTIG:POSITION:REF:ALT, position 1-based")->required();
  command->add_flag("--json", options->json, "as JSON");
  options->resources.Add(*command);
  command->footer(
      "Examples:\n"
      "  varjoin lookup -s clinvar chr7:55191822:T:G\n"
      "  varjoin lookup -s ensembl -s clinvar:CLNSIG 17-7676154-G-C --json");
  command->callback([options, &action] { action = [options] { return RunLookup(*options); }; });
}

}  // namespace varjoin::cli
