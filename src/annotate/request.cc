// request.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/request.h"

#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "sources/file_source.h"

namespace varjoin {

namespace {

/// Where the path of an existing file ends, at the end of the text or a colon: a path may have colons too.
Result<size_t> EndOfFile(const std::string& text) {
  for (size_t end = text.size(); end != std::string::npos && end > 0; end = text.rfind(':', end - 1)) {
    if (FileExists(text.substr(0, end))) {
      return end == text.size() ? std::string::npos : end;
    }
  }
  VARJOIN_RETURN_IF_ERROR(ExpandPattern(IsRemotePath(text) ? text : text.substr(0, text.find(':'))).status());
  return BadInput("-s {}: name one file, not a pattern; `varjoin source import NAME {}` makes a source of several",
                  text, text);
}

void UseFreeName(const std::vector<SourceRequest>& others, SourceRequest& request) {
  const std::string name = request.name;
  const auto is_taken = [&](const SourceRequest& other) { return EqualNoCase(other.name, request.name); };
  for (int i = 2; !request.file.empty() && std::any_of(others.begin(), others.end(), is_taken); ++i) {
    request.name = fmt::format("{}_{}", name, i);
  }
}

}  // namespace

Result<std::vector<SourceRequest>> ParseSourceRequests(const std::vector<std::string>& texts) {
  std::vector<SourceRequest> requests;
  for (const std::string& text : texts) {
    VARJOIN_ASSIGN(SourceRequest request, ParseSourceRequest(text));
    UseFreeName(requests, request);
    requests.push_back(std::move(request));
  }
  return requests;
}

std::vector<std::string> JoinColumnsOf(std::vector<std::string> columns) {
  std::set<std::string> names;
  for (const std::string& column : columns) {
    names.insert(ToLower(column));
  }
  return names == std::set<std::string>{"chrom", "start", "ref", "alt"} ? std::vector<std::string>{} : columns;
}

Result<SourceRequest> ParseSourceRequest(const std::string& text) {
  size_t colon = text.find(':');
  SourceRequest request;
  if (IsRemotePath(text) || text.substr(0, colon).find_first_of("./") != std::string::npos) {
    VARJOIN_ASSIGN(colon, EndOfFile(text));
    request.file = AbsolutePath(text.substr(0, colon));
    request.name = SourceNameOf(request.file);
  } else {
    request.name = text.substr(0, colon);
  }
  if (request.name.empty()) {
    return BadInput("-s '{}': expected SOURCE or SOURCE:column=name,…", text);
  }
  if (colon == std::string::npos) {
    return request;
  }
  for (const std::string_view part : Split(std::string_view(text).substr(colon + 1), ',')) {
    const size_t equals = part.find('=');
    const std::string column(part.substr(0, equals));
    const std::string name(equals == std::string_view::npos ? "" : part.substr(equals + 1));
    if (column.empty() || (equals != std::string_view::npos && name.empty())) {
      return BadInput("-s '{}': expected SOURCE:column=name,… and found '{}'", text, part);
    }
    request.columns.emplace_back(column, name);
  }
  return request;
}

}  // namespace varjoin
