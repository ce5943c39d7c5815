// index_values.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "duckdb.hpp"
#include "index/columns.h"
#include "index/text_arena.h"

namespace varjoin::duck {

/// How an index holds values of this type; nothing for types that it can't hold. What is no number or text (lists,
/// structs, 128-bit integers, intervals) is held as bytes, in an encoding of this file's own.
std::optional<index::ValueKind> KindOf(const duckdb::LogicalType& type);

/// The first `count` values of a vector, of any type that has a kind. Texts point into the vector or into `arena`.
void ReadValues(duckdb::Vector& vector, duckdb::idx_t count, index::ValueKind kind, index::ColumnValues& values,
                index::TextArena& arena);

inline constexpr int64_t kNoValue = -1;

/// Sets the flat vector's value number i to value number places[i], or to NULL for kNoValue.
/// Throws InvalidInputException where a value of an index can't be one of the vector's type.
void WriteValues(const index::ColumnValues& values, std::span<const int64_t> places, index::ValueKind kind,
                 duckdb::Vector& vector);

}  // namespace varjoin::duck
