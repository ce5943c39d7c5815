// failing_calls.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace varjoin::test {

/// The library that makes calls of the command fail when it is preloaded: see failing_calls.cc.
std::string FailingCalls();

}  // namespace varjoin::test
