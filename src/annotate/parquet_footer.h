// parquet_footer.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/status.h"

namespace varjoin {

/// Adds key-value metadata to a finished Parquet file, by writing its footer anew. The data are not touched.
///
/// For what is only known when the file is complete: what it cost to write it. The file must be one that DuckDB wrote
/// (not encrypted). An error leaves the file unusable: call it before the file is put in its place.
/// Source: Parquet's file format and thrift definition (FileMetaData, field 5), Thrift's compact protocol.
Status AddParquetMetadata(const std::string& path, const std::vector<std::pair<std::string, std::string>>& metadata);

/// The footer with the entries added; `footer` is the bytes between the data and the footer's length.
Result<std::string> FooterWithMetadata(const std::string& footer,
                                       const std::vector<std::pair<std::string, std::string>>& metadata);

}  // namespace varjoin
