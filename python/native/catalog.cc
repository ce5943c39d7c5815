// catalog.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "sources/catalog.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "base/text.h"
#include "errors.h"
#include "recorded.h"
#include "runs.h"
#include "runs/run_facts.h"
#include "sources/import.h"
#include "sources/register.h"
#include "sources/source_index.h"
#include "varjoin/sources.h"

namespace varjoin::python {
namespace {

RunJson SourceJson(const Catalog& catalog, const Source& source) {
  RunJson json = RunJson::parse(ToJson(source));
  json["index_state"] = IndexState(catalog, source);
  return json;
}

std::string ListSources(const std::string& home) {
  const Catalog catalog(HomeOf(home));
  RunJson all = RunJson::array();
  for (const Source& source : ValueOf(catalog.List())) {
    all.push_back(SourceJson(catalog, source));
  }
  return ToText(all);
}

std::string Add(const RegisterRequest& request, const SettingTexts& settings, const std::string& home,
                nb::object progress) {
  const SessionHolder session = Session::Open(settings);
  const Catalog catalog(HomeOf(home));
  RunJson json;
  const auto add = [&]() -> Status {
    VARJOIN_ASSIGN(const Registered registered, RegisterSource(session->database(), catalog, request));
    json = SourceJson(catalog, registered.source);
    json["replaced"] = registered.replaced;
    json["notes"] = registered.notes;
    return Status::Ok();
  };
  Status added;
  Watch watch(session->database(), std::move(progress));
  watch.SetPhase("looking at the files");
  watch.Run([&] { added = add(); });
  ThrowIfError(added);
  return ToText(json);
}

/// Builds the index, for a record, which ends with what the whole since `whole` began has cost.
Status IndexInto(Session& session, const Catalog& catalog, Source source, RunJson& record, Watch& watch,
                 ResourceTracker& whole) {
  ResourceTracker tracker;
  const auto on_rows = [&](int64_t rows) {
    watch.SetPhase(fmt::format("indexing {}: {} rows", source.name, WithCommas(rows)));
  };
  VARJOIN_ASSIGN(const auto file, RefreshIndex(session.database(), catalog, source,
                                               {.temp_folder = session.temp_folder(), .on_rows = on_rows}));
  AddPhase("index", tracker.Stop(), record);
  AddReport(source, *file, record);
  AddCost(whole.Stop(), record);
  return Status::Ok();
}

std::string Import(const ImportRequest& request, bool index, const std::string& command, const SettingTexts& settings,
                   const std::string& home, nb::object progress) {
  const SessionHolder session = Session::Open(settings);
  const Catalog catalog(HomeOf(home));
  return RunRecorded({"source import", command, catalog.home(), {}}, *session, std::move(progress),
                     [&](RunJson& record, Watch& watch) -> Status {
                       watch.SetPhase("importing");
                       ResourceTracker whole;
                       VARJOIN_ASSIGN(const Imported imported, ImportSource(session->database(), catalog, request));
                       const ResourceUsage usage = whole.Usage();
                       AddPhase("import", usage, record);
                       AddReport(imported, record);
                       if (index && !imported.source.interval) {
                         return IndexInto(*session, catalog, imported.source, record, watch, whole);
                       }
                       AddCost(usage, record);
                       return Status::Ok();
                     });
}

std::string Index(const std::string& name, const std::string& command, const SettingTexts& settings,
                  const std::string& home, nb::object progress) {
  const Catalog catalog(HomeOf(home));
  const Source source = ValueOf(catalog.Find(name));
  const SessionHolder session = Session::Open(settings);
  return RunRecorded({"source index", command, catalog.home(), {}}, *session, std::move(progress),
                     [&](RunJson& record, Watch& watch) {
                       ResourceTracker whole;
                       return IndexInto(*session, catalog, source, record, watch, whole);
                     });
}

void AddRequests(nb::module_& module) {
  nb::class_<RegisterRequest>(module, "RegisterRequest")
      .def("__init__", [](RegisterRequest* self) { new (self) RegisterRequest(); })
      .def_rw("name", &RegisterRequest::name)
      .def_rw("files", &RegisterRequest::files)
      .def_rw("mapping", &RegisterRequest::mapping)
      .def_rw("assembly", &RegisterRequest::assembly)
      .def_rw("zero_based", &RegisterRequest::zero_based)
      .def_rw("contig_aliases", &RegisterRequest::contig_aliases)
      .def_rw("interval", &RegisterRequest::interval)
      .def_rw("as_is", &RegisterRequest::as_is);
  nb::class_<ImportRequest>(module, "ImportRequest")
      .def("__init__", [](ImportRequest* self) { new (self) ImportRequest(); })
      .def_rw("name", &ImportRequest::name)
      .def_rw("files", &ImportRequest::files)
      .def_rw("mapping", &ImportRequest::mapping)
      .def_rw("zero_based", &ImportRequest::zero_based)
      .def_rw("interval", &ImportRequest::interval)
      .def_rw("reference", &ImportRequest::reference)
      .def_rw("contig_aliases", &ImportRequest::contig_aliases)
      .def_rw("assembly", &ImportRequest::assembly)
      .def_rw("on_bad_record", &ImportRequest::on_bad_record)
      .def_rw("columns", &ImportRequest::columns)
      .def_rw("where", &ImportRequest::where)
      .def_rw("split_csq", &ImportRequest::split_csq);
}

}  // namespace

void AddCatalog(nb::module_& module) {
  AddRequests(module);
  module.def("home", &HomeOf, nb::arg("home"), "varjoin's folder: as given, or where \"\" the default.");
  module.def(
      "catalog_path", [](const std::string& home) { return Catalog(HomeOf(home)).path(); }, nb::arg("home"));
  module.def("list_sources", &ListSources, nb::arg("home"), "All sources by name, as JSON.");
  module.def("add_source", &Add, nb::arg("request"), nb::arg("settings"), nb::arg("home"), nb::arg("progress").none(),
             "Registers Parquet files, and returns the source as JSON.");
  module.def("import_source", &Import, nb::arg("request"), nb::arg("index"), nb::arg("command"), nb::arg("settings"),
             nb::arg("home"), nb::arg("progress").none(), "Imports, and returns the run's record as JSON.");
  module.def("index_source", &Index, nb::arg("name"), nb::arg("command"), nb::arg("settings"), nb::arg("home"),
             nb::arg("progress").none(), "Builds an index, and returns the run's record as JSON.");
  module.def(
      "remove_source",
      [](const std::string& name, const std::string& home) { ThrowIfError(Catalog(HomeOf(home)).Remove(name)); },
      nb::arg("name"), nb::arg("home"), nb::call_guard<nb::gil_scoped_release>());
  module.def(
      "ensure_ensembl_catalog",
      [](const std::string& parquet, const std::string& home) { return ValueOf(EnsureEnsemblCatalog(parquet, home)); },
      nb::arg("parquet_dir"), nb::arg("home"), nb::call_guard<nb::gil_scoped_release>());
}

}  // namespace varjoin::python
