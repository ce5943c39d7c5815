// run_record.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "runs/run_record.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "base/text.h"

namespace varjoin {
namespace {

namespace fs = std::filesystem;

constexpr int kIdAttempts = 10;
constexpr int64_t kBeginSeconds = 60;  ///< more than a run takes to write its first record
constexpr const char* kUnreadable = "unreadable";

/// "20261121-204326-123456", to the microsecond: sorts by time.
std::string NewId() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}-{:06}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, now.tv_nsec / 1000);
}

RunJson Parse(const std::string& path) {
  const Result<std::string> text = ReadWholeFile(path);
  RunJson json = RunJson::parse(text.ok() ? *text : "", nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : RunJson();
}

std::string StateOf(const RunJson& record) {
  const auto state = record.find("state");
  return state != record.end() && state->is_string() ? state->get<std::string>() : kUnreadable;
}

/// Removes what runs left that were killed while they wrote a record. Those that live hold theirs.
void SweepBegun(const std::string& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') && name.find(".json.varjoin-") != std::string::npos) {
      RemoveUnlessHeld(entry->path().string());
    }
  }
}

/// A file beside the records that a run left there that was killed while it began: no record, and not of this moment.
bool IsLeftover(const std::string& path) {
  const fs::path name(path);
  const bool has_record = name.extension() == ".lock" && FileExists(fs::path(path).replace_extension(".json").string());
  const Result<FileStamp> stamp = StampOf(path);
  return !has_record && stamp.ok() && std::time(nullptr) - stamp->modified / 1'000'000'000 > kBeginSeconds;
}

}  // namespace

std::string ToText(const RunJson& json) {
  return json.dump(2, ' ', false, RunJson::error_handler_t::replace) + "\n";
}

const RunJson& ValueAt(const RunJson& json, std::initializer_list<const char*> path) {
  static const RunJson none;
  const RunJson* at = &json;
  for (const char* key : path) {
    const auto found = at->is_object() ? at->find(key) : at->end();
    if (!at->is_object() || found == at->end()) {
      return none;
    }
    at = &*found;
  }
  return *at;
}

bool RunStore::IsAlive(const std::string& id) const {
  const std::string lock = LockPath(id);
  return FileExists(lock) && !FileLock::Hold(lock).ok();
}

RunJson RunStore::Read(const std::string& id) const {
  RunJson record = Parse(RecordPath(id));
  if (StateOf(record) == run_state::kRunning && !IsAlive(id)) {
    record = Parse(RecordPath(id));  // it may have ended just now: the record is written before the lock goes
    if (StateOf(record) == run_state::kRunning) {
      record["id"] = id;
      record["state"] = run_state::kDied;
      record["found_dead_at"] = NowUtc();
      if (Write(record).ok()) {  // else it is found dead again the next time
        unlink(LockPath(id).c_str());
      }
    }
  }
  if (StateOf(record) == kUnreadable) {
    return {{"id", id}, {"state", kUnreadable}};
  }
  record["id"] = id;
  return record;
}

std::vector<RunJson> RunStore::List() const {
  std::vector<std::string> ids;
  std::vector<std::string> others;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".json" && !path.filename().string().starts_with('.')) {
      ids.push_back(path.stem().string());
    } else {
      others.push_back(path.string());
    }
  }
  for (const std::string& path : others) {
    if (IsLeftover(path)) {
      RemoveUnlessHeld(path);
    }
  }
  std::sort(ids.rbegin(), ids.rend());
  std::vector<RunJson> records;
  records.reserve(ids.size());
  for (const std::string& id : ids) {
    records.push_back(Read(id));
  }
  return records;
}

Result<RunJson> RunStore::Find(const std::string& id) const {
  std::vector<RunJson> found;
  for (RunJson& record : List()) {
    const std::string of_record = record.at("id");
    if (of_record == id || id == "last") {
      return std::move(record);
    }
    if (!id.empty() && of_record.starts_with(id)) {
      found.push_back(std::move(record));
    }
  }
  if (found.empty()) {
    return BadInput("there is no run {}; `varjoin runs list` shows which there are", id);
  }
  if (found.size() > 1) {
    return BadInput("{} runs have an id that begins with {}; write more of it", found.size(), id);
  }
  return std::move(found[0]);
}

Status RunStore::Remove(const std::string& id) const {
  if (IsAlive(id)) {
    return BadInput("run {} is under way", id);
  }
  if (unlink(RecordPath(id).c_str()) != 0) {
    return Failed("cannot remove {}: {}", RecordPath(id), ErrnoText(errno));
  }
  unlink(LockPath(id).c_str());
  return Status::Ok();
}

Status RunStore::Write(const RunJson& record) const {
  const std::string path = RecordPath(record.at("id").get<std::string>());
  VARJOIN_ASSIGN(AtomicFile file, AtomicFile::Begin(path));
  std::ofstream out(file.temporary_path(), std::ios::binary | std::ios::trunc);
  out << ToText(record);
  out.close();
  if (!out) {
    return Failed("cannot write {}: {}", path, ErrnoText(errno));
  }
  return file.Commit(/*replace=*/true);
}

Result<RunRecord> RunRecord::Begin(const RunStore& store, RunJson facts) {
  VARJOIN_RETURN_IF_ERROR(MakeFolders(store.folder()));
  SweepBegun(store.folder());
  for (int attempt = 0; attempt < kIdAttempts; ++attempt) {
    const std::string id = NewId();
    if (FileExists(store.LockPath(id)) || FileExists(store.RecordPath(id))) {
      continue;
    }
    Result<FileLock> lock = FileLock::Take(store.LockPath(id), 0);
    if (!lock.ok() && lock.status().code() == StatusCode::kTryAgain) {
      continue;
    }
    if (!lock.ok()) {
      return lock.status();
    }
    RunJson json = {{"id", id}, {"state", run_state::kRunning}, {"started_at", NowUtc()}};
    json.update(facts);
    VARJOIN_RETURN_IF_ERROR(store.Write(json));
    return RunRecord(store, std::move(json), *std::move(lock));
  }
  return Failed("no free name for a record in {}", store.folder());
}

Status RunRecord::End(const std::string& state) {
  json_["state"] = state;
  json_["ended_at"] = NowUtc();
  const Status written = store_.Write(json_);
  if (written.ok()) {
    unlink(store_.LockPath(json_.at("id").get<std::string>()).c_str());
  }
  lock_.reset();
  return written;
}

}  // namespace varjoin
