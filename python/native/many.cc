// many.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <optional>

#include "annotate/many_inputs.h"
#include "base/files.h"
#include "base/text.h"
#include "errors.h"
#include "runs.h"
#include "session.h"

namespace varjoin::python {
namespace {

using Part = std::tuple<std::string, std::string, int64_t>;  ///< path, sample, rows

std::vector<AnnotateRequest> RequestsIn(const AnnotateRequest& all, const std::string& folder,
                                        const std::string& one_table, bool keep_going, bool may_exist) {
  std::vector<AnnotateRequest> requests = ValueOf(RequestsOf(
      all, {.folder = folder, .one_table = one_table, .missing_is_failure = keep_going, .may_exist = may_exist}));
  ThrowIfError(MakeFolders(folder));
  return requests;
}

/// The one table that the outputs of many runs become: a folder for them, and the table's file. Not thread-safe.
class JoinedTable {
 public:
  explicit JoinedTable(const SettingTexts& settings) : session_(Session::Open(settings)) {}

  const std::string& folder() const { return session_->temp_folder(); }

  /// Throws StatusError: the file can't be made.
  void Begin(std::string path) {
    file_.emplace(ValueOf(AtomicFile::Begin(path)));
    path_ = std::move(path);
  }

  /// Precondition: Begin() was called. Throws StatusError, and what Watch throws; there is no new table then.
  void Write(const std::vector<Part>& parts, const AnnotateRequest& request, nb::object progress) {
    std::vector<TablePart> tables;
    for (const auto& [path, sample, rows] : parts) {
      tables.push_back({.path = path, .sample = sample, .rows = rows});
    }
    Status status;
    Watch watch(session_->database(), std::move(progress));
    watch.SetPhase("writing one table");
    watch.Run([&] {
      status = WriteOneTable(tables, request, path_, file_->temporary_path(), session_->database(),
                             session_->settings().limits, session_->temp_folder())
                   .status();
    });
    if (!status.ok()) {
      throw StatusError({status.code(), ReplaceAll(status.message(), file_->temporary_path(), path_)});
    }
    ThrowIfError(file_->Commit(request.force));
  }

 private:
  SessionHolder session_;
  std::string path_;
  std::optional<AtomicFile> file_;
};

}  // namespace

void AddMany(nb::module_& module) {
  module.def("requests_in", &RequestsIn, nb::arg("request"), nb::arg("folder"), nb::arg("one_table"),
             nb::arg("keep_going"), nb::arg("may_exist"), "A request for each input, with an output in the folder.");
  nb::class_<JoinedTable>(module, "JoinedTable")
      .def(nb::init<const SettingTexts&>(), nb::arg("settings"))
      .def_prop_ro("folder", &JoinedTable::folder)
      .def("begin", &JoinedTable::Begin, nb::arg("path"))
      .def("write", &JoinedTable::Write, nb::arg("parts"), nb::arg("request"), nb::arg("progress").none(),
           "Writes the parts (path, sample, rows) one after the other.");
}

}  // namespace varjoin::python
