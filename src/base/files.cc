// files.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/output_file.h"
#include "base/text.h"
#include "base/write_error.h"

namespace varjoin {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMark = ".varjoin-";
constexpr std::string_view kFolderMark = "varjoin-";
constexpr const char* kFolderLock = "in-use";

std::string FolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// The file that a chain of symbolic links ends at, whether it exists or not.
std::string FollowLinks(std::string path) {
  std::error_code error;
  for (int depth = 0; depth < 40 && fs::is_symlink(path, error); ++depth) {
    const fs::path link = fs::read_symlink(path, error);
    if (error) {
      break;
    }
    path = link.is_absolute() ? link.string() : (fs::path(FolderOf(path)) / link).string();
  }
  return path;
}

/// True if no living process holds the lock of `path`; the lock is then held by `descriptor`.
bool TakeIfOrphan(const std::string& path, int& descriptor) {
  descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) {
    return false;
  }
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    return true;
  }
  close(descriptor);
  return false;
}

/// Removes what killed runs left beside `target`.
void SweepOrphans(const std::string& folder, const std::string& prefix) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with(prefix)) {
      continue;
    }
    if (int descriptor = -1; TakeIfOrphan(entry.path(), descriptor)) {
      unlink(entry.path().c_str());
      close(descriptor);
    }
  }
}

/// Its lock goes last: who is killed here leaves a folder that a later run knows as an orphan.
void RemovePrivateFolder(const std::string& path) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, ignored)) {
    if (entry.path().filename() != kFolderLock) {
      fs::remove_all(entry.path(), ignored);
    }
  }
  fs::remove_all(path, ignored);
}

/// Removes the private folders of killed runs. Without a lock file, a folder is in the making, or nearly gone: only an
/// empty one is removed, and who makes it makes another.
void SweepOrphanFolders(const std::string& parent) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, error)) {
    if (!entry.path().filename().string().starts_with(kFolderMark)) {
      continue;
    }
    if (int descriptor = -1; TakeIfOrphan(entry.path() / kFolderLock, descriptor)) {
      RemovePrivateFolder(entry.path());
      close(descriptor);
    } else {
      rmdir(entry.path().c_str());
    }
  }
}

bool IsRegularFile(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

/// Makes the folder that all users' runs have their private folders in. Below a folder like /tmp it is as open as that.
Status MakeSharedFolder(const std::string& path) {
  const bool is_new = !FileExists(path);
  VARJOIN_RETURN_IF_ERROR(MakeFolders(path));
  struct stat above {};
  if (is_new && stat(FolderOf(path).c_str(), &above) == 0 && (above.st_mode & S_ISVTX) != 0) {
    chmod(path.c_str(), 01777);
  }
  return Status::Ok();
}

/// Renames and returns 0 or an errno. Without `replace`, EEXIST if there is a target.
int Rename(const std::string& from, const std::string& to, bool replace) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), replace ? 0 : RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (replace || errno != EINVAL) {
    return errno;
  }
  // A file system that cannot do both at once.
  return FileExists(to) ? EEXIST : (rename(from.c_str(), to.c_str()) == 0 ? 0 : errno);
}

/// Makes a file from `pattern` (…XXXXXX), whose name is filled in, and locks it. -1 and errno on failure.
int MakeLockedFile(std::string& pattern) {
  const std::string original = pattern;
  for (int attempt = 0; attempt < 100; ++attempt) {
    pattern = original;
    const int descriptor = mkostemp(pattern.data(), O_CLOEXEC);
    struct stat made {};
    if (descriptor < 0) {
      return -1;
    }
    // Between making and locking, another run may have swept it away as an orphan.
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &made) == 0 && made.st_nlink > 0) {
      return descriptor;
    }
    unlink(pattern.c_str());
    close(descriptor);
  }
  errno = EWOULDBLOCK;
  return -1;
}

/// Syncs the data of a folder or file that was opened under another descriptor.
bool SyncPath(const std::string& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) {
    return false;
  }
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced;
}

}  // namespace

std::string ErrnoText(int error) {
  return std::generic_category().message(error);
}

