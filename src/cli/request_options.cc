// request_options.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/request_options.h"

#include <algorithm>

#include "annotate/many_inputs.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/filter_options.h"

namespace varjoin::cli {
namespace {

std::vector<std::string> JoinColumns(const std::string& text) {
  std::vector<std::string> columns;
  for (std::string_view column : Split(text, ',')) {
    column.remove_prefix(std::min(column.find_first_not_of(' '), column.size()));
    column.remove_suffix(column.size() - (column.find_last_not_of(' ') + 1));
    if (!text.empty()) {
      columns.emplace_back(column);
    }
  }
  return JoinColumnsOf(columns);
}

}  // namespace

void AddSourceOption(CLI::App& command, RequestOptions& options) {
  command
      .add_option("-s,--source", options.sources,
                  "a source or a file, all its columns or some, renamed or not; repeat it")
      ->type_name("SOURCE[:COL[=NAME],..]")
      ->allow_extra_args(false);
}

void AddRequestOptions(CLI::App& command, RequestOptions& options) {
  AnnotateRequest& request = options.request;
  command.add_option("--engine", request.engine, "auto (default), index or duckdb")
      ->type_name("ENGINE")
      ->check(OneOf({"auto", "duckdb", "index"}));
  command
      .add_option("--duplicates", options.duplicates,
                  "rows of a source for one allele: all (default of tables), first, or list (of VCF)")
      ->type_name("WHICH")
      ->check(OneOf({"auto", "all", "first", "list"}));
  command.add_option("--join-columns", options.join_columns, "plain equality on these instead of matching alleles")
      ->type_name("COL,...");
  command.add_flag("--bare-names", request.bare_names, "source columns without their source's name; id as rsid");
  command.add_option("--reference", request.reference, "genome FASTA: alleles match by their left-aligned forms too")
      ->type_name("FASTA");
  command.add_option("--contig-aliases", request.contig_aliases, "lines of two: the input's contig, the sources' name")
      ->type_name("FILE");
  command.add_option("--assembly", request.assembly, "of the input: GRCh38, GRCh37, …")->type_name("NAME");
  command.add_flag("--allow-no-overlap", request.allow_no_overlap, "no contig in common is a note, not an error");
  command.add_option("--on-bad-record", request.on_bad_record, "fail (default), skip or null")
      ->type_name("WHAT")
      ->check(OneOf({"fail", "skip", "null"}));
  command.add_option("--compression", request.compression, "zstd (default), snappy, gzip, lz4 or uncompressed")
      ->type_name("CODEC")
      ->check(OneOf({"zstd", "snappy", "gzip", "lz4", "uncompressed"}));
  command
      .add_option("--existing-info", options.existing_info,
                  "INFO entries of a new field's name: replace (default), keep or append")
      ->type_name("WHAT")
      ->check(OneOf({"replace", "keep", "append"}));
  command.add_option("--set-id", request.set_id, "a new column whose values fill the ID column of VCF, where empty")
      ->type_name("COLUMN");
  command.add_flag("--no-version", options.without_command, "no command line and date in the header of VCF");
  AddWritingOptions(command, request.level, request.group_rows);
  AddFilterOptions(command, request.filters);
  command.add_flag("--only-matched", request.filters.only_matched, "only alleles that a source has");
  command.add_option("--user", request.user, "for the default output")->type_name("NAME");
  command.add_option("--sample", request.sample, "for the default output")->type_name("NAME");
  command.add_option("--sample-description", request.sample_description, "kept with the output")->type_name("TEXT");
  command.add_option("--sequencing-type", request.sequencing_type, "kept likewise: WGS, WES, panel, …")
      ->type_name("TEXT");
  command.add_option("--species", request.species, "kept likewise")->type_name("NAME");
}

Status CompleteRequest(RequestOptions& options) {
  VARJOIN_ASSIGN(options.request.inputs, ReadInputLists(options.request.inputs));
  VARJOIN_ASSIGN(options.request.sources, ParseSourceRequests(options.sources));
  if (options.duplicates != "auto") {
    options.request.duplicates = options.duplicates == "first"  ? Duplicates::kFirst
                                 : options.duplicates == "list" ? Duplicates::kList
                                                                : Duplicates::kAll;
  }
  options.request.existing_info = options.existing_info == "keep"     ? vcf::ExistingInfo::kKeep
                                  : options.existing_info == "append" ? vcf::ExistingInfo::kAppend
                                                                      : vcf::ExistingInfo::kReplace;
  options.request.with_command = !options.without_command;
  options.request.join_columns = JoinColumns(options.join_columns);
  return Status::Ok();
}

}  // namespace varjoin::cli
