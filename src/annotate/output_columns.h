// output_columns.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "annotate/request.h"
#include "base/status.h"
#include "sources/source.h"
#include "vcf/schema.h"

namespace varjoin {

/// A column that is read under one name and written under another.
struct NamedColumn {
  std::string from;
  std::string to;
};

/// Which columns the output has, in order: the input's, then each source's.
struct OutputColumns {
  std::vector<NamedColumn> input;
  std::vector<std::vector<NamedColumn>> sources;  ///< one entry a source of the request
  std::vector<std::string> hits;                  ///< one a source: the name of its count of hits; "": not written
};

/// Names the output's columns as DESIGN says: a source's column is <source>_<column>, or as renamed; an input field
/// whose name a source has taken becomes info_<name> or fmt_<name>. With `bare_names`, source columns keep their names
/// (`id` as `rsid`) unless taken, and the columns of varjoin's own (record, alt_index, carried, …_hits) are left out.
/// Errors: a column that the source lacks (the nearest is suggested), two columns of one name (the `col=name` to use is
/// shown).
Result<OutputColumns> NameColumns(const std::vector<vcf::Column>& input, const std::vector<SourceRequest>& requests,
                                  const std::vector<Source>& sources, bool bare_names);

}  // namespace varjoin
