// places.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "support/places.h"

#include "support/failing_calls.h"

namespace varjoin::test {

std::string ProjectRoot() {
  return VARJOIN_ROOT;
}

std::string Executable() {
  return VARJOIN_EXECUTABLE;
}

std::string FailingCalls() {
  return VARJOIN_FAILING_CALLS;
}

std::string Cache() {
  return VARJOIN_TEST_CACHE;
}

}  // namespace varjoin::test
