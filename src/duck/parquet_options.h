// parquet_options.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>

#include "base/text.h"

namespace varjoin::duck {

/// An option of COPY … (FORMAT parquet) for files of so many columns: the size of a column's dictionary. DuckDB 1.5.6
/// sets as much aside for each column of texts while it writes a row group, a megabyte by default, used or not. Of 460
/// columns that takes the memory that was meant for the rows, which are then spilled and read again.
inline std::string DictionaryOption(size_t columns) {
  constexpr size_t kAll = 16 << 20;
  return fmt::format("STRING_DICTIONARY_PAGE_SIZE_LIMIT {}",
                     std::clamp<size_t>(kAll / std::max<size_t>(columns, 1), 32 << 10, 1 << 20));
}

}  // namespace varjoin::duck
