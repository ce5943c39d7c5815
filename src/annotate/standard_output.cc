// standard_output.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/standard_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/files.h"

namespace varjoin {
namespace {

constexpr size_t kBuffer = size_t{1} << 16;

}  // namespace

Result<std::unique_ptr<StandardOutput>> StandardOutput::Open() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Failed("cannot make a pipe: {}", ErrnoText(errno));
  }
  return std::unique_ptr<StandardOutput>(new StandardOutput(ends[0], ends[1]));
}

StandardOutput::StandardOutput(int in, int out)
    : in_(in), out_(out), path_(fmt::format("/proc/self/fd/{}", out)), thread_([this] { Carry(); }) {}

StandardOutput::~StandardOutput() {
  if (out_ >= 0) {
    (void)Close();
  }
}

/// By a thread of its own, to the end of the pipe or the first error, after which who writes into the pipe gets one.
void StandardOutput::Carry() {
  std::vector<char> buffer(kBuffer);
  while (written_.ok()) {
    const ssize_t count = read(in_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      break;
    }
    written_ = output_.Write({buffer.data(), static_cast<size_t>(count)});
  }
  close(in_);
}

Result<uint64_t> StandardOutput::Close() {
  close(std::exchange(out_, -1));
  thread_.join();
  return written_.ok() ? Result<uint64_t>(output_.written()) : written_;
}

}  // namespace varjoin
