// many_inputs.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/many_inputs.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "annotate/annotate.h"
#include "annotate/output_format.h"
#include "base/files.h"
#include "base/text.h"
#include "vcf/input_file.h"

namespace varjoin {
namespace {

constexpr size_t kExistingShown = 3;

Result<std::vector<std::string>> ReadList(const std::string& path) {
  Result<std::string> text = ReadWholeFile(path);
  if (!text.ok()) {
    return BadInput("the list of inputs {}", text.status().message());
  }
  std::vector<std::string> paths;
  for (std::string_view line : Split(*text, '\n')) {
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.find('\0') != std::string_view::npos) {
      return BadInput("{}: is no list of inputs, which has one path a line", path);
    }
    if (!line.empty()) {
      paths.emplace_back(line);
    }
  }
  if (paths.empty()) {
    return BadInput("{}: the list of inputs is empty; it has one path a line", path);
  }
  return paths;
}

/// The files that the inputs stand for.
Result<std::vector<std::string>> FilesOf(const std::vector<std::string>& inputs, bool missing_is_failure) {
  std::vector<std::string> files;
  for (const std::string& input : inputs) {
    if (input == vcf::kStandardInput) {
      return BadInput("`-` (standard input) can't be one of many inputs; name its output with -o");
    }
    const Result<std::vector<std::string>> found = ExpandPattern(input);
    if (!found.ok() && !missing_is_failure) {
      return found.status();
    }
    const std::vector<std::string> missing = {input};
    const std::vector<std::string>& more = found.ok() ? *found : missing;
    files.insert(files.end(), more.begin(), more.end());
  }
  std::set<std::string> once;
  for (const std::string& file : files) {
    if (!once.insert(CanonicalPath(file)).second) {
      return BadInput("{}: is given twice", file);
    }
  }
  return files;
}

Status CheckNotThere(const std::vector<AnnotateRequest>& requests, const std::string& one_table) {
  std::vector<std::string> existing;
  for (const AnnotateRequest& request : requests) {
    if (FileExists(request.output)) {
      existing.push_back(request.output);
    }
  }
  if (!one_table.empty() && FileExists(one_table)) {
    existing.push_back(one_table);
  }
  if (existing.empty()) {
    return Status::Ok();
  }
  const size_t more = existing.size() - std::min(existing.size(), kExistingShown);
  existing.resize(existing.size() - more);
  return BadInput("{}{}: exists already; use --force to replace, or --reuse --force to keep what is still right",
                  Join(existing, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

/// No output is another input's too, or an input.
Status CheckApart(const std::vector<AnnotateRequest>& requests, const std::string& one_table) {
  std::map<std::string, std::string> made_of;
  std::set<std::string> inputs;
  for (const AnnotateRequest& request : requests) {
    inputs.insert(CanonicalPath(request.inputs[0]));
  }
  const auto check = [&](const std::string& output, const std::string& input) {
    const auto [other, is_new] = made_of.try_emplace(CanonicalPath(output), input);
    if (!is_new) {
      return BadInput("{} and {} would both become {}; rename one, or annotate them into two folders", other->second,
                      input, output);
    }
    return inputs.contains(CanonicalPath(output)) ? BadInput("{}: is an input itself; name another output", output)
                                                  : Status::Ok();
  };
  for (const AnnotateRequest& request : requests) {
    VARJOIN_RETURN_IF_ERROR(check(request.output, request.inputs[0]));
  }
  return one_table.empty() ? Status::Ok() : check(one_table, "--one-table");
}

}  // namespace

Result<std::vector<std::string>> ReadInputLists(const std::vector<std::string>& inputs) {
  std::vector<std::string> paths;
  for (const std::string& input : inputs) {
    if (!input.starts_with('@')) {
      paths.push_back(input);
      continue;
    }
    VARJOIN_ASSIGN(const std::vector<std::string> listed, ReadList(input.substr(1)));
    paths.insert(paths.end(), listed.begin(), listed.end());
  }
  return paths;
}

Result<std::vector<AnnotateRequest>> RequestsOf(const AnnotateRequest& all, const ManyOutputs& outputs) {
  OutputFormat format = OutputFormat::kParquet;
  if (!all.format.empty()) {
    VARJOIN_ASSIGN(format, OutputFormatOf(all.format, ""));
  }
  if (!outputs.one_table.empty() && format != OutputFormat::kParquet) {
    return BadInput("--one-table: is made of Parquet files, and -O says {}; leave -O out", all.format);
  }
  if (!outputs.one_table.empty()) {
    VARJOIN_ASSIGN(const OutputFormat of_table, OutputFormatOf("", outputs.one_table));
    if (IsRecords(of_table)) {
      return BadInput("--one-table {}: is a table; name a .parquet, .csv, .tsv or .json file", outputs.one_table);
    }
  }
  if (!outputs.one_table.empty() && all.by_chrom) {
    return BadInput("--one-table: can't be had with --partition-by; leave one of them out");
  }
  VARJOIN_ASSIGN(const std::vector<std::string> files, FilesOf(all.inputs, outputs.missing_is_failure));
  if (files.size() > 1 && !all.sample.empty()) {
    return BadInput("--sample: names one sample, and there are {} inputs; their files' names become the samples'",
                    files.size());
  }
  AnnotateRequest one = all;
  one.inputs = std::vector<std::string>();  // gives the room of all of them back, which each copy would have
  std::vector<AnnotateRequest> requests;
  for (const std::string& file : files) {
    AnnotateRequest request = one;
    request.inputs = {file};
    request.output = fmt::format("{}/{}.{}", outputs.folder, SampleOf(request), NameOf(format));
    request.format = NameOf(format);
    requests.push_back(std::move(request));
  }
  VARJOIN_RETURN_IF_ERROR(CheckApart(requests, outputs.one_table));
  VARJOIN_RETURN_IF_ERROR(outputs.may_exist ? Status::Ok() : CheckNotThere(requests, outputs.one_table));
  return requests;
}

}  // namespace varjoin