bool FileExists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool IsFolder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::string AbsolutePath(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

std::string CanonicalPath(const std::string& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(AbsolutePath(path), error);
  return error ? AbsolutePath(path) : canonical.string();
}

void RemoveUnlessHeld(const std::string& path) {
  if (int descriptor = -1; TakeIfOrphan(path, descriptor)) {
    unlink(path.c_str());
    close(descriptor);
  }
}

Status MakeFolders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (IsNoSpace(error.value())) {
    return WriteError(path, error.value());
  }
  if (error || !IsFolder(path)) {
    return Failed("cannot make the folder {}: {}", path, error ? error.message() : "a file of that name is there");
  }
  return Status::Ok();
}

std::string SuggestNearFile(const std::string& path) {
  const std::string wanted = fs::path(path).filename().string();
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(FolderOf(path), error)) {
    if (std::string name = entry.path().filename().string(); name != wanted) {  // a link that points nowhere is there
      names.push_back(std::move(name));
    }
    if (names.size() == 10000) {
      break;
    }
  }
  std::sort(names.begin(), names.end());
  return DidYouMean(wanted, names);
}

bool IsRemotePath(std::string_view path) {
  const size_t colon = path.find("://");
  return colon != std::string_view::npos && colon > 1 &&
         std::all_of(path.begin(), path.begin() + static_cast<ptrdiff_t>(colon),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

Result<FileStamp> StampOf(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) {
      return BadInput("{}: no such file{}", path, SuggestNearFile(path));
    }
    return BadInput("{}: {}", path, ErrnoText(errno));
  }
  if (S_ISDIR(found.st_mode)) {
    return BadInput("{}: is a folder, not a file", path);
  }
  if (access(path.c_str(), R_OK) != 0) {
    return BadInput("{}: {}", path, ErrnoText(errno));
  }
  return FileStamp{path, static_cast<uint64_t>(found.st_size),
                   int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec};
}

Result<std::string> ReadWholeFile(const std::string& path) {
  VARJOIN_RETURN_IF_ERROR(StampOf(path).status());
  std::ostringstream text;
  const std::ifstream file(path, std::ios::binary);
  text << file.rdbuf();
  if (!file) {
    return Failed("{}: can't be read", path);
  }
  return std::move(text).str();
}

std::string Fingerprint(const std::vector<FileStamp>& stamps) {
  std::string all;
  for (const FileStamp& stamp : stamps) {
    all += fmt::format("{}\t{}\t{}\n", stamp.path, stamp.size, stamp.modified);
  }
  return fmt::format("{}:{:016x}", stamps.size(), XXH3_64bits(all.data(), all.size()));
}

Result<std::vector<std::string>> ExpandPattern(const std::string& pattern) {
  if (IsRemotePath(pattern)) {
    return BadInput("{}: varjoin reads files of this machine only; download the file first", pattern);
  }
  if (FileExists(pattern)) {
    return std::vector<std::string>{pattern};
  }
  glob_t found{};
  const int outcome = glob(pattern.c_str(), GLOB_TILDE, nullptr, &found);
  std::vector<std::string> paths;
  for (size_t i = 0; outcome == 0 && i < found.gl_pathc; ++i) {
    paths.emplace_back(found.gl_pathv[i]);
  }
  globfree(&found);
  if (paths.empty()) {
    const bool is_pattern = pattern.find_first_of("*?[") != std::string::npos;
    return BadInput("{}: {}{}", pattern, is_pattern ? "no file matches this pattern" : "no such file",
                    SuggestNearFile(pattern));
  }
  return paths;
}

Result<FileLock> FileLock::Take(const std::string& path, double seconds) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return IsNoSpace(errno) ? WriteError(path, errno)
                            : Failed("cannot open the lock file {}: {}", path, ErrnoText(errno));
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      const std::string reason = ErrnoText(errno);
      close(descriptor);
      return Failed("cannot lock {}: {}", path, reason);
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      close(descriptor);
      return Status(StatusCode::kTryAgain,
                    fmt::format("another varjoin is writing (it holds the lock {}); try again", path));
    }
    const timespec pause{.tv_sec = 0, .tv_nsec = 20'000'000};
    if (nanosleep(&pause, nullptr) != 0) {  // a signal
      close(descriptor);
      return Status(StatusCode::kInterrupted, "interrupted");
    }
  }
  return FileLock(descriptor);
}

