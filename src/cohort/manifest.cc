// manifest.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cohort/manifest.h"

#include <algorithm>
#include <filesystem>

#include "shards/json_file.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr int kFormat = 1;

Json ToJson(const CohortFile& file) {
  return {{"path", file.path}, {"rows", file.rows}, {"bytes", file.bytes}};
}

CohortFile FileFrom(const Json& json) {
  return {.path = json.at("path"), .rows = json.at("rows"), .bytes = json.at("bytes")};
}

Json ToJson(const std::vector<CohortColumn>& columns) {
  Json json = Json::array();
  for (const CohortColumn& column : columns) {
    json.push_back({{"name", column.name}, {"type", column.type}});
  }
  return json;
}

std::vector<CohortColumn> ColumnsFrom(const Json& json) {
  std::vector<CohortColumn> columns;
  for (const Json& column : json) {
    columns.push_back({column.at("name"), column.at("type")});
  }
  return columns;
}

Json SourcesJson(const CohortManifest& manifest) {
  Json json = Json::array();
  for (const CohortSource& source : manifest.sources) {
    json.push_back({{"name", source.request.name},
                    {"wanted", source.request.columns},
                    {"fingerprint", source.fingerprint},
                    {"one_hit", source.one_hit},
                    {"columns", ToJson(source.columns)}});
  }
  return json;
}

Json SamplesJson(const CohortManifest& manifest) {
  Json json = Json::array();
  for (const CohortSample& sample : manifest.samples) {
    json.push_back({{"name", sample.name},
                    {"input", ToJson(sample.input)},
                    {"added_at", sample.added_at},
                    {"calls", ToJson(sample.calls)},
                    {"counted", sample.counted}});
  }
  return json;
}

Json ToJson(const std::vector<CohortFile>& files) {
  Json json = Json::array();
  for (const CohortFile& file : files) {
    json.push_back(ToJson(file));
  }
  return json;
}

std::vector<CohortFile> FilesFrom(const Json& json) {
  std::vector<CohortFile> files;
  for (const Json& file : json) {
    files.push_back(FileFrom(file));
  }
  return files;
}

Json SitesJson(const CohortManifest& manifest) {
  Json json = Json::array();
  for (const SitesPart& part : manifest.sites) {
    json.push_back({{"level", part.level}, {"files", ToJson(part.files)}});
  }
  return json;
}

uint64_t BytesOf(const std::vector<CohortFile>& files) {
  uint64_t bytes = 0;
  for (const CohortFile& file : files) {
    bytes += file.bytes;
  }
  return bytes;
}

CohortManifest FromJson(const Json& json) {
  CohortManifest manifest{.generation = json.at("generation"),
                          .version = json.at("varjoin_version"),
                          .changed_at = json.at("changed_at"),
                          .assembly = json.at("assembly"),
                          .reference = json.at("reference"),
                          .reference_fingerprint = json.at("reference_fingerprint"),
                          .duplicates = json.at("duplicates") == "first" ? Duplicates::kFirst : Duplicates::kList,
                          .fields = ColumnsFrom(json.at("fields")),
                          .contigs = json.at("contigs").get<std::map<std::string, int>>()};
  for (const Json& source : json.at("sources")) {
    manifest.sources.push_back({.request = {.name = source.at("name"), .columns = source.at("wanted")},
                                .fingerprint = source.at("fingerprint"),
                                .one_hit = source.at("one_hit"),
                                .columns = ColumnsFrom(source.at("columns"))});
  }
  for (const Json& sample : json.at("samples")) {
    manifest.samples.push_back({.name = sample.at("name"),
                                .input = StampFromJson(sample.at("input")),
                                .added_at = sample.at("added_at"),
                                .calls = FileFrom(sample.at("calls")),
                                .counted = sample.value("counted", false)});
  }
  for (const Json& part : json.at("sites")) {
    manifest.sites.push_back({.level = part.at("level"), .files = FilesFrom(part.at("files"))});
  }
  manifest.counts = FilesFrom(json.value("counts", Json::array()));  // cohorts of before have none
  return manifest;
}

/// Whether nothing is in the folder but what a first change may have left.
bool IsFree(const std::string& folder) {
  const std::set<std::string> ours = {"sites", "calls", "counts", "cohort.lock", "cohort.readers", "cohort.unfinished"};
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!ours.contains(name) && !name.starts_with(std::string(".") + kCohortManifest)) {
      return false;
    }
  }
  return !error;
}

}  // namespace

