// request_json.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "base/output_file.h"
#include "shards/json_file.h"

namespace varjoin {
namespace {

template <typename T>
Json OptionalJson(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

template <typename T>
std::optional<T> OptionalFrom(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional<T>(json.get<T>());
}

Json FiltersJson(const Filters& filters) {
  return {{"regions", filters.regions},
          {"samples", filters.samples},
          {"pass", filters.pass},
          {"min_qual", OptionalJson(filters.min_qual)},
          {"min_dp", OptionalJson(filters.min_dp)},
          {"min_gq", OptionalJson(filters.min_gq)},
          {"carried", filters.carried},
          {"drop_ref_blocks", filters.drop_ref_blocks},
          {"where", filters.where},
          {"only_matched", filters.only_matched}};
}

Filters FiltersFromJson(const Json& json) {
  return {.regions = json.at("regions"),
          .samples = json.at("samples"),
          .pass = json.at("pass"),
          .min_qual = OptionalFrom<double>(json.at("min_qual")),
          .min_dp = OptionalFrom<int64_t>(json.at("min_dp")),
          .min_gq = OptionalFrom<int64_t>(json.at("min_gq")),
          .carried = json.at("carried"),
          .drop_ref_blocks = json.at("drop_ref_blocks"),
          .where = json.at("where"),
          .only_matched = json.at("only_matched")};
}

}  // namespace

Status WriteJson(const std::string& path, const Json& json) {
  std::string text;
  try {
    text = json.dump(2) + "\n";
  } catch (const Json::exception&) {
    return BadInput("{}: can't be written: a file's name or an option in it is not UTF-8", path);
  }
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(path));
  VARJOIN_ASSIGN(OutputFile output, OutputFile::Open(file.temporary_path(), path));
  VARJOIN_RETURN_IF_ERROR(output.Write(text));
  VARJOIN_RETURN_IF_ERROR(output.Close());
  return file.Commit(/*replace=*/true);
}

Result<Json> ReadJson(const std::string& path) {
  VARJOIN_ASSIGN(const std::string text, ReadWholeFile(path));
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? Result<Json>(std::move(json)) : BadInput("{}: is no JSON object", path);
}

Json ToJson(const AnnotateRequest& request) {
  Json sources = Json::array();
  for (const SourceRequest& source : request.sources) {
    sources.push_back({{"name", source.name}, {"columns", source.columns}, {"file", source.file}});
  }
  return {{"sources", sources},
          {"format", request.format},
          {"force", request.force},
          {"duplicates", request.duplicates ? Json(static_cast<int>(*request.duplicates)) : Json()},
          {"existing_info", static_cast<int>(request.existing_info)},
          {"set_id", request.set_id},
          {"with_command", request.with_command},
          {"filters", FiltersJson(request.filters)},
          {"engine", request.engine},
          {"join_columns", request.join_columns},
          {"bare_names", request.bare_names},
          {"allow_no_overlap", request.allow_no_overlap},
          {"reference", request.reference},
          {"contig_aliases", request.contig_aliases},
          {"assembly", request.assembly},
          {"compression", request.compression},
          {"level", OptionalJson(request.level)},
          {"group_rows", request.group_rows},
          {"on_bad_record", request.on_bad_record},
          {"user", request.user},
          {"sample", request.sample},
          {"sample_description", request.sample_description},
          {"sequencing_type", request.sequencing_type},
          {"species", request.species},
          {"command", request.command}};
}

AnnotateRequest RequestFromJson(const Json& json) {
  AnnotateRequest request;
  for (const Json& source : json.at("sources")) {
    request.sources.push_back(
        {.name = source.at("name"), .columns = source.at("columns"), .file = source.at("file").get<std::string>()});
  }
  request.format = json.at("format");
  request.force = json.at("force");
  if (const auto duplicates = OptionalFrom<int>(json.at("duplicates"))) {
    request.duplicates = static_cast<Duplicates>(*duplicates);
  }
  request.existing_info = static_cast<vcf::ExistingInfo>(json.at("existing_info").get<int>());
  request.set_id = json.at("set_id");
  request.with_command = json.at("with_command");
  request.filters = FiltersFromJson(json.at("filters"));
  request.engine = json.at("engine");
  request.join_columns = json.at("join_columns").get<std::vector<std::string>>();
  request.bare_names = json.at("bare_names");
  request.allow_no_overlap = json.at("allow_no_overlap");
  request.reference = json.at("reference");
  request.contig_aliases = json.at("contig_aliases");
  request.assembly = json.at("assembly");
  request.compression = json.at("compression");
  request.level = OptionalFrom<int>(json.at("level"));
  request.group_rows = json.at("group_rows");
  request.on_bad_record = json.at("on_bad_record");
  request.user = json.at("user");
  request.sample = json.at("sample");
  request.sample_description = json.at("sample_description");
  request.sequencing_type = json.at("sequencing_type");
  request.species = json.at("species");
  request.command = json.at("command");
  return request;
}

Json ToJson(const FileStamp& stamp) {
  return {{"path", stamp.path}, {"size", stamp.size}, {"modified", stamp.modified}};
}

FileStamp StampFromJson(const Json& json) {
  return {.path = json.at("path"), .size = json.at("size"), .modified = json.at("modified")};
}

}  // namespace varjoin
