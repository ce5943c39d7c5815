// config_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/config_file.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/text.h"
#include "runs/config_keys.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMostBytes = uintmax_t{1} << 20;
constexpr int kDeepest = 16;
constexpr int kMostNodes = 100'000;
constexpr std::string_view kGroup = "duckdb_config";
constexpr std::string_view kDagsterOp = "user_annotated_vcf_duckdb";

/// A file's contents, whatever its format. Exactly one of the kinds.
struct Tree {
  enum class Kind { kNull, kText, kList, kMap } kind = Kind::kNull;
  std::string text;  ///< of a scalar, as written
  std::vector<Tree> items;
  std::vector<std::pair<std::string, Tree>> entries;

  const Tree* Find(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == key; });
    return found == entries.end() ? nullptr : &found->second;
  }
};

Tree TextTree(std::string text) {
  return {.kind = Tree::Kind::kText, .text = std::move(text), .items = {}, .entries = {}};
}

Status TooDeep() {
  return BadInput("is nested deeper than any run configuration");
}

/// `left`: how many more nodes there may be. A few lines of anchors and aliases can stand for billions.
Result<Tree> FromYaml(const YAML::Node& node, int depth, int& left) {
  if (depth > kDeepest) {
    return TooDeep();
  }
  if (--left < 0) {
    return BadInput("has more in it than any run configuration");
  }
  Tree tree;
  if (node.IsScalar()) {
    return TextTree(node.Scalar());
  }
  if (node.IsSequence()) {
    tree.kind = Tree::Kind::kList;
    for (const YAML::Node& item : node) {
      VARJOIN_ASSIGN(Tree of_item, FromYaml(item, depth + 1, left));
      tree.items.push_back(std::move(of_item));
    }
  } else if (node.IsMap()) {
    tree.kind = Tree::Kind::kMap;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) {
        return BadInput("line {}: a key is a word", entry.first.Mark().line + 1);
      }
      VARJOIN_ASSIGN(Tree of_value, FromYaml(entry.second, depth + 1, left));
      tree.entries.emplace_back(entry.first.Scalar(), std::move(of_value));
    }
  }
  return tree;
}

Result<Tree> ParseYaml(const std::string& text) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
      return BadInput("has several YAML documents (---); one is expected");
    }
    int left = kMostNodes;
    return documents.empty() ? Tree() : FromYaml(documents[0], 0, left);
  } catch (const YAML::DeepRecursion&) {
    return TooDeep();
  } catch (const YAML::Exception& error) {
    return BadInput("line {}: {}", error.mark.line + 1, error.msg);
  }
}

/// Builds the tree from the parser's events, which have repeated keys still in them.
class JsonReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Put({}); }
  bool boolean(bool value) override { return Put(TextTree(value ? "true" : "false")); }
  bool number_integer(number_integer_t value) override { return Put(TextTree(std::to_string(value))); }
  bool number_unsigned(number_unsigned_t value) override { return Put(TextTree(std::to_string(value))); }
  bool number_float(number_float_t, const string_t& text) override { return Put(TextTree(text)); }
  bool string(string_t& text) override { return Put(TextTree(text)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(Tree::Kind::kMap); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(Tree::Kind::kList); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    open_.back().entries.emplace_back(name, Tree());
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception& error) override {
    const std::string text = error.what();  // "[json.exception.…] parse error at line 1, …"
    error_ = text.substr(text.starts_with('[') ? text.find(']') + 2 : 0);
    return false;
  }

  const std::string& error() const { return error_; }
  const Tree& root() const { return root_; }

 private:
  bool Open(Tree::Kind kind) {
    if (open_.size() > kDeepest) {
      error_ = TooDeep().message();
      return false;
    }
    open_.emplace_back();
    open_.back().kind = kind;
    return true;
  }
  bool Close() {
    Tree tree = std::move(open_.back());
    open_.pop_back();
    return Put(std::move(tree));
  }
  bool Put(Tree tree) {
    if (open_.empty()) {
      root_ = std::move(tree);
    } else if (open_.back().kind == Tree::Kind::kMap) {
      open_.back().entries.back().second = std::move(tree);
    } else {
      open_.back().items.push_back(std::move(tree));
    }
    return true;
  }

  std::vector<Tree> open_;
  Tree root_;
  std::string error_;
};

Result<Tree> ParseJson(const std::string& text) {
  JsonReader reader;
  if (!nlohmann::json::sax_parse(text, &reader)) {
    return BadInput("{}", reader.error());
  }
  return reader.root();
}

