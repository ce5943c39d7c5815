// source_reports.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/session.h"

namespace varjoin::cli {

/// `source list`, `source show NAME`, and `source check NAME`, which reads everything. Each returns the exit code.
int RunSourceList(bool json);
int RunSourceShow(const std::string& name, bool json);
int RunSourceCheck(const std::string& name, bool json, const ResourceOptions& resources);

}  // namespace varjoin::cli
