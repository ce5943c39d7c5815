// header.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// vcf/ reads and writes VCF: input, header, records into columns. It knows nothing of DuckDB and may
// include base/ and genome/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace varjoin::vcf {

/// The Type of an INFO or FORMAT header line. Character is kString.
enum class FieldType { kInteger, kFloat, kFlag, kString };

/// The Number of an INFO or FORMAT header line (VCF 4.5, section 1.4.2). kOther stands for the Numbers whose
/// values are left as written: `.`, LA, LR, LG, P, M and anything unknown, 0 for what is no Flag among it.
enum class NumberKind { kFixed, kPerAlt, kPerAllele, kPerGenotype, kOther };

struct FieldDefinition {
  std::string id;
  FieldType type = FieldType::kString;
  NumberKind number = NumberKind::kFixed;
  int count = 1;            ///< with kFixed; 0 for a Flag
  std::string number_text;  ///< as written: "1", "A"; where not given "." (of a Flag "0")
  std::string description;  ///< without its quotes, escapes undone
  bool declared = true;     ///< false: there is no header line, the field was seen in a record
};

struct ContigDefinition {
  std::string name;
  std::optional<int64_t> length;
  std::string assembly;  ///< "" where not given
};

/// What a VCF's header says. Field order is the header's.
struct Header {
  std::string version;  ///< "VCFv4.2"; "" where there is no ##fileformat
  std::vector<FieldDefinition> info;
  std::vector<FieldDefinition> format;
  std::vector<FieldDefinition> filters;  ///< id and description only
  std::vector<ContigDefinition> contigs;
  std::vector<std::string> samples;
  std::string reference;    ///< the value of ##reference, "" where there is none
  bool has_format = false;  ///< the #CHROM line has a FORMAT column
};

/// Whether a line is the last one of a header, in any letter case and with any separator (ParseHeader() is strict).
bool IsColumnLine(std::string_view line);

/// Reads the header text: all lines up to and with the #CHROM line, LF or CRLF.
/// `path` is for messages. Errors (kBadInput) name the file and the line: no #CHROM line, its fixed columns are
/// missing or not separated by tabs, a sample name empty or given twice. A malformed ## line (one without an ID) is
/// skipped; where an ID is given twice, the first one counts. A missing or unknown Type is String, and a missing Number
/// is `.`, so that nothing is cut down or thrown away.
Result<Header> ParseHeader(std::string_view path, std::string_view text);

}  // namespace varjoin::vcf
