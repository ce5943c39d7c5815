// questions.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/questions.h"

#include "server/records.h"
#include "server/variants.h"

namespace varjoin::server {
namespace {

constexpr int kMostRunning = 3;   ///< statements at a time
constexpr int kMostWaiting = 64;  ///< others that wait their turn

Answer AnswerOf(const Result<Json>& result) {
  return result.ok() ? Answer{200, *result} : Refusal(result.status());
}

std::string FileOf(const Json& question) {
  const Json file = question.value("file", Json());
  return file.is_string() ? file.get<std::string>() : "";
}

}  // namespace

Result<std::unique_ptr<Questions>> Questions::Open(const ServerOptions& options) {
  VARJOIN_ASSIGN(Places places, Places::Of(options.places));
  VARJOIN_ASSIGN(auto queries, duck::BoundQueries::Open({.memory_limit = options.memory_limit,
                                                         .threads = options.threads,
                                                         .temp_directory = options.temp_folder,
                                                         .files = places.files(),
                                                         .folders = places.folders()}));
  return std::unique_ptr<Questions>(new Questions(options, std::move(places), std::move(queries)));
}

Questions::Questions(const ServerOptions& options, Places places, std::unique_ptr<duck::BoundQueries> queries)
    : version_(options.version),
      places_(std::move(places)),
      catalog_(options.home),
      runs_(options.home),
      queries_(std::move(queries)),
      gate_(kMostRunning, kMostWaiting),
      asker_(*queries_, gate_),
      tables_(places_, asker_, catalog_),
      lookups_(catalog_, options.temp_folder) {
  AddTables();
  AddRecords();
}

void Questions::Add(const char* method, const char* path,
                    std::function<Result<Json>(const Json&, const Stop&)> answer) {
  all_.push_back({{method, path}, [answer = std::move(answer)](const Json& question, const Stop& stop) {
                    return AnswerOf(answer(question, stop));
                  }});
}

Json Questions::State() const {
  Json files = Json::array();
  for (const FileStamp& stamp : places_.List()) {
    files.push_back({{"path", stamp.path}, {"bytes", stamp.size}, {"modified", stamp.modified / 1'000'000'000}});
  }
  Json named = places_.folders();
  return {{"version", version_}, {"files", std::move(files)}, {"folders", std::move(named)}};
}

/// A file that is replaced while it is read would give rows of the one under places of the other: its version is
/// compared before and after.
Answer Questions::AnswerOfTable(OfTable answer, const Json& question, const Stop& stop) {
  const auto table = tables_.Open(FileOf(question), stop);
  if (!table.ok()) {
    return Refusal(table.status());
  }
  const Answer changed = Refusal(409, "the file has changed since the page read it; load the page again");
  if (question.contains("version") && question.at("version") != (*table)->version) {
    return changed;
  }
  const Answer given = AnswerOf(answer(**table, asker_, question, stop));
  const auto after = StampOf((*table)->stamp.path);
  return after.ok() && *after == (*table)->stamp ? given : changed;
}

void Questions::AddTables() {
  Add("GET", "/api/state", [this](const Json&, const Stop&) -> Result<Json> { return State(); });
  Add("GET", "/api/file", [this](const Json& question, const Stop& stop) -> Result<Json> {
    VARJOIN_ASSIGN(const auto table, tables_.Open(FileOf(question), stop));
    return DescribeTable(*table);
  });
  const std::pair<const char*, OfTable> of_tables[] = {{"/api/variants", PageOfRows},
                                                       {"/api/count", CountRows},
                                                       {"/api/variant", ShowRow},
                                                       {"/api/distribution", Distribution}};
  for (const auto& [path, answer] : of_tables) {
    all_.push_back({{"POST", path}, [this, answer = answer](const Json& question, const Stop& stop) {
                      return AnswerOfTable(answer, question, stop);
                    }});
  }
}

void Questions::AddRecords() {
  Add("GET", "/api/runs", [this](const Json&, const Stop&) -> Result<Json> { return ListRuns(runs_); });
  Add("GET", "/api/run", [this](const Json& question, const Stop&) { return ShowRun(runs_, question); });
  Add("GET", "/api/compare", [this](const Json& question, const Stop&) { return CompareTwoRuns(runs_, question); });
  Add("GET", "/api/sources", [this](const Json&, const Stop&) { return ListSources(catalog_); });
  Add("GET", "/api/source", [this](const Json& question, const Stop&) { return ShowSource(catalog_, question); });
  Add("GET", "/api/lookup", [this](const Json& question, const Stop&) { return lookups_.Find(question); });
}

}  // namespace varjoin::server
