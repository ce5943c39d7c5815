// main.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/help.h"
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

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> OptionsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

/// What is wrong with the command line, in our own words where the parser's are not plain: the first command or option
/// that does not exist, with the nearest one that does.
std::string Explain(const CLI::ParseError& error, const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  std::string path = "varjoin";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::vector<std::string> commands;
    for (const CLI::App* command : CommandsOf(*at)) {
      commands.push_back(command->get_name());
    }
    const std::string option = word.substr(0, word.find('='));
    const std::vector<std::string> options = OptionsOf(*at);
    if (word.starts_with("--") && std::find(options.begin(), options.end(), option) == options.end()) {
      return fmt::format("there is no option {}{}", option, DidYouMean(option, options));
    }
    if (word.starts_with("-") || commands.empty()) {
      continue;
    }
    if (std::find(commands.begin(), commands.end(), word) == commands.end()) {
      return fmt::format("there is no command '{}'{}", word, DidYouMean(word, commands));
    }
    at = at->get_subcommand(word);
    path += " " + word;
  }
  return fmt::format("{}; see {} --help", error.what(), path);
}

int ParseAndRun(int argc, char** argv) {
  CLI::App app(kAbout, "varjoin");
  app.set_version_flag("--version", fmt::format("varjoin {} (DuckDB {})", VARJOIN_VERSION, duck::LibraryVersion()));
  app.require_subcommand(1);
  app.footer(kStart);
  UseShortHelp(app);
  Action action;
  AddAnnotate(app, action, CommandLine(argc, argv));
  AddSource(app, action, CommandLine(argc, argv));
  AddLookup(app, action);
  AddConvert(app, action, CommandLine(argc, argv));
  AddShow(app, action);
  AddQuery(app, action);
  AddRuns(app, action);
  AddShards(app, action, CommandLine(argc, argv));
  AddCohort(app, action, CommandLine(argc, argv));
  AddSystem(app, action);
  AddUi(app, action);
  if (argc == 1) {
    return Print(app.help());
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return Fail(BadInput("{}", Explain(error, app, argc, argv)));
  }
  return action();
}

}  // namespace
}  // namespace varjoin::cli

int main(int argc, char** argv) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("sse4.2")) {
    std::fputs("varjoin: this processor has no SSE4.2, which varjoin is built for (all since 2011 have it)\n", stderr);
    return 1;
  }
#endif
  varjoin::cli::OpenStandardFiles();
  varjoin::cli::HandleSignals();
  try {
    return varjoin::cli::ParseAndRun(argc, argv);
  } catch (const std::exception& error) {
    return varjoin::cli::Fail(varjoin::Failed("{}", error.what()));
  }
}
