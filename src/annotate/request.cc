// request.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/request.h"

#include "base/text.h"

namespace varjoin {

Result<SourceRequest> ParseSourceRequest(const std::string& text) {
  const size_t colon = text.find(':');
  SourceRequest request{text.substr(0, colon), {}};
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
