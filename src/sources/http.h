// http.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace varjoin {

struct HttpRequest {
  std::string url;                     ///< http:// or https://
  uint64_t offset = 0;                 ///< first byte that is wanted, from 0; 0: the whole file
  std::string if_range = {};           ///< an ETag or a date: only if the file is still that one, else all of it
  uint64_t bytes_per_second = 0;       ///< at most; 0: as fast as it comes
  std::function<bool()> stopped = {};  ///< asked every second at least
};

/// What the server says before it sends anything.
struct HttpHead {
  int status = 0;                  ///< 200: the file, 206: a part of it
  std::optional<uint64_t> length;  ///< bytes that it says it sends
  uint64_t first = 0;              ///< of a part: its first byte
  std::optional<uint64_t> whole;   ///< of a part: bytes of the whole file
  std::string etag;                ///< as written; "": none
  std::string last_modified;       ///< likewise
  std::string md5;                 ///< of the whole file, in hexadecimal, where the server tells it; "": none
  std::optional<double> wait;      ///< seconds after which it wants to be asked again
};

/// How a transfer ended.
struct HttpEnd {
  Status status;         ///< kTryAgain: the server or the network may do better later
  HttpHead head;         ///< of the last answer
  bool was_lie = false;  ///< more bytes came than the server had announced
};

/// Gets one address, over redirections. `begin` sees the head of an answer with status 200 or 206, before its bytes; it
/// returns whether they are wanted. `write` gets the bytes. An error of either ends the transfer with it. Statuses but
/// 200 and 206 are errors; `end.head.status` tells them apart.
///
/// The connection is read to its end, whatever length was announced, and both are compared: what stops at an announced
/// length would cut a file short where that is wrong.
HttpEnd HttpGet(const HttpRequest& request, const std::function<Result<bool>(const HttpHead&)>& begin,
                const std::function<Status(std::string_view)>& write);

}  // namespace varjoin
