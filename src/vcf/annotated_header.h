// annotated_header.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vcf/annotated_line.h"

namespace varjoin::vcf {

/// An INFO field that is new to a VCF.
struct NewField {
  std::string id;
  std::string number;  ///< "A", "R", "1"
  std::string type;    ///< "Integer", "Float", "String"
  std::string description;
  std::string source;  ///< "" where there is none, as `version`
  std::string version;
};

/// The header's text with a line for each field, after its last INFO line, and the lines `meta` (without their ends)
/// before #CHROM. A line of the header for the same key goes; under kKeep it stays where its Number and Type are those
/// of the new field, otherwise both become one that fits the values of either.
std::string AnnotatedHeader(std::string_view header, std::span<const NewField> fields,
                            std::span<const std::string> meta, ExistingInfo existing);

/// What the lines of a file end with, by its header: "\n" or "\r\n".
std::string LineEndOf(std::string_view header);

/// A key for INFO out of a name: every byte that VCF doesn't allow in one becomes `_`.
std::string InfoKey(std::string_view name);

/// A quoted value of a header line, with `"` and `\` escaped, on one line.
std::string QuotedValue(std::string_view text);

}  // namespace varjoin::vcf
