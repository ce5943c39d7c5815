// input_file.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "vcf/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/files.h"

namespace varjoin::vcf {
namespace {

constexpr size_t kStartBytes = 4096;

}  // namespace

Result<std::unique_ptr<InputFile>> InputFile::Open(const std::string& path) {
  // Without O_NONBLOCK a named pipe would wait here for its writer.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR) {
      return BadInput("{}: no such file{}", path, SuggestNearFile(path));
    }
    return BadInput("{}: cannot be opened: {}", path, ErrnoText(error));
  }
  std::unique_ptr<InputFile> file(new InputFile(path, descriptor));
  struct stat found {};
  if (fstat(descriptor, &found) != 0) {
    return Failed("{}: cannot be read: {}", path, ErrnoText(errno));
  }
  if (S_ISDIR(found.st_mode)) {
    return BadInput("{}: is a folder; name the VCF file in it", path);
  }
  if (!S_ISREG(found.st_mode)) {
    return BadInput("{}: is a pipe or a device, which is not read yet; save it to a file first", path);
  }
  file->size_ = static_cast<uint64_t>(found.st_size);
  file->start_.resize(kStartBytes);
  VARJOIN_ASSIGN(const size_t count, file->ReadAt(0, file->start_.data(), kStartBytes));
  file->start_.resize(count);
  if (count == 0) {
    return BadInput("{}: the file is empty; a VCF has at least a header", path);
  }
  return file;
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
    return Failed("{}: the file got shorter while it was read: {} bytes, before {}", path_, offset_, size_);
  }
  return copied + count;
}

Result<size_t> InputFile::ReadAt(uint64_t offset, char* to, size_t size) {
  size_t count = 0;
  while (count < size) {
    const ssize_t got = pread(descriptor_, to + count, size - count, static_cast<off_t>(offset + count));
    if (got == 0) {
      break;
    }
    if (got > 0) {
      count += static_cast<size_t>(got);
    } else if (errno != EINTR) {
      return Failed("{}: cannot be read at byte {}: {}", path_, offset + count, ErrnoText(errno));
    }
  }
  return count;
}

}  // namespace varjoin::vcf
