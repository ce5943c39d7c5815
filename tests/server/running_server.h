// running_server.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// For the tests: a server in this process, and a browser's part of talking to it.
#pragma once

#include <gmock/gmock.h>
#include <httplib.h>

#include <memory>
#include <string>
#include <thread>

#include "server/answer.h"
#include "server/server.h"
#include "support/workbench.h"

namespace varjoin::test {

using server::Json;

/// Listens on a free port for as long as it lives.
class RunningServer {
 public:
  explicit RunningServer(server::ServerOptions options) {
    options.memory_limit = "200MB";
    auto opened = server::Server::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    server_ = *std::move(opened);
    answers_ = std::thread([this] { server_->Run(); });
    const auto welcome = Client().Get(Address().c_str());
    EXPECT_TRUE(welcome) << "no answer";
    const std::string cookie = welcome ? welcome->get_header_value("Set-Cookie") : "";
    cookie_ = cookie.substr(0, cookie.find(';'));
  }

  ~RunningServer() {
    server_->Stop();
    answers_.join();
  }

  server::Server& server() { return *server_; }
  int port() const { return server_->port(); }
  const std::string& cookie() const { return cookie_; }

  /// The path of the address that was printed.
  std::string Address() const { return server_->url().substr(server_->url().find("/?")); }

  /// Patient: a machine may be slow.
  httplib::Client Client() const {
    httplib::Client client("127.0.0.1", server_->port());
    client.set_connection_timeout(600);
    client.set_read_timeout(600);
    return client;
  }

  httplib::Headers Headers() const { return {{"Cookie", cookie_}}; }

  /// The answer's body; "status" is put into it where that is not 200.
  Json Get(const std::string& path, const httplib::Params& parameters = {}) const {
    return BodyOf(Client().Get(path, parameters, Headers()));
  }
  Json Ask(const std::string& path, const Json& question) const {
    return BodyOf(Client().Post(path, Headers(), question.dump(), "application/json"));
  }

 private:
  static Json BodyOf(const httplib::Result& result) {
    if (!result) {
      return {{"status", "no answer"}};
    }
    Json body = Json::parse(result->body, nullptr, false);
    if (result->status != 200) {
      body["status"] = result->status;
    }
    return body;
  }

  std::unique_ptr<server::Server> server_;
  std::thread answers_;
  std::string cookie_;
};

}  // namespace varjoin::test
