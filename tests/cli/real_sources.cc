// real_sources.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "real_sources.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "support/workbench.h"

namespace varjoin::test {
namespace {

namespace fs = std::filesystem;

/// No other test waits longer for its turn.
constexpr double kLockSeconds = 500;

}  // namespace

std::string RealFile(const std::string& folder, const std::string& name) {
  const std::string path = RealData() + "/" + folder;
  for (const std::string& found : NamesIn(path)) {
    if (found.starts_with(name + ".") && found.find(".tbi") == std::string::npos) {
      return path + "/" + found;
    }
  }
  return "";
}

std::string HomeWithReal(const std::string& source, const std::string& name) {
  const std::string database = RealFile("databases", name);
  const std::string folder = Cache() + "/" + source;
  fs::create_directories(folder);
  const Result<FileLock> lock = FileLock::Take(folder + "/lock", kLockSeconds);
  const Result<FileStamp> executable = StampOf(Executable());
  const Result<FileStamp> input = StampOf(database);
  if (!lock.ok() || !executable.ok() || !input.ok()) {
    ADD_FAILURE() << "cannot import " << name << " below " << folder;
    return "";
  }
  const std::string made_of = Fingerprint({*executable, *input});
  const std::string home = folder + "/home";
  if (ReadFile(folder + "/made-of") == made_of) {
    return home;
  }
  fs::remove_all(home);
  Workbench bench;
  bench.UseHome(home);
  if (bench.MustRun({"source", "import", source, database}).exit_code != 0) {
    return "";
  }
  std::ofstream(folder + "/made-of") << made_of;
  return home;
}

}  // namespace varjoin::test
