// guard.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/guard.h"

#include <httplib.h>
#include <sys/random.h>

#include <array>
#include <charconv>
#include <cstdint>

#include "base/files.h"
#include "base/text.h"

namespace varjoin::server {
namespace {

constexpr size_t kSecretBytes = 32;

Result<std::string> NewSecret() {
  std::array<uint8_t, kSecretBytes> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return Failed("the system gives no random numbers: {}", ErrnoText(errno));
  }
  std::string text;
  for (const uint8_t byte : bytes) {
    text += fmt::format("{:02x}", byte);
  }
  return text;
}

/// In a time that does not tell how much of it is right.
bool SameSecret(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

/// Of a body; nothing: there is none. kMostBody + 1 where it is not to be told.
size_t BodyLength(const httplib::Request& request) {
  const std::string text = request.get_header_value("Content-Length");
  if (request.get_header_value_count("Content-Length") > 1 || request.has_header("Transfer-Encoding")) {
    return kMostBody + 1;
  }
  size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && end == text.data() + text.size() ? length : text.empty() ? 0 : kMostBody + 1;
}

std::string CookieName(int port) {
  return fmt::format("varjoin_{}", port);
}

}  // namespace

Result<Guard> Guard::Make(int port) {
  VARJOIN_ASSIGN(std::string token, NewSecret());
  VARJOIN_ASSIGN(std::string secret, NewSecret());
  return Guard(port, std::move(token), std::move(secret));
}

bool Guard::IsOurHost(const std::string& host) const {
  return host == fmt::format("127.0.0.1:{}", port_) || EqualNoCase(host, fmt::format("localhost:{}", port_));
}

bool Guard::HasCookie(const httplib::Request& request) const {
  const std::string name = CookieName(port_) + "=";
  const std::string header = request.get_header_value("Cookie");
  for (std::string_view part : Split(header, ';')) {
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    if (part.starts_with(name) && SameSecret(part.substr(name.size()), secret_)) {
      return true;
    }
  }
  return false;
}

bool Guard::ShowsToken(const httplib::Request& request) const {
  return request.method == "GET" && request.path == "/" && SameSecret(request.get_param_value("token"), token_);
}

std::string Guard::Cookie() const {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/", CookieName(port_), secret_);
}

std::optional<Answer> Guard::Refuse(const httplib::Request& request) const {
  if (request.get_header_value_count("Host") != 1 || !IsOurHost(request.get_header_value("Host"))) {
    return Refusal(403, "this server answers to localhost only");
  }
  if (request.has_header("Origin") &&
      request.get_header_value("Origin") != "http://" + request.get_header_value("Host")) {
    return Refusal(403, "this server answers to its own page only");
  }
  if (request.method != "GET" && request.method != "POST" && request.method != "HEAD") {
    return Refusal(405, "GET, HEAD and POST are all there is");
  }
  if (!ShowsToken(request) && !HasCookie(request)) {
    return Refusal(401, "open the whole address that varjoin ui printed, with its token");
  }
  const size_t length = BodyLength(request);
  if (length > kMostBody) {
    return Refusal(413, "the question is too long, or does not tell its length");
  }
  if (request.method != "POST") {
    return length == 0 ? std::nullopt : std::optional(Refusal(400, "only POST has a body"));
  }
  const std::string type = request.get_header_value("Content-Type");
  if (type.substr(0, type.find(';')) != "application/json" || request.has_header("Content-Encoding")) {
    return Refusal(415, "questions are plain application/json");
  }
  return std::nullopt;
}

}  // namespace varjoin::server
