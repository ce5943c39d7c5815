// runs.h
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nanobind/nanobind.h>

namespace varjoin::python {

/// Adds what does work and leaves a record of it: annotate() and the functions of catalogs.
void AddRuns(nanobind::module_& module);
void AddCatalog(nanobind::module_& module);

/// Adds what annotate_many() needs beside annotate().
void AddMany(nanobind::module_& module);

/// Adds what is read as Arrow: read_vcf() and lookup().
void AddStreams(nanobind::module_& module);

/// Adds limits and measurements.
void AddSystem(nanobind::module_& module);

}  // namespace varjoin::python
