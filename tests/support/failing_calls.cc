// failing_calls.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// A library to be preloaded into the command: one of its calls that write a regular file fails, as a disk, a quota or
// a network's file system would make it fail. Told by the environment:
//   FAIL_AT      the number of the call that fails, from 1
//   FAIL_WITH    the errno that it fails with
//   FAIL_ON      1: all that follow fail too
//   FAIL_PIECES  write calls write so many bytes at most, which a system is free to do
// A call that fails says so on standard error. Standard streams, pipes and folders are left alone.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

long Setting(const char* name, long otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::atol(value) : otherwise;
}

/// The C library's own, for which ours stands.
template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool WritesRegularFile(int descriptor) {
  struct stat found {};
  return descriptor > STDERR_FILENO && fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode) &&
         (fcntl(descriptor, F_GETFL) & O_ACCMODE) != O_RDONLY;
}

/// Counts the call. True: it is to fail, and errno is set.
bool Fails(const char* call) {
  static std::atomic<long> calls{0};
  static const long at = Setting("FAIL_AT", 0);
  static const bool goes_on = Setting("FAIL_ON", 0) != 0;
  const long number = ++calls;
  if (at == 0 || number < at || (number > at && !goes_on)) {
    return false;
  }
  if (number == at) {
    char said[100];
    const int size = std::snprintf(said, sizeof(said), "injected: %s fails\n", call);
    (void)!syscall(SYS_write, STDERR_FILENO, said, static_cast<size_t>(size));
  }
  errno = static_cast<int>(Setting("FAIL_WITH", EIO));
  return true;
}

bool Fails(const char* call, int descriptor) {
  return WritesRegularFile(descriptor) && Fails(call);
}

size_t Piece(int descriptor, size_t size) {
  static const long most = Setting("FAIL_PIECES", 0);
  return most > 0 && WritesRegularFile(descriptor) ? std::min(size, static_cast<size_t>(most)) : size;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) ssize_t write(int descriptor, const void* bytes, size_t size) {
  static const auto real = Real<ssize_t(int, const void*, size_t)>("write");
  return Fails("write", descriptor) ? -1 : real(descriptor, bytes, Piece(descriptor, size));
}

__attribute__((visibility("default"))) ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
  static const auto real = Real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return Fails("pwrite", descriptor) ? -1 : real(descriptor, bytes, Piece(descriptor, size), at);
}

__attribute__((visibility("default"))) ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t at) {
  static const auto real = Real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return Fails("pwrite64", descriptor) ? -1 : real(descriptor, bytes, Piece(descriptor, size), at);
}

__attribute__((visibility("default"))) ssize_t writev(int descriptor, const iovec* parts, int count) {
  static const auto real = Real<ssize_t(int, const iovec*, int)>("writev");
  return Fails("writev", descriptor) ? -1 : real(descriptor, parts, count);
}

__attribute__((visibility("default"))) ssize_t sendfile(int to, int from, off_t* at, size_t size) noexcept {
  static const auto real = Real<ssize_t(int, int, off_t*, size_t)>("sendfile");
  return Fails("sendfile", to) ? -1 : real(to, from, at, Piece(to, size));
}

__attribute__((visibility("default"))) int fsync(int descriptor) {
  static const auto real = Real<int(int)>("fsync");
  return Fails("fsync", descriptor) ? -1 : real(descriptor);
}

__attribute__((visibility("default"))) int ftruncate(int descriptor, off_t size) noexcept {
  static const auto real = Real<int(int, off_t)>("ftruncate");
  return Fails("ftruncate", descriptor) ? -1 : real(descriptor, size);
}

__attribute__((visibility("default"))) size_t fwrite(const void* bytes, size_t size, size_t count, FILE* file) {
  static const auto real = Real<size_t(const void*, size_t, size_t, FILE*)>("fwrite");
  return Fails("fwrite", fileno(file)) ? 0 : real(bytes, size, count, file);
}

__attribute__((visibility("default"))) int fflush(FILE* file) {
  static const auto real = Real<int(FILE*)>("fflush");
  return file != nullptr && Fails("fflush", fileno(file)) ? EOF : real(file);
}

/// The descriptor is closed all the same, as the system does it.
__attribute__((visibility("default"))) int close(int descriptor) {
  static const auto real = Real<int(int)>("close");
  const bool fails = Fails("close", descriptor);
  const int error = errno;
  const int closed = real(descriptor);
  if (fails) {
    errno = error;
  }
  return fails ? -1 : closed;
}

__attribute__((visibility("default"))) int rename(const char* from, const char* to) noexcept {
  static const auto real = Real<int(const char*, const char*)>("rename");
  return Fails("rename") ? -1 : real(from, to);
}

__attribute__((visibility("default"))) int renameat2(int from_folder, const char* from, int to_folder, const char* to,
                                                     unsigned flags) noexcept {
  static const auto real = Real<int(int, const char*, int, const char*, unsigned)>("renameat2");
  return Fails("renameat2") ? -1 : real(from_folder, from, to_folder, to, flags);
}
}
