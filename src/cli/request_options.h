// request_options.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "annotate/request.h"
#include "base/status.h"

namespace varjoin::cli {

/// What to annotate with and how, as `annotate`, `plan` and others are told it.
struct RequestOptions {
  AnnotateRequest request;
  std::vector<std::string> sources;
  std::string duplicates = "auto";
  std::string existing_info = "replace";
  bool without_command = false;
  std::string join_columns;
};

/// Adds -s. `options` outlives the command.
void AddSourceOption(CLI::App& command, RequestOptions& options);

/// Adds the options that shape an output, whatever its place: --engine to --species. `options` outlives the command.
void AddRequestOptions(CLI::App& command, RequestOptions& options);

/// Fills the request from the texts of the options; its inputs may be lists.
Status CompleteRequest(RequestOptions& options);

}  // namespace varjoin::cli
