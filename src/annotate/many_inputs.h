// many_inputs.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "annotate/request.h"
#include "base/status.h"
#include "duck/database.h"
#include "system/limits.h"

namespace varjoin {

/// Puts the paths of a list in the place of "@LIST": a file with one path or pattern a line, empty lines aside. A file
/// whose own name begins with @ is "./@name". Error: the list can't be read, or has no path.
Result<std::vector<std::string>> ReadInputLists(const std::vector<std::string>& inputs);

/// Where the outputs of many inputs go.
struct ManyOutputs {
  std::string folder;               ///< of the outputs, each with its input's name and its format's ending
  std::string one_table;            ///< a table of all of them together; "": none
  bool missing_is_failure = false;  ///< an input that is not there gets a request too, which will fail
  bool may_exist = false;           ///< outputs of earlier runs may be there
};

/// A request for each input of `all`, and its output. Error, before any work: an input is not there or given twice, two
/// inputs would have one output, an output exists, or is an input, the one table is none by its name.
Result<std::vector<AnnotateRequest>> RequestsOf(const AnnotateRequest& all, const ManyOutputs& outputs);

/// A Parquet that a run has made, as a part of one table.
struct TablePart {
  std::string path;
  std::string sample;  ///< the value of the column `sample`
  int64_t rows = 0;
};

struct OneTable {
  int64_t rows = 0;
  int64_t columns = 0;
  uint64_t bytes = 0;
};

/// Writes the parts one after the other, with a column `sample` before theirs, to `path`, which exists, in the format
/// that `request.one_table` tells. Columns are those of all parts by name, of a type that holds those of all; what a
/// part lacks is NULL; a column of theirs that is called sample becomes info_sample. Few parts are open at once.
Result<OneTable> WriteOneTable(const std::vector<TablePart>& parts, const AnnotateRequest& request,
                               const std::string& name, const std::string& path, duck::Database& database,
                               const Limits& limits, const std::string& temp_folder);

}  // namespace varjoin
