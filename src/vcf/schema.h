// schema.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "vcf/header.h"

namespace varjoin::vcf {

enum class ValueType { kBoolean, kInteger /* 32 bits */, kBigint, kDouble, kText, kBytes, kStruct };

/// Where a column's values come from.
enum class Origin {
  kChrom,
  kStart,
  kEnd,
  kId,
  kRef,
  kAlt,   ///< with split
  kAlts,  ///< without split: VARCHAR[]
  kQual,
  kFilter,
  kRecord,
  kAltIndex,  ///< with split
  kCarried,   ///< with split
  kInfo,
  kFormat,      ///< of the single sample or the row's, or a field of kGenotypes' struct
  kGenotypes,   ///< LIST(STRUCT(sample, FORMAT fields …)), with several samples
  kSample,      ///< the first field of kGenotypes' struct; with long_rows a column
  kInfoOther,   ///< with info_other: the INFO keys that are no column, as MAP(VARCHAR, VARCHAR)
  kRecordText,  ///< the virtual column record_text
};

/// What a column has of GT.
enum class GenotypePart {
  kText,     ///< GT as written
  kAlleles,  ///< the numbers of its alleles as INTEGER[], NULL for `.`
  kPhased,   ///< IsPhased() as BOOLEAN
};

/// One output column: LIST(type) if `list`, otherwise type; a struct has `fields`.
struct Column {
  std::string name;
  Origin origin = Origin::kChrom;
  ValueType type = ValueType::kText;
  bool list = false;
  bool map = false;  ///< a LIST(STRUCT(key, value)) that is a MAP
  std::vector<Column> fields;
  GenotypePart genotype = GenotypePart::kText;
  FieldDefinition field;  ///< with kInfo and kFormat: what the header says (of several files: what was agreed on)
};

struct SchemaOptions {
  bool split = true;        ///< one row per ALT, with A/R/G fields cut down to it
  bool long_rows = false;   ///< one row per sample: `sample`, and its FORMAT fields as columns
  bool gt_numbers = false;  ///< GT_alleles and GT_phased after GT
  /// With a column for INFO keys without a header line that turn up late. Not said: Inspect() decides.
  std::optional<bool> info_other = {};
  std::vector<std::string> samples = {};  ///< the ones to read; empty: all
};

/// By sample of `header`, whether it is among `names`; empty: all are, because no names are given.
std::vector<bool> ChosenSamples(const Header& header, std::span<const std::string> names);

/// How many samples of `header` are read.
size_t CountChosen(const Header& header, std::span<const std::string> names);

/// Error: a name is that of no sample of any header; says which one is near.
Status CheckSamples(std::span<const Header> headers, std::span<const std::string> names);

/// The fields ("INFO/AF") whose header lines differ in Number or Type between the headers.
std::vector<std::string> FieldsThatDiffer(std::span<const Header> headers);

/// The columns of one or several files, in order: chrom, start, end, id, ref, alt, qual, filter, record, alt_index,
/// carried, INFO fields, FORMAT fields (with long_rows after `sample`) or genotypes.
///
/// INFO and FORMAT fields are the union of all headers, in order of first appearance. Names compare without case: a
/// FORMAT field whose name is taken gets `fmt_` before it, an INFO field `info_` (again until it is free).
/// Where files disagree: Integer and Float are Float, any other pair of Types is String; Numbers that differ are `.`.
/// A file without a header line for a field (declared = false) has no say where another one has. FORMAT fields of
/// files without samples don't count.
/// FORMAT columns are top-level with long_rows, and if each file with samples has exactly one sample (its name is not
/// in the schema then); otherwise they are in `genotypes`. Its name and that of `sample` go before a field's, as
/// `record_text` does.
/// Samples that are not chosen don't count. The last INFO column is `info_other`, if asked for.
/// Types: Integer INTEGER (INFO/END BIGINT: it goes as far as positions do), Float DOUBLE, Flag BOOLEAN, else VARCHAR;
/// with Number other than 1 a LIST, but for Number=A under `split`, which is scalar. A Flag is never a list. GT is
/// VARCHAR as written; with gt_numbers GT_alleles INTEGER[] and GT_phased BOOLEAN follow it, NULL where GT is.
std::vector<Column> MakeSchema(std::span<const Header> headers, const SchemaOptions& options);

/// The virtual column `record_text`: the line without its end, as bytes.
Column RecordTextColumn();

/// Adds to `header` a String definition (declared = false, Number=1) for each INFO and FORMAT key that occurs in
/// `text` (body lines) and has no header line; the keys added are returned as "INFO/KEY". FORMAT keys of a file
/// without samples don't count.
std::vector<std::string> DeclareFieldsSeen(std::string_view text, Header& header);

}  // namespace varjoin::vcf
