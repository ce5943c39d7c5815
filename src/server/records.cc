// records.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/records.h"

#include "runs/compare.h"
#include "sources/source_index.h"

namespace varjoin::server {
namespace {

constexpr size_t kMostRuns = 500;

Result<std::string> TextIn(const Json& question, const char* name) {
  const Json text = question.value(name, Json());
  if (!text.is_string() || text.get_ref<const std::string&>().empty()) {
    return BadInput("say which \"{}\"", name);
  }
  return text.get<std::string>();
}

Json SummaryOf(const RunJson& record) {
  Json sources = Json::array();
  for (const RunJson& source : ValueAt(record, {"sources"})) {
    sources.push_back(ValueAt(source, {"name"}));
  }
  const RunJson& input = ValueAt(record, {"metadata", "source_vcf"});
  return {{"id", record.at("id")},
          {"state", record.contains("reused") ? Json("reused") : Json(ValueAt(record, {"state"}))},
          {"kind", ValueAt(record, {"kind"})},
          {"started_at", ValueAt(record, {"started_at"})},
          {"seconds", ValueAt(record, {"resources", "duration_sec"})},
          {"peak_memory_mb", ValueAt(record, {"resources", "peak_memory_mb"})},
          {"rows", ValueAt(record, {"metadata", "num_rows"})},
          {"input", input.is_null() ? ValueAt(record, {"configuration", "vcf_path", "value"}) : input},
          {"sources", std::move(sources)},
          {"output", ValueAt(record, {"metadata", "path"})},
          {"error", ValueAt(record, {"error", "message"})}};
}

/// "yes", or why its files are not those that the catalog knows.
std::string FilesState(const Source& source) {
  const auto stamps = FilesOf(source);
  if (!stamps.ok()) {
    return "gone: " + stamps.status().message();
  }
  return Fingerprint(*stamps) == source.fingerprint ? "current" : "changed since the source was added";
}

Json SummaryOf(const Catalog& catalog, const Source& source) {
  return {{"name", source.name},         {"kind", KindName(source.kind)},        {"intervals", source.interval},
          {"rows", source.rows},         {"columns", source.columns.size()},     {"contigs", source.contigs.size()},
          {"assembly", source.assembly}, {"index", IndexState(catalog, source)}, {"files", FilesState(source)},
          {"made_at", source.made_at},   {"checked_at", source.checked_at},      {"warnings", source.warnings}};
}

}  // namespace

Json ListRuns(const RunStore& store) {
  Json runs = Json::array();
  const std::vector<RunJson> records = store.List();
  for (const RunJson& record : records) {
    if (runs.size() == kMostRuns) {
      break;
    }
    runs.push_back(SummaryOf(record));
  }
  return {{"runs", std::move(runs)}, {"of", records.size()}};
}

Result<Json> ShowRun(const RunStore& store, const Json& question) {
  VARJOIN_ASSIGN(const std::string id, TextIn(question, "id"));
  return store.Find(id);
}

Result<Json> CompareTwoRuns(const RunStore& store, const Json& question) {
  VARJOIN_ASSIGN(const std::string a, TextIn(question, "a"));
  VARJOIN_ASSIGN(const std::string b, TextIn(question, "b"));
  VARJOIN_ASSIGN(const RunJson first, store.Find(a));
  VARJOIN_ASSIGN(const RunJson second, store.Find(b));
  return CompareRuns(first, second);
}

Result<Json> ListSources(const Catalog& catalog) {
  VARJOIN_ASSIGN(const std::vector<Source> sources, catalog.List());
  Json all = Json::array();
  for (const Source& source : sources) {
    all.push_back(SummaryOf(catalog, source));
  }
  return Json{{"sources", std::move(all)}};
}

Result<Json> ShowSource(const Catalog& catalog, const Json& question) {
  VARJOIN_ASSIGN(const std::string name, TextIn(question, "name"));
  VARJOIN_ASSIGN(const Source source, catalog.Find(name));
  Json all = SummaryOf(catalog, source);
  all["columns"] = Json::array();
  for (const SourceColumn& column : source.columns) {
    all["columns"].push_back(
        {{"name", column.name}, {"type", column.type}, {"number", column.number}, {"description", column.description}});
  }
  all["contigs"] = Json::array();
  for (const SourceContig& contig : source.contigs) {
    all["contigs"].push_back({{"name", contig.name}, {"length", contig.length ? Json(*contig.length) : Json()}});
  }
  all["made_from"] = source.made_from;
  all["reference"] = source.reference;
  return all;
}

}  // namespace varjoin::server
