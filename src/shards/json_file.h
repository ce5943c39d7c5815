// json_file.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "annotate/request.h"
#include "base/files.h"
#include "base/status.h"

namespace varjoin {

using Json = nlohmann::ordered_json;

/// All at once, in place of an old one. File names that are not UTF-8 are an error.
Status WriteJson(const std::string& path, const Json& json);

/// Error: it can't be read, or is no JSON.
Result<Json> ReadJson(const std::string& path);

/// What is about one run only (inputs, output) is left out.
Json ToJson(const AnnotateRequest& request);
AnnotateRequest RequestFromJson(const Json& json);

Json ToJson(const FileStamp& stamp);
FileStamp StampFromJson(const Json& json);

}  // namespace varjoin
