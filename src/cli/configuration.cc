// configuration.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/configuration.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "cli/console.h"
#include "runs/config_keys.h"

namespace varjoin::cli {
namespace {

constexpr const char* kDefault = "default";

/// The files below the environment, strongest first.
struct ConfigFile {
  std::string path;
  ConfigValues values;
};

CLI::Option* OptionOf(CLI::App& command, const ConfigKey& key) {
  const std::string name(key.option);
  return command.get_option_no_throw(name == "IN" ? name : "--" + name);
}

/// The option's own default, as far as it knows it.
std::vector<std::string> DefaultOf(CLI::Option& option, const ConfigKey& key) {
  if (key.kind == ConfigKind::kSwitch && option.get_type_size() == 0) {
    return {"false"};  // a flag without a value
  }
  if (key.kind == ConfigKind::kList) {
    return {};
  }
  option.capture_default_str();
  const std::string text = option.get_default_str();
  // CLI11 writes a list without elements as "[]".
  return text.empty() || text == "[]" ? std::vector<std::string>() : std::vector<std::string>{text};
}

ConfigChoice Decide(CLI::Option& option, const ConfigKey& key, const std::vector<ConfigFile>& files) {
  const std::string name(key.name);
  if (option.count() > 0) {
    return {name, option.results(), option.get_lnames().empty() ? "command line" : "--" + option.get_lnames()[0]};
  }
  const std::string variable = key.Variable();
  if (const char* value = variable.empty() ? nullptr : std::getenv(variable.c_str()); value && *value != '\0') {
    return {name, {value}, variable};
  }
  for (const ConfigFile& file : files) {
    if (const auto found = file.values.find(name); found != file.values.end()) {
      return {name, found->second, file.path};
    }
  }
  return {name, DefaultOf(option, key), kDefault};
}

/// Hands the option what was decided, as if it had been typed.
Status Give(CLI::Option& option, const ConfigKey& key, const ConfigChoice& choice) {
  if (option.count() > 0 || choice.source == kDefault) {
    return Status::Ok();
  }
  if (!key.values.empty() && std::find(key.values.begin(), key.values.end(), choice.values[0]) == key.values.end()) {
    const std::vector<std::string> names(key.values.begin(), key.values.end());
    return BadInput("{} is '{}', expected one of {}{}", choice.source, choice.values[0], Join(names, ", "),
                    DidYouMean(choice.values[0], names));
  }
  if (option.get_type_size() == 0 && !EqualNoCase(choice.values[0], "true") &&
      !EqualNoCase(choice.values[0], "false")) {
    return BadInput("{} is '{}', expected true or false", choice.source, choice.values[0]);
  }
  try {
    for (const std::string& value : choice.values) {
      option.add_result(option.get_type_size() == 0 ? ToLower(value) : value);
    }
    option.run_callback();
  } catch (const CLI::ParseError& error) {
    return BadInput("{}: {}: {}", choice.source, key.name, error.what());
  }
  return Status::Ok();
}

/// A slip of the keys in a variable's name would otherwise go unseen.
void NoteMisspeltVariables() {
  constexpr std::string_view kPrefix = "VARJOIN_";
  std::vector<std::string> known = {"HOME"};
  for (const ConfigKey& key : ConfigKeys()) {
    known.push_back(ToUpper(key.LastName()));
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!text.starts_with(kPrefix)) {
      continue;
    }
    const std::string_view name = text.substr(kPrefix.size(), text.find('=') - kPrefix.size());
    const std::string nearest = Nearest(name, known);
    if (!nearest.empty() && name != nearest) {
      Note(fmt::format("there is no variable {0}{1}; did you mean {0}{2}?", kPrefix, name, nearest));
    }
  }
}

bool IsForAnyCommand(const ConfigKey& key) {
  return key.LastName() != key.name || key.name == "progress";
}

/// Options without a key, as they were typed.
void AddOthers(const CLI::App& command, std::vector<ConfigChoice>& choices) {
  for (const CLI::Option* option : command.get_options()) {
    const bool has_key = std::any_of(choices.begin(), choices.end(), [&](const ConfigChoice& choice) {
      const ConfigKey* key = FindConfigKey(choice.key);
      return key != nullptr && option->check_lname(std::string(key->option));
    });
    if (option->count() > 0 && !option->get_lnames().empty() && !has_key) {
      const std::string name = "--" + option->get_lnames()[0];
      choices.push_back({name, option->results(), name});
    }
  }
}

}  // namespace

Result<Configuration> Configuration::Apply(CLI::App& command, const std::string& run_config, bool all_keys) {
  NoteMisspeltVariables();
  Configuration configuration;
  VARJOIN_ASSIGN(configuration.user_config_, FindUserConfig());
  std::vector<ConfigFile> files;
  for (const std::string& path : {run_config, configuration.user_config_}) {
    if (!path.empty()) {
      VARJOIN_ASSIGN(ConfigValues values, ReadConfigFile(path));
      files.push_back({path, std::move(values)});
    }
  }
  for (const ConfigKey& key : ConfigKeys()) {
    CLI::Option* option = OptionOf(command, key);
    if (option == nullptr || (!all_keys && !IsForAnyCommand(key))) {
      continue;
    }
    ConfigChoice choice = Decide(*option, key, files);
    VARJOIN_RETURN_IF_ERROR(Give(*option, key, choice));
    configuration.choices_.push_back(std::move(choice));
  }
  AddOthers(command, configuration.choices_);
  return configuration;
}

std::optional<Setting<std::string>> Configuration::Text(const std::string& key) const {
  const auto choice =
      std::find_if(choices_.begin(), choices_.end(), [&](const ConfigChoice& c) { return c.key == key; });
  if (choice == choices_.end() || choice->source == kDefault || choice->values.empty()) {
    return std::nullopt;
  }
  return Setting<std::string>{choice->values[0], choice->source};
}

void Configuration::SetDefault(const std::string& key, const std::string& value) {
  for (ConfigChoice& choice : choices_) {
    if (choice.key == key && choice.source == kDefault) {
      choice.values = {value};
    }
  }
}

}  // namespace varjoin::cli
