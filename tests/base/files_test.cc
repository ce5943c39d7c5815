// files_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "scratch.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

void Append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::app) << text;
}

/// The user may do anything, so that permissions can't be seen to work.
bool IsRoot() {
  return geteuid() == 0;
}

mode_t ModeOf(const std::string& path) {
  struct stat found {};
  EXPECT_EQ(stat(path.c_str(), &found), 0);
  return found.st_mode & 07777;
}

/// Runs `work` in a process that then dies without cleaning up, as by kill -9.
void InAProcessThatIsKilled(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    kill(getpid(), SIGKILL);
  }
  int outcome = 0;
  waitpid(child, &outcome, 0);
  ASSERT_TRUE(WIFSIGNALED(outcome));
}

TEST(AtomicFile, AppearsWhenItIsCommittedAndNotBefore) {
  const Scratch scratch;
  const std::string target = scratch.Path("out.parquet");
  {
    auto file = AtomicFile::Begin(target);
    ASSERT_OK(file);
    EXPECT_EQ(fs::path(file->temporary_path()).parent_path(), scratch.path());
    EXPECT_THAT(fs::path(file->temporary_path()).filename().string(), StartsWith(".out.parquet.varjoin-"));
    Append(file->temporary_path(), "content");
    EXPECT_FALSE(FileExists(target));
    EXPECT_OK(file->Commit(/*replace=*/false));
    EXPECT_EQ(Content(target), "content");
  }
  EXPECT_THAT(scratch.Names(), ElementsAre("out.parquet"));
}

TEST(AtomicFile, LeavesNothingAndTheOldFileAsItIsWithoutACommit) {
  const Scratch scratch;
  const std::string target = scratch.Write("out.parquet", "old");
  {
    auto file = AtomicFile::Begin(target);
    ASSERT_OK(file);
    Append(file->temporary_path(), "new");
  }
  EXPECT_EQ(Content(target), "old");
  EXPECT_THAT(scratch.Names(), ElementsAre("out.parquet"));
}

TEST(AtomicFile, TakesTheOldFilesPlaceOnlyIfItMay) {
  const Scratch scratch;
  const std::string target = scratch.Path("out.parquet");
  {
    auto file = AtomicFile::Begin(target);
    ASSERT_OK(file);
    Append(file->temporary_path(), "new");
    scratch.Write("out.parquet", "somebody else's");
    EXPECT_THAT(ErrorText(file->Commit(/*replace=*/false)), AllOf(StartsWith("2: "), HasSubstr("--force")));
    EXPECT_EQ(Content(target), "somebody else's");
    EXPECT_OK(file->Commit(/*replace=*/true));
  }
  EXPECT_EQ(Content(target), "new");
  EXPECT_THAT(scratch.Names(), ElementsAre("out.parquet"));
}

TEST(AtomicFile, IsGoneWithItsObjectWhenTheCommitFailed) {
  const Scratch scratch;
  {
    auto file = AtomicFile::Begin(scratch.Path("out"));
    ASSERT_OK(file);
    scratch.Write("out", "old");
    EXPECT_THAT(ErrorText(file->Commit(false)), StartsWith("2: "));
  }
  EXPECT_THAT(scratch.Names(), ElementsAre("out"));
}

TEST(AtomicFile, CanBeMoved) {
  const Scratch scratch;
  {
    auto first = AtomicFile::Begin(scratch.Path("out"));
    ASSERT_OK(first);
    AtomicFile second = *std::move(first);
    Append(second.temporary_path(), "x");
    EXPECT_OK(second.Commit(false));
  }
  EXPECT_THAT(scratch.Names(), ElementsAre("out"));
}

TEST(AtomicFile, FollowsALinkAndKeepsIt) {
  const Scratch scratch;
  scratch.Folder("real");
  scratch.Folder("links");
  struct Case {
    const char* link;
    std::string points_at;
    const char* file;
  };
  for (const Case& c : {Case{"links/relative", "../real/a", "real/a"},
                        {"links/absolute", scratch.Path("real/b"), "real/b"},
                        {"links/twice", "relative", "real/a"}}) {
    fs::create_symlink(c.points_at, scratch.Path(c.link));
    auto file = AtomicFile::Begin(scratch.Path(c.link));
    ASSERT_OK(file);
    EXPECT_EQ(fs::path(file->temporary_path()).parent_path().lexically_normal(),
              fs::path(scratch.Path(c.file)).parent_path());
    Append(file->temporary_path(), c.link);
    EXPECT_OK(file->Commit(/*replace=*/true));
    EXPECT_TRUE(fs::is_symlink(scratch.Path(c.link)));
    EXPECT_EQ(Content(scratch.Path(c.file)), c.link);
  }
  EXPECT_THAT(scratch.Names("links"), ElementsAre("absolute", "relative", "twice"));
}