int64_t SitesPart::Rows() const {
  int64_t rows = 0;
  for (const CohortFile& file : files) {
    rows += file.rows;
  }
  return rows;
}

std::set<std::string> CohortManifest::Files() const {
  std::set<std::string> paths;
  for (const SitesPart& part : sites) {
    for (const CohortFile& file : part.files) {
      paths.insert(file.path);
    }
  }
  for (const CohortSample& sample : samples) {
    paths.insert(sample.calls.path);
  }
  for (const CohortFile& file : counts) {
    paths.insert(file.path);
  }
  return paths;
}

std::vector<std::string> CohortManifest::SitesPaths() const {
  std::vector<std::string> paths;
  for (const SitesPart& part : sites) {
    for (const CohortFile& file : part.files) {
      paths.push_back(PathOf(file));
    }
  }
  return paths;
}

std::vector<std::string> CohortManifest::CallsPaths() const {
  std::vector<std::string> paths;
  for (const CohortSample& sample : samples) {
    paths.push_back(PathOf(sample.calls));
  }
  return paths;
}

int64_t CohortManifest::Alleles() const {
  int64_t rows = 0;
  for (const SitesPart& part : sites) {
    rows += part.Rows();
  }
  return rows;
}

int64_t CohortManifest::Calls() const {
  int64_t rows = 0;
  for (const CohortSample& sample : samples) {
    rows += sample.calls.rows;
  }
  return rows;
}

uint64_t CohortManifest::SitesBytes() const {
  uint64_t bytes = 0;
  for (const SitesPart& part : sites) {
    bytes += BytesOf(part.files);
  }
  return bytes;
}

uint64_t CohortManifest::CallsBytes() const {
  uint64_t bytes = 0;
  for (const CohortSample& sample : samples) {
    bytes += sample.calls.bytes;
  }
  return bytes;
}

uint64_t CohortManifest::CountsBytes() const {
  return BytesOf(counts);
}

const CohortSample* CohortManifest::FindSample(const std::string& name) const {
  const auto found =
      std::find_if(samples.begin(), samples.end(), [&](const CohortSample& sample) { return sample.name == name; });
  return found == samples.end() ? nullptr : &*found;
}

Result<CohortManifest> ReadCohort(const std::string& folder) {
  const std::string path = AbsolutePath(folder) + "/" + kCohortManifest;
  if (!FileExists(path)) {
    return BadInput("{}: is no cohort{}; varjoin cohort add {} person.vcf.gz -s SOURCE makes one", folder,
                    FileExists(folder) ? "" : " and does not exist" + SuggestNearFile(folder), folder);
  }
  VARJOIN_ASSIGN(const Json json, ReadJson(path));
  try {
    if (json.at("format") != kFormat) {
      return BadInput("{}: was made by varjoin {}, which keeps cohorts in another way; use that or a later one", folder,
                      json.at("varjoin_version").get<std::string>());
    }
    CohortManifest manifest = FromJson(json);
    manifest.folder = AbsolutePath(folder);
    return manifest;
  } catch (const Json::exception& error) {
    return BadInput("{}: is no manifest of a cohort, or damaged ({})", path, error.what());
  }
}

Result<CohortManifest> ReadOrBeginCohort(const std::string& folder) {
  const std::string absolute = AbsolutePath(folder);
  if (FileExists(absolute + "/" + kCohortManifest)) {
    return ReadCohort(folder);
  }
  if (FileExists(absolute) && !IsFolder(absolute)) {
    return BadInput("{}: is a file; a cohort is a folder", folder);
  }
  if (IsFolder(absolute) && !IsFree(absolute)) {
    return BadInput("{}: is no cohort, and not empty; name a folder of the cohort's own", folder);
  }
  return CohortManifest{.folder = absolute};
}

Status WriteCohort(const CohortManifest& manifest) {
  return WriteJson(manifest.folder + "/" + kCohortManifest,
                   {{"format", kFormat},
                    {"varjoin_version", manifest.version},
                    {"generation", manifest.generation},
                    {"changed_at", manifest.changed_at},
                    {"assembly", manifest.assembly},
                    {"reference", manifest.reference},
                    {"reference_fingerprint", manifest.reference_fingerprint},
                    {"duplicates", manifest.duplicates == Duplicates::kFirst ? "first" : "list"},
                    {"fields", ToJson(manifest.fields)},
                    {"contigs", manifest.contigs},
                    {"sources", SourcesJson(manifest)},
                    {"samples", SamplesJson(manifest)},
                    {"sites", SitesJson(manifest)},
                    {"counts", ToJson(manifest.counts)}});
}

}  // namespace varjoin
