// annotate_many.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "annotate/request.h"
#include "base/status.h"
#include "cli/configuration.h"
#include "runs/run_record.h"

namespace varjoin::cli {

/// `annotate` of many inputs, each to an output of its own.
struct ManyOptions {
  std::string folder;  ///< "": of outputs that are only made for `one_table`
  std::string one_table;
  bool keep_going = false;

  bool Wanted() const { return !folder.empty() || !one_table.empty(); }
};

void AddManyOptions(CLI::App& command, ManyOptions& options);

/// What became of one input: its run's record, also where it has failed.
struct InputRun {
  Status status;
  RunJson record;
};

/// Annotates one input. `label` tells a person which of all it is.
using RunInput = std::function<InputRun(const AnnotateRequest& request, const std::string& label)>;

struct ManyRequest {
  const AnnotateRequest& all;
  const ManyOptions& options;
  const Configuration& configuration;
  bool json = false;   ///< the result goes to standard output
  bool reuse = false;  ///< outputs of earlier runs may stay
};

/// Annotates the inputs one after the other, says what became of each, and returns the exit code: that of the first
/// that has failed. What was finished stays.
int AnnotateMany(const ManyRequest& request, const RunInput& run_input);

}  // namespace varjoin::cli