Result<Tree> FromToml(const toml::node& node, int depth) {
  if (depth > kDeepest) {
    return TooDeep();
  }
  Tree tree;
  if (const toml::table* table = node.as_table()) {
    tree.kind = Tree::Kind::kMap;
    for (const auto& [key, value] : *table) {
      VARJOIN_ASSIGN(Tree of_value, FromToml(value, depth + 1));
      tree.entries.emplace_back(key.str(), std::move(of_value));
    }
  } else if (const toml::array* array = node.as_array()) {
    tree.kind = Tree::Kind::kList;
    for (const toml::node& item : *array) {
      VARJOIN_ASSIGN(Tree of_item, FromToml(item, depth + 1));
      tree.items.push_back(std::move(of_item));
    }
  } else if (const auto* text = node.as_string()) {
    return TextTree(text->get());
  } else {
    std::ostringstream written;
    node.visit([&](const auto& value) {
      if constexpr (toml::is_value<decltype(value)>) {
        written << value;
      }
    });
    return TextTree(written.str());
  }
  return tree;
}

/// Whether a dotted key has so many parts (a.b.c…) that toml++ would run out of stack. It bounds only brackets itself.
bool HasDeepKey(std::string_view text) {
  constexpr int kMostDots = 256;
  int dots = 0;
  char quote = '\0';
  for (const char c : text) {
    if (c == '"' || c == '\'') {
      quote = quote == '\0' ? c : quote == c ? '\0' : quote;
    } else if (quote == '\0' && c == '.') {
      ++dots;
    } else if (quote == '\0' && (c == '=' || c == ',' || c == '\n')) {
      dots = 0;
    }
    if (dots > kMostDots) {
      return true;
    }
  }
  return false;
}

Result<Tree> ParseToml(const std::string& text) {
  if (HasDeepKey(text)) {
    return TooDeep();
  }
  try {
    return FromToml(toml::parse(text), 0);
  } catch (const toml::parse_error& error) {
    return BadInput("line {}: {}", error.source().begin.line, error.description());
  }
}

Result<Tree> ParseFile(const std::string& path) {
  VARJOIN_RETURN_IF_ERROR(StampOf(path).status());
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kMostBytes) {
    return BadInput("is no run configuration: those are files of a few lines");
  }
  VARJOIN_ASSIGN(const std::string text, ReadWholeFile(path));
  const std::string name = ToLower(path);
  if (name.ends_with(".yaml") || name.ends_with(".yml")) {
    return ParseYaml(text);
  }
  if (name.ends_with(".json")) {
    return ParseJson(text);
  }
  if (name.ends_with(".toml")) {
    return ParseToml(text);
  }
  return BadInput("its name ends in none of .yaml, .yml, .json and .toml, which tell how it is to be read");
}

/// The names that may stand in the group, or at the top with "" for the group.
std::vector<std::string> NamesIn(std::string_view group) {
  std::vector<std::string> names;
  for (const ConfigKey& key : ConfigKeys()) {
    if ((key.LastName() == key.name) == group.empty()) {
      names.emplace_back(key.LastName());
    }
  }
  if (group.empty()) {
    names.emplace_back(kGroup);
  }
  return names;
}

Status UnknownKey(const std::string& name, std::string_view group) {
  const std::string grouped = fmt::format("{}.{}", kGroup, name);
  if (group.empty() && FindConfigKey(grouped) != nullptr) {
    return BadInput("'{}' belongs into the group {}", name, kGroup);
  }
  if (!group.empty() && FindConfigKey(name) != nullptr) {
    return BadInput("'{}' does not belong into the group {}, but beside it", name, group);
  }
  const std::vector<std::string> names = NamesIn(group);
  const std::string hint = DidYouMean(name, names);
  return BadInput("there is no key '{}'{}{}", name, group.empty() ? "" : fmt::format(" in {}", group),
                  hint.empty() ? "; there are " + Join(names, ", ") : hint);
}

Status CheckValue(const ConfigKey& key, const std::string& value) {
  if (key.kind == ConfigKind::kSwitch && !EqualNoCase(value, "true") && !EqualNoCase(value, "false")) {
    return BadInput("{} is '{}', expected true or false", key.name, value);
  }
  if (!key.values.empty() && std::find(key.values.begin(), key.values.end(), value) == key.values.end()) {
    const std::vector<std::string> names(key.values.begin(), key.values.end());
    return BadInput("{} is '{}', expected one of {}{}", key.name, value, Join(names, ", "), DidYouMean(value, names));
  }
  return Status::Ok();
}

Result<std::vector<std::string>> ValuesOf(const ConfigKey& key, const Tree& tree) {
  const bool may_be_list = key.kind == ConfigKind::kList || key.kind == ConfigKind::kJoined;
  std::vector<std::string> values;
  if (tree.kind == Tree::Kind::kText) {
    values.push_back(tree.text);
  } else if (tree.kind == Tree::Kind::kMap || (tree.kind == Tree::Kind::kList && !may_be_list)) {
    return BadInput("{} is {}, expected one value", key.name, tree.kind == Tree::Kind::kMap ? "a group" : "a list");
  }
  for (const Tree& item : tree.items) {
    if (item.kind != Tree::Kind::kText) {
      return BadInput("{}: each part of the list is to be one value", key.name);
    }
    values.push_back(item.text);
  }
  for (const std::string& value : values) {
    VARJOIN_RETURN_IF_ERROR(CheckValue(key, value));
  }
  if (key.kind == ConfigKind::kJoined && values.size() > 1) {
    values = {Join(values, ",")};
  }
  return values;
}