TEST(AtomicFile, LinksThatGoRoundAreAnErrorAndNoEndlessLoop) {
  const Scratch scratch;
  fs::create_symlink("b", scratch.Path("a"));
  fs::create_symlink("a", scratch.Path("b"));
  if (auto file = AtomicFile::Begin(scratch.Path("a")); file.ok()) {
    EXPECT_THAT(ErrorText(file->Commit(false)), Not("no error"));
  }
  EXPECT_THAT(scratch.Names(), ElementsAre("a", "b"));
}

TEST(AtomicFile, SaysWhyAPlaceCannotBeWritten) {
  const Scratch scratch;
  scratch.Folder("folder");
  scratch.Write("file", "");
  struct Case {
    std::string target;
    const char* code;
    std::string text;
  };
  for (const Case& c : {Case{scratch.Path("folder"), "2: ", "it is a folder"},
                        {scratch.Path("absent/out"), "2: ", "does not exist"},
                        {scratch.Path("file/out"), "2: ", "does not exist"},
                        {"/proc/out", "1: ", "cannot write in the folder /proc"},
                        {"/dev/null", "2: ", "/dev/null"}}) {
    EXPECT_THAT(ErrorText(AtomicFile::Begin(c.target)), AllOf(StartsWith(c.code), HasSubstr(c.text))) << c.target;
  }
  EXPECT_EQ(Content(scratch.Path("file")), "");
  if (!IsRoot()) {
    chmod(scratch.Path("folder").c_str(), 0555);
    EXPECT_THAT(ErrorText(AtomicFile::Begin(scratch.Path("folder/out"))), HasSubstr("cannot write in the folder"));
    chmod(scratch.Path("folder").c_str(), 0755);
  }
}

TEST(AtomicFile, HasThePermissionsThatTheUmaskAllows) {
  const Scratch scratch;
  for (const auto& [mask, mode] : {std::pair<mode_t, mode_t>{0022, 0644}, {0077, 0600}, {0002, 0664}, {0, 0666}}) {
    const mode_t before = umask(mask);
    auto file = AtomicFile::Begin(scratch.Path("out"));
    ASSERT_OK(file);
    EXPECT_EQ(ModeOf(file->temporary_path()) & 077, 0U) << "while it is written it is the user's own";
    EXPECT_OK(file->Commit(true));
    EXPECT_EQ(umask(before), mask) << "the process's umask is as it was";
    EXPECT_EQ(ModeOf(scratch.Path("out")), mode);
  }
}

TEST(AtomicFile, WhatAKilledRunLeftIsRemovedByTheNextOneForTheSameTarget) {
  const Scratch scratch;
  InAProcessThatIsKilled([&] {
    for (const char* name : {"out", "other"}) {
      auto file = AtomicFile::Begin(scratch.Path(name));
      Append(file->temporary_path(), "half");
      new AtomicFile(*std::move(file));  // never destroyed
    }
  });
  ASSERT_THAT(scratch.Names(), SizeIs(2));
  { ASSERT_OK(AtomicFile::Begin(scratch.Path("out"))); }
  EXPECT_THAT(scratch.Names(), ElementsAre(StartsWith(".other.varjoin-")));
}

TEST(AtomicFile, NobodySweepsTheFileOfARunThatIsAlive) {
  const Scratch scratch;
  auto first = AtomicFile::Begin(scratch.Path("out"));
  ASSERT_OK(first);
  Append(first->temporary_path(), "first");
  auto second = AtomicFile::Begin(scratch.Path("out"));
  ASSERT_OK(second);
  Append(second->temporary_path(), "second");
  EXPECT_TRUE(FileExists(first->temporary_path()));
  EXPECT_OK(first->Commit(true));
  EXPECT_EQ(Content(scratch.Path("out")), "first");
  EXPECT_OK(second->Commit(true));
  EXPECT_EQ(Content(scratch.Path("out")), "second");
  EXPECT_THAT(scratch.Names(), ElementsAre("out"));
}

