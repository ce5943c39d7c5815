// streams.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "annotate/filters.h"
#include "annotate/lookup.h"
#include "annotate/output_format.h"
#include "base/text.h"
#include "errors.h"
#include "recorded.h"
#include "rows.h"
#include "runs.h"

namespace varjoin::python {
namespace {

using VariantTuple = std::tuple<std::string, int64_t, std::string, std::string>;

/// What read_vcf() is asked for.
struct ReadRequest {
  std::vector<std::string> paths;
  std::vector<std::string> columns;            ///< empty: all
  Filters filters;                             ///< regions, samples and where
  std::map<std::string, std::string> options;  ///< of the SQL function, by name, as SQL
};

std::string ReadSql(const ReadRequest& request) {
  std::vector<std::string> paths;
  for (const std::string& path : request.paths) {
    paths.push_back(SqlString(path));
  }
  std::vector<std::string> columns;
  for (const std::string& column : request.columns) {
    columns.push_back(SqlName(column));
  }
  std::string arguments = FilterArguments(request.filters);
  for (const auto& [name, value] : request.options) {
    arguments += fmt::format(", {} := {}", name, value);
  }
  return fmt::format("SELECT {} FROM read_vcf([{}]{}){}", columns.empty() ? "*" : Join(columns, ", "),
                     Join(paths, ", "), arguments,
                     request.filters.where.empty() ? "" : fmt::format(" WHERE {}\n", request.filters.where));
}

std::unique_ptr<Rows> ReadVcf(ReadRequest& request, const SettingTexts& settings) {
  for (const std::string& path : request.paths) {
    if (path == kStandardOutput) {
      throw StatusError(
          BadInput("'-': standard input can be read once only, and rows are read from their begin again; "
                   "name a file"));
    }
  }
  return std::make_unique<Rows>(
      settings, [request](Session&, std::vector<std::string>&) -> Result<std::string> { return ReadSql(request); });
}

VariantTuple ParseText(const std::string& text) {
  const Variant variant = ValueOf(ParseVariant(text));
  return {variant.chrom, variant.start, variant.ref, variant.alt};
}

std::unique_ptr<Rows> Lookup(const std::vector<std::string>& sources, const std::vector<VariantTuple>& tuples,
                             const SettingTexts& settings, const std::string& home) {
  auto variants = std::make_shared<std::vector<Variant>>();
  for (const auto& [chrom, start, ref, alt] : tuples) {
    variants->push_back({chrom, start, ref, alt});
    ThrowIfError(CheckVariant(variants->back()));
  }
  return std::make_unique<Rows>(
      settings, [=](Session& session, std::vector<std::string>& notes) -> Result<std::string> {
        const Catalog catalog(HomeOf(home));
        VARJOIN_ASSIGN(const LookupSources opened,
                       OpenForLookup(session.database(), catalog, sources, session.temp_folder()));
        notes.insert(notes.end(), opened.notes.begin(), opened.notes.end());
        return LookupSql(opened, *variants);
      });
}

}  // namespace

void AddStreams(nb::module_& module) {
  nb::class_<ReadRequest>(module, "ReadRequest")
      .def(nb::init<>())
      .def_rw("paths", &ReadRequest::paths)
      .def_rw("columns", &ReadRequest::columns)
      .def_rw("filters", &ReadRequest::filters)
      .def_rw("options", &ReadRequest::options);
  nb::class_<Rows>(module, "Rows")
      .def_prop_ro("names", &Rows::names)
      .def_prop_ro("types", &Rows::types)
      .def_prop_ro("notes", &Rows::notes)
      .def("stream", &Rows::Stream, nb::arg("string_views") = false,
           "A PyCapsule of the Arrow C stream interface. `string_views`: text as Polars has it.")
      .def("raise_stream_error", &Rows::ThrowStreamError, "Raises that by which the newest stream has ended, if any.")
      .def("schema", &Rows::Schema, "A PyCapsule of the Arrow C data interface.");
  module.def("read_vcf", &ReadVcf, nb::arg("request"), nb::arg("settings"));
  module.def("lookup", &Lookup, nb::arg("sources"), nb::arg("variants"), nb::arg("settings"), nb::arg("home"));
  module.def("parse_variant", &ParseText, nb::arg("text"));
  module.def(
      "sql_string", [](const std::string& text) { return SqlString(text); }, nb::arg("text"));
}

}  // namespace varjoin::python
