// fault_bench.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "fault_bench.h"

#include <chrono>
#include <filesystem>
#include <ostream>
#include <thread>

#include "index/index_file.h"
#include "sources/catalog.h"

namespace varjoin::test {
namespace fs = std::filesystem;
namespace {

constexpr int kNewRecords = 12'000;
constexpr int kOldRecords = 3;

/// Sorted, with a line for its contig; of random depths, so that it does not pack to nothing.
std::string Person(int records) {
  std::string text =
      Vcf({"contig=<ID=chr1,length=248956422>", "INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">"}, {});
  uint64_t state = 1;
  for (int i = 1; i <= records; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    text += "chr1\t" + std::to_string(i * 100) + "\t.\tA\tG\t.\t.\tDP=" + std::to_string(state >> 40) + "\n";
  }
  return text;
}

std::string SavedHome(const Workbench& bench) {
  return fs::path(bench.work()).parent_path().string() + "/saved-home";
}

}  // namespace

void PrintTo(Found found, std::ostream* out) {
  const char* const names[] = {"the old file", "the old file without its index", "the new file",
                               "the new file without its index", "neither the old file nor the new one"};
  *out << names[static_cast<size_t>(found)];
}

FaultBench::FaultBench(const std::string& kind) : kind_(kind) {
  Write("old.vcf", Person(kOldRecords));
  Write("new.vcf", Person(kNewRecords));
  target_ = kind == "index" ? "demo.vji" : kind == "import" ? "demo" : "o." + kind;
  command_ = CommandFor("new.vcf");
  if (kind == "index") {
    MustRun({"source", "import", "demo", "new.vcf"});
  }
  // The new one first: it is what the old one is told from.
  const auto started = std::chrono::steady_clock::now();
  MustRun(command_);
  seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  new_ = Files();
  new_content_ = Content();
  for (const auto& [path, bytes] : new_) {
    needed_ += bytes.size();
  }
  MustRun(CommandFor("old.vcf"));
  old_ = Files();
  if (kind == "index") {  // it says when it was built, to the second: a later one must differ
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  }
  RunProcess({"cp", "-a", home(), SavedHome(*this)});
  EXPECT_EQ(Look(), Found::kOld);
}

Words FaultBench::CommandFor(const std::string& input) const {
  if (kind_ == "index") {
    return {"source", "index", "demo"};
  }
  if (kind_ == "import") {
    return {"source", "import", "demo", input};
  }
  return {"annotate", input, "-s", "demo:SIG", "--duplicates", "first", "-o", target_, "--force", "--no-version"};
}

/// What the command has written, and its index.
std::map<std::string, std::string> FaultBench::Files() const {
  std::map<std::string, std::string> files;
  if (kind_ == "import") {
    files[Catalog(home()).path()] = ReadFile(Catalog(home()).path());
    for (const std::string& name : NamesIn(home() + "/sources/demo")) {
      files[home() + "/sources/demo/" + name] = ReadFile(home() + "/sources/demo/" + name);
    }
  }
  const std::string target = kind_ == "index" ? Catalog(home()).IndexPath("demo") : Path(target_);
  for (const std::string& path : {target, target + ".tbi", target + ".csi"}) {
    if (fs::exists(path)) {
      files[path] = ReadFile(path);
    }
  }
  return files;
}

/// What does not differ between two runs of the same.
std::string FaultBench::Content() const {
  if (kind_ == "index") {
    const auto index = index::IndexFile::Open(Catalog(home()).IndexPath("demo"));
    return index.ok() ? "an index of " + (*index)->Fact("source") : index.status().message();
  }
  if (kind_ == "parquet") {
    return Value("SELECT count(*) || ' ' || sum(hash(t::VARCHAR)) FROM read_parquet('" + Path(target_) + "') t");
  }
  return kind_ == "import" ? "" : ReadFile(Path(target_));
}

Found FaultBench::LookAtSource() const {
  const auto sources = Catalog(home()).List();
  if (!sources.ok() || sources->size() != 1 || !fs::exists(sources->at(0).patterns.at(0))) {
    return Found::kBroken;
  }
  const std::string rows = Value("SELECT count(*) FROM read_parquet('" + sources->at(0).patterns[0] + "')");
  return rows == std::to_string(kOldRecords)   ? Found::kOld
         : rows == std::to_string(kNewRecords) ? Found::kNew
                                               : Found::kBroken;
}

Found FaultBench::Look() const {
  if (kind_ == "import") {
    return LookAtSource();
  }
  const std::map<std::string, std::string> files = Files();
  if (files == old_) {
    return Found::kOld;
  }
  const auto main = old_.begin();  // its index's name comes after it
  if (files.size() == 1 && *files.begin() == *main) {
    return Found::kOldWithoutIndex;
  }
  if (files.empty() || files.begin()->first != main->first || Content() != new_content_) {
    return Found::kBroken;
  }
  if (files.size() < new_.size()) {
    return Found::kNewWithoutIndex;
  }
  return new_.size() == 1 || *files.rbegin() == *new_.rbegin() ? Found::kNew : Found::kBroken;
}

Words FaultBench::Leftovers() const {
  Words found = NamesIn(temp());
  for (const std::string& folder : {work(), home()}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().filename().string().find("varjoin-") != std::string::npos) {
        found.push_back(entry.path().string());
      }
    }
  }
  const Words parquet = NamesIn(home() + "/sources/demo");
  if (parquet.size() > 1) {
    found.insert(found.end(), parquet.begin(), parquet.end());
  }
  return found;
}

void FaultBench::Reset() const {
  if (Look() == Found::kOld) {
    return;
  }
  if (IsSource()) {
    fs::remove_all(home());
    RunProcess({"cp", "-a", SavedHome(*this), home()});
  } else {
    for (const auto& [path, bytes] : Files()) {
      fs::remove(path);
    }
    for (const auto& [path, bytes] : old_) {
      Write(path, bytes);
    }
  }
  EXPECT_EQ(Look(), Found::kOld);
}

}  // namespace varjoin::test