TEST(AtomicFile, ManyAtOnceForOneTargetAllWorkAndOneOfThemWins) {
  const Scratch scratch;
  std::atomic<int> committed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 25; ++round) {
        auto file = AtomicFile::Begin(scratch.Path("out"));
        ASSERT_OK(file);
        Append(file->temporary_path(), std::string(100, static_cast<char>('a' + i)));
        ASSERT_OK(file->Commit(true));
        ++committed;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(committed, 200);
  const std::string content = Content(scratch.Path("out"));
  EXPECT_EQ(content, std::string(100, content.empty() ? '?' : content[0]));
  EXPECT_THAT(scratch.Names(), ElementsAre("out"));
}

TEST(TempFolder, IsPrivateAndGoesWithEverythingInIt) {
  const Scratch scratch;
  {
    auto folder = TempFolder::Make(scratch.Path("above/tmp"));
    ASSERT_OK(folder);
    EXPECT_EQ(ModeOf(folder->path()), 0700U);
    fs::create_directories(folder->path() + "/a/b");
    Append(folder->path() + "/a/b/spill", "x");
    const TempFolder moved = *std::move(folder);
    EXPECT_TRUE(IsFolder(moved.path()));
  }
  EXPECT_THAT(scratch.Names("above/tmp"), IsEmpty());
}

TEST(TempFolder, WhatAKilledRunLeftIsRemovedAndWhatLivesIsNot) {
  const Scratch scratch;
  InAProcessThatIsKilled([&] {
    auto folder = TempFolder::Make(scratch.path());
    Append(folder->path() + "/duckdb_temp_storage_0", "x");
    new TempFolder(*std::move(folder));
  });
  scratch.Folder("varjoin-by-hand");  // without a lock file: perhaps one in the making
  Append(scratch.Path("varjoin-by-hand/in-use-soon"), "");
  scratch.Folder("varjoin-empty");  // of a run that was killed before it had a lock, or after
  scratch.Folder("somebody-elses");
  ASSERT_THAT(scratch.Names(), SizeIs(4));
  auto first = TempFolder::Make(scratch.path());
  ASSERT_OK(first);
  auto second = TempFolder::Make(scratch.path());
  ASSERT_OK(second);
  EXPECT_TRUE(IsFolder(first->path()));
  EXPECT_THAT(scratch.Names(), SizeIs(4));
}

TEST(TempFolder, RunsThatStartAtTheSameTimeDoNotSweepEachOther) {
  const Scratch scratch;
  std::atomic<int> lost{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        auto folder = TempFolder::Make(scratch.path());
        if (!folder.ok() || !IsFolder(folder->path())) {
          ++lost;
          continue;
        }
        Append(folder->path() + "/spill", "x");
        lost += FileExists(folder->path() + "/spill") ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(lost, 0);
  EXPECT_THAT(scratch.Names(), IsEmpty());
}

TEST(TempFolder, SaysWhereItCannotBeMade) {
  const Scratch scratch;
  const std::string file = scratch.Write("file", "");
  EXPECT_THAT(ErrorText(TempFolder::Make(file)), AllOf(StartsWith("1: "), HasSubstr(file)));
  EXPECT_THAT(ErrorText(TempFolder::Make("/proc/tmp")), AllOf(StartsWith("1: "), HasSubstr("/proc/tmp")));
}

TEST(FileLock, IsHeldByOneAtATimeAndSaysTryAgain) {
  const Scratch scratch;
  const std::string path = scratch.Path("catalog.lock");
  {
    auto held = FileLock::Take(path, 0);
    ASSERT_OK(held);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(ErrorText(FileLock::Take(path, 0.3)), StartsWith("75: "));
    const double waited = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_GE(waited, 0.3);
    EXPECT_LT(waited, 5);
  }
  EXPECT_OK(FileLock::Take(path, 0));
}

TEST(FileLock, WaitsForWhoeverHasIt) {
  const Scratch scratch;
  const std::string path = scratch.Path("catalog.lock");
  auto held = FileLock::Take(path, 0);
  ASSERT_OK(held);
  std::thread other([&held] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const FileLock moved = *std::move(held);
  });
  EXPECT_OK(FileLock::Take(path, 20));
  other.join();
}

TEST(FileLock, OfAProcessThatDiedIsFree) {
  const Scratch scratch;
  const std::string path = scratch.Path("catalog.lock");
  InAProcessThatIsKilled([&] { new FileLock(*FileLock::Take(path, 0)); });
  EXPECT_OK(FileLock::Take(path, 0));
}

