// request.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// annotate/ turns a request into a plan, the plan into SQL, and runs it. It may include base/, system/, genome/, vcf/,
// duck/ and sources/.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "annotate/filters.h"
#include "base/status.h"
#include "vcf/annotated_line.h"

namespace varjoin {

/// One `-s SOURCE[:col[=name],…]`.
struct SourceRequest {
  std::string name;  ///< of a source in the catalog; with `file`, what it is called in this run
  std::vector<std::pair<std::string, std::string>>
      columns;            ///< column, name in the output ("": by the rule); empty: all
  std::string file = {};  ///< a file to look up in without registering it; ""
};

/// Parses the text of one `-s`. What has a dot or a slash before its first colon is a file, which has to exist, and is
/// given the name that SourceNameOf() makes of it.
Result<SourceRequest> ParseSourceRequest(const std::string& text);

/// The same of several, which are one run's: a file whose name is that of another source gets a number after it.
Result<std::vector<SourceRequest>> ParseSourceRequests(const std::vector<std::string>& texts);

/// What a run is to be asked for where its user wants these columns to be joined on: none where they are the four that
/// make an allele, in any order and case.
std::vector<std::string> JoinColumnsOf(std::vector<std::string> columns);

/// Which of a source's rows for one allele come out.
enum class Duplicates {
  kAll,    ///< each makes a row
  kFirst,  ///< by form, then in the source's order
  kList,   ///< all in one row, every column a list
};

struct AnnotateRequest {
  std::vector<std::string> inputs;  ///< VCFs: paths or patterns; "-" alone: standard input
  std::vector<SourceRequest> sources;
  std::string output;                    ///< "": below the home folder, see DefaultOutput(); "-": standard output
  std::string format;                    ///< as -O has it; "": by the output's name, or Parquet
  bool by_chrom = false;                 ///< a folder with a Parquet for each chromosome
  bool force = false;                    ///< replace an existing output
  std::optional<Duplicates> duplicates;  ///< nothing: kAll for tables, kList for VCF and BCF
  vcf::ExistingInfo existing_info =
      vcf::ExistingInfo::kReplace;  ///< what becomes of INFO entries of a new field's name
  std::string set_id;               ///< the column of the output that fills an empty ID; "": none
  bool with_command = true;         ///< VCF says by which command it was made
  Filters filters;
  std::string engine = "auto";            ///< "auto", "index" or "duckdb"
  std::vector<std::string> join_columns;  ///< empty: chrom, start, ref, alt with forms and aliases; else plain equality
  bool bare_names = false;
  bool allow_no_overlap = false;
  bool sorted = true;                  ///< output in the input's order
  std::string reference;               ///< a FASTA that alleles are left-aligned by; "": that of imported sources
  std::string contig_aliases;          ///< a file of what the input's contigs are called in sources; "": none
  std::string assembly;                ///< of the input, "": told by its header, or unknown
  std::string compression = "zstd";    ///< of the Parquet
  std::optional<int> level;            ///< of BGZF 0 to 12 (nothing: 6), of Parquet's zstd 1 to 22 (nothing: 1)
  size_t group_rows = 0;               ///< of a row group of Parquet; 0: by the number of columns
  std::string on_bad_record = "fail";  ///< "fail", "skip" or "null"
  std::string user;                    ///< for DefaultOutput(); "": $USER
  std::string sample;                  ///< likewise; "": the input's name
  std::string sample_description;      ///< for the output's metadata, like the next two
  std::string sequencing_type;
  std::string species;
  std::string command;  ///< the command line, for the output's metadata
};

}  // namespace varjoin
