// page_files.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace varjoin::server {

/// A file of the page, which is part of the program.
struct PageFile {
  std::string_view path;  ///< in the address
  std::string_view type;  ///< MIME
  std::string_view content;
};

/// The page as web/ builds it, or where it was not built, one that says so; and the description of the API.
std::span<const PageFile> PageFiles();

}  // namespace varjoin::server
