// files.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace varjoin {

/// Which bytes a path stood for when it was looked at: enough to notice that a file was changed or replaced.
struct FileStamp {
  std::string path;
  uint64_t size = 0;     ///< bytes
  int64_t modified = 0;  ///< nanoseconds since the epoch
  bool operator==(const FileStamp&) const = default;
};

/// Error: the path does not exist (a near name in its folder is suggested), is a folder or can't be read.
Result<FileStamp> StampOf(const std::string& path);

/// One text for a list of stamps, different when any of them differs.
std::string Fingerprint(const std::vector<FileStamp>& stamps);

/// All bytes of a file. Error: it can't be read.
Result<std::string> ReadWholeFile(const std::string& path);

/// The paths that `pattern` stands for, sorted: the file of exactly that name if there is one, otherwise what the shell
/// pattern matches (`*`, `?`, `[…]`, `~`). Error: nothing.
Result<std::vector<std::string>> ExpandPattern(const std::string& pattern);

bool FileExists(const std::string& path);
bool IsFolder(const std::string& path);

/// The absolute form of a path, without asking whether it exists; "/a/../b" is "/b".
std::string AbsolutePath(const std::string& path);

/// The absolute path without symbolic links, as far as it exists: two names of one file have the same.
std::string CanonicalPath(const std::string& path);

/// Makes the folder and those above it.
Status MakeFolders(const std::string& path);

/// strerror() of an errno, thread-safe.
std::string ErrnoText(int error);

/// "; did you mean 'near.vcf'?" from the names in the path's folder, or "".
std::string SuggestNearFile(const std::string& path);

/// http(s)://, s3://, gs:// …: not a file of this machine.
bool IsRemotePath(std::string_view path);

/// A lock that other processes see (flock), on a file that is made where it is missing. Movable; unlocks when gone.
class FileLock {
 public:
  /// Waits up to `seconds`; then an error of code kTryAgain.
  static Result<FileLock> Take(const std::string& path, double seconds);

  /// Holds a file of data against RemoveUnlessHeld() by others, together with any number of holders. Error: it is gone.
  /// Where the file system has no locks, nothing is held.
  static Result<FileLock> Hold(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// Removes a file, unless some process holds it.
void RemoveUnlessHeld(const std::string& path);

/// A file that is written beside its place and appears there complete, or not at all.
///
/// The temporary name is `.NAME.varjoin-XXXXXX` in the target's folder. The object holds a lock on it for as long as it
/// lives, so that the next Begin() for the same target sweeps those of runs that were killed, and only those.
/// Whoever writes opens temporary_path() without unlinking it. Not thread-safe.
class AtomicFile {
 public:
  /// Errors: the folder does not exist or can't be written, the target is a folder.
  static Result<AtomicFile> Begin(const std::string& target);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) = delete;
  ~AtomicFile();  ///< without Commit(): removes the temporary file

  const std::string& temporary_path() const { return temporary_; }

  /// Syncs the file, renames it into place (over an old one only if `replace`) and syncs the folder.
  /// A symbolic link at the target stays, and what it points at is replaced.
  Status Commit(bool replace);

 private:
  AtomicFile(std::string target, std::string temporary, int descriptor)
      : target_(std::move(target)), temporary_(std::move(temporary)), descriptor_(descriptor) {}
  std::string target_;
  std::string temporary_;
  int descriptor_;
};

/// A private folder below `parent` for one run's temporary files, removed with all its contents when the object goes.
/// What killed runs left below `parent` is swept by the next run. Not thread-safe.
class TempFolder {
 public:
  static Result<TempFolder> Make(const std::string& parent);
  TempFolder(TempFolder&& other) noexcept;
  TempFolder& operator=(TempFolder&& other) = delete;
  ~TempFolder();

  const std::string& path() const { return path_; }

 private:
  TempFolder(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;
  int descriptor_;  ///< of the lock file in it
};

}  // namespace varjoin
