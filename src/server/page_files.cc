// page_files.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "server/page_files.h"

#include <array>

// The linker's part of #embed, which C++20 does not have.
#define VARJOIN_EMBED(name, path)                                                                      \
  asm(".section .rodata\n" #name "_begin: .incbin \"" path "\"\n" #name "_end: .byte 0\n.previous\n"); \
  extern "C" __attribute__((visibility("hidden"))) const char name##_begin[];                          \
  extern "C" __attribute__((visibility("hidden"))) const char name##_end[]

VARJOIN_EMBED(varjoin_page_html, VARJOIN_PAGE_FOLDER "/index.html");
VARJOIN_EMBED(varjoin_page_script, VARJOIN_PAGE_FOLDER "/app.js");
VARJOIN_EMBED(varjoin_page_style, VARJOIN_PAGE_FOLDER "/app.css");
VARJOIN_EMBED(varjoin_page_api, VARJOIN_API_FOLDER "/openapi.json");

namespace varjoin::server {
namespace {

std::string_view Between(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

std::span<const PageFile> PageFiles() {
  static const std::array<PageFile, 4> files = {{
      {"/", "text/html; charset=utf-8", Between(varjoin_page_html_begin, varjoin_page_html_end)},
      {"/app.js", "text/javascript; charset=utf-8", Between(varjoin_page_script_begin, varjoin_page_script_end)},
      {"/app.css", "text/css; charset=utf-8", Between(varjoin_page_style_begin, varjoin_page_style_end)},
      {"/api/openapi.json", "application/json", Between(varjoin_page_api_begin, varjoin_page_api_end)},
  }};
  return files;
}

}  // namespace varjoin::server
