// rows_kept.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "duckdb/main/extension/extension_loader.hpp"

namespace varjoin::duck {

/// For plans, filters that count:
/// - rows_kept(names, condition, …): BOOLEAN, whether all conditions are true, each with a name of the list; a row that
///   one leaves out counts for the first that does;
/// - kept_of_contig(kept, chrom): BOOLEAN, `kept`; rows that it leaves out count by chrom;
/// - kept_of_sources(kept, record, alt_index, names, matched, …): BOOLEAN, `kept`; of the rows that it leaves, one for
///   each allele counts for each source that matches it. The rows of an allele come one after the other;
/// - rows_counted(): LIST(STRUCT(kind VARCHAR, name VARCHAR, number BIGINT)), those counts since the last call, of
///   kind "condition", "contig" and "source", sorted by kind and name.
void RegisterRowsKept(duckdb::ExtensionLoader& loader);

}  // namespace varjoin::duck
