// lookups.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/lookups.h"

#include "annotate/lookup_rows.h"
#include "annotate/variant.h"
#include "base/text.h"
#include "sources/source_index.h"

namespace varjoin::server {
namespace {

/// Changes when a source or an index is made, replaced or removed.
std::string VersionOf(const Catalog& catalog, const std::vector<Source>& sources) {
  std::string version;
  for (const Source& source : sources) {
    const auto index = StampOf(catalog.IndexPath(source.name));
    version += fmt::format("{} {} {}\n", source.name, source.fingerprint,
                           index.ok() ? fmt::format("{}/{}", index->size, index->modified) : "-");
  }
  return version;
}

}  // namespace

Status Lookups::Open() {
  VARJOIN_ASSIGN(const std::vector<Source> sources, catalog_.List());
  const std::string version = VersionOf(catalog_, sources);
  if (opened_ && opened_->version == version) {
    return Status::Ok();
  }
  Opened opened{.version = version, .database = nullptr, .sources = {}};
  std::vector<std::string> names;
  for (const Source& source : sources) {
    const std::string state = IndexState(catalog_, source);
    if (state == "current") {
      names.push_back(source.name);
    } else {
      opened.notes.push_back(
          {{"source", source.name},
           {"note", source.interval ? "a source of intervals, which has no single variants"
                                    : fmt::format("has no current index; run: varjoin source index {}", source.name)}});
    }
  }
  VARJOIN_ASSIGN(opened.database, duck::Database::Open({.memory_limit = "128MB", .threads = 1}));
  if (!names.empty()) {
    VARJOIN_ASSIGN(opened.sources, OpenForLookup(*opened.database, catalog_, names, temp_folder_));
  }
  opened_ = std::move(opened);
  return Status::Ok();
}

Result<Json> Lookups::Find(const Json& question) {
  const Json text = question.value("variant", Json());
  if (!text.is_string()) {
    return BadInput("say which \"variant\", as in chr19:44908684:T:C");
  }
  VARJOIN_ASSIGN(const Variant variant, ParseVariant(text.get<std::string>()));
  const std::lock_guard lock(mutex_);
  VARJOIN_RETURN_IF_ERROR(Open());
  Json sources = Json::array();
  for (const SourceRequest& request : opened_->sources.requests) {
    VARJOIN_ASSIGN(Json rows, LookupRows(*opened_->database, request, variant));
    sources.push_back({{"source", request.name},
                       {"has_contig", opened_->sources.HasContig(request.name, variant.chrom)},
                       {"rows", std::move(rows)}});
  }
  return Json{
      {"variant", {{"chrom", variant.chrom}, {"start", variant.start}, {"ref", variant.ref}, {"alt", variant.alt}}},
      {"sources", std::move(sources)},
      {"not_searched", opened_->notes}};
}

}  // namespace varjoin::server