Result<FileLock> FileLock::Hold(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return BadInput("{}: {}", path, ErrnoText(errno));
  }
  struct stat found {};
  const bool locked = flock(descriptor, LOCK_SH | LOCK_NB) == 0;
  if ((!locked && errno == EWOULDBLOCK) || fstat(descriptor, &found) != 0 || found.st_nlink == 0) {
    close(descriptor);
    return BadInput("{}: is being removed", path);
  }
  return FileLock(descriptor);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  const FileLock before(std::exchange(descriptor_, std::exchange(other.descriptor_, -1)));
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

Result<AtomicFile> AtomicFile::Begin(const std::string& named_target) {
  const std::string target = FollowLinks(named_target);
  const std::string folder = FolderOf(target);
  if (IsFolder(target)) {
    return BadInput("cannot write {}: it is a folder; name a file", named_target);
  }
  if (FileExists(target) && !IsRegularFile(target)) {
    return BadInput("cannot write {}: it is a device or a pipe; name a file", named_target);
  }
  if (!IsFolder(folder)) {
    return BadInput("cannot write {}: the folder {} does not exist; make it first", named_target, folder);
  }
  const std::string prefix = fmt::format(".{}{}", fs::path(target).filename().string(), kMark);
  SweepOrphans(folder, prefix);
  std::string temporary = fmt::format("{}/{}XXXXXX", folder, prefix);
  const int descriptor = MakeLockedFile(temporary);
  if (descriptor < 0) {
    return IsNoSpace(errno) ? WriteError(named_target, errno)
                            : Failed("cannot write in the folder {}: {}", folder, ErrnoText(errno));
  }
  return AtomicFile(target, temporary, descriptor);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) {
    unlink(temporary_.c_str());
    close(descriptor_);
  }
}

Status AtomicFile::Commit(bool replace) {
  const mode_t mask = umask(0);
  umask(mask);
  if (fchmod(descriptor_, 0666 & ~mask) != 0 || fsync(descriptor_) != 0) {
    return WriteError(target_, errno);
  }
  if (const int error = Rename(temporary_, target_, replace); error == EEXIST) {
    return BadInput("{} exists: it appeared during the run; use --force to replace it", target_);
  } else if (IsNoSpace(error)) {
    return WriteError(target_, error);
  } else if (error != 0) {
    return Failed("cannot rename {} to {}: {}", temporary_, target_, ErrnoText(error));
  }
  close(std::exchange(descriptor_, -1));
  if (!SyncPath(FolderOf(target_), O_RDONLY | O_DIRECTORY)) {
    return Failed("{} is written, but its folder can't be synced: {}", target_, ErrnoText(errno));
  }
  return Status::Ok();
}

Result<TempFolder> TempFolder::Make(const std::string& parent) {
  VARJOIN_RETURN_IF_ERROR(MakeSharedFolder(parent));
  SweepOrphanFolders(parent);
  std::string path;
  std::string unlocked;
  int descriptor = -1;
  do {
    path = fmt::format("{}/{}XXXXXX", parent, kFolderMark);
    if (mkdtemp(path.data()) == nullptr) {
      return IsNoSpace(errno)
                 ? WriteError(parent, errno, kTempElsewhere)
                 : Failed("cannot make a folder for temporary files in {}: {}; name another with --temp-directory",
                          parent, ErrnoText(errno));
    }
    unlocked = fmt::format("{}/{}-soon", path, kFolderLock);
    descriptor = open(unlocked.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  } while (descriptor < 0 && errno == ENOENT);  // another run has swept it while it was empty
  // The lock file gets its name when it is locked: one that another run can see is never free while we live.
  const std::string lock = fmt::format("{}/{}", path, kFolderLock);
  if (descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) != 0 || rename(unlocked.c_str(), lock.c_str()) != 0) {
    const int error = errno;
    if (descriptor >= 0) {
      close(descriptor);
    }
    std::error_code ignored;
    fs::remove_all(path, ignored);
    return WriteError(parent, error, kTempElsewhere);
  }
  return TempFolder(path, descriptor);
}

TempFolder::TempFolder(TempFolder&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

TempFolder::~TempFolder() {
  if (descriptor_ >= 0) {
    RemovePrivateFolder(path_);
    close(descriptor_);
  }
}

}  // namespace varjoin
