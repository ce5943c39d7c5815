// known_sources.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/known_sources.h"

#include <toml++/toml.h>

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "sources/source.h"

namespace varjoin {

extern const char* const kKnownSourcesToml;  // of the built-in table

namespace {

constexpr const char* kContig = "{contig}";

/// Reads the values of a table, and remembers what was asked for, to find what nobody knows.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  Status Text(const char* key, std::string& value) {
    const toml::node* node = Find(key);
    if (node != nullptr && !node->is_string()) {
      return Wrong(key, "a text in quotes");
    }
    value = node == nullptr ? value : node->as_string()->get();
    return Status::Ok();
  }

  Status Switch(const char* key, bool& value) {
    const toml::node* node = Find(key);
    if (node != nullptr && !node->is_boolean()) {
      return Wrong(key, "true or false");
    }
    value = node == nullptr ? value : node->as_boolean()->get();
    return Status::Ok();
  }

  Status Texts(const char* key, std::vector<std::string>& values) {
    const toml::node* node = Find(key);
    if (node == nullptr) {
      return Status::Ok();
    }
    if (!node->is_array()) {
      return Wrong(key, "a list of texts");
    }
    for (const toml::node& item : *node->as_array()) {
      if (!item.is_string()) {
        return Wrong(key, "a list of texts");
      }
      values.push_back(item.as_string()->get());
    }
    return Status::Ok();
  }

  Status Mapping(const char* key, std::map<std::string, std::string>& values) {
    const toml::node* node = Find(key);
    if (node != nullptr && !node->is_table()) {
      return Wrong(key, "columns, as in { start = \"pos\" }");
    }
    if (node != nullptr) {
      for (const auto& [name, value] : *node->as_table()) {
        if (!value.is_string()) {
          return Wrong(key, "columns, as in { start = \"pos\" }");
        }
        values.emplace(name.str(), value.as_string()->get());
      }
    }
    return Status::Ok();
  }

  /// The keys that were not asked for. With `tables`, those that are tables are left out.
  Status CheckAllKnown(bool tables) const {
    for (const auto& [key, value] : table_) {
      const std::string name(key.str());
      if (std::find(known_.begin(), known_.end(), name) == known_.end() && !(tables && value.is_table())) {
        return BadInput("{}: there is no key '{}'{}; there are {}", where_, name, DidYouMean(name, known_),
                        Join(known_, ", "));
      }
    }
    return Status::Ok();
  }

  bool IsKnown(std::string_view key) const { return std::find(known_.begin(), known_.end(), key) != known_.end(); }

 private:
  const toml::node* Find(const char* key) {
    known_.emplace_back(key);
    return table_.get(key);
  }

  Status Wrong(const char* key, const char* expected) const {
    return BadInput("{}: {} is not {}", where_, key, expected);
  }

  const toml::table& table_;
  const std::string where_;
  std::vector<std::string> known_;
};

Status ReadFiles(const toml::table& table, const std::string& where, KnownFiles& files) {
  TableReader reader(table, where);
  VARJOIN_RETURN_IF_ERROR(reader.Texts("files", files.files));
  VARJOIN_RETURN_IF_ERROR(reader.Texts("contigs", files.contigs));
  VARJOIN_RETURN_IF_ERROR(reader.Text("checksums", files.checksums));
  VARJOIN_RETURN_IF_ERROR(reader.CheckAllKnown(/*tables=*/false));
  if (files.files.empty()) {
    return BadInput("{}: there are no files; expected files = [\"https://…\"]", where);
  }
  for (const std::string& file : files.files) {
    if ((file.find(kContig) != std::string::npos) == files.contigs.empty()) {
      return BadInput("{}: {{contig}} in the address {} and a list `contigs` belong together", where, file);
    }
  }
  return Status::Ok();
}

/// Of the assemblies, in the order of the text, which a table of TOML does not keep.
Status ReadAssemblies(const toml::table& table, const TableReader& reader, const std::string& where,
                      KnownSource& source) {
  std::vector<std::pair<uint32_t, std::string>> lines;
  for (const auto& [key, value] : table) {
    if (value.is_table() && !reader.IsKnown(key.str())) {
      lines.emplace_back(value.source().begin.line, key.str());
    }
  }
  std::sort(lines.begin(), lines.end());
  for (const auto& [line, assembly] : lines) {
    KnownFiles& files = source.of_assemblies.emplace_back();
    files.assembly = assembly;
    VARJOIN_RETURN_IF_ERROR(ReadFiles(*table.get(assembly)->as_table(),
                                      fmt::format("{}.{}]", where.substr(0, where.size() - 1), assembly), files));
  }
  if (lines.empty()) {
    return BadInput("{}: no assembly has files; expected a table such as [{}.GRCh38]", where, source.name);
  }
  return Status::Ok();
}

Result<KnownSource> ReadSource(const std::string& name, const toml::table& table, const std::string& where) {
  KnownSource source;
  source.name = name;
  if (const Status good = CheckSourceName(name); !good.ok()) {
    return Status(good.code(), fmt::format("{}: {}", where, good.message()));
  }
  TableReader reader(table, where);
  VARJOIN_RETURN_IF_ERROR(reader.Text("about", source.about));
  VARJOIN_RETURN_IF_ERROR(reader.Text("page", source.page));
  VARJOIN_RETURN_IF_ERROR(reader.Texts("columns", source.columns));
  VARJOIN_RETURN_IF_ERROR(reader.Text("where", source.where));
  VARJOIN_RETURN_IF_ERROR(reader.Switch("split_csq", source.split_csq));
  VARJOIN_RETURN_IF_ERROR(reader.Switch("interval", source.interval));
  VARJOIN_RETURN_IF_ERROR(reader.Switch("zero_based", source.zero_based));
  VARJOIN_RETURN_IF_ERROR(reader.Mapping("map", source.mapping));
  VARJOIN_RETURN_IF_ERROR(reader.CheckAllKnown(/*tables=*/true));
  VARJOIN_RETURN_IF_ERROR(ReadAssemblies(table, reader, where, source));
  return source;
}

}  // namespace

Result<std::vector<KnownSource>> ParseKnownSources(const std::string& text, const std::string& path) {
  toml::table tables;
  try {
    tables = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return BadInput("{}: line {}: {}", path, error.source().begin.line, error.description());
  }
  std::vector<KnownSource> sources;
  for (const auto& [name, value] : tables) {
    const std::string where = fmt::format("{}: [{}]", path, name.str());
    if (!value.is_table()) {
      return BadInput("{}: is no table; an entry begins with a line [NAME]", where);
    }
    VARJOIN_ASSIGN(KnownSource source, ReadSource(std::string(name.str()), *value.as_table(), where));
    sources.push_back(std::move(source));
  }
  return sources;
}

Result<std::vector<KnownSource>> ReadKnownSources(const std::string& user_file) {
  VARJOIN_ASSIGN(std::vector<KnownSource> sources, ParseKnownSources(kKnownSourcesToml, "the built-in table"));
  if (!FileExists(user_file)) {
    return sources;
  }
  VARJOIN_ASSIGN(const std::string text, ReadWholeFile(user_file));
  VARJOIN_ASSIGN(std::vector<KnownSource> own, ParseKnownSources(text, user_file));
  for (KnownSource& source : own) {
    const auto same = [&](const KnownSource& other) { return EqualNoCase(other.name, source.name); };
    sources.erase(std::remove_if(sources.begin(), sources.end(), same), sources.end());
    sources.push_back(std::move(source));
  }
  return sources;
}

}  // namespace varjoin
