// known_sources.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/status.h"

namespace varjoin {

/// Where the files of a database are for one assembly.
struct KnownFiles {
  std::string assembly;
  std::vector<std::string> files;    ///< addresses; {contig} stands for each of `contigs`
  std::vector<std::string> contigs;  ///< none: the addresses are whole
  std::string checksums;             ///< an address, {file} stands for the file's; "": none
};

/// A database whose address is known, and how it is imported. See known_sources.toml.
struct KnownSource {
  std::string name;
  std::string about;
  std::string page;
  std::vector<std::string> columns;
  std::string where;
  bool split_csq = false;
  bool interval = false;
  bool zero_based = false;
  std::map<std::string, std::string> mapping;
  std::vector<KnownFiles> of_assemblies;  ///< at least one; the first is the default
};

/// The built-in table, and the user's own beside the catalog, in the order of the tables. An entry of the user's
/// replaces the built-in one of its name. Errors name the file and its line or key.
Result<std::vector<KnownSource>> ReadKnownSources(const std::string& user_file);

/// The entries of one table; `path` stands for it in messages.
Result<std::vector<KnownSource>> ParseKnownSources(const std::string& text, const std::string& path);

}  // namespace varjoin
