// key_columns.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "sources/source.h"

namespace varjoin {

/// Which of a table's columns are its key. `mapping` (start=pos, …) names some; those that it leaves out are found
/// under their common names, in any letter case. `table` is what messages call the table.
/// Errors (kBadInput) name the part of the key that is missing or has several candidates, and the columns there are.
/// Of a table of `intervals`, the key is chrom, start and end; ref and alt are "".
Result<KeyColumns> FindKeyColumns(const std::string& table, const std::vector<std::string>& columns,
                                  const std::map<std::string, std::string>& mapping, bool intervals = false);

/// The column whose name is a usual one for a row's last base; "": none, or several.
std::string FindEndColumn(const std::vector<std::string>& columns);

/// Whether one of the columns is a usual name of a contig's, as it is in a table of variants. A `#` before it is none.
bool HasContigColumn(const std::vector<std::string>& columns);

/// Whether a column of this type of DuckDB's can be that part of a key: "chrom", "start", "ref" or "alt".
Status CheckKeyType(const std::string& key, const std::string& column, const std::string& type,
                    const std::string& table);

}  // namespace varjoin
