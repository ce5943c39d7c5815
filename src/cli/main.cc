// main.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <exception>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "duck/database.h"

namespace varjoin::cli {
namespace {

constexpr const char* kAbout =
    "varjoin looks up the variants of a VCF in large databases kept as Parquet, in little memory.";

constexpr const char* kStart = R"(Start with:
  varjoin source import clinvar clinvar.vcf.gz
  varjoin annotate person.vcf.gz -s clinvar -o annotated.parquet
  varjoin query "SELECT * FROM 'annotated.parquet' WHERE clinvar_hits > 0"

varjoin COMMAND --help tells more.)";

std::string CommandLine(int argc, char** argv) {
  std::string line = "varjoin";
  for (int i = 1; i < argc; ++i) {
    line += ' ';
    line += argv[i];
  }
  return line;
}

/// The names that could stand where `argument` stood, for a suggestion.
std::string Suggestion(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::vector<std::string> names;
    for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
    }
    for (const CLI::Option* option : at->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        names.push_back("--" + name);
      }
    }
    const bool known = std::find(names.begin(), names.end(), word) != names.end();
    if (!known && (word.starts_with("--") || at->get_subcommands([](const CLI::App*) { return true; }).size() > 0)) {
      return DidYouMean(word.substr(0, word.find('=')), names);
    }
    if (known && !word.starts_with("-")) {
      at = at->get_subcommand(word);
    }
  }
  return "";
}

int ParseAndRun(int argc, char** argv) {
  CLI::App app(kAbout, "varjoin");
  app.set_version_flag("--version", fmt::format("varjoin {} (DuckDB {})", VARJOIN_VERSION, duck::LibraryVersion()));
  app.require_subcommand(1);
  app.footer(kStart);
  Action action;
  AddAnnotate(app, action, CommandLine(argc, argv));
  AddSource(app, action);
  AddQuery(app, action);
  AddSystem(app, action);
  if (argc == 1) {
    Print(app.help());
    return 0;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return Fail(BadInput("{}{}", error.what(), Suggestion(app, argc, argv)));
  }
  return action();
}

}  // namespace
}  // namespace varjoin::cli

int main(int argc, char** argv) {
  varjoin::cli::HandleSignals();
  try {
    return varjoin::cli::ParseAndRun(argc, argv);
  } catch (const std::exception& error) {
    return varjoin::cli::Fail(varjoin::Failed("{}", error.what()));
  }
}
