// server.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <optional>
#include <thread>

#include "base/text.h"
#include "server/guard.h"
#include "server/http_client.h"
#include "server/page_files.h"
#include "server/questions.h"

namespace varjoin::server {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
constexpr int kThreads = 24;  ///< that hold a connection, most of them only to write
constexpr int kMostUnanswered =
    1'024;  ///< connections that wait for a thread; the library's 5 lose some when many come
constexpr time_t kReadSeconds = 5;
constexpr time_t kWriteSeconds = 10;

/// Nothing comes from outside, nothing goes out, nobody frames the page.
const httplib::Headers& SafeHeaders() {
  static const httplib::Headers headers = {
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri "
       "'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"}};
  return headers;
}

/// Takes the browser on without the token. Not a redirection: a cookie of SameSite=Strict would not go with one that
/// began in another page.
constexpr const char* kWelcome =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=/\">"
    "<link rel=\"icon\" href=\"data:,\"><title>varjoin</title><p><a href=\"/\">Go on to the page</a></html>\n";

void Send(const Answer& answer, httplib::Response& response) {
  response.status = answer.status;
  response.set_content(answer.body.dump(-1, ' ', false, Json::error_handler_t::replace), "application/json");
}

/// What is asked; nothing: it is no JSON object, or one that is nested so deeply that to go through it would take more
/// stack than a thread has.
std::optional<Json> QuestionOf(const httplib::Request& request) {
  if (request.method == "POST") {
    constexpr int kDeepest = 16;
    bool too_deep = false;
    const auto keep = [&too_deep](int depth, Json::parse_event_t, Json&) {
      too_deep = too_deep || depth > kDeepest;
      return depth <= kDeepest;
    };
    Json body = Json::parse(request.body, keep, /*allow_exceptions=*/false);
    return body.is_object() && !too_deep ? std::optional(std::move(body)) : std::nullopt;
  }
  Json question = Json::object();
  for (const auto& [name, value] : request.params) {
    question[name] = value;
  }
  return question;
}

}  // namespace

struct Server::State {
  explicit State(std::unique_ptr<Questions> of_questions) : questions(std::move(of_questions)) {}

  int port = 0;
  socket_t listening = INVALID_SOCKET;  ///< the library's
  double most_seconds = 0;
  std::optional<Guard> guard;  ///< once the port is known
  std::unique_ptr<Questions> questions;
  std::atomic<bool> stopping{false};
  std::atomic<bool> running{false};
  httplib::Server http;

  void SetUp();
  void AddPage();
  void AddQuestions();
  void Ask(const Question& question, const httplib::Request& request, httplib::Response& response);
};

void Server::State::SetUp() {
  http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  // Not the library's own, which would let two servers share a port.
  http.set_socket_options([this](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    listening = socket;
  });
  // A connection a question: one that was refused leaves no body behind that would be read as the next.
  http.set_keep_alive_max_count(1);
  http.set_tcp_nodelay(true);
  http.set_read_timeout(kReadSeconds);
  http.set_write_timeout(kWriteSeconds);
  http.set_payload_max_length(kMostBody);
  http.set_default_headers(SafeHeaders());
  http.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    // The library would pack every answer with Brotli's slowest level: seconds for the page's script, for nothing on
    // loopback. It has no switch for that, and the request is its own variable, not a constant.
    const_cast<httplib::Request&>(request).headers.erase("Accept-Encoding");
    const auto refusal = guard->Refuse(request);
    if (refusal) {
      Send(*refusal, response);
    } else if (guard->ShowsToken(request)) {
      response.set_header("Set-Cookie", guard->Cookie());
      response.set_content(kWelcome, "text/html; charset=utf-8");
      response.status = 200;
    } else {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    return httplib::Server::HandlerResponse::Handled;
  });
  http.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (response.body.empty()) {
      Send(Refusal(response.status, response.status == 404 ? "there is nothing here" : "this can't be answered"),
           response);
    }
  });
  http.set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
    Send(Refusal(500, "the server met an error of its own; its terminal may say more"), response);
  });
}

void Server::State::AddPage() {
  for (const PageFile& file : PageFiles()) {
    http.Get(std::string(file.path), [&file](const httplib::Request&, httplib::Response& response) {
      response.set_content(file.content.data(), file.content.size(), std::string(file.type));
    });
  }
}

void Server::State::Ask(const Question& question, const httplib::Request& request, httplib::Response& response) {
  const auto asked = QuestionOf(request);
  if (!asked) {
    Send(Refusal(400, "a question is a JSON object"), response);
    return;
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  const HttpClient client(request.local_port, request.remote_port);
  Answer answer = question.answer(*asked, [&] { return stopping || seconds() > most_seconds || client.IsGone(); });
  if (answer.status == 200) {
    answer.body["milliseconds"] = std::round(seconds() * 10'000) / 10;
  }
  Send(answer, response);
}

void Server::State::AddQuestions() {
  for (const Question& question : questions->all()) {
    const auto handler = [this, &question](const httplib::Request& request, httplib::Response& response) {
      Ask(question, request, response);
    };
    if (question.route.method == "GET") {
      http.Get(question.route.path, handler);
    } else {
      http.Post(question.route.path, handler);
    }
  }
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::Open(const ServerOptions& options) {
  VARJOIN_ASSIGN(auto questions, Questions::Open(options));
  auto state = std::make_unique<State>(std::move(questions));
  state->most_seconds = options.most_seconds;
  state->SetUp();
  errno = 0;
  const bool bound = options.port == 0 ? (state->port = state->http.bind_to_any_port(kLoopback)) > 0
                                       : state->http.bind_to_port(kLoopback, options.port);
  if (!bound) {
    return errno == EADDRINUSE || options.port != 0
               ? BadInput("port {} is taken; choose another with --port, or leave it out", options.port)
               : Failed("cannot listen on {}: {}", kLoopback, ErrnoText(errno));
  }
  state->port = options.port == 0 ? state->port : options.port;
  if (listen(state->listening, kMostUnanswered) != 0) {
    return Failed("cannot listen on {}: {}", kLoopback, ErrnoText(errno));
  }
  VARJOIN_ASSIGN(Guard guard, Guard::Make(state->port));
  state->guard.emplace(std::move(guard));
  state->AddPage();
  state->AddQuestions();
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

int Server::port() const {
  return state_->port;
}

std::string Server::url() const {
  return fmt::format("http://{}:{}/?token={}", kLoopback, state_->port, state_->guard->token());
}

std::vector<Route> Server::Routes() const {
  std::vector<Route> routes;
  for (const Question& question : state_->questions->all()) {
    routes.push_back(question.route);
  }
  return routes;
}

void Server::Run() {
  state_->running = true;
  if (!state_->stopping) {
    state_->http.listen_after_bind();
  }
  state_->running = false;
}

void Server::Stop() {
  state_->stopping = true;
  while (state_->running) {  // the library forgets a stop that comes before it listens
    state_->http.stop();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace varjoin::server
