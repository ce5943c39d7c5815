// input_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/input_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/files.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kStartBytes = 4096;
constexpr size_t kHandOnBytes = size_t{1} << 20;
constexpr int kWaitMilliseconds = 100;

}  // namespace

std::string PipeBehind(const std::string& path) {
  struct stat found {};
  const bool standard = path == kStandardInput;
  if ((standard ? fstat(STDIN_FILENO, &found) : stat(path.c_str(), &found)) != 0) {
    return standard ? std::string(kStandardInput) : "";
  }
  if (!standard && (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode))) {
    return "";
  }
  return fmt::format("{}:{}", found.st_dev, found.st_ino);
}

InputFile::InputFile(std::string path, int descriptor, Interrupted interrupted)
    : path_(std::move(path)),
      name_(path_ == kStandardInput ? "standard input" : path_),
      descriptor_(descriptor),
      interrupted_(std::move(interrupted)) {}

Result<std::unique_ptr<InputFile>> InputFile::OpenUnread(const std::string& path, Interrupted interrupted) {
  const bool standard = path == kStandardInput;
  // Without O_NONBLOCK a named pipe would wait here for its writer, and could not be interrupted.
  const int descriptor = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                  : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR) {
      return BadInput("{}: no such file{}", path, SuggestNearFile(path));
    }
    return BadInput("{}: cannot be opened: {}", standard ? "standard input" : path, ErrnoText(error));
  }
  std::unique_ptr<InputFile> file(new InputFile(path, descriptor, std::move(interrupted)));
  VARJOIN_RETURN_IF_ERROR(file->FindKind());
  return file;
}

Result<std::unique_ptr<InputFile>> InputFile::Open(const std::string& path, Interrupted interrupted) {
  VARJOIN_ASSIGN(auto file, OpenUnread(path, std::move(interrupted)));
  file->start_.resize(kStartBytes);
  VARJOIN_ASSIGN(const size_t count, file->ReadAt(0, file->start_.data(), kStartBytes));
  file->start_.resize(count);
  if (count == 0) {
    return file->NothingCame();
  }
  return file;
}

Result<uint64_t> InputFile::HandOn(const std::string& path, Interrupted interrupted,
                                   const std::function<Status(std::string_view)>& take) {
  VARJOIN_ASSIGN(const auto file, OpenUnread(path, std::move(interrupted)));
  std::vector<char> buffer(kHandOnBytes);
  uint64_t total = 0;
  for (;;) {
    VARJOIN_ASSIGN(const size_t count, file->ReadSome(total, buffer.data(), buffer.size()));
    if (count == 0) {
      return total > 0 ? Result<uint64_t>(total) : file->NothingCame();
    }
    VARJOIN_RETURN_IF_ERROR(take({buffer.data(), count}));
    total += count;
  }
}

Status InputFile::NothingCame() const {
  return is_pipe_ ? BadInput("{}: nothing came; did the program before it fail? A VCF has at least a header", name_)
                  : BadInput("{}: the file is empty; a VCF has at least a header", name_);
}

Status InputFile::FindKind() {
  struct stat found {};
  if (fstat(descriptor_, &found) != 0) {
    return Failed("{}: cannot be read: {}", name_, ErrnoText(errno));
  }
  if (S_ISDIR(found.st_mode)) {
    return BadInput("{}: is a folder; name the VCF file in it", name_);
  }
  is_pipe_ = path_ == kStandardInput || !S_ISREG(found.st_mode);
  size_ = is_pipe_ ? 0 : static_cast<uint64_t>(found.st_size);
  return Status::Ok();
}

InputFile::~InputFile() {
  close(descriptor_);
}

Result<size_t> InputFile::Read(char* to, size_t size) {
  size_t copied = 0;
  if (offset_ < start_.size()) {
    copied = std::min(size, start_.size() - static_cast<size_t>(offset_));
    std::memcpy(to, start_.data() + offset_, copied);
  }
  VARJOIN_ASSIGN(const size_t count, ReadAt(offset_ + copied, to + copied, size - copied));
  offset_ += copied + count;
  if (copied + count < size && offset_ < size_) {
    return Failed("{}: the file got shorter while it was read: {} bytes, before {}", name_, offset_, size_);
  }
  return copied + count;
}

Result<size_t> InputFile::ReadAt(uint64_t offset, char* to, size_t size) {
  size_t count = 0;
  while (count < size) {
    VARJOIN_ASSIGN(const size_t got, ReadSome(offset + count, to + count, size - count));
    if (got == 0) {
      break;
    }
    count += got;
  }
  return count;
}

Result<size_t> InputFile::ReadSome(uint64_t offset, char* to, size_t size) {
  for (;;) {
    if (is_pipe_) {
      VARJOIN_RETURN_IF_ERROR(Wait());
    }
    const ssize_t got =
        is_pipe_ ? read(descriptor_, to, size) : pread(descriptor_, to, size, static_cast<off_t>(offset));
    if (got >= 0) {
      return static_cast<size_t>(got);
    }
    if (errno != EINTR && errno != EAGAIN) {
      return Failed("{}: cannot be read at byte {}: {}", name_, offset, ErrnoText(errno));
    }
  }
}

Status InputFile::Wait() const {
  pollfd input{.fd = descriptor_, .events = POLLIN, .revents = 0};
  // A signal may come between the question and the wait, so that the wait is a short one.
  while (poll(&input, 1, kWaitMilliseconds) <= 0) {
    if (interrupted_ && interrupted_()) {
      return {StatusCode::kInterrupted, "interrupted"};
    }
  }
  return Status::Ok();
}

}  // namespace varjoin::vcf
