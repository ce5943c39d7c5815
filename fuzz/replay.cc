// replay.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzz target without libFuzzer: on files, and on random changes of them.
//
// usage: fuzz_NAME [--changes N] FILE|FOLDER…
//
// Each file is tried as it is and N times with changes; what was tried last is told by its number if the program ends
// before its time (`--only NUMBER` tries that alone).
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

struct Attempt {
  std::string file;
  uint64_t number = 0;  ///< 0: the file as it is
};
char at_hand[4096];  ///< the attempt, for the signal handler

void TellAttempt(int signal) {
  (void)!write(STDERR_FILENO, at_hand, std::char_traits<char>::length(at_hand));
  std::signal(signal, SIG_DFL);
  (void)std::raise(signal);
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The same for the same number.
std::string Changed(std::string bytes, uint64_t number) {
  std::mt19937_64 random(number);
  for (size_t changes = number == 0 ? 0 : 1 + random() % 5; changes > 0 && !bytes.empty(); --changes) {
    const size_t at = random() % bytes.size();
    const size_t size = std::min<size_t>(size_t{1} << (random() % 4), bytes.size() - at);
    switch (random() % 8) {
      case 0:
        bytes.erase(at, random() % 2 == 0 ? size : random() % bytes.size());
        break;
      case 1:
        bytes.insert(at, bytes, random() % bytes.size(), random() % 200);
        break;
      case 2:
        bytes.replace(at, size, size, '\xFF');
        break;
      case 3:
        bytes.replace(at, size, size, '\0');
        break;
      case 4:
        bytes.replace(at, size, bytes, random() % bytes.size(), size);
        break;
      default:
        bytes[at] = static_cast<char>(random() % 2 == 0 ? random() : bytes[at] ^ (1 << random() % 8));
    }
  }
  return bytes;
}

void Try(const std::string& bytes, const Attempt& attempt) {
  fmt::format_to_n(at_hand, sizeof(at_hand) - 1, "\nin {}, change {}\n{}", attempt.file, attempt.number, '\0');
  // Memory of just this size, so that a sanitizer sees a read behind it.
  const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

uint64_t NumberOf(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

int main(int count, char** arguments) {
  uint64_t first = 0;
  uint64_t last = 0;
  std::vector<std::string> files;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--changes" && i + 1 < count) {
      last = NumberOf(arguments[++i]);
    } else if (argument == "--only" && i + 1 < count) {
      first = last = NumberOf(arguments[++i]);
    } else if (std::filesystem::is_directory(argument)) {
      for (const auto& entry : std::filesystem::directory_iterator(argument)) {
        files.push_back(entry.path());
      }
    } else {
      files.push_back(argument);
    }
  }
  std::sort(files.begin(), files.end());
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGALRM}) {
    std::signal(signal, TellAttempt);
  }
  uint64_t tried = 0;
  for (const std::string& file : files) {
    const std::string bytes = ReadAll(file);
    for (uint64_t number = first; number <= last; ++number, ++tried) {
      alarm(20);  // no input may take that long
      Try(Changed(bytes, number), {file, number});
    }
  }
  fmt::print("tried {} inputs from {} files\n", tried, files.size());
  return files.empty() ? 1 : 0;
}
