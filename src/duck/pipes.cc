// pipes.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "duck/pipes.h"

namespace varjoin::duck {

Status ReadTwice(const std::string& path) {
  return BadInput(
      "{} can be read only once, and this would read it twice; save it to a file first, or make a table of it: "
      "CREATE TABLE v AS SELECT * FROM read_vcf('{}')",
      path == vcf::kStandardInput ? "standard input" : path, path);
}

Result<std::shared_ptr<vcf::VcfFile>> Pipes::Open(const std::string& path, const vcf::Interrupted& interrupted) {
  const std::lock_guard lock(mutex_);
  const std::string pipe = vcf::PipeBehind(path);
  if (const auto found = files_.find(pipe); found != files_.end()) {
    return found->second != nullptr ? Result<std::shared_ptr<vcf::VcfFile>>(found->second) : ReadTwice(path);
  }
  VARJOIN_ASSIGN(std::shared_ptr<vcf::VcfFile> file, vcf::VcfFile::Open(path, interrupted));
  files_[pipe] = file;
  return file;
}

vcf::Opener Pipes::Opener(vcf::Interrupted interrupted) {
  return [this, interrupted = std::move(interrupted)](const std::string& path) {
    return vcf::PipeBehind(path).empty() ? vcf::OpenVcf(path) : Open(path, interrupted);
  };
}

Result<std::shared_ptr<vcf::VcfFile>> Pipes::Take(const std::string& path) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<vcf::VcfFile> file = std::exchange(files_[vcf::PipeBehind(path)], nullptr);
  return file != nullptr ? Result<std::shared_ptr<vcf::VcfFile>>(std::move(file)) : ReadTwice(path);
}

}  // namespace varjoin::duck
