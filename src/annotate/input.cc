// input.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "base/write_error.h"
#include "vcf/input_file.h"

namespace varjoin {
namespace {

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

/// Copies what comes from a pipe to a new file and returns its size in bytes.
Result<uint64_t> Spool(const std::string& pipe, const std::string& path, const std::function<bool()>& interrupted) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return WriteError(path, errno, kTempElsewhere);
  }
  const Result<uint64_t> copied = vcf::InputFile::HandOn(pipe, interrupted, [&](std::string_view bytes) {
    return WriteAll(descriptor, bytes.data(), bytes.size())
               ? Status::Ok()
               : WriteError("a copy of " + PipeName(pipe), errno, kTempElsewhere);
  });
  close(descriptor);
  return copied;
}

}  // namespace

std::string CopyOfPipe(const std::string& temp_folder) {
  return temp_folder + "/standard-input";
}

bool IsOnePipe(const std::vector<std::string>& inputs) {
  return inputs.size() == 1 && !vcf::PipeBehind(inputs[0]).empty();
}

std::string PipeName(const std::string& input) {
  return input == vcf::kStandardInput ? "standard input" : input;
}

Result<InputFiles> ResolveInputs(const std::vector<std::string>& inputs, PipeUse pipe, const std::string& temp_folder,
                                 const std::function<bool()>& interrupted) {
  InputFiles files;
  if (inputs.empty()) {
    return BadInput("no input was given");
  }
  if (IsOnePipe(inputs) && pipe == PipeUse::kAsItComes) {
    files.paths = inputs;
    return files;
  }
  if (IsOnePipe(inputs)) {
    const std::string copy = CopyOfPipe(temp_folder);
    VARJOIN_ASSIGN(const uint64_t bytes, Spool(inputs[0], copy, interrupted));
    files.paths = {copy};
    files.notes.push_back(
        fmt::format("{} was copied to the temp directory first ({}): without an index, a run reads its input twice",
                    PipeName(inputs[0]), HumanBytes(bytes)));
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
    if (vcf::PipeBehind(path).empty()) {
      VARJOIN_ASSIGN(FileStamp stamp, StampOf(path));
      stamps.push_back(std::move(stamp));
    }
  }
  return stamps;
}

}  // namespace varjoin