TEST(FileLock, AssigningLetsGoOfTheOneBefore) {
  const Scratch scratch;
  auto a = FileLock::Take(scratch.Path("a"), 0);
  auto b = FileLock::Take(scratch.Path("b"), 0);
  ASSERT_OK(a);
  ASSERT_OK(b);
  *a = *std::move(b);
  EXPECT_OK(FileLock::Take(scratch.Path("a"), 0));
  EXPECT_THAT(ErrorText(FileLock::Take(scratch.Path("b"), 0)), StartsWith("75: "));
}

TEST(FileLock, InAFolderThatIsMissingIsAnError) {
  const Scratch scratch;
  EXPECT_THAT(ErrorText(FileLock::Take(scratch.Path("absent/lock"), 0)), AllOf(StartsWith("1: "), HasSubstr("absent")));
}

TEST(ExpandPattern, StandsForTheFilesThatMatchSorted) {
  const Scratch scratch;
  for (const char* name : {"chr10.parquet", "chr2.parquet", "chr1.parquet", "notes.txt", "sub/chr3.parquet"}) {
    scratch.Write(name, "");
  }
  const auto names = [&](const std::string& pattern) {
    std::vector<std::string> found = Value(ExpandPattern(scratch.Path(pattern)));
    for (std::string& path : found) {
      path = path.substr(scratch.path().size() + 1);
    }
    return found;
  };
  EXPECT_THAT(names("*.parquet"), ElementsAre("chr1.parquet", "chr10.parquet", "chr2.parquet"));
  EXPECT_THAT(names("chr?.parquet"), ElementsAre("chr1.parquet", "chr2.parquet"));
  EXPECT_THAT(names("chr[23].parquet"), ElementsAre("chr2.parquet"));
  EXPECT_THAT(names("*/chr*"), ElementsAre("sub/chr3.parquet"));
  EXPECT_THAT(names("notes.txt"), ElementsAre("notes.txt"));
}

TEST(ExpandPattern, TakesAFileOfExactlyThatNameFirst) {
  const Scratch scratch;
  scratch.Write("HLA-A*01.vcf", "");
  scratch.Write("HLA-A*01-b.vcf", "");
  scratch.Write("a[1].vcf", "");
  scratch.Write("a1.vcf", "");
  EXPECT_THAT(Value(ExpandPattern(scratch.Path("HLA-A*01.vcf"))), ElementsAre(scratch.Path("HLA-A*01.vcf")));
  EXPECT_THAT(Value(ExpandPattern(scratch.Path("a[1].vcf"))), ElementsAre(scratch.Path("a[1].vcf")));
  EXPECT_THAT(Value(ExpandPattern(scratch.Path("a[12].vcf"))), ElementsAre(scratch.Path("a1.vcf")));
}

TEST(ExpandPattern, KnowsTheHomeFolder) {
  const Scratch scratch;
  scratch.Write("x.vcf", "");
  const char* home = getenv("HOME");
  const std::string before = home == nullptr ? "" : home;
  setenv("HOME", scratch.path().c_str(), 1);
  EXPECT_THAT(Value(ExpandPattern("~/x.*")), ElementsAre(scratch.Path("x.vcf")));
  EXPECT_THAT(Value(ExpandPattern("~/x.vcf")), ElementsAre(scratch.Path("x.vcf")));
  setenv("HOME", before.c_str(), 1);
}

TEST(ExpandPattern, SaysWhatItDidNotFind) {
  const Scratch scratch;
  scratch.Write("clinvar.vcf.gz", "");
  EXPECT_THAT(ErrorText(ExpandPattern(scratch.Path("clinvr.vcf.gz"))),
              AllOf(StartsWith("2: "), HasSubstr("no such file; did you mean 'clinvar.vcf.gz'?")));
  EXPECT_THAT(ErrorText(ExpandPattern(scratch.Path("*.parquet"))),
              AllOf(StartsWith("2: "), HasSubstr("no file matches this pattern")));
  EXPECT_THAT(ErrorText(ExpandPattern("")), StartsWith("2: "));
  EXPECT_THAT(ErrorText(ExpandPattern("https://ftp.ncbi.nlm.nih.gov/clinvar.vcf.gz")),
              AllOf(StartsWith("2: "), HasSubstr("download")));
}