Status AddValues(const Tree& tree, std::string_view group, ConfigValues& values) {
  if (tree.kind == Tree::Kind::kNull) {
    return Status::Ok();
  }
  if (tree.kind != Tree::Kind::kMap) {
    return BadInput("{} is no group of keys and values", group.empty() ? "it" : group);
  }
  std::set<std::string> names;
  for (const auto& [name, value] : tree.entries) {
    if (!names.insert(name).second) {
      return BadInput("the key '{}' is there twice", name);
    }
    if (group.empty() && name == kGroup) {
      VARJOIN_RETURN_IF_ERROR(AddValues(value, kGroup, values));
      continue;
    }
    const ConfigKey* key = FindConfigKey(group.empty() ? name : fmt::format("{}.{}", group, name));
    if (key == nullptr) {
      return UnknownKey(name, group);
    }
    VARJOIN_ASSIGN(std::vector<std::string> of_key, ValuesOf(*key, value));
    if (!of_key.empty()) {
      values[std::string(key->name)] = std::move(of_key);
    }
  }
  return Status::Ok();
}

/// Where the keys are: at the top, or below Dagster's ops. What else Dagster has at its top is its own business.
Result<const Tree*> FindKeys(const Tree& tree) {
  const Tree* ops = tree.Find("ops");
  if (ops == nullptr) {
    return &tree;
  }
  for (const auto& [name, value] : tree.entries) {
    const std::vector<std::string> of_dagster = {"ops", "resources", "execution", "loggers"};
    if (std::find(of_dagster.begin(), of_dagster.end(), name) == of_dagster.end()) {
      return BadInput("'{}' stands beside Dagster's ops; it belongs into ops: {{{}: {{config: …}}}}", name, kDagsterOp);
    }
  }
  const Tree* op = ops->Find(kDagsterOp);
  if (op == nullptr) {
    std::vector<std::string> names;
    for (const auto& [name, value] : ops->entries) {
      names.push_back(name);
    }
    return BadInput("ops has no {}, which is where varjoin's keys are expected; it has {}", kDagsterOp,
                    names.empty() ? "nothing" : Join(names, ", "));
  }
  const Tree* config = op->Find("config");
  if (config == nullptr) {
    return BadInput("ops.{} has no config", kDagsterOp);
  }
  return config;
}

void EmitValue(YAML::Emitter& out, const ConfigKey& key, const ConfigChoice& choice) {
  out << YAML::Key << std::string(key.LastName()) << YAML::Value;
  if (choice.values.empty()) {
    out << YAML::Null;
  } else if (key.kind == ConfigKind::kList) {
    out << YAML::Flow << choice.values;
  } else if (key.kind == ConfigKind::kSwitch) {
    out << EqualNoCase(choice.values[0], "true");
  } else {
    out << choice.values[0];
  }
  out << YAML::Comment(choice.source);
}

}  // namespace

Result<ConfigValues> ReadConfigFile(const std::string& path) {
  const auto read = [&]() -> Result<ConfigValues> {
    VARJOIN_ASSIGN(const Tree tree, ParseFile(path));
    VARJOIN_ASSIGN(const Tree* keys, FindKeys(tree));
    ConfigValues values;
    VARJOIN_RETURN_IF_ERROR(AddValues(*keys, "", values));
    return values;
  };
  Result<ConfigValues> values = read();
  if (!values.ok() && !values.status().message().starts_with(path)) {
    return Status(values.status().code(), fmt::format("{}: {}", path, values.status().message()));
  }
  return values;
}

Result<std::string> FindUserConfig() {
  const char* xdg = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  const bool has_xdg = xdg != nullptr && *xdg == '/';  // the specification: a relative one is to be ignored
  if (!has_xdg && (home == nullptr || *home == '\0')) {
    return std::string();
  }
  const std::string folder = has_xdg ? fmt::format("{}/varjoin", xdg) : fmt::format("{}/.config/varjoin", home);
  std::vector<std::string> found;
  for (const char* name : {"config.toml", "config.yaml", "config.json"}) {
    if (std::string path = fmt::format("{}/{}", folder, name); FileExists(path)) {
      found.push_back(std::move(path));
    }
  }
  if (found.size() > 1) {
    return BadInput("there are several user configurations, {}; keep one of them", Join(found, " and "));
  }
  return found.empty() ? std::string() : found[0];
}

std::string ConfigYaml(const std::vector<ConfigChoice>& choices) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  bool in_group = false;
  for (const ConfigKey& key : ConfigKeys()) {
    const auto choice =
        std::find_if(choices.begin(), choices.end(), [&](const ConfigChoice& c) { return c.key == key.name; });
    if (choice == choices.end()) {
      continue;
    }
    if (key.LastName() != key.name && !in_group) {
      out << YAML::Key << std::string(kGroup) << YAML::Value << YAML::BeginMap;
      in_group = true;
    }
    EmitValue(out, key, *choice);
  }
  if (in_group) {
    out << YAML::EndMap;
  }
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace varjoin
