// fetch.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/status.h"
#include "sources/catalog.h"
#include "sources/import.h"
#include "sources/known_sources.h"

namespace varjoin {

struct FetchRequest {
  std::string what;                       ///< the name of a known database, or an address
  std::string name = {};                  ///< of the source; "": the database's, or after the address's file
  std::string assembly = {};              ///< "": the first that is known of the database
  std::vector<std::string> contigs = {};  ///< of a database with a file for each; none: all
  std::string folder = {};                ///< for the files; "": a folder of the catalog's home
  std::string checksum = {};              ///< an MD5 or SHA-256 in hexadecimal, or the address of a file with it
};

struct FetchFile {
  std::string url;
  std::string path;
  std::string checksum;  ///< see FetchRequest; "": none
};

/// What is to be done, before anything is.
struct FetchPlan {
  std::vector<FetchFile> files;
  ImportRequest import;       ///< without the user's own options
  bool is_temporary = false;  ///< the folder is varjoin's own
};

/// Errors: a name or assembly that is not known (near ones are named), an address that is none.
Result<FetchPlan> PlanFetch(const Catalog& catalog, const FetchRequest& request);

struct FetchOptions {
  uint64_t bytes_per_second = 0;  ///< at most; 0: as fast as it comes
  double first_wait = 1;          ///< seconds, see DownloadRequest
  std::function<bool()> stopped = [] { return false; };
  std::function<void(const std::string& what)> on_phase = [](const std::string&) {};
  std::function<void(uint64_t bytes, uint64_t whole)> on_bytes = [](uint64_t, uint64_t) {};
};

struct Fetched {
  uint64_t bytes = 0;    ///< of all files
  uint64_t arrived = 0;  ///< of these, by this call
  int checked = 0;       ///< files whose checksum was compared with the publisher's
  std::vector<std::string> notes;
  std::optional<FileLock> lock;  ///< keeps others from the folder: hold it for as long as the files are used
};

/// Downloads the files of a plan into its folder, see Download(). Errors: kTryAgain if another fetch is at work there.
Result<Fetched> FetchFiles(const FetchPlan& plan, const FetchOptions& options);

/// Removes the files, and the folder if nothing else is in it.
void RemoveFetched(const FetchPlan& plan);

/// The checksum that a publisher's file `text` gives of the file `name`: lines "HEX  NAME", "HEX" alone or
/// "SUM BLOCKS NAME". "": it gives none.
std::string ChecksumIn(const std::string& text, const std::string& name);

}  // namespace varjoin