TEST(IsRemotePath, IsTrueForUrlsAndNotForFiles) {
  for (const char* path :
       {"http://host/x.vcf", "HTTPS://host/x", "s3://bucket/x", "gs://bucket/x", "hf://datasets/x"}) {
    EXPECT_TRUE(IsRemotePath(path)) << path;
  }
  for (const char* path : {"x.vcf", "/data/x.vcf", "a/b://c", "://x", "C://x", "chr7:55191822", "", "-", "a b://c"}) {
    EXPECT_FALSE(IsRemotePath(path)) << path;
  }
}

TEST(StampOf, TellsWhenAFileIsAnother) {
  const Scratch scratch;
  const std::string path = scratch.Write("x.vcf", "12345");
  const FileStamp first = Value(StampOf(path));
  EXPECT_EQ(first.path, path);
  EXPECT_EQ(first.size, 5U);
  EXPECT_EQ(Value(StampOf(path)), first);
  scratch.Write("x.vcf", "123456");
  EXPECT_NE(Value(StampOf(path)), first);
}

TEST(StampOf, SaysWhatIsWrongWithAPath) {
  const Scratch scratch;
  const std::string file = scratch.Write("sample.vcf", "");
  EXPECT_THAT(ErrorText(StampOf(scratch.Path("sampel.vcf"))),
              AllOf(StartsWith("2: "), HasSubstr("no such file; did you mean 'sample.vcf'?")));
  EXPECT_THAT(ErrorText(StampOf(scratch.path())), AllOf(StartsWith("2: "), HasSubstr("is a folder")));
  EXPECT_THAT(ErrorText(StampOf(file + "/x")), AllOf(StartsWith("2: "), HasSubstr("Not a directory")));
  fs::create_symlink("nowhere", scratch.Path("dangling"));
  EXPECT_THAT(ErrorText(StampOf(scratch.Path("dangling"))),
              AllOf(StartsWith("2: "), HasSubstr("no such file"), Not(HasSubstr("did you mean 'dangling'"))));
  if (!IsRoot()) {
    chmod(file.c_str(), 0);
    EXPECT_THAT(ErrorText(StampOf(file)), AllOf(StartsWith("2: "), HasSubstr("Permission denied")));
  }
}

TEST(Fingerprint, ChangesWithPathSizeTimeOrderAndNumberOfFiles) {
  const FileStamp stamp{"/data/a.parquet", 100, 5'000'000'001};
  FileStamp renamed = stamp;
  renamed.path = "/data/b.parquet";
  FileStamp grown = stamp;
  grown.size = 101;
  FileStamp touched = stamp;
  touched.modified += 1;
  const std::vector<std::vector<FileStamp>> all = {{},        {stamp},          {renamed},        {grown},
                                                   {touched}, {stamp, renamed}, {renamed, stamp}, {stamp, stamp}};
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < all.size(); ++j) {
      EXPECT_EQ(Fingerprint(all[i]) == Fingerprint(all[j]), i == j) << i << " " << j;
    }
  }
}

TEST(Fingerprint, NoticesAFileThatWasReplacedByOneOfTheSameSize) {
  const Scratch scratch;
  const std::string path = scratch.Write("a", "12345");
  const std::string before = Fingerprint({Value(StampOf(path))});
  scratch.Write("a", "54321");
  fs::last_write_time(path, fs::last_write_time(path) + std::chrono::microseconds(1));
  EXPECT_NE(Fingerprint({Value(StampOf(path))}), before);
}

TEST(AbsolutePath, IsNormalisedAndNeedsNoFile) {
  EXPECT_EQ(AbsolutePath("/a/../b//c/./d"), "/b/c/d");
  EXPECT_EQ(AbsolutePath("x.vcf"), fs::current_path().string() + "/x.vcf");
  EXPECT_EQ(AbsolutePath("/absent/x"), "/absent/x");
}

TEST(MakeFolders, MakesThemAllAndSaysWhatIsInTheWay) {
  const Scratch scratch;
  EXPECT_OK(MakeFolders(scratch.Path("a/b/c")));
  EXPECT_TRUE(IsFolder(scratch.Path("a/b/c")));
  EXPECT_OK(MakeFolders(scratch.Path("a/b/c")));
  const std::string file = scratch.Write("file", "");
  EXPECT_THAT(ErrorText(MakeFolders(file)), AllOf(StartsWith("1: "), HasSubstr(file)));
  EXPECT_THAT(ErrorText(MakeFolders(file + "/x")), AllOf(StartsWith("1: "), HasSubstr(file)));
}

}  // namespace
}  // namespace varjoin
