// small_index.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "source.h"

namespace varjoin::index {

/// A source and how to build it, so that the index has every way of writing a column in it, in a few kilobytes.
struct SmallIndex {
  Source source;
  Building building;
  std::vector<Asked> asked;  ///< finds every row, and some that are not there
};

SmallIndex MakeSmallIndex();

}  // namespace varjoin::index
