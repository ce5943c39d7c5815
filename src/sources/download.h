// download.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/status.h"

namespace varjoin {

struct DownloadRequest {
  std::string url;
  std::string path;               ///< where the file is to lie; its folder exists
  uint64_t bytes_per_second = 0;  ///< at most; 0: as fast as it comes
  double first_wait = 1;          ///< seconds before the second attempt; each further one waits twice as long
  std::function<bool()> stopped = [] { return false; };
  /// How much of the file is there; 0 of 0 where its size is not known.
  std::function<void(uint64_t bytes, uint64_t whole)> on_bytes = [](uint64_t, uint64_t) {};
  /// Looks at a file that is complete, before it takes its place. `md5` is what the server tells of it, or "".
  std::function<Status(const std::string& path, const std::string& md5)> check = [](const auto&, const auto&) {
    return Status::Ok();
  };
};

struct Downloaded {
  uint64_t bytes = 0;      ///< of the file
  uint64_t kept = 0;       ///< of these, bytes that an earlier attempt had brought
  bool was_there = false;  ///< an earlier download of just this file
};

/// Downloads a file: into PATH.part, with what the server said of it in PATH.origin, and into its place when it is
/// complete, checked and synced.
///
/// An attempt that broke off goes on where it was, also that of an earlier run, if the server confirms that the file is
/// still the same (its ETag or date), and starts anew otherwise. A file that is in its place is kept if the server
/// confirms it. Trouble that may pass is tried again five times without progress. One download of a path at a time:
/// the caller holds a lock.
/// Errors: kTryAgain if the server, the network or the disk may do better later, with what has arrived kept.
Result<Downloaded> Download(const DownloadRequest& request);

/// A small text file, such as one of checksums, into memory. The same attempts. kBadInput: there is none.
Result<std::string> DownloadText(const std::string& url, double first_wait, const std::function<bool()>& stopped);

}  // namespace varjoin
