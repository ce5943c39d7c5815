// filter_options.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/filter_options.h"

#include "cli/commands.h"

namespace varjoin::cli {

void AddFilterOptions(CLI::App& command, Filters& filters) {
  command
      .add_option("--regions", filters.regions, "records that overlap: chr7:1-100, several by commas, or a BED file")
      ->type_name("REGIONS")
      ->allow_extra_args(false);
  command.add_option("--samples", filters.samples, "these only, separated by commas; VCF keeps the columns of all")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_flag("--pass", filters.pass, "only where FILTER is PASS");
  command.add_option("--min-qual", filters.min_qual, "only where QUAL is at least this")->type_name("N");
  command.add_option("--min-dp", filters.min_dp, "only where a sample's DP is at least this (INFO/DP without samples)")
      ->type_name("N");
  command.add_option("--min-gq", filters.min_gq, "only where a sample's GQ is at least this")->type_name("N");
  command.add_flag("--carried", filters.carried, "only alleles that a sample's genotype has");
  command.add_flag("--drop-ref-blocks", filters.drop_ref_blocks, "no gVCF blocks (<NON_REF>, <*>, or no ALT)");
  command.add_option("--where", filters.where, "SQL over the output's columns: \"qual > 30 AND gnomad_AF < 0.01\"")
      ->type_name("SQL");
}

void AddWritingOptions(CLI::App& command, std::optional<int>& level, size_t& group_rows) {
  command
      .add_option("--compression-level", level, "of vcf.gz and bcf: 0 to 12 (default 6); of zstd: 1 to 22 (default 1)")
      ->type_name("N")
      ->check(WholeNumber(0, 22));
  command
      .add_option_function<size_t>(
          "--row-group-size", [&group_rows](size_t rows) { group_rows = rows; },
          "rows of a row group of Parquet (default: by the number of columns)")
      ->type_name("N")
      ->check(WholeNumber(1, 100'000'000));
}

}  // namespace varjoin::cli
