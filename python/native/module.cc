// module.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <tuple>

#include "annotate/report.h"
#include "duck/database.h"
#include "errors.h"
#include "runs.h"
#include "system/limits.h"
#include "system/resource_tracker.h"

namespace varjoin::python {

void AddSystem(nb::module_& module) {
  nb::class_<ResourceTracker>(module, "ResourceTracker")
      .def("__init__", [](ResourceTracker* self) { new (self) ResourceTracker(); })
      .def("usage", [](ResourceTracker& tracker) { return ToJson(tracker.Usage()); })
      .def("stop", [](ResourceTracker& tracker) { return ToJson(tracker.Stop()); });
  module.def(
      "default_limits",
      [] {
        const Limits limits = ValueOf(DecideLimits(DetectMachine()));
        return std::make_tuple(limits.memory.value, limits.threads.value, limits.memory_text);
      },
      "The wanted memory limit, the threads, and the memory limit that is applied.");
  module.def(
      "check_signals",
      [] {
        if (PyErr_CheckSignals() != 0) {
          throw nb::python_error();
        }
      },
      "Raises what a signal that has come raises.");
  module.attr("version") = VARJOIN_VERSION;
  module.attr("duckdb_version") = duck::LibraryVersion();
}

}  // namespace varjoin::python

NB_MODULE(_native, module) {
  module.doc() = "varjoin's C++ library; the package varjoin is what to call.";
  varjoin::python::AddErrors(module);
  varjoin::python::AddRuns(module);
  varjoin::python::AddMany(module);
  varjoin::python::AddCatalog(module);
  varjoin::python::AddStreams(module);
  varjoin::python::AddSystem(module);
}
