// run_output_path.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/run.h"

#include <cstdlib>
#include <filesystem>

#include "base/text.h"

namespace varjoin {
namespace fs = std::filesystem;

std::string UserOf(const AnnotateRequest& request) {
  const char* environment = std::getenv("USER");
  if (!request.user.empty()) {
    return request.user;
  }
  return environment != nullptr && *environment != '\0' ? environment : "user";
}

std::string SampleOf(const AnnotateRequest& request) {
  if (!request.sample.empty()) {
    return request.sample;
  }
  if (request.inputs[0] == "-") {
    return "standard-input";
  }
  std::string sample = fs::path(request.inputs[0]).filename().string();
  for (const std::string_view ending : {".gz", ".bgz", ".vcf", ".bcf"}) {
    const bool cut = sample.ends_with(ending) && sample.size() > ending.size();
    sample = cut ? sample.substr(0, sample.size() - ending.size()) : sample;
  }
  return sample;
}

std::string DefaultOutput(const AnnotateRequest& request, const std::string& home) {
  std::vector<std::string> names;
  for (const SourceRequest& source : request.sources) {
    names.push_back(source.name);
  }
  const Result<OutputFormat> format = OutputFormatOf(request.format, "");
  return fmt::format("{}/users/{}/{}/{}.{}", home, UserOf(request), SampleOf(request),
                     names.empty() ? "variants" : Join(names, "+"),
                     NameOf(format.ok() ? *format : OutputFormat::kParquet));
}

Status AnnotateRun::CheckOutput() {
  for (const std::string& name : {request_.output.empty() ? UserOf(request_) : request_.user, request_.sample}) {
    if (name.find('/') != std::string::npos || name == "." || name == "..") {
      return BadInput("'{}' can't be a user's or sample's name: it becomes a folder's", name);
    }
  }
  if (request_.output.empty() && plan_.input.paths.size() > 1) {
    return BadInput("with several inputs, name one output for all of them with -o, or a folder with --out-dir");
  }
  const std::string output =
      request_.output.empty() ? DefaultOutput(request_, session_.catalog.home()) : request_.output;
  report_.output = output;
  if (ToStandardOutput()) {
    return Status::Ok();
  }
  if (plan_.by_chrom) {
    return CheckFolder();
  }
  if (FileExists(output) && !IsFolder(output) && !request_.force) {
    return BadInput("{}: exists; use --force to replace it", output);
  }
  for (const std::string& input : plan_.input.paths) {
    std::error_code error;
    if (fs::equivalent(input, output, error)) {
      return BadInput("{}: is the input itself; name another output", output);
    }
  }
  std::vector<std::string> read = request_.filters.regions;
  read.insert(read.end(), {request_.contig_aliases, request_.reference});
  for (const std::string& path : read) {
    std::error_code error;
    if (fs::equivalent(path, output, error)) {
      return BadInput("{}: is read by this run; name another output", output);
    }
  }
  return Status::Ok();
}

/// The output is none of the run's sources, and nothing that varjoin keeps for itself.
Status AnnotateRun::CheckOutputIsNoSource() const {
  if (ToStandardOutput()) {
    return Status::Ok();
  }
  const std::string output = CanonicalPath(report_.output);
  const std::string home = CanonicalPath(session_.catalog.home());
  for (const SourceRequest& wanted : request_.sources) {
    if (!wanted.file.empty() && CanonicalPath(wanted.file) == output) {
      return BadInput("{}: is a source of this run; name another output", report_.output);
    }
  }
  if (output.starts_with(home + "/sources/") || output.starts_with(home + "/cache/") ||
      output.starts_with(home + "/runs/") || output.starts_with(CanonicalPath(session_.catalog.path()))) {
    return BadInput("{}: belongs to varjoin's own data; name another output", report_.output);
  }
  for (const SourcePlan& source : plan_.sources) {
    VARJOIN_ASSIGN(const std::vector<FileStamp> files, FilesOf(source.source));
    for (const FileStamp& file : files) {
      std::error_code error;
      if (fs::equivalent(file.path, report_.output, error)) {
        return BadInput("{}: belongs to source '{}'; name another output", report_.output, source.source.name);
      }
    }
  }
  return Status::Ok();
}

}  // namespace varjoin
