// row_groups.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vcf/inspect.h"

namespace varjoin {

/// How many rows of `columns` columns a row group of Parquet has, made of this input with the samples of these names
/// (none: all). Never 0. Each thread that writes holds a whole group in memory: so there are fewer where records are
/// long, have many samples, or make very many columns. Opens the first file, unless it is a pipe, to see its records.
/// Up to 2,048, each batch of read_vcf becomes a group.
size_t RowsOfGroup(size_t columns, const vcf::Inspection& input, const std::vector<std::string>& samples);
/// The same of records of usual length.
size_t RowsOfGroup(size_t columns);

/// Groups of so few rows that it takes much memory to let all threads write.
bool AreWideRows(size_t rows_of_group);

}  // namespace varjoin
