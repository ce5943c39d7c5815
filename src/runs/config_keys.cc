// config_keys.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/config_keys.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace varjoin {
namespace {

using nlohmann::ordered_json;

ordered_json SchemaOf(const ConfigKey& key) {
  ordered_json one = {{"type", {"string", "number", "null"}}};
  if (!key.values.empty()) {
    one = {{"enum", key.values}};
    one["enum"].push_back(nullptr);
  } else if (key.kind == ConfigKind::kSwitch) {
    one = {{"type", {"boolean", "null"}}};
  }
  ordered_json schema = {{"description", key.description}};
  if (key.kind == ConfigKind::kList || key.kind == ConfigKind::kJoined) {
    schema["anyOf"] = {one, {{"type", "array"}, {"items", {{"type", "string"}}}}};
  } else {
    schema.update(one);
  }
  return schema;
}

ordered_json Closed(ordered_json properties) {
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

}  // namespace

std::string_view ConfigKey::LastName() const {
  const size_t dot = name.find('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::string ConfigKey::Variable() const {
  return kind == ConfigKind::kList ? "" : "VARJOIN_" + ToUpper(LastName());
}

std::span<const ConfigKey> ConfigKeys() {
  using enum ConfigKind;
  static const std::vector<ConfigKey> keys = {
      {"vcf_path", "IN", kList, "the VCF, or several that are read as one"},
      {"sources", "source", kList, "what to look up: SOURCE[:col[=name],...], each"},
      {"output_path", "output", kText, "the output's file; default: in varjoin's own folder"},
      {"output_type", "output-type", kText, "what the output is"},
      {"out_dir", "out-dir", kText, "a folder for an output of each input"},
      {"keep_going", "keep-going", kSwitch, "go on with the other inputs after one that fails"},
      {"partition_by", "partition-by", kText, "a folder with a Parquet for each value", {"chrom"}},
      {"one_table", "one-table", kText, "a table of the outputs of all inputs, with a column sample"},
      {"force", "force", kSwitch, "replace an existing output"},
      {"reuse", "reuse", kSwitch, "give back what an earlier run of the same has made, if it is still there"},
      {"compression", "compression", kText, "of Parquet", {"zstd", "snappy", "gzip", "lz4", "uncompressed"}},
      {"engine", "engine", kText, "how hits are found", {"auto", "index", "duckdb"}},
      {"join_columns", "join-columns", kJoined, "plain equality on these columns instead of matching alleles"},
      {"duplicates",
       "duplicates",
       kText,
       "rows of a source for one allele; auto: all for tables, list for VCF",
       {"auto", "all", "first", "list"}},
      {"existing_info",
       "existing-info",
       kText,
       "VCF: INFO entries of a new field's name",
       {"replace", "keep", "append"}},
      {"set_id", "set-id", kText, "VCF: the new column that fills an empty ID"},
      {"no_version", "no-version", kSwitch, "VCF: no command line and date in the header"},
      {"compression_level", "compression-level", kText, "of vcf.gz and bcf, 0 to 12; of Parquet's zstd, 1 to 22"},
      {"row_group_size", "row-group-size", kText, "rows of a row group of Parquet"},
      {"bare_names", "bare-names", kSwitch, "source columns without their source's name"},
      {"reference", "reference", kText, "genome FASTA that alleles are left-aligned by"},
      {"contig_aliases", "contig-aliases", kText, "a file of what the input's contigs are called in the sources"},
      {"reference_genome", "assembly", kText, "the input's assembly: GRCh38, GRCh37, ..."},
      {"allow_no_overlap", "allow-no-overlap", kSwitch, "no contig in common is a note, not an error"},
      {"on_bad_record", "on-bad-record", kText, "what a bad record does", {"fail", "skip", "null"}},
      {"regions", "regions", kList, "records that overlap these: chr7:1-100 or a BED file"},
      {"samples", "samples", kJoined, "these samples only"},
      {"pass", "pass", kSwitch, "only where FILTER is PASS"},
      {"min_qual", "min-qual", kText, "only where QUAL is at least this"},
      {"min_dp", "min-dp", kText, "only where a sample's DP is at least this"},
      {"min_gq", "min-gq", kText, "only where a sample's GQ is at least this"},
      {"carried", "carried", kSwitch, "only alleles that a sample's genotype has"},
      {"drop_ref_blocks", "drop-ref-blocks", kSwitch, "no gVCF blocks"},
      {"where", "where", kText, "SQL over the output's columns"},
      {"only_matched", "only-matched", kSwitch, "only alleles that a source has"},
      {"user_name", "user", kText, "who the run is for; default: $USER"},
      {"sample_name", "sample", kText, "the sample; default: the input's name"},
      {"sample_description", "sample-description", kText, "kept with the output and the run's record"},
      {"sequencing_type", "sequencing-type", kText, "WGS, WES, panel, ...: kept likewise"},
      {"species", "species", kText, "kept likewise"},
      {"progress", "progress", kText, "how far the run is, on standard error", {"auto", "plain", "json", "none"}},
      {"duckdb_config.memory_limit", "memory-limit", kText, "16GB or 50%; default: 75 % of RAM"},
      {"duckdb_config.threads", "threads", kText, "default: 75 % of the CPUs"},
      {"duckdb_config.temp_directory", "temp-directory", kText, "where to spill"},
      {"duckdb_config.preserve_insertion_order", "preserve-insertion-order", kSwitch,
       "false: the output may be unsorted"},
      {"duckdb_config.enable_object_cache", "enable-object-cache", kSwitch, "true: keep Parquet footers in memory"},
  };
  return keys;
}

const ConfigKey* FindConfigKey(std::string_view name) {
  const auto keys = ConfigKeys();
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

std::string ConfigSchema() {
  ordered_json top;
  ordered_json group;
  for (const ConfigKey& key : ConfigKeys()) {
    (key.LastName() == key.name ? top : group)[std::string(key.LastName())] = SchemaOf(key);
  }
  top["duckdb_config"] = Closed(std::move(group));
  ordered_json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                         {"title", "varjoin run configuration"}};
  schema.update(Closed(std::move(top)));
  return schema.dump(2) + "\n";
}

}  // namespace varjoin
