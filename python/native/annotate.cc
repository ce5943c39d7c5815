// annotate.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include "annotate/annotate.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "annotate/output_format.h"
#include "errors.h"
#include "recorded.h"
#include "runs.h"
#include "runs/reuse.h"
#include "runs/run_facts.h"
#include "sources/source_index.h"

namespace varjoin::python {
namespace {

/// Puts what an earlier run of the same has made into the record, if `reuse` and it is still there; the answer is
/// whether it is. Notes by what later runs will find this one.
bool GiveBack(const AnnotateRequest& request, bool reuse, const std::vector<ConfigChoice>& choices,
              const Catalog& catalog, RunJson& record) {
  ResourceTracker tracker;
  const Result<std::string> key = ReuseKey(request, choices, catalog, VARJOIN_VERSION);
  if (!key.ok()) {  // the run itself says what is missing
    return false;
  }
  record["reuse_key"] = *key;
  const std::optional<RunJson> earlier = reuse ? FindReusable(RunStore(catalog.home()), *key) : std::nullopt;
  if (earlier) {
    AddReused(*earlier, tracker.Stop(), record);
  }
  return earlier.has_value();
}

std::string RunAnnotate(AnnotateRequest& request, const SettingTexts& settings, const std::string& home,
                        const RunArguments& arguments, nb::object progress, bool reuse, OpenIndexes* indexes) {
  if (request.output == kStandardOutput) {
    throw StatusError(BadInput("output='-': a Python process keeps its standard output to itself; name a file"));
  }
  const SessionHolder session = Session::Open(settings);
  request.sorted = session->settings().preserve_insertion_order.value != "false";
  const Catalog catalog(HomeOf(home));
  const RunBegin begin = {"annotate", request.command, catalog.home(), arguments};
  const auto work = [&](RunJson& record, Watch& watch) {
    if (GiveBack(request, reuse, ChoicesOf(begin, *session), catalog, record)) {
      return Status::Ok();
    }
    const Result<AnnotateReport> report =
        Annotate(request, {.database = session->database(),
                           .catalog = catalog,
                           .limits = session->settings().limits,
                           .temp_folder = session->temp_folder(),
                           .version = VARJOIN_VERSION,
                           .on_phase = [&](const std::string& phase) { watch.SetPhase(phase); },
                           .indexes = indexes});
    if (report.ok()) {
      AddReport(*report, request, record);
    }
    return report.status();
  };
  return RunRecorded(begin, *session, std::move(progress), work);
}

std::string Explain(AnnotateRequest& request, const SettingTexts& settings, const std::string& home) {
  const SessionHolder session = Session::Open(settings);
  const Catalog catalog(HomeOf(home));
  Result<std::string> script = Failed("nothing was done");
  Watch(session->database(), nb::none()).Run([&] {
    script = ExplainAnnotate(request, {.database = session->database(),
                                       .catalog = catalog,
                                       .limits = session->settings().limits,
                                       .temp_folder = session->temp_folder(),
                                       .version = VARJOIN_VERSION});
  });
  return ValueOf(std::move(script));
}

void AddFilters(nb::module_& module) {
  nb::class_<Filters>(module, "Filters")
      .def(nb::init<>())
      .def_rw("regions", &Filters::regions)
      .def_rw("samples", &Filters::samples)
      .def_rw("passed", &Filters::pass)
      .def_rw("min_qual", &Filters::min_qual, nb::arg().none())
      .def_rw("min_dp", &Filters::min_dp, nb::arg().none())
      .def_rw("min_gq", &Filters::min_gq, nb::arg().none())
      .def_rw("carried", &Filters::carried)
      .def_rw("drop_ref_blocks", &Filters::drop_ref_blocks)
      .def_rw("where", &Filters::where)
      .def_rw("only_matched", &Filters::only_matched);
}

void AddRequest(nb::module_& module) {
  using Request = AnnotateRequest;
  nb::class_<Request>(module, "AnnotateRequest")
      .def(nb::init<>())
      .def_rw("inputs", &Request::inputs)
      .def("set_sources",
           [](Request& request, const std::vector<std::string>& texts) {
             request.sources = ValueOf(ParseSourceRequests(texts));
           })
      .def("set_join_columns",
           [](Request& request, std::vector<std::string> columns) {
             request.join_columns = JoinColumnsOf(std::move(columns));
           })
      .def_rw("output", &Request::output)
      .def_rw("format", &Request::format)
      .def_rw("by_chrom", &Request::by_chrom)
      .def_rw("force", &Request::force)
      .def_rw("duplicates", &Request::duplicates, nb::arg().none())
      .def_rw("existing_info", &Request::existing_info)
      .def_rw("set_id", &Request::set_id)
      .def_rw("with_command", &Request::with_command)
      .def_rw("level", &Request::level)
      .def_rw("group_rows", &Request::group_rows)
      .def_rw("filters", &Request::filters)
      .def_rw("engine", &Request::engine)
      .def_rw("bare_names", &Request::bare_names)
      .def_rw("allow_no_overlap", &Request::allow_no_overlap)
      .def_rw("reference", &Request::reference)
      .def_rw("contig_aliases", &Request::contig_aliases)
      .def_rw("assembly", &Request::assembly)
      .def_rw("compression", &Request::compression)
      .def_rw("on_bad_record", &Request::on_bad_record)
      .def_rw("user", &Request::user)
      .def_rw("sample", &Request::sample)
      .def_rw("sample_description", &Request::sample_description)
      .def_rw("sequencing_type", &Request::sequencing_type)
      .def_rw("species", &Request::species)
      .def_rw("command", &Request::command);
}

}  // namespace

void AddRuns(nb::module_& module) {
  nb::enum_<Duplicates>(module, "Duplicates")
      .value("ALL", Duplicates::kAll)
      .value("FIRST", Duplicates::kFirst)
      .value("LIST", Duplicates::kList);
  nb::enum_<vcf::ExistingInfo>(module, "ExistingInfo")
      .value("REPLACE", vcf::ExistingInfo::kReplace)
      .value("KEEP", vcf::ExistingInfo::kKeep)
      .value("APPEND", vcf::ExistingInfo::kAppend);
  AddFilters(module);
  AddRequest(module);
  nb::class_<OpenIndexes>(module, "OpenIndexes").def(nb::init<>());
  module.def("annotate", &RunAnnotate, nb::arg("request"), nb::arg("settings"), nb::arg("home"), nb::arg("arguments"),
             nb::arg("progress").none(), nb::arg("reuse"), nb::arg("indexes").none(),
             "Annotates, and returns the run's record as JSON.");
  module.def("explain", &Explain, nb::arg("request"), nb::arg("settings"), nb::arg("home"),
             "The SQL that annotate() would run.");
}

}  // namespace varjoin::python
