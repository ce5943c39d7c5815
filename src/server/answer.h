// answer.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "base/status.h"

namespace varjoin::server {

using Json = nlohmann::ordered_json;

/// What a request is answered with.
struct Answer {
  int status = 200;  ///< of HTTP
  Json body = {};
};

/// {"error": "…"}: a sentence for the person at the page.
inline Answer Refusal(int status, const std::string& sentence) {
  return {status, {{"error", sentence}}};
}

inline Answer Refusal(const Status& status) {
  switch (status.code()) {
    case StatusCode::kBadInput:
      return Refusal(400, status.message());
    case StatusCode::kTryAgain:
      return Refusal(503, status.message());
    case StatusCode::kInterrupted:
      return Refusal(504, "this took too long and was stopped; ask for less, or filter by a region first");
    default:
      return Refusal(500, status.message());
  }
}

/// Whether the work on a request should end: nobody waits for it any more, its time is over, or the server stops.
using Stop = std::function<bool()>;

}  // namespace varjoin::server
