// pipes.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/status.h"
#include "vcf/inspect.h"
#include "vcf/vcf_file.h"

namespace varjoin::duck {

/// The pipes that statements of one database read. A statement that is prepared needs a pipe's header, and the one that
/// runs gets what follows, once. Thread-safe.
class Pipes {
 public:
  /// The pipe behind `path`, opened and waited for the first time. Error: it has been read.
  Result<std::shared_ptr<vcf::VcfFile>> Open(const std::string& path, const vcf::Interrupted& interrupted);

  /// Opens pipes as Open() does, and files.
  vcf::Opener Opener(vcf::Interrupted interrupted);

  /// The pipe, to be read by the caller alone. Precondition: Open(). Error: it has been read.
  Result<std::shared_ptr<vcf::VcfFile>> Take(const std::string& path);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<vcf::VcfFile>> files_;  ///< by PipeBehind(); null: has been read
};

/// The error for a pipe that is read a second time.
Status ReadTwice(const std::string& path);

}  // namespace varjoin::duck
