// write_error.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/write_error.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"

namespace varjoin {

Status WriteError(std::string_view name, int error, std::string_view elsewhere) {
  switch (error) {
    case ENOSPC:
      return {StatusCode::kTryAgain,
              fmt::format("cannot write {}: the disk is full; free some space, or {}", name, elsewhere)};
    case EDQUOT:
      return {StatusCode::kTryAgain,
              fmt::format("cannot write {}: your disk quota is used up; free some space, or {}", name, elsewhere)};
    case EFBIG:
      return {StatusCode::kTryAgain,
              fmt::format("cannot write {}: the largest size that a file may have here is reached (`ulimit -f` shows "
                          "it); raise it, or {}",
                          name, elsewhere)};
    default:
      return Failed("cannot write {}: {}", name, ErrnoText(error));
  }
}

bool IsNoSpace(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

int NoSpaceToldBy(std::string_view message) {
  for (const int error : {ENOSPC, EDQUOT, EFBIG}) {
    if (message.find(ErrnoText(error)) != std::string_view::npos) {
      return error;
    }
  }
  return 0;
}

Status SyncFile(const std::string& path, std::string_view name) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int error = descriptor < 0 || fsync(descriptor) != 0 ? errno : 0;
  if (descriptor >= 0) {
    close(descriptor);
  }
  return error == 0 ? Status::Ok() : WriteError(name, error, "name an output elsewhere");
}

}  // namespace varjoin
