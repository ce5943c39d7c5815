// server.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// server/ is the local page's side of the program: it answers the page's questions in JSON (openapi.json describes
// them) and hands out the page itself, which web/ holds. It may include all layers below it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"

namespace varjoin::server {

struct ServerOptions {
  std::vector<std::string> places = {};  ///< files and folders that may be read
  int port = 0;                          ///< 0: any that is free
  std::string home = {};                 ///< with the catalog and the records of runs
  std::string memory_limit = {};         ///< of all questions together, as DuckDB reads it
  int threads = 2;                       ///< likewise
  std::string temp_folder = {};          ///< exists; "": no spilling
  std::string version = {};              ///< of varjoin
  double most_seconds = 60;              ///< that a question may take
};

/// One way to ask.
struct Route {
  std::string method;  ///< "GET" or "POST"
  std::string path;
};

/// A server on the loopback interface. Whoever has url() sees what the places hold; nobody else sees anything.
/// Thread-safety: Stop() may be called from any thread.
class Server {
 public:
  /// Listens. Errors: a place is not there, the port is taken.
  static Result<std::unique_ptr<Server>> Open(const ServerOptions& options);
  ~Server();

  int port() const;

  /// The address of the page with the token that opens it.
  std::string url() const;

  /// All that can be asked under /api/.
  std::vector<Route> Routes() const;

  /// Answers until Stop().
  void Run();

  /// Ends what is under way, and Run().
  void Stop();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace varjoin::server
