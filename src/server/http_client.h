// http_client.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

namespace varjoin::server {

/// The browser at the other end of a request, while it is worked on. cpp-httplib does not say whether it is still
/// there, so its connection is looked up among the process's own by its two ports.
class HttpClient {
 public:
  HttpClient(int local_port, int remote_port);

  /// It has closed its end: the tab is gone, or the page no longer wants the answer.
  bool IsGone() const;

 private:
  int socket_ = -1;  ///< owned by the server's thread, which the object lives within; -1: not found
};

}  // namespace varjoin::server
