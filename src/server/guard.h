// guard.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/status.h"
#include "server/answer.h"

namespace httplib {
struct Request;
}

namespace varjoin::server {

/// The longest body that is read.
inline constexpr size_t kMostBody = 256 * 1024;

/// Who may talk to the server: whoever shows the token that was printed in the address, and from then on the cookie
/// that was given for it. Everything else is refused before a byte of its body is read. Immutable; thread-safe.
///
/// Against pages of others in the same browser: the Host must be this machine by name or number (a name that was
/// re-bound to 127.0.0.1 is not), an Origin must be the page's own, and the cookie is SameSite=Strict.
class Guard {
 public:
  /// With secrets of its own, from the kernel.
  static Result<Guard> Make(int port);

  const std::string& token() const { return token_; }

  /// Why a request is refused; nothing: it may pass.
  std::optional<Answer> Refuse(const httplib::Request& request) const;

  /// Whether it is the address with the token, which gets the cookie.
  bool ShowsToken(const httplib::Request& request) const;
  std::string Cookie() const;

 private:
  Guard(int port, std::string token, std::string secret)
      : port_(port), token_(std::move(token)), secret_(std::move(secret)) {}
  bool IsOurHost(const std::string& host) const;
  bool HasCookie(const httplib::Request& request) const;

  int port_;
  std::string token_;
  std::string secret_;
};

}  // namespace varjoin::server
