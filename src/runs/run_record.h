// run_record.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/status.h"

namespace varjoin {

/// A run's record: what it was asked for, did and cost. docs/runs.md tells its fields.
using RunJson = nlohmann::ordered_json;

/// The text of a record; bytes that are not UTF-8 (file names may have them) are replaced.
std::string ToText(const RunJson& json);

/// The value at a path of keys; null where there is none. Lives as long as `json`.
const RunJson& ValueAt(const RunJson& json, std::initializer_list<const char*> path);

/// The states that a record may have: `running`, `done`, `failed`, `interrupted`, and `died` of a run that ended
/// without a word (kill -9, power).
namespace run_state {
inline constexpr const char* kRunning = "running";
inline constexpr const char* kDone = "done";
inline constexpr const char* kFailed = "failed";
inline constexpr const char* kInterrupted = "interrupted";
inline constexpr const char* kDied = "died";
}  // namespace run_state

/// The records in HOME/runs, one file ID.json each. Beside that of a run under way is ID.lock, on which the run holds a
/// lock: a record that says `running` without a lock is of a run that died, and whoever meets it writes that down.
/// Any number of processes may read and write. Thread-safe: no state but the path.
class RunStore {
 public:
  explicit RunStore(const std::string& home) : folder_(home + "/runs") {}

  const std::string& folder() const { return folder_; }
  std::string RecordPath(const std::string& id) const { return folder_ + "/" + id + ".json"; }
  std::string LockPath(const std::string& id) const { return folder_ + "/" + id + ".lock"; }

  /// All records, the newest first. One that can't be read has only `id`, and `state` "unreadable".
  std::vector<RunJson> List() const;

  /// The record of an id, of the only one that begins so, or the newest for "last". Error: there is none, or several.
  Result<RunJson> Find(const std::string& id) const;

  /// Removes a record of a run that is over, not what the run has made.
  Status Remove(const std::string& id) const;

  /// Writes a record, in place of the one of its `id`.
  Status Write(const RunJson& record) const;

 private:
  RunJson Read(const std::string& id) const;
  bool IsAlive(const std::string& id) const;

  std::string folder_;
};

/// The record of this process's run, from its begin to its end. If the object goes without End(), the run has died.
/// Not thread-safe.
class RunRecord {
 public:
  /// Gives `facts` an id and the state `running`, and writes them.
  static Result<RunRecord> Begin(const RunStore& store, RunJson facts);

  /// For what is known at the end.
  RunJson& json() { return json_; }

  /// Writes the record with this state, and lets go of its lock.
  Status End(const std::string& state);

 private:
  RunRecord(RunStore store, RunJson json, FileLock lock)
      : store_(std::move(store)), json_(std::move(json)), lock_(std::move(lock)) {}

  RunStore store_;
  RunJson json_;
  std::optional<FileLock> lock_;
};

}  // namespace varjoin
