// rows.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "session.h"

namespace varjoin::python {

/// A statement whose rows may be streamed as Arrow, any number of times, each time from their begin.
class Rows {
 public:
  /// Makes the statement in a database, and what it needs there; adds sentences for the user.
  using Prepare = std::function<Result<std::string>(Session& session, std::vector<std::string>& notes)>;

  /// Prepares the statement and learns its columns. Throws StatusError.
  Rows(SettingTexts texts, Prepare prepare);

  const std::vector<std::string>& names() const { return names_; }
  const std::vector<std::string>& types() const { return types_; }  ///< DuckDB's
  const std::vector<std::string>& notes() const { return notes_; }

  /// A PyCapsule "arrow_array_stream". The stream has a database of its own and may outlive the object. `string_views`:
  /// see Database::StreamArrow().
  nanobind::object Stream(bool string_views);

  /// A PyCapsule "arrow_schema".
  nanobind::object Schema();

  /// Throws the error by which the newest stream has ended, if it has.
  void ThrowStreamError() const;

 private:
  SessionHolder TakeSession();

  SettingTexts texts_;
  Prepare prepare_;
  std::string sql_;
  std::vector<std::string> names_;
  std::vector<std::string> types_;
  std::vector<std::string> notes_;
  SessionHolder prepared_;                                              ///< for the first stream
  std::shared_ptr<Status> stream_status_ = std::make_shared<Status>();  ///< the newest stream's
};

}  // namespace varjoin::python
