// parse_text.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "vcf/header.h"
#include "vcf/notes.h"
#include "vcf/record_parser.h"
#include "vcf/schema.h"

namespace varjoin::vcf {

/// How a text is to be parsed.
struct HowToParse {
  std::vector<std::string> columns = {};  ///< by name; empty: all
  std::vector<Column> schema = {};        ///< empty: of the header itself
  bool split = true;
  OnBadRecord on_bad_record = OnBadRecord::kFail;
  RecordParser::ChunkLimits limits = {};
  size_t lines_per_batch = 1000;
  bool info_other = false;
  bool long_rows = false;
  bool gt_numbers = false;
  std::vector<std::string> samples = {};  ///< empty: all
  int64_t records_before = 0;
};

struct Parsed {
  std::vector<std::string> rows;  ///< values joined by " | "
  std::vector<size_t> chunks;     ///< their numbers of rows
  Status status;
  ScanReport report;
};

/// The header of `lines`, "##…" without fileformat, and of samples.
Header HeaderOf(const std::vector<std::string>& lines, const std::vector<std::string>& samples);

/// Parses body lines (each ending with '\n') as the file "t.vcf" in one thread, into memory.
Parsed ParseText(const Header& header, std::string_view body, const HowToParse& how);

/// Headers with fields of every kind, and no or one sample; `kFieldsOfEachKind` are their lines.
extern const std::vector<std::string> kFieldsOfEachKind;
Header NoSample();
Header OneSample();

/// Body lines in which a space stands for a tab; the last '\n' is added.
std::string Body(std::string lines);

/// What the records of `lines`, as Body() takes them, become.
struct Case {
  std::string rule;
  std::vector<std::string> columns;
  std::string lines;
  std::vector<std::string> rows;
};
void Check(const Header& header, const std::vector<Case>& cases, HowToParse how = {});

}  // namespace varjoin::vcf
