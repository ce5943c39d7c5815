// console.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "cli/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/files.h"

namespace varjoin::cli {

void OpenStandardFiles() {
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(standard, F_GETFD) == -1) {
      (void)open("/dev/null", standard == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    }
  }
}

bool StderrIsTerminal() {
  return isatty(STDERR_FILENO) == 1;
}

bool StdoutIsTerminal() {
  return isatty(STDOUT_FILENO) == 1;
}

int TerminalWidth() {
  winsize size{};
  return StdoutIsTerminal() && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::string Bold(std::string_view text) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool plain = !StderrIsTerminal() || (no_color != nullptr && *no_color != '\0');
  return plain ? std::string(text) : fmt::format("\x1b[1m{}\x1b[0m", text);
}

void Say(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

int Print(std::string_view text) {
  const size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if ((written == text.size() && std::fflush(stdout) == 0) || errno == EPIPE) {
    return 0;
  }
  return Fail(Failed("cannot write to standard output: {}", ErrnoText(errno)));
}

void Note(std::string_view text) {
  Say(fmt::format("varjoin: note: {}", text));
}

int Fail(const Status& status) {
  Say(fmt::format("varjoin: {}", status.message()));
  return static_cast<int>(status.code());
}

}  // namespace varjoin::cli
