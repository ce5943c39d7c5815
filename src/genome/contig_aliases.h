// contig_aliases.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "base/status.h"

namespace varjoin {

/// What a file's contigs are called elsewhere: its own name, byte by byte, to the one to look it up by.
using ContigAliases = std::map<std::string, std::string>;

/// Reads a file of lines "name other-name", split at tabs or blanks, as `bcftools annotate --rename-chrs` has them;
/// empty lines and lines that begin with # are skipped. Errors name the line: it has not two names, or one that an
/// earlier line gives another meaning.
Result<ContigAliases> ReadContigAliases(const std::string& path);

/// The name to look a contig up by: its alias, or itself. The reference is into the arguments.
const std::string& NameOf(const ContigAliases& aliases, const std::string& contig);

/// A SQL expression for NameOf(): `chrom` is one of VARCHAR. Without aliases it is `chrom`.
std::string AliasSql(const ContigAliases& aliases, const std::string& chrom);

}  // namespace varjoin
