// proc_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "system/proc_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "base/text.h"

namespace varjoin {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view WithoutLeadingBlanks(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlank);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

}  // namespace

std::string ReadProcFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return "";
  }
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t size = read(file, buffer.data(), buffer.size());
    if (size > 0) {
      text.append(buffer.data(), static_cast<size_t>(size));
    } else if (size == 0 || errno != EINTR) {
      break;
    }
  }
  close(file);
  return text;
}

std::optional<uint64_t> WholeNumber(std::string_view text) {
  text = WithoutLeadingBlanks(text);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(static_cast<size_t>(end - text.data()));
  if (error != std::errc() || !WithoutLeadingBlanks(rest).empty()) {
    return std::nullopt;
  }
  return number;
}

std::optional<uint64_t> LabelledNumber(std::string_view text, std::string_view label) {
  for (const std::string_view line : Split(text, '\n')) {
    if (line.starts_with(label)) {
      const std::string_view value = WithoutLeadingBlanks(line.substr(label.size()));
      return WholeNumber(value.substr(0, value.find_first_of(kBlank)));
    }
  }
  return std::nullopt;
}

}  // namespace varjoin
