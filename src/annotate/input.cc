// input.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/input.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "base/write_error.h"
#include "vcf/input_file.h"

namespace varjoin {
namespace {

constexpr int kWaitMilliseconds = 200;

bool WriteAll(int descriptor, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(descriptor, bytes, size);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

/// Waits until standard input has something to read, or has ended. False: interrupted.
bool WaitForInput(const std::function<bool()>& interrupted) {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (!interrupted()) {
    // A signal may come between the question and the wait, so that the wait is a short one.
    if (poll(&input, 1, kWaitMilliseconds) > 0) {
      return true;
    }
  }
  return false;
}

/// Copies standard input to a new file and returns its size in bytes.
Result<uint64_t> Spool(const std::string& path, const std::function<bool()>& interrupted) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return WriteError(path, errno, kTempElsewhere);
  }
  std::vector<char> buffer(size_t{1} << 20);
  uint64_t total = 0;
  for (;;) {
    if (!WaitForInput(interrupted)) {
      close(descriptor);
      return Status(StatusCode::kInterrupted, "interrupted");
    }
    const ssize_t got = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got == 0) {
      close(descriptor);
      return total;
    }
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0 || !WriteAll(descriptor, buffer.data(), static_cast<size_t>(got))) {
      const int error = errno;
      close(descriptor);
      return got < 0 ? Failed("standard input can't be read: {}", ErrnoText(error))
                     : WriteError("a copy of standard input", error, kTempElsewhere);
    }
    total += static_cast<uint64_t>(got);
  }
}

}  // namespace

std::string CopyOfStandardInput(const std::string& temp_folder) {
  return temp_folder + "/standard-input";
}

bool IsStandardInput(const std::vector<std::string>& inputs) {
  return inputs.size() == 1 && inputs[0] == vcf::kStandardInput;
}

Result<InputFiles> ResolveInputs(const std::vector<std::string>& inputs, PipeUse pipe, const std::string& temp_folder,
                                 const std::function<bool()>& interrupted) {
  InputFiles files;
  if (inputs.empty()) {
    return BadInput("no input was given");
  }
  if (IsStandardInput(inputs) && pipe == PipeUse::kAsItComes) {
    files.paths = inputs;
    return files;
  }
  if (IsStandardInput(inputs)) {
    const std::string copy = CopyOfStandardInput(temp_folder);
    VARJOIN_ASSIGN(const uint64_t bytes, Spool(copy, interrupted));
    files.paths = {copy};
    files.notes.push_back(fmt::format(
        "standard input was copied to the temp directory first ({}): without an index, a run reads its input twice",
        HumanBytes(bytes)));
    return files;
  }
  for (const std::string& input : inputs) {
    if (input == vcf::kStandardInput) {
      return BadInput("`-` (standard input) can't be read together with other files");
    }
    VARJOIN_ASSIGN(const std::vector<std::string> paths, ExpandPattern(input));
    files.paths.insert(files.paths.end(), paths.begin(), paths.end());
  }
  std::vector<std::string> sorted;
  for (const std::string& path : files.paths) {
    sorted.push_back(CanonicalPath(path));
  }
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) {
    return BadInput("{}: is given twice", *twice);
  }
  return files;
}

Result<std::vector<FileStamp>> StampsOf(const std::vector<std::string>& paths) {
  std::vector<FileStamp> stamps;
  for (const std::string& path : paths) {
    if (path != vcf::kStandardInput) {
      VARJOIN_ASSIGN(FileStamp stamp, StampOf(path));
      stamps.push_back(std::move(stamp));
    }
  }
  return stamps;
}

}  // namespace varjoin
