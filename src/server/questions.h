// questions.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "duck/bound_queries.h"
#include "runs/run_record.h"
#include "server/answer.h"
#include "server/lookups.h"
#include "server/places.h"
#include "server/query_gate.h"
#include "server/server.h"
#include "server/table.h"
#include "sources/catalog.h"

namespace varjoin::server {

/// A question that can be asked: of GET, the address's parameters as texts; of POST, the body.
struct Question {
  Route route;
  std::function<Answer(const Json& question, const Stop& stop)> answer;
};

/// What the page can ask, and the answers. Thread-safe.
class Questions {
 public:
  static Result<std::unique_ptr<Questions>> Open(const ServerOptions& options);

  const std::vector<Question>& all() const { return all_; }

 private:
  using OfTable = Result<Json> (*)(const Table&, const Asker&, const Json&, const Stop&);

  Questions(const ServerOptions& options, Places places, std::unique_ptr<duck::BoundQueries> queries);
  void AddTables();
  void AddRecords();
  void Add(const char* method, const char* path, std::function<Result<Json>(const Json&, const Stop&)> answer);
  Answer AnswerOfTable(OfTable answer, const Json& question, const Stop& stop);
  Json State() const;

  const std::string version_;
  const Places places_;
  const Catalog catalog_;
  const RunStore runs_;
  const std::unique_ptr<duck::BoundQueries> queries_;
  QueryGate gate_;
  const Asker asker_;
  Tables tables_;
  Lookups lookups_;
  std::vector<Question> all_;
};

}  // namespace varjoin::server
