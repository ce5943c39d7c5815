// variants.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/answer.h"
#include "server/table.h"

namespace varjoin::server {

/// A value as JSON. Whole numbers that JavaScript can't hold, NaN and the infinities are texts.
Json ToJson(const duck::Cell& cell);

/// What a genotype says of one alternate allele, in words: "0/1" of allele 1 is "on one of two copies (heterozygous)".
/// "" where the text is no genotype.
std::string GenotypeWords(const std::string& genotype, int64_t alt_index);

/// What a file is: its columns by source, contigs, what it tells of itself.
Json DescribeTable(const Table& table);

/// A page of rows: {"columns": […], "filter": …, "sort": [{"column", "descending"}], "offset", "limit"} gives
/// {"columns", "rows", "row_numbers"}. Without "sort" in the order of the file, which also decides between equals;
/// missing values come last; contigs sort as in the genome.
Result<Json> PageOfRows(const Table& table, const Asker& asker, const Json& question, const Stop& stop);

/// How many rows fulfil {"filter"}, and the filter in words.
Result<Json> CountRows(const Table& table, const Asker& asker, const Json& question, const Stop& stop);

/// All values of the row {"row"} by source, its genotype in words, and its neighbours in the file.
Result<Json> ShowRow(const Table& table, const Asker& asker, const Json& question, const Stop& stop);

/// How the values of {"column"} are distributed over the rows that fulfil {"filter"}: bars, each with the condition
/// that selects exactly its rows. The column "~sources" has a bar for each source that matched.
Result<Json> Distribution(const Table& table, const Asker& asker, const Json& question, const Stop& stop);

}  // namespace varjoin::server
