// folder_output.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/folder_output.h"

#include <fcntl.h>
#include <stdio.h>  // NOLINT(modernize-deprecated-headers): renameat2
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/files.h"
#include "base/output_file.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

/// Returns 0 or errno.
int SyncOne(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return errno;
  }
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return error;
}

Status SyncAll(const std::string& folder, const std::string& name) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error); !error && entry != fs::recursive_directory_iterator();
       entry.increment(error)) {
    if (const int failed = SyncOne(entry->path().string()); failed != 0) {
      return WriteError(name, failed);
    }
  }
  const int failed = error ? error.value() : SyncOne(folder);
  return failed == 0 ? Status::Ok() : WriteError(name, failed);
}

bool IsEmptyFolder(const std::string& path) {
  std::error_code error;
  return IsFolder(path) && fs::is_empty(path, error) && !error;
}

/// Returns 0 or errno. Where the file system can't exchange two folders at once, the old one is moved aside first.
int Exchange(const std::string& made, const std::string& target) {
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    return errno;
  }
  const std::string aside = made + "-old";
  if (rename(target.c_str(), aside.c_str()) != 0) {
    return errno;
  }
  if (rename(made.c_str(), target.c_str()) == 0) {
    return 0;
  }
  const int error = errno;
  (void)rename(aside.c_str(), target.c_str());
  return error;
}

}  // namespace

Status CheckFolderTarget(const std::string& target, bool replace) {
  if (!FileExists(target) || IsEmptyFolder(target)) {
    return Status::Ok();
  }
  if (!IsFolder(target)) {
    return BadInput("{}: is a file, and the output is a folder; name another", target);
  }
  if (!FileExists(target + "/" + kFolderMarkFile)) {
    return BadInput("{}: is a folder that varjoin has not written, and is not empty; name another", target);
  }
  return replace ? Status::Ok() : BadInput("{}: exists; use --force to replace it", target);
}

Status CommitFolder(const std::string& made, const std::string& target, bool replace) {
  VARJOIN_RETURN_IF_ERROR(SyncAll(made, target));
  VARJOIN_RETURN_IF_ERROR(CheckFolderTarget(target, replace));
  // An empty folder may be renamed over.
  const int error = rename(made.c_str(), target.c_str()) == 0 ? 0
                    : errno == ENOTEMPTY || errno == EEXIST   ? Exchange(made, target)
                                                              : errno;
  if (error != 0) {
    return Failed("cannot rename {} to {}: {}", made, target, ErrnoText(error));
  }
  const std::string parent = fs::path(AbsolutePath(target)).parent_path().string();
  if (const int failed = SyncOne(parent); failed != 0) {
    return Failed("{} is written, but its folder can't be synced: {}", target, ErrnoText(failed));
  }
  return Status::Ok();
}

}  // namespace varjoin
