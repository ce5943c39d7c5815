// query_command.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "cohort/change.h"
#include "cohort/views.h"
#include "sources/catalog.h"
#include "sources/source_index.h"

namespace varjoin::cli {
namespace {

constexpr int kWidthOfAPipe = 240;

struct QueryOptions {
  std::string sql;
  std::string cohort;
  int rows = 40;
  ResourceOptions resources;
};

/// Makes the catalog's views known under their names.
Status AttachCatalog(duck::Database& database) {
  const Catalog catalog(DefaultHome());
  if (!FileExists(catalog.path())) {
    return Status::Ok();
  }
  return database.Execute(
      fmt::format("ATTACH {} AS catalog (READ_ONLY); SET search_path = 'memory,catalog'", SqlString(catalog.path())));
}

int RunQuery(const QueryOptions& options) {
  const auto session = DatabaseSession::Open(options.resources);
  if (!session.ok()) {
    return Fail(session.status());
  }
  duck::Database& database = (*session)->database();
  if (const Status attached = AttachCatalog(database); !attached.ok()) {
    return Fail(attached);
  }
  UseCatalogIndexes(database, Catalog(DefaultHome()));
  std::optional<CohortReader> cohort;  // whose files stay for as long
  if (!options.cohort.empty()) {
    Result<CohortReader> opened = OpenCohort(options.cohort);
    const Status views = opened.ok() ? database.Execute(CohortViewsSql(opened->manifest)) : opened.status();
    if (!views.ok()) {
      return Fail(views);
    }
    cohort.emplace(*std::move(opened));
  }
  const int width = StdoutIsTerminal() ? TerminalWidth() : kWidthOfAPipe;
  const auto drawing = database.Draw(options.sql, width, options.rows);
  if (!drawing.ok()) {
    return Fail(drawing.status());
  }
  const int printed =
      drawing->text.empty() ? 0 : Print(drawing->text.ends_with('\n') ? drawing->text : drawing->text + '\n');
  if (drawing->cut) {
    Note(fmt::format("there are more rows; the first {} or so were read (COPY (…) TO 'file.parquet' writes all)",
                     WithCommas(duck::Database::kMostDrawn)));
  }
  for (const std::string& note : database.TakeScanReport().Sentences()) {
    Note(note);
  }
  return printed;
}

}  // namespace

void AddQuery(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("query", "Run SQL over VCFs, Parquet and the sources");
  auto options = std::make_shared<QueryOptions>();
  command->add_option("SQL", options->sql, "DuckDB's SQL; sources are views of their names")->required();
  command->add_option("--cohort", options->cohort, "with the views of a cohort: cohort_sites, cohort_calls, ...")
      ->type_name("DIR");
  command->add_option("--rows", options->rows, "how many rows are shown (40)")
      ->type_name("N")
      ->check(WholeNumber(1, 1'000'000));
  options->resources.Add(*command);
  command->footer(
      "Examples:\n"
      "  varjoin query \"SELECT chrom, count(*) FROM read_vcf('person.vcf.gz') GROUP BY chrom\"\n"
      "  varjoin query \"SELECT * FROM 'annotated.parquet' WHERE clinvar_hits > 0\"\n"
      "  varjoin query \"COPY (SELECT record, record_text FROM read_vcf('in.vcf.gz') WHERE qual > 30) TO "
      "'out.vcf.gz'\"");
  command->callback([options, &action] { action = [options] { return RunQuery(*options); }; });
}

}  // namespace varjoin::cli
